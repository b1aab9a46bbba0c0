"""What a script may know, fetched in one go."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from bot.house import BRUSSELS, known
from conversations.access import OPENS, Actor, may
from conversations.case import Person
from conversations.talking.dialogue import Coming, Late, Look, Scene, Undelivered
from conversations.timing.guard import is_over
from conversations.timing.standing import put_off, standing
from conversations.timing.timeline import timeline
from storage import addresses, cases, outbox, people, reading

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.house import House
    from conversations.case import Case
    from conversations.talking.dialogue import Talk
    from conversations.timing.policy import Policy
    from storage.database import Tx
    from storage.organisations import Organisation

Thing = TypeVar("Thing")
AHEAD = timedelta(days=120)  # how far "straks" looks
RECENTLY = timedelta(days=14)  # how long HR sees what did not arrive
MOST = 50  # messages looked at for that


def build(tx: Tx, house: House, me: Person, talk: Talk, now: datetime) -> Scene | None:
    """The scene of a talk, or None when its case is not this person's to see (any more), or its dialogue is gone."""
    if talk.dialogue not in house.dialogues:
        return None
    organisation = house.organisation(tx, me.organisation)
    today = now.astimezone(BRUSSELS).date()
    case = None
    if talk.case is not None:
        seen = cases.visible(tx, me, talk.case, today)
        if seen is None or not may(Actor(me, today, partial(people.get, tx)), OPENS.get(talk.dialogue, "know"), seen):
            return None
        case = house.known(tx, seen)
    needs = house.dialogues[talk.dialogue].needs
    visible: Sequence[Case] = ()
    if needs & {"cases", "late"}:
        visible = Later(lambda: (known(one, organisation) for one in cases.all_visible(tx, me, today)))
    about = (case,) if case else visible
    coming: Sequence[Coming] = ()
    if needs & {"coming", "late"}:
        coming = Later(lambda: (one for each in about for one in ahead(tx, house, organisation, each, now)))
    circle = Circle(tx, me)
    return Scene(
        me=me,
        today=talk.began,
        case=case,
        about=talk.about,
        people=circle,
        in_full=_in_full(tx, me, about, circle),
        cases=visible,
        absent=Absent(tx),
        silenced=() if "hr" in me.roles else Silenced(tx),
        late=Later(lambda: _late(coming, visible, today)) if "late" in needs else (),
        undelivered=Later(lambda: _undelivered(tx, me, now)) if "late" in needs and "hr" in me.roles else (),
        coming=coming,
        policy=house.followed(tx, case) if case else None,
        looks=_looks(tx, me, today) if "looks" in needs else None,
        channels=_channels(tx, me) if "channels" in needs else (),
        dialogue=talk.dialogue,
        now=today,
    )


def _looks(tx: Tx, me: Person, today: date) -> Sequence[Look] | None:
    """Who looked at the cases this person is the employee of, also ended ones; None without any (S3: read_readers)."""
    own = [case for case in cases.of_employee(tx, me.id) if may(Actor(me, today), "read_readers", case)]
    entries = (entry for case in own for entry in reading.of(tx, case.id))
    return [Look(entry.by, entry.at.astimezone(BRUSSELS).date()) for entry in entries] if own else None


def _channels(tx: Tx, me: Person) -> tuple[str, ...]:
    """Where somebody can be reached now; the first is where I write."""
    return tuple(dict.fromkeys(way.channel for way in addresses.ways_to(tx, me.id) if way.reachable))


class Later(Sequence[Thing]):
    """A list that is made when somebody looks at it: most turns of a talk do not, and a timeline is dear."""

    def __init__(self, make: Callable[[], Iterable[Thing]]) -> None:
        self._make = make
        self._made: tuple[Thing, ...] | None = None

    @property
    def _things(self) -> tuple[Thing, ...]:
        if self._made is None:
            self._made = tuple(self._make())
        return self._made

    def __getitem__(self, index: Any) -> Any:
        return self._things[index]

    def __len__(self) -> int:
        return len(self._things)


class Absent(Container[str]):
    """Who is away through an absence and not back yet, found for one person at a time."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    def __contains__(self, person: object) -> bool:
        case = cases.open_of(self._tx, str(person))
        return case is not None and "actual_return" not in case.anchors


class Silenced(Container[str]):
    """About whom everything was stopped, found for one person at a time."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    def __contains__(self, person: object) -> bool:
        return any(case.status == "silenced" for case in cases.of_employee(self._tx, str(person)))


