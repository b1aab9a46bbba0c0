"""What the bot proposes so that one tap is enough: dates and details of agreements.

Days fall on weekdays that are no legal holiday; the employer's own days are for the person who confirms them.
"""

from __future__ import annotations

from datetime import date, timedelta

from conversations.catalogue import BY_CODE, OWN
from conversations.plan import Agreement, Heading
from conversations.timing.workdays import Calendar, add_months

USUAL = Calendar()


def weekday(day: date) -> date:
    """That day, or the first one after it that is worked."""
    return USUAL.next_open(day)


def weekday_before(day: date) -> date:
    """The last day before it that is worked."""
    return USUAL.previous_open(day - timedelta(days=1))


def months_after(day: date, months: int) -> date:
    """The same day so many calendar months later, or the last one of a shorter month."""
    return date.fromordinal(add_months(day.toordinal(), months))


def friday(day: date) -> date:
    """The Friday of that day or after it: where a temporary agreement ends."""
    return day + timedelta(days=(4 - day.weekday()) % 7)


def follow_ups(first: date) -> tuple[date, ...]:
    """Day 1, two weeks, a month and a month and a half after the first day (S4-13 to S4-16)."""
    after = (first, first + timedelta(weeks=2), months_after(first, 1), first + timedelta(days=45))
    return tuple(weekday(day) for day in after)


def review_day(first: date, *, temporary: bool) -> date:
    """When an agreement is looked at again: the evaluation, or after three months for a lasting one (b.3.11)."""
    return weekday(first + timedelta(days=45)) if temporary else weekday(months_after(first, 3))


def agreement(number: str, heading: Heading, code: str, first: date | None, what: str | None = None) -> Agreement:
    """An agreement with the usual details, from the first day where that is known."""
    temporary = code == OWN or BY_CODE[code].temporary
    review = review_day(first, temporary=temporary) if first else None
    return Agreement(
        number, heading, code, what,
        owner="manager" if code == OWN else BY_CODE[code].owner,
        starts=first,
        ends=friday(review) if review and temporary else None,
        temporary=temporary,
        review_on=review,
    )  # fmt: skip
