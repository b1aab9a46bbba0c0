"""Should have gone out, against went out: every night, and whenever somebody asks.

The timeline is computed again for every running case. A moment that passed and was never decided means that a tick
did not do its work; a case that is looked at too late means the same for tomorrow. Both are repaired and counted.
How each case stands is written down anew, for whoever looks over all of them (bot/standing.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot import standing
from bot.house import House, known
from conversations.timing.timeline import due, next_due
from storage import cases

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database, Tx

PAGE = 500
PATIENCE = timedelta(hours=1)  # a tick may be busy; a moment older than this was forgotten


@dataclass(frozen=True, slots=True)
class Found:
    """What an audit saw: running cases, moments nobody decided on, cases that are looked at earlier from now on."""

    cases: int = 0
    forgotten: int = 0
    repaired: int = 0

    def __add__(self, other: Found) -> Found:
        return Found(self.cases + other.cases, self.forgotten + other.forgotten, self.repaired + other.repaired)


async def audit(database: Database, house: House, now: datetime) -> Found:
    """Go over every running case, a page at a time."""
    found = Found()
    after = ""
    while True:
        page, after = await database.run(lambda tx, after=after: _page(tx, house, now, after))  # type: ignore[misc]
        found += page
        if not after:
            return found


def _page(tx: Tx, house: House, now: datetime, after: str) -> tuple[Found, str]:
    live = cases.live(tx, after, PAGE)
    found = Found(len(live))
    for case in live:
        organisation = house.organisation(tx, case.organisation)
        policy, calendar = house.followed(tx, case), house.calendar(organisation)
        seen, told = known(case, organisation), cases.told(tx, case.id)
        forgotten = due(policy, seen, calendar, told, now - PATIENCE)
        expected = next_due(policy, seen, calendar, told, now)
        planned = cases.planned(tx, case.id)
        late = expected is not None and (planned is None or planned > max(expected, now + PATIENCE))
        if late:
            cases.reschedule(tx, case.id, expected)
        found += Found(0, len(forgotten) if planned is None or planned > now else 0, int(late))
    standing.keep(tx, house, live, now)
    return found, live[-1].id if len(live) == PAGE else ""
