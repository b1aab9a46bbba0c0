"""One look at the clock: what is due is decided once, and queued.

Due-ness is data, so a tick that was missed, came twice or ran in eight places at once changes nothing: the database
decides each moment once (`told`), and queues each message once (its key).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot import standing
from bot.desk import Desk
from bot.house import House
from bot.recipients import addressee, hr_about, meant
from conversations.digest import Item, pack
from conversations.timing.guard import IN_A_TALK, Drop, Hold, may_send
from conversations.timing.timeline import glance, next_due
from storage import addresses, cases, outbox, people, sessions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from bot.straight import Straight
    from conversations.case import Case, Person
    from conversations.talking.dialogue import Talk
    from conversations.timing.policy import Policy
    from conversations.timing.timeline import Moment
    from conversations.timing.workdays import Calendar
    from storage.database import Tx

LONG = frozenset({"contact_agreement", "first_steps", "prepare_talk", "follow_up", "evaluation"})  # of many questions
URGENT = 3  # working days before a legal latest date from which it goes out alone (design 5)


@dataclass(frozen=True, slots=True)
class Opening:
    """Something to say to one person, of one case."""

    case: Case
    moment: Moment
    person: Person
    urgent: bool
    asked: Person | None = None  # who was asked before, where this is about that


def tick(tx: Tx, house: House, now: datetime, limit: int = 200, straight: Straight | None = None) -> int:
    """Decide what is due of so many cases, and queue it. How many cases were looked at: fewer than `limit`, done."""
    found = cases.due(tx, now, limit)
    look_at(tx, house, found, now, straight)
    return len(found)


def look_at(tx: Tx, house: House, found: Sequence[Case], now: datetime, straight: Straight | None = None) -> None:
    """Decide what is due of these cases, and queue it; with `straight` for who calls right after the commit."""
    found = [house.known(tx, case) for case in found]
    decided = cases.outcomes_of(tx, [case.id for case in found])
    people.recall(tx, {person for case in found for person in (case.employee, case.manager)})
    people.recall_teams(tx, {case.manager for case in found})
    addresses.recall(tx, {case.manager for case in found})
    outbox.recall_talks(tx, {case.manager for case in found}, now - IN_A_TALK)
    waiting: dict[str, list[Opening]] = {}
    again: dict[str, datetime | None] = {}
    for case in found:
        openings, again[case.id] = _decide(tx, house, case, decided[case.id], now)
        for opening in openings:
            waiting.setdefault(opening.person.id, []).append(opening)
    cases.reschedule_all(tx, again)
    standing.keep(tx, house, found, now, decided)
    for openings in waiting.values():
        _say(tx, house, openings, now, straight)


def _decide(
    tx: Tx, house: House, case: Case, decided: dict[str, tuple[str, datetime]], now: datetime
) -> tuple[list[Opening], datetime | None]:
    """What of this case may go out now, and when to look again. The rest is held, dropped or missed, with a reason.

    What is decided here is added to `decided`.
    """
    policy = house.followed(tx, case)
    calendar = house.calendar(house.organisation(tx, case.organisation))
    openings: list[Opening] = []
    again: list[datetime] = []
    told = {key: at for key, (_, at) in decided.items()}

    def decide(moment: Moment, outcome: str, reason: str | None = None) -> None:
        key = moment.key
        told[key], decided[key] = now, (outcome, now)
        cases.tell_later(tx, case.id, cases.Decision(key, now, outcome, reason, policy.ref))

    def drop(moment: Moment, reason: str) -> None:
        for one in (moment, *look.falls_with(moment)):
            decide(one, "dropped", reason)

    look, undecided = glance(policy, case, calendar, told, now)
    for moment in undecided:
        if look.is_too_late(moment):
            decide(moment, "missed", "too_late")
            continue
        person = addressee(tx, case, moment, now.date())
        asked = _asked(tx, policy, case, moment, decided)
        if moment.kind == "escalation" and asked is not None and person is not None and asked.id == person.id:
            person = hr_about(tx, asked, now.date())
        if person is None:
            drop(moment, "nobody")
            continue
        match may_send(case, person, moment, calendar, now, outbox.in_a_talk(tx, person.id, now - IN_A_TALK)):
            case Hold(until, _):
                again.append(until)
                told[moment.key] = now  # not decided, but looked at again only then
            case Drop(reason):
                drop(moment, reason)
            case _:
                decide(moment, "said")
                openings.append(Opening(case, moment, person, _presses(moment, calendar, now.date()), asked))
    following = next_due(policy, case, calendar, told, now)
    return _reviews_together(openings), min([*again, *([following] if following else [])], default=None)


def _asked(
    tx: Tx, policy: Policy, case: Case, moment: Moment, decided: Mapping[str, tuple[str, datetime]]
) -> Person | None:
    """Who was asked this the last time, whoever it was for; None where it is asked for the first time."""
    same, _, _ = moment.key.rsplit("/", 2)
    said = [at for key, (outcome, at) in decided.items() if outcome == "said" and key.startswith(f"{same}/")]
    rule = policy.milestone(moment.milestone)
    if not said or rule is None:
        return None
    return addressee(tx, case, moment._replace(kind="nudge", to=rule.to), max(said).date())


def _reviews_together(openings: list[Opening]) -> list[Opening]:
    """Agreements that are looked at on one day are one talk; the evaluation looks at them all anyway."""
    reviews = [opening for opening in openings if opening.moment.ask == "review"]
    others = [opening for opening in openings if opening not in reviews]
    if any(opening.moment.ask == "evaluation" for opening in others):
        return others
    if len(reviews) > 1:
        reviews = [replace(reviews[0], moment=reviews[0].moment._replace(about={}))]
    return [*others, *reviews]


def _presses(moment: Moment, calendar: Calendar, today: date) -> bool:
    """Whether a legal latest date is so near that it goes out alone."""
    return moment.law and moment.kind == "nudge" and moment.due <= calendar.add_working_days(today, URGENT)


# --- Saying it -----------------------------------------------------------------------------------------


def _say(tx: Tx, house: House, openings: list[Opening], now: datetime, straight: Straight | None) -> None:
    """One message for one thing; from two on a digest, but for what cannot wait."""
    together = [opening for opening in openings if not opening.urgent and opening.moment.kind != "escalation"]
    alone = [opening for opening in openings if opening not in together] if len(together) > 1 else openings
    for opening in alone:
        _say_one(tx, house, opening, now, straight)
    if len(together) > 1:
        _say_together(tx, house, together, now, straight)


def _about(opening: Opening) -> dict[str, str]:
    moment = opening.moment
    return {"milestone": moment.milestone, "nth": str(moment.nth), "due": moment.due.isoformat(), **moment.about}


def _say_one(tx: Tx, house: House, opening: Opening, now: datetime, straight: Straight | None) -> None:
    moment, person = opening.moment, opening.person
    key = f"{opening.case.id}/{moment.key}"
    desk = Desk(tx, house, person, now, kind="nudge", key=key, urgent=opening.urgent, straight=straight)
    if moment.kind == "escalation":
        asked = opening.asked.id if opening.asked else opening.case.manager
        about = {**_about(opening), "notice": "escalation", "person": asked}
        desk.begin("take_over" if "hr" in person.roles else "notice", opening.case.id, about)
        desk.send()
        return
    if moment.kind == "again":
        desk.tell("nudges/again")
    if moment.kind == "reminder":
        absent = _stood_in_for(tx, opening, desk.today)
        desk.tell("nudges/instead" if absent else "nudges/reminder", name=absent)
        before = _open_already(tx, opening)
        if before is not None:
            desk.remind(before)
            desk.send()
            return
    left = _left_in_the_middle(tx, opening)
    if left is not None:
        desk.remind(left)
    else:
        desk.begin(moment.ask or "duty", opening.case.id, _about(opening))
    desk.send()


def _left_in_the_middle(tx: Tx, opening: Opening) -> Talk | None:
    """The same talk about the same case that was begun and not finished: it goes on, now for this moment."""
    ask = opening.moment.ask
    left = sessions.begun(tx, opening.person.id, ask, opening.case.id) if ask in LONG else None
    return left and replace(left, about={**left.about, **_about(opening)})


def _stood_in_for(tx: Tx, opening: Opening, today: date) -> str:
    """Whose place somebody takes who was not asked this before; "" where it was."""
    case, moment, person = opening.case, opening.moment, opening.person
    first = meant(tx, case, moment, today)
    if first is None or person.id in {first.id, opening.asked.id if opening.asked else ""}:
        return ""
    return first.first_name


def _open_already(tx: Tx, opening: Opening) -> Talk | None:
    """The talk of the nudge this reminds of, when it is still open."""
    about = {"milestone": opening.moment.milestone, "nth": str(opening.moment.nth), **opening.moment.about}
    return next(
        (
            talk
            for talk in sessions.open_of(tx, opening.person.id)
            if talk.case == opening.case.id and about.items() <= talk.about.items()
        ),
        None,
    )


def _say_together(tx: Tx, house: House, openings: list[Opening], now: datetime, straight: Straight | None) -> None:
    first = openings[0]
    key = f"today/{first.person.id}/{first.case.id}/{first.moment.key}"
    items = (
        Item(one.moment.milestone, str(one.moment.nth), one.case.id, one.moment.ask or "duty", _agreement(one))
        for one in openings
    )
    desk = Desk(tx, house, first.person, now, kind="nudge", key=key, straight=straight)
    desk.begin("today", about=pack(items))
    desk.send()


def _agreement(opening: Opening) -> str:
    return opening.moment.about.get("agreement", "")