class Circle(Mapping[str, Person]):
    """Whom somebody may name. One person is fetched when looked up; everybody only when somebody goes over them."""

    def __init__(self, tx: Tx, me: Person) -> None:
        self._tx = tx
        self._me = me
        self._near: dict[str, Person | None] = {me.id: me}
        self._all: dict[str, Person] | None = None

    def __getitem__(self, person: str) -> Person:
        if person not in self._near:
            found = people.get(self._tx, person)
            self._near[person] = found if found and found.organisation == self._me.organisation else None
        near = self._near[person]
        if near is None:
            raise KeyError(person)
        return near

    def __iter__(self) -> Iterator[str]:
        return iter(self._everybody())

    def __len__(self) -> int:
        return len(self._everybody())

    def _everybody(self) -> dict[str, Person]:
        if self._all is None:
            self._all = within_reach(self._tx, self._me)
            self._near.update(self._all)
        return self._all


def within_reach(tx: Tx, me: Person) -> dict[str, Person]:
    """HR and the coach: everybody; a line manager: the team, other managers, HR and the coach."""
    everybody = people.of(tx, me.organisation)
    if me.roles & {"hr", "coach"}:
        return everybody
    in_for = {manager.id for manager in everybody.values() if manager.deputy == me.id}
    return {
        person.id: person
        for person in everybody.values()
        if me.id in {person.id, person.manager} or person.manager in in_for or person.roles & {"hr", "coach", "manager"}
    }


def _in_full(tx: Tx, me: Person, about: Iterable[Case], circle: Mapping[str, Person]) -> frozenset[str]:
    """Who is called by the whole name: who shares a first name, in the team or, for HR, in the organisation."""
    in_team = not me.roles & {"hr", "coach"}
    absent = (circle.get(case.employee) for case in about)
    return frozenset(one.id for one in absent if one is not None and people.has_namesake(tx, one, in_team=in_team))


def ahead(tx: Tx, house: House, organisation: Organisation, case: Case, now: datetime) -> list[Coming]:
    """The timeline of a case as people see it: what is done, what was missed, what is now, what comes."""
    policy = house.followed(tx, case)
    decided = {decision.key: decision.outcome for decision in cases.decisions(tx, case.id)}
    found: dict[tuple[str, int], Coming] = {}
    today = now.astimezone(BRUSSELS).date()
    for moment in timeline(policy, case, house.calendar(organisation), (now + AHEAD).date()):
        which = (moment.milestone, moment.nth)
        if moment.kind != "nudge" or which in found:
            continue
        state = standing(policy, case, moment, decided.get(moment.key), now)
        if state is None:
            continue
        found[which] = Coming(
            case=case.id,
            milestone=moment.milestone,
            nth=moment.nth,
            on=moment.due,
            to=moment.to,
            state=state,
            over=is_over(moment, today),
            put_off=put_off(case, moment, today),
            source=moment.source,
            kind=kind_of(policy, moment.milestone),
            ask=moment.ask,
        )
    return sorted(found.values(), key=lambda one: (one.waits_until, one.milestone, one.nth))


def kind_of(policy: Policy, milestone: str) -> str:
    """Law, policy or practice; a review date of the plan is the plan's own."""
    found = policy.milestone(milestone)
    return found.kind if found else "practice"


def _late(coming: Iterable[Coming], about: Iterable[Case], today: date) -> Iterator[Late]:
    """What was asked and not done on its day, and what was missed, while it still makes sense to do it.

    What comes round again stands there once, since the first time nobody did it.
    """
    by_id = {case.id: case for case in about}
    since: dict[tuple[str, str], date] = {}
    for one in coming:
        which = (one.case, one.milestone)
        if one.state == "done":
            since.pop(which, None)
        elif one.state == "missed" and one.over:
            since.setdefault(which, one.on)
        elif one.state in ("now", "missed"):
            case = by_id[one.case]
            day = since.pop(which, one.on)
            if day < today:
                yield Late(one.case, one.milestone, one.nth, day, case.held_by(one.to) or case.manager)


def _undelivered(tx: Tx, me: Person, now: datetime) -> Iterable[Undelivered]:
    """What did not arrive these weeks, or perhaps not: once for each person, when it was tried last."""
    found: dict[tuple[str, bool], Undelivered] = {}
    for row in outbox.trouble(tx, me.organisation, MOST):
        tried, perhaps = row.attempted_at or row.created_at, row.state == "unsure"
        if row.answered_at is None and now - RECENTLY <= tried:
            one = Undelivered(row.person, tried.astimezone(BRUSSELS).date(), perhaps)
            found[row.person, perhaps] = max(one, found.get((row.person, perhaps), one), key=lambda each: each.on)
    return sorted(found.values(), key=lambda one: (one.on, one.to), reverse=True)
