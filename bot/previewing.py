"""What a cadence would do to the running cases, before anybody follows it."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.house import BRUSSELS, known
from conversations.timing.effects import Effect, Load, together
from conversations.timing.sharing import Part, Sharing
from storage import adoptions, cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime

    from bot.house import House
    from conversations.case import Case
    from conversations.timing.policy import Policy
    from conversations.timing.workdays import Calendar
    from storage.database import Database, Tx
    from storage.organisations import Organisation

LOOKED_UP = 10_000  # cases found in one transaction: they are sorted each time
READ = 200  # cases read in one transaction
AHEAD = timedelta(weeks=13)  # how far it looks
LISTED = 50  # cases that it names
REMEMBERED = 20_000  # parts of cases, a kilobyte each


@dataclass(frozen=True, slots=True)
class Affected:
    """One case in which something changes."""

    case: str
    employee: str
    manager: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Preview:
    """What a cadence would do to the running cases in the three months to come.

    `by_milestone` counts what appears, moves and vanishes; `busiest` is a day and how much is said on it, over all
    cases; `fullest` a line manager, the Monday of a week and how much that one hears in it; both before and after.
    `listed` are the first cases in which something changes: `affected` says how many there are.
    """

    cases: int
    affected: int
    appears: int
    moves: int
    vanishes: int
    by_milestone: dict[str, tuple[int, int, int]]
    busiest: tuple[date, int] | None
    busiest_before: tuple[date, int] | None
    fullest: tuple[str, date, int] | None
    fullest_before: tuple[str, date, int] | None
    listed: tuple[Affected, ...]


async def preview(
    database: Database,
    house: House,
    organisation: str,
    after: Policy,
    now: datetime,
    told: Callable[[int], None] = lambda _: None,
) -> Preview:
    """What `after` would do to the running cases; `told` hears how many were looked at so far.

    Writes nothing. Reads a page at a time and reckons in a thread, so that whatever else there is to do goes first.
    """
    sums = _Sums(house, after, now)
    more = True
    last = ""
    while more:
        ids = await database.run(lambda tx, last=last: adoptions.running(tx, organisation, last, LOOKED_UP))  # type: ignore[misc]
        for some in batched(ids):
            page = await database.run(lambda tx, some=some: _read(tx, house, organisation, some))  # type: ignore[misc]
            await asyncio.to_thread(sums.add, page)
            told(sums.seen)
        more = len(ids) == LOOKED_UP
        last = ids[-1] if ids else last
    return await asyncio.to_thread(sums.result)


def batched(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """So many at a time as are read together."""
    return (ids[first : first + READ] for first in range(0, len(ids), READ))


@dataclass(frozen=True, slots=True)
class _Page:
    organisation: Organisation
    cases: Sequence[Case]
    policies: dict[str, Policy]


def _read(tx: Tx, house: House, organisation: str, ids: Sequence[str]) -> _Page:
    cases.recall(tx, ids)
    found = [case for case in (cases.load(tx, one) for one in ids) if case is not None and case.is_live]
    refs = {case.policy: house.policy(tx, case.policy) for case in found}
    return _Page(house.organisation(tx, organisation), found, refs)


class _Sums:
    """A preview in the making."""

    def __init__(self, house: House, after: Policy, now: datetime) -> None:
        self.house, self.after, self.now = house, after, now
        self.through = (now + AHEAD).astimezone(BRUSSELS).date()
        self.sharing: dict[tuple[str, Calendar], Sharing] = {}
        self.seen = self.affected = 0
        self.appears, self.moves, self.vanishes = Counter[str](), Counter[str](), Counter[str]()
        self.load, self.load_before = Load(now.date()), Load(now.date())
        self.listed: list[Affected] = []

    def add(self, page: _Page) -> None:
        """Some cases more."""
        calendar = self.house.calendar(page.organisation)
        for case in page.cases:
            sharing = self._sharing(page.policies[case.policy], calendar)
            parts = sharing.parts(known(case, page.organisation))
            for part in parts:
                part.managers[case.manager] += 1
            if not all(part.effect.is_none for part in parts):
                self.affected += 1
                if len(self.listed) < LISTED:
                    effect = together(part.effect for part in parts)
                    self.listed.append(Affected(case.id, case.employee, case.manager, effect))
        self.seen += len(page.cases)
        if sum(sharing.size for sharing in self.sharing.values()) > REMEMBERED:
            self._sum_up()

    def _sharing(self, before: Policy, calendar: Calendar) -> Sharing:
        key = (before.ref, calendar)
        found = self.sharing.get(key)
        if found is None:
            found = self.sharing[key] = Sharing(before, self.after, calendar, self.now, self.through)
        return found

    def _sum_up(self) -> None:
        """Count what was found so far, and forget how."""
        for sharing in self.sharing.values():
            for part in sharing.let_go():
                self._count(part)

    def _count(self, part: Part) -> None:
        effect, times = part.effect, part.managers.total()
        self.load.add(effect.after, part.managers)
        self.load_before.add(effect.before, part.managers)
        for appears in effect.appears:
            self.appears[appears.milestone] += times
        for moves in effect.moves:
            self.moves[moves.after.milestone] += times
        for vanishes in effect.vanishes:
            self.vanishes[vanishes.milestone] += times

    def result(self) -> Preview:
        """All of it."""
        self._sum_up()
        names = sorted({*self.appears, *self.moves, *self.vanishes}, key=self._place)
        return Preview(
            cases=self.seen,
            affected=self.affected,
            appears=self.appears.total(),
            moves=self.moves.total(),
            vanishes=self.vanishes.total(),
            by_milestone={name: (self.appears[name], self.moves[name], self.vanishes[name]) for name in names},
            busiest=self.load.busiest,
            busiest_before=self.load_before.busiest,
            fullest=self.load.fullest,
            fullest_before=self.load_before.fullest,
            listed=tuple(self.listed),
        )

    def _place(self, name: str) -> tuple[int, str]:
        """In the order of the cadence; what it has no more, last."""
        names = [one.id for one in self.after.milestones]
        return (names.index(name) if name in names else len(names), name)
