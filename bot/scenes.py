"""What a script may know, fetched in one go."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from bot.house import known
from conversations.talking.dialogue import Coming, Late, Scene
from conversations.timing.timeline import timeline
from storage import cases, people

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.house import House
    from conversations.case import Case, Person
    from conversations.talking.dialogue import Talk
    from storage.database import Tx
    from storage.organisations import Organisation

Standing = Literal["done", "missed", "now", "soon"]
AHEAD = timedelta(days=120)  # how far "straks" looks


def build(tx: Tx, house: House, me: Person, talk: Talk, now: datetime) -> Scene | None:
    """The scene of a talk, or None when the case is not (or no longer) this person's to see."""
    organisation = house.organisation(tx, me.organisation)
    case = None
    if talk.case is not None:
        seen = cases.visible(tx, me, talk.case, now.date())
        if seen is None:
            return None
        case = known(seen, organisation)
    needs = house.dialogues[talk.dialogue].needs
    visible = tuple(known(one, organisation) for one in cases.all_visible(tx, me, now.date())) if needs & {
        "cases", "late"} else ()  # fmt: skip
    about = [case] if case else visible
    coming: tuple[Coming, ...] = ()
    if needs & {"coming", "late"} or "milestone" in talk.about:
        coming = tuple(one for case_ in about for one in ahead(tx, house, organisation, case_, now))
    return Scene(
        me=me,
        today=talk.began,
        case=case,
        about=talk.about,
        people=circle(tx, me) if "people" in needs else around(tx, me, about),
        cases=visible,
        late=tuple(_late(coming, visible)) if "late" in needs else (),
        coming=coming,
        policy=house.policy(tx, case.policy) if case else None,
    )


def around(tx: Tx, me: Person, about: Iterable[Case]) -> dict[str, Person]:
    """The people of these cases."""
    found = {me.id: me}
    for case in about:
        for one in (case.employee, case.manager, case.hr, case.coach, case.contact.person, case.contact.restarts):
            if one is not None and one not in found:
                person = people.get(tx, one)
                if person is not None:
                    found[one] = person
    return found


def circle(tx: Tx, me: Person) -> dict[str, Person]:
    """Whom somebody may name: HR everybody; a line manager the team, other managers, HR and the coach."""
    everybody = people.of(tx, me.organisation)
    if me.roles & {"hr", "coach"}:
        return everybody
    return {
        person.id: person
        for person in everybody.values()
        if me.id in {person.id, person.manager}
        or person.roles & {"hr", "coach", "manager"}
        or _in_for(person, me, everybody)
    }


def _in_for(person: Person, me: Person, everybody: dict[str, Person]) -> bool:
    """Whether `me` is the deputy of this person's line manager."""
    manager = everybody.get(person.manager or "")
    return manager is not None and manager.deputy == me.id


def ahead(tx: Tx, house: House, organisation: Organisation, case: Case, now: datetime) -> list[Coming]:
    """The timeline of a case as people see it: what is done, what was missed, what is now, what comes."""
    policy = house.policy(tx, case.policy)
    decided = {decision.key: decision.outcome for decision in cases.decisions(tx, case.id)}
    found: dict[tuple[str, int], Coming] = {}
    for moment in timeline(policy, case, house.calendar(organisation), (now + AHEAD).date()):
        which = (moment.milestone, moment.nth)
        if moment.kind != "nudge" or which in found:
            continue
        done = f"{moment.milestone}#{moment.nth}" in case.done
        state: Standing = "soon"
        if done:
            state = "done"
        elif decided.get(moment.key) == "missed":
            state = "missed"
        elif moment.key in decided or moment.at <= now:
            state = "now"
        found[which] = Coming(
            case=case.id,
            milestone=moment.milestone,
            nth=moment.nth,
            on=moment.due,
            to=moment.to,
            state=state,
            source=moment.source,
            kind=kind_of(policy, moment.milestone),
        )
    return sorted(found.values(), key=lambda one: (one.on, one.milestone, one.nth))


def kind_of(policy: object, milestone: str) -> str:
    """Law, policy or practice; a review date of the plan is the plan's own."""
    found = policy.milestone(milestone)  # type: ignore[attr-defined]
    return found.kind if found else "practice"


def _late(coming: Iterable[Coming], about: Iterable[Case]) -> Iterable[Late]:
    """What was asked and not done, and what was missed."""
    by_id = {case.id: case for case in about}
    for one in coming:
        if one.state in ("now", "missed"):
            case = by_id[one.case]
            asked = {"manager": case.manager, "hr": case.hr, "coach": case.coach, "employee": case.employee}[one.to]
            yield Late(one.case, one.milestone, one.nth, one.on, asked or case.manager)
