"""Working days: Belgian holidays, the employer's own days, and the hours at which somebody may be written to.

Inside, a day is its ordinal (`date.toordinal`) and looks are kept in tables that fill themselves: that, and not a
walk over the calendar for every moment, is what makes a timeline cheap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from conversations.case import Person
    from conversations.timing.terms import Span

FIXED_HOLIDAYS = ((1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25))
AFTER_EASTER = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday


def easter(year: int) -> date:
    """Easter Sunday, by the Gauss reckoning that holds from 1900 to 2099 and has two exceptions."""
    moon = (19 * (year % 19) + 24) % 30
    weekday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
    if weekday == 6 and (moon == 29 or (moon == 28 and year % 19 > 10)):
        moon -= 7
    return date(year, 3, 22) + timedelta(days=moon + weekday)


@lru_cache(maxsize=256)
def belgian(year: int) -> frozenset[date]:
    """The ten legal holidays (domain.md a.4). Easter and Whit Sunday are not among them."""
    fixed = {date(year, month, day) for month, day in FIXED_HOLIDAYS}
    return frozenset(fixed | {easter(year) + timedelta(days=after) for after in AFTER_EASTER})


@dataclass(frozen=True, slots=True)
class Calendar:
    """An employer's days: the Belgian holidays, its own and replacement days, and its ISO weekdays."""

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})

    def is_open(self, day: date) -> bool:
        """Whether this is a working day."""
        return day.isoweekday() in self.workdays and not self.is_holiday(day)

    def is_holiday(self, day: date) -> bool:
        """Whether this is a legal holiday or a day of the employer's own."""
        return day in belgian(day.year) or day in self.holidays

    def next_open(self, day: date) -> date:
        """That day, or else the first working day after it."""
        return date.fromordinal(tables(self).forward[day.toordinal()])

    def previous_open(self, day: date) -> date:
        """That day, or else the last working day before it."""
        return date.fromordinal(tables(self).backward[day.toordinal()])

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after that day (before it, when n is negative). Zero is the day itself."""
        return date.fromordinal(tables(self).add_working_days(day.toordinal(), n))


class _Nearest(dict[int, int]):
    """From any day to the nearest working day in one direction."""

    def __init__(self, calendar: Calendar, step: int) -> None:
        super().__init__()
        self._calendar = calendar
        self._step = step

    def __missing__(self, day: int) -> int:
        found = day
        while not self._calendar.is_open(date.fromordinal(found)):
            found += self._step
        self[day] = found
        return found


class Tables:
    """A calendar's looks, in ordinals."""

    def __init__(self, calendar: Calendar) -> None:
        self.forward = _Nearest(calendar, +1)
        self.backward = _Nearest(calendar, -1)
        self._later: dict[tuple[int, int, str], int] = {}

    def add_working_days(self, day: int, n: int) -> int:
        """See `Calendar.add_working_days`."""
        for _ in range(n):
            day = self.forward[day + 1]
        for _ in range(-n):
            day = self.backward[day - 1]
        return day

    def add(self, day: int, span: Span) -> int:
        """That day and a span further (or back)."""
        n = span.n
        if n == 0:
            return day
        match span.unit:
            case "d":
                return day + n
            case "w":
                return day + 7 * n
            case "m":
                return add_months(day, n)
            case "wd":
                return self.add_working_days(day, n)

    def open_after(self, day: int, span: Span) -> int:
        """That day and a span further, and then on to a working day."""
        key = (day, span.n, span.unit)
        later = self._later.get(key)
        if later is None:
            later = self._later[key] = self.forward[self.add(day, span)]
        return later


@lru_cache(maxsize=256)
def tables(calendar: Calendar) -> Tables:
    """The tables of a calendar: one set for all calendars with the same days."""
    return Tables(calendar)


@lru_cache(maxsize=65536)
def add_months(day: int, n: int) -> int:
    """Calendar months further: the same day of the month, or the last one of a shorter month."""
    start = date.fromordinal(day)
    year, month = divmod(start.year * 12 + start.month - 1 + n, 12)
    first = date(year, month + 1, 1).toordinal()
    days = date(year + (month == 11), (month + 1) % 12 + 1, 1).toordinal() - first
    return first + min(start.day, days) - 1


class _Clock(dict[int, datetime]):
    """From a day to the moment of a local time on that day, in UTC."""

    def __init__(self, at: time, timezone: str) -> None:
        super().__init__()
        self._at = at
        self._zone = ZoneInfo(timezone)

    def __missing__(self, day: int) -> datetime:
        local = datetime.combine(date.fromordinal(day), self._at, self._zone)
        self[day] = moment = local.astimezone(UTC)
        return moment


@lru_cache(maxsize=64)
def clock(at: time, timezone: str) -> _Clock:
    """The moments of a local time, one for each day. Both clock changes are in it."""
    return _Clock(at, timezone)


def works(person: Person, calendar: Calendar, day: date) -> bool:
    """Whether this person works on that day: one of the person's own weekdays, no holiday, and not away."""
    return not calendar.is_holiday(day) and day.isoweekday() in person.workdays and not person.is_away(day)


def next_day_at_work(person: Person, calendar: Calendar, after: date) -> date | None:
    """The first day after that day on which this person works, within a year."""
    days = (after + timedelta(days=ahead) for ahead in range(1, 367))
    return next((day for day in days if works(person, calendar, day)), None)
