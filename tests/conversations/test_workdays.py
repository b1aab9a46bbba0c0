"""Working days, holidays, calendar months and clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.case import Person
from conversations.timing.policy import Span
from conversations.timing.workdays import Calendar, belgian, clock, next_day_at_work, tables, works
from tests.conversations.slow_timeline import SlowCalendar, legal, months

DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))
BELGIUM = Calendar()
BRUSSELS = "Europe/Brussels"


@pytest.mark.parametrize(
    ("year", "movable"),
    [(2026, ("04-06", "05-14", "05-25")), (2027, ("03-29", "05-06", "05-17")), (2028, ("04-17", "05-25", "06-05"))],
)
def test_movable_holidays(year: int, movable: tuple[str, ...]) -> None:
    """Easter Monday, Ascension and Whit Monday fall where domain.md a.4 says."""
    assert {date.fromisoformat(f"{year}-{day}") for day in movable} < belgian(year)
    assert len(belgian(year)) == 10


@pytest.mark.parametrize("year", range(1990, 2090))
def test_holidays_are_those_of_the_library(year: int) -> None:
    """A hundred years of holidays agree with a library, which lists two Sundays more."""
    sundays = legal(year) - belgian(year)
    assert belgian(year) <= legal(year)
    assert all(day.isoweekday() == 7 for day in sundays)


def test_own_and_replacement_days_are_closed() -> None:
    """The employer's own days are no working days, and only those."""
    calendar = Calendar(frozenset({date(2026, 7, 10)}))
    assert not calendar.is_open(date(2026, 7, 10))
    assert BELGIUM.is_open(date(2026, 7, 10))
    assert date(2026, 7, 13) == calendar.next_open(date(2026, 7, 10))
    assert date(2026, 7, 9) == calendar.previous_open(date(2026, 7, 12))


@settings(deadline=None)
@given(day=DAYS, n=st.integers(-30, 30), own=st.frozensets(DAYS, max_size=30))
def test_working_days_are_counted_one_by_one(day: date, n: int, own: frozenset[date]) -> None:
    """Adding working days is walking past that many of them."""
    expected = SlowCalendar(own).plus(day, Span(n, "wd"))
    assert expected == Calendar(own).add_working_days(day, n)


@settings(deadline=None)
@given(day=DAYS, n=st.integers(-24, 24))
def test_months_are_calendar_months(day: date, n: int) -> None:
    """A month further is the same day, or the last day of a shorter month."""
    assert months(day, n) == date.fromordinal(tables(BELGIUM).add(day.toordinal(), Span(n, "m")))


@pytest.mark.parametrize(
    ("start", "span", "expected"),
    [
        ("2026-08-31", Span(6, "m"), "2027-02-28"),
        ("2027-08-31", Span(6, "m"), "2028-02-29"),
        ("2028-02-29", Span(12, "m"), "2029-02-28"),
        ("2026-11-02", Span(4, "w"), "2026-11-30"),
        ("2026-11-02", Span(1, "m"), "2026-12-02"),
        ("2026-11-02", Span(8, "w"), "2026-12-28"),
        ("2026-11-02", Span(2, "m"), "2027-01-02"),
        ("2027-01-18", Span(45, "d"), "2027-03-04"),
        ("2026-12-24", Span(1, "wd"), "2026-12-28"),
    ],
)
def test_days_weeks_months_and_working_days_differ(start: str, span: Span, expected: str) -> None:
    """Four weeks are no month, eight weeks are not two months, and a working day skips Christmas."""
    day = tables(BELGIUM).add(date.fromisoformat(start).toordinal(), span)
    assert expected == date.fromordinal(day).isoformat()


def test_both_clock_changes() -> None:
    """Nine in the morning stays nine in the morning, on both sides of both clock changes."""
    at = clock(time(9), BRUSSELS)
    expected = {
        date(2026, 10, 23): datetime(2026, 10, 23, 7, tzinfo=UTC),
        date(2026, 10, 26): datetime(2026, 10, 26, 8, tzinfo=UTC),
        date(2027, 3, 26): datetime(2027, 3, 26, 8, tzinfo=UTC),
        date(2027, 3, 30): datetime(2027, 3, 30, 7, tzinfo=UTC),
    }
    assert expected == {day: at[day.toordinal()] for day in expected}


def test_somebody_works_on_the_days_of_the_contract() -> None:
    """Own weekdays, holidays and being away decide together when somebody is at work again."""
    lies = Person("lies", "o1", "Lies", "lies@example.be", workdays=frozenset({2, 4, 6}), away_until=date(2026, 11, 12))
    assert not works(lies, BELGIUM, date(2026, 11, 12))
    assert not works(lies, BELGIUM, date(2026, 11, 13))
    assert works(lies, BELGIUM, date(2026, 11, 14))
    assert date(2026, 11, 14) == next_day_at_work(lies, BELGIUM, date(2026, 11, 5))
    assert next_day_at_work(Person("x", "o1", "X", "", workdays=frozenset()), BELGIUM, date(2026, 1, 1)) is None
