"""Calendar arithmetic behind the date grammar: weekdays, days of a month, Easter and the feasts named after it."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

Tense = Literal["past", "future", "any"]
Part = Literal["begin", "middle", "end"]

_FIXED = {
    "nieuwjaar": (1, 1), "nieuwjaarsdag": (1, 1), "driekoningen": (1, 6), "valentijn": (2, 14),
    "wapenstilstand": (11, 11),
    "allerheiligen": (11, 1), "allerzielen": (11, 2), "sinterklaas": (12, 6), "kerstmis": (12, 25), "kerst": (12, 25),
    "kerstdag": (12, 25), "kerstavond": (12, 24), "oudejaar": (12, 31), "oudejaarsavond": (12, 31), "oudjaar": (12, 31),
    "feest van de arbeid": (5, 1), "dag van de arbeid": (5, 1), "nationale feestdag": (7, 21),
    "vlaamse feestdag": (7, 11), "feest van de vlaamse gemeenschap": (7, 11), "elf juli": (7, 11),
    "tweede kerstdag": (12, 26), "halfoogst": (8, 15), "olv hemelvaart": (8, 15), "o l v hemelvaart": (8, 15),
}  # fmt: skip
_AFTER_EASTER = {
    "pasen": 0, "paasdag": 0, "paaszondag": 0, "paasmaandag": 1, "tweede paasdag": 1, "goede vrijdag": -2,
    "hemelvaart": 39, "hemelvaartsdag": 39, "o l h hemelvaart": 39, "olh hemelvaart": 39, "rerum novarum": 39,
    "pinksteren": 49, "pinksterzondag": 49, "pinkstermaandag": 50, "tweede pinksterdag": 50, "witte donderdag": -3,
    "aswoensdag": -46,
}  # fmt: skip
FEASTS = tuple(sorted({*_FIXED, *_AFTER_EASTER}, key=lambda name: -len(name)))


def easter(year: int) -> date:
    """Easter Sunday (the anonymous Gregorian computation)."""
    golden, century = year % 19, year // 100
    epact = (19 * golden + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    moon = epact - epact // 28 * (1 - epact // 28 * (29 // (epact + 1)) * ((21 - golden) // 11))
    step = moon - (year + year // 4 + moon + 2 - century + century // 4) % 7
    month = 3 + (step + 40) // 44
    return date(year, month, step + 28 - 31 * (month // 4))


def feast(name: str, year: int) -> date:
    """The day of that feast in that year."""
    if name in _FIXED:
        return date(year, *_FIXED[name])
    return easter(year) + timedelta(days=_AFTER_EASTER[name])


def pick(options: list[date], today: date, tense: Tense) -> date | None:
    """Of the same day in several years or months: the next one, the last one, or the nearest."""
    if tense == "past":
        return max((day for day in options if day <= today), default=None)
    if tense == "future":
        return min((day for day in options if day >= today), default=None)
    return min(options, key=lambda day: abs(day - today), default=None)


def in_some_year(day: int, month: int, today: date, tense: Tense) -> date | None:
    """That day and month in the year the tense asks for; 29 February looks further away."""
    years = range(max(1, today.year - 8), min(9999, today.year + 8) + 1)
    return pick([date(y, month, day) for y in years if 1 <= day <= days_in(y, month)], today, tense)


def in_some_month(day: int, today: date, tense: Tense) -> date | None:
    """That day in this month or the nearest one the tense allows."""
    months = [add_months(today.replace(day=1), n) for n in range(-3, 4)]
    return pick([m.replace(day=day) for m in months if 1 <= day <= days_in(m.year, m.month)], today, tense)


def days_in(year: int, month: int) -> int:
    """The number of days of that month."""
    return monthrange(year, month)[1]


def add_months(day: date, months: int) -> date:
    """Calendar months later (or earlier), on the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, days_in(year, month + 1)))


def add_workdays(day: date, count: int) -> date:
    """So many Mondays to Fridays later."""
    step = timedelta(days=1 if count >= 0 else -1)
    while count:
        day += step
        if day.isoweekday() < 6:
            count -= 1 if step.days > 0 else -1
    return day


def in_week(today: date, weeks: int, weekday: int = 0) -> date:
    """That weekday (0 is Monday) in the week so many weeks from this one."""
    return today + timedelta(days=weekday - today.weekday() + 7 * weeks)


def coming(weekday: int, today: date) -> date:
    """The first such weekday after today."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def month(year: int, number: int) -> tuple[date, date]:
    """The first and last day of a month."""
    return date(year, number, 1), date(year, number, days_in(year, number))


def part_of(first: date, last: date, part: Part) -> tuple[date, date]:
    """Begin, middle or end of a stretch: two days of a week, ten of a month, a month of a year."""
    length = (last - first).days + 1
    size = 2 if length <= 7 else 10 if length <= 31 else 31
    if part == "begin":
        return first, first + timedelta(days=size - 1)
    if part == "end":
        return last - timedelta(days=size - 1), last
    start = first + timedelta(days=(length - size) // 2)
    return start, start + timedelta(days=size - 1)
