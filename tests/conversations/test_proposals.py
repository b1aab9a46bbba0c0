"""What is proposed so that one tap is enough."""

from __future__ import annotations

from datetime import date

import pytest

from conversations.buildup import held, next_step, shifted, usual
from conversations.plan import Step
from conversations.proposals import follow_ups, friday, months_after, review_day, weekday, weekday_before

FIRST = date(2027, 1, 18)
TODAY = date(2027, 2, 18)
STEPS = (Step(FIRST, 19.0), Step(date(2027, 3, 1), 30.4), Step(date(2027, 3, 29), 38.0))


@pytest.mark.parametrize(
    ("day", "after", "before"),
    [
        (date(2026, 11, 30), date(2026, 11, 30), date(2026, 11, 27)),  # a Monday
        (date(2026, 12, 25), date(2026, 12, 28), date(2026, 12, 24)),  # Christmas, a Friday
        (date(2027, 3, 29), date(2027, 3, 30), date(2027, 3, 26)),  # Easter Monday
        (date(2026, 12, 6), date(2026, 12, 7), date(2026, 12, 4)),  # a Sunday
    ],
)
def test_no_day_off_is_proposed(day: date, after: date, before: date) -> None:
    """A day moves on from weekends and legal holidays, and the day before comes before them."""
    assert (after, before) == (weekday(day), weekday_before(day))


def test_months_end_where_the_month_does() -> None:
    """A month after the last of January is the last of February."""
    assert date(2027, 2, 28) == months_after(date(2027, 1, 31), 1)
    assert date(2027, 1, 30) == months_after(date(2026, 11, 30), 2)


def test_follow_ups_are_those_of_the_policy() -> None:
    """Day 1, two weeks, a month, 45 days."""
    assert (FIRST, date(2027, 2, 1), TODAY, date(2027, 3, 4)) == follow_ups(FIRST)


def test_what_is_temporary_is_reviewed_before_it_ends() -> None:
    """The review falls on the evaluation, the end on the Friday after."""
    review = review_day(FIRST, temporary=True)
    assert (date(2027, 3, 4), date(2027, 3, 5)) == (review, friday(review))
    assert date(2027, 4, 19) == review_day(FIRST, temporary=False)


def test_usual_build_up() -> None:
    """Half, four fifths and full hours, each part as long; the days said are those of the beginning."""
    days = frozenset({1, 3})
    steps = (Step(FIRST, 18.0, days), Step(date(2027, 2, 15), 28.8), Step(date(2027, 3, 15), 36.0))
    assert steps == usual("half_4w", FIRST, 36.0, days)


def test_what_has_begun_does_not_move() -> None:
    """Later, earlier or not now: only the steps to come, and never before tomorrow."""
    assert [FIRST, date(2027, 3, 15), date(2027, 4, 12)] == [step.starts for step in shifted(STEPS, TODAY, 2)]
    assert [FIRST, date(2027, 2, 22), date(2027, 3, 22)] == [step.starts for step in shifted(STEPS, TODAY, -1)]
    assert date(2027, 2, 19) == shifted(STEPS, TODAY, -3)[1].starts
    assert STEPS[:1] == held(STEPS, TODAY)
    assert STEPS[1] == next_step(STEPS, TODAY)
    assert None is next_step(STEPS, date(2027, 4, 1))
