"""What a cadence would do to the running cases, before anybody follows it."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.house import BRUSSELS, known
from conversations.timing.course import Alike
from conversations.timing.effects import Between, Effect, Load
from storage import adoptions, cases

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from bot.house import House
    from conversations.case import Case
    from conversations.timing.policy import Policy
    from storage.database import Database, Tx
    from storage.organisations import Organisation

READ = 500  # cases read in one transaction
AHEAD = timedelta(weeks=13)  # how far it looks
LISTED = 200  # cases that it names


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


async def preview(database: Database, house: House, organisation: str, after: Policy, now: datetime) -> Preview:
    """What `after` would do to the running cases. Writes nothing; reads a page at a time, so that others go first."""
    sums = _Sums(after, now)
    last = ""
    while True:
        page = await database.run(lambda tx, last=last: _read(tx, house, organisation, last))  # type: ignore[misc]
        await asyncio.to_thread(sums.add, house, page)
        if len(page.cases) < READ:
            return sums.result()
        last = page.cases[-1].id


@dataclass(frozen=True, slots=True)
class _Page:
    organisation: Organisation
    cases: Sequence[Case]
    policies: dict[str, Policy]


def _read(tx: Tx, house: House, organisation: str, after: str) -> _Page:
    ids = adoptions.running(tx, organisation, after, READ)
    cases.recall(tx, ids)
    found = [case for case in (cases.load(tx, one) for one in ids) if case is not None]
    refs = {case.policy: house.policy(tx, case.policy) for case in found}
    return _Page(house.organisation(tx, organisation), found, refs)


class _Sums:
    """A preview in the making."""

    def __init__(self, after: Policy, now: datetime) -> None:
        self.after, self.now = after, now
        self.through = (now + AHEAD).astimezone(BRUSSELS).date()
        self.between: dict[str, Between] = {}
        self.known: dict[tuple[str, Alike], Effect] = {}
        self.seen = self.affected = 0
        self.kinds: dict[str, Counter[str]] = {"appears": Counter(), "moves": Counter(), "vanishes": Counter()}
        self.load, self.load_before = Load(), Load()
        self.listed: list[Affected] = []

    def add(self, house: House, page: _Page) -> None:
        """Some cases more. What is alike is looked at once."""
        calendar = house.calendar(page.organisation)
        for case in page.cases:
            seen = known(case, page.organisation)
            key = (case.policy, Alike(seen))
            effect = self.known.get(key)
            if effect is None:
                between = self.between.get(case.policy)
                if between is None:
                    between = self.between[case.policy] = Between(page.policies[case.policy], self.after)
                effect = self.known[key] = between.effect(seen, calendar, self.now, self.through)
            self._count(case, effect)

    def _count(self, case: Case, effect: Effect) -> None:
        self.seen += 1
        self.load.add(case.manager, effect.after)
        self.load_before.add(case.manager, effect.before)
        if effect.is_none:
            return
        self.affected += 1
        self.kinds["appears"].update(one.milestone for one in effect.appears)
        self.kinds["moves"].update(one.after.milestone for one in effect.moves)
        self.kinds["vanishes"].update(one.milestone for one in effect.vanishes)
        if len(self.listed) < LISTED:
            self.listed.append(Affected(case.id, case.employee, case.manager, effect))

    def result(self) -> Preview:
        """All of it."""
        appears, moves, vanishes = self.kinds.values()
        names = dict.fromkeys([*appears, *moves, *vanishes])
        return Preview(
            cases=self.seen,
            affected=self.affected,
            appears=appears.total(),
            moves=moves.total(),
            vanishes=vanishes.total(),
            by_milestone={name: (appears[name], moves[name], vanishes[name]) for name in names},
            busiest=self.load.busiest,
            busiest_before=self.load_before.busiest,
            fullest=self.load.fullest,
            fullest_before=self.load_before.fullest,
            listed=tuple(self.listed),
        )
