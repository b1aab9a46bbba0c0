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
from bot.recipients import addressee
from conversations.timing.guard import Drop, Hold, decent, may_send
from conversations.timing.timeline import glance, next_due
from storage import cases

if TYPE_CHECKING:
    from datetime import datetime

    from conversations.case import Case
    from conversations.timing.timeline import Moment
    from conversations.timing.workdays import Calendar
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
        planned = cases.planned(tx, case.id)
        forgotten, again = 0, []
        look, undecided = glance(policy, seen, calendar, told, now)
        for moment in undecided:
            told[moment.key] = now  # as the tick does it: looked at again only when it may go
            goes = None if look.is_too_late(moment) else _goes_at(tx, seen, moment, calendar, now)
            if goes is not None:
                again.append(goes)
                forgotten += moment.at <= now - PATIENCE and (planned is None or planned > max(now, goes))
        following = next_due(policy, seen, calendar, told, now)
        expected = min([*again, *([following] if following else [])], default=None)
        late = expected is not None and (planned is None or planned > max(expected, now + PATIENCE))
        if late:
            cases.reschedule(tx, case.id, expected)
        found += Found(0, forgotten, int(late))
    standing.keep(tx, house, live, now)
    return found, live[-1].id if len(live) == PAGE else ""


def _goes_at(tx: Tx, case: Case, moment: Moment, calendar: Calendar, now: datetime) -> datetime | None:
    """When the guard lets this go: at the first decent hour, because an audit runs at night, or when a hold ends.

    None for what it would drop.
    """
    person = addressee(tx, case, moment, now.date())
    if person is None:
        return None
    hour = decent(person, calendar, now, case.timezone)
    match may_send(case, person, moment, calendar, hour):
        case Hold(until, _):
            return until
        case Drop():
            return None
    return hour
