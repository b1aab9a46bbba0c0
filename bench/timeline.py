"""Microseconds for one `timeline` of a case and for one `next_due`, over a hundred first days of absence.

Every case has another first day, so nothing is answered from memory but the calendar and the policy. `Look` is what
the tick asks: what is due and what is too late; the next date comes with little more. Times of the processor, so that
what else the machine does counts little.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

from bot import packs
from conversations.case import Case, Spell
from conversations.timing.timeline import Look, next_due, timeline
from conversations.timing.workdays import Calendar

ROUNDS = 7
CASES = 100
ONCE = 1000  # how many `next_due` the promise is about
CALENDAR = Calendar(frozenset())


def case(number: int) -> Case:
    """Absent since some day of 2026, with contact made after a week and a return in sight."""
    start = date(2026, 1, 5) + timedelta(days=number)
    anchors = {"absence_start": start, "absence_reported": start, "contact": start + timedelta(days=7),
               "expected_return": start + timedelta(days=120)}  # fmt: skip
    return Case(f"c{number}", "o", "e", "m", "company_c@1", anchors=anchors, facts=frozenset({"staff_of_20"}),
                spells=(Spell(start),))  # fmt: skip


def each(work: Callable[[Case, datetime], object]) -> float:
    """Microseconds a case, forty days into its absence; the median of a few rounds."""
    some = [case(number) for number in range(CASES)]
    moments = [datetime.combine(one.anchors["absence_start"], datetime.min.time(), UTC) for one in some]
    told = []
    for _ in range(ROUNDS):
        began = time.thread_time()
        for one, start in zip(some, moments, strict=True):
            work(one, start + timedelta(days=40, hours=10))
        told.append((time.thread_time() - began) / CASES)
    return median(told) * 1e6


def figures() -> Iterator[dict[str, Any]]:
    """The whole timeline of a year, one look, one next date; and the first one of all, which makes the tables."""
    policy = packs.load()["company_c@1"]
    began = time.thread_time()
    next_due(policy, case(0), CALENDAR, {}, datetime(2026, 2, 14, 10, tzinfo=UTC))
    first = time.thread_time() - began
    year = timedelta(days=365)
    whole = each(lambda one, now: timeline(policy, one, CALENDAR, (now + year).date()))
    look = each(lambda one, now: list(Look(policy, one, CALENDAR, {}, now).undecided()))
    soon = each(lambda one, now: next_due(policy, one, CALENDAR, {}, now))
    yield {"figure": "timeline", "value": round(whole), "unit": "us", "moments": _moments(policy)}
    yield {"figure": "timeline_look", "value": round(look), "unit": "us"}
    yield {"figure": "timeline_next_due", "value": round(soon), "unit": "us", "thousand_s": round(soon * ONCE / 1e6, 3)}
    yield {"figure": "timeline_first", "value": round(first * 1000, 1), "unit": "ms"}


def _moments(policy: Any) -> int:
    return len(timeline(policy, case(0), CALENDAR, date(2027, 2, 14)))
