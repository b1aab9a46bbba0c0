"""How dates, times and lists are written in the Dutch of Flanders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from babel.dates import format_date, format_time
from jinja2 import pass_context
from jinja2.runtime import Context

LOCALE = "nl_BE"
# How near days are called; further away the day itself is clearer.
_NEAR = {-2: "eergisteren", -1: "gisteren", 0: "vandaag", 1: "morgen", 2: "overmorgen"}
# Further from today than this, a day without its year may be taken for another one.
FAR = timedelta(days=183)
_COUNT = ("nul", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien")


def day(value: date, today: date) -> str:
    """A day with its weekday, and its year where it is far off: "dinsdag 24 november"."""
    return full_day(value) if _far(value, today) else _day(value)


def short(value: date, today: date) -> str:
    """A day in a small place, with its year where it is far off: "di 24 nov"."""
    return f"{_short(value)} {value.year}" if _far(value, today) else _short(value)


def _far(value: date, today: date) -> bool:
    on = value.date() if isinstance(value, datetime) else value
    return abs(on - today) > FAR


@lru_cache(maxsize=4096)
def _day(value: date) -> str:
    return format_date(value, "EEEE d MMMM", locale=LOCALE)


@lru_cache(maxsize=4096)
def full_day(value: date) -> str:
    """A day with its year, for what is read long after: "dinsdag 24 november 2026"."""
    return format_date(value, "EEEE d MMMM y", locale=LOCALE)


@lru_cache(maxsize=4096)
def _short(value: date) -> str:
    return format_date(value, "EEE d MMM", locale=LOCALE).replace(".", "")


@lru_cache(maxsize=4096)
def full_short(value: date) -> str:
    """A day with its year in a small place: "24 nov 2026"."""
    return format_date(value, "d MMM y", locale=LOCALE).replace(".", "")


def month(value: date) -> str:
    """The name of a month, on a line of time: "jan"."""
    return format_date(value, "LLL", locale=LOCALE).replace(".", "")


def near(value: date, today: date) -> str:
    """How one would say that day today: "morgen", else "dinsdag 24 november"."""
    return _NEAR.get((value - today).days) or day(value, today)


def clock(value: time | datetime) -> str:
    """A time: "10u30"."""
    return format_time(value, "H'u'mm", locale=LOCALE)


def hour(value: str) -> str:
    """An hour as it is kept ("14:30"), as people say it: "14u30", "9u"."""
    return clock(time.fromisoformat(value)).removesuffix("00")


def span(days: int) -> str:
    """A number of days as people say it: "drie dagen", "twee weken"."""
    if days >= 7 and days % 7 == 0 and days // 7 < 9:
        weeks = days // 7
        return "een week" if weeks == 1 else f"{_COUNT[weeks]} weken"
    if days == 1:
        return "een dag"
    return f"{_COUNT[days] if days < len(_COUNT) else days} dagen"


def number(value: float) -> str:
    """A number with a comma, without needless decimals: "19", "7,6"."""
    return f"{value:g}".replace(".", ",")


def listed(values: Iterable[Any]) -> str:
    """A list in a sentence: "a, b en c"."""
    *head, last = [str(value) for value in values] or [""]
    return f"{', '.join(head)} en {last}" if head else last


@pass_context
def _day_in(words: Context, value: date) -> str:
    """The day as it is said today. Where the words have no today, what stands around them names the year."""
    today = words.get("today")
    return day(value, today) if today else _day(value)


@pass_context
def _short_in(words: Context, value: date) -> str:
    today = words.get("today")
    return short(value, today) if today else _short(value)


# What every template may use, of messages and of pages.
FILTERS: Mapping[str, Callable[..., str]] = {
    "day": _day_in, "full_day": full_day, "short": _short_in, "near": near, "clock": clock, "hour": hour, "span": span,
    "number": number, "listed": listed,
}  # fmt: skip
