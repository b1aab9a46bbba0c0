"""The guard: who may be written to about what, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.case import Case, Contact, Person
from conversations.timing.guard import IN_A_TALK, Drop, Hold, Send, may_send
from conversations.timing.timeline import Moment
from conversations.timing.workdays import Calendar
from tests.conversations.cadences import BELGIUM, brussels, case_of

LIES = Person("lies", "o1", "Lies", "lies@example.be", roles=frozenset({"manager", "employee"}))
CASE = case_of("2026-11-02")
RESTING = replace(CASE, contact=Contact(disconnect_from=date(2026, 11, 9), disconnect_until=date(2026, 11, 27)))
MONDAY = "2026-11-16T09:00"


def moment(**parts: Any) -> Moment:
    """A weekly contact on Monday 16 November, or what is said of it."""
    day = date(2026, 11, 16)
    base = Moment(
        brussels(MONDAY),
        "weekly_contact",
        14,
        "nudge",
        0,
        "manager",
        day,
        day,
        law=False,
        ask="contact",
        source="S4-04",
    )
    return base._replace(**parts)


def asked(
    at: str = MONDAY, case: Case = CASE, person: Person = LIES, calendar: Calendar = BELGIUM, **parts: Any
) -> Send | Hold | Drop:
    """The guard's answer at a local time."""
    return may_send(case, person, moment(**parts), calendar, brussels(at))


def test_in_decent_hours_it_goes_out() -> None:
    """On a working day, in the person's own hours."""
    assert Send() == asked()
    assert Send() == asked("2026-11-16T08:30")
    assert Send() == asked("2026-11-16T16:59")


@pytest.mark.parametrize(
    ("at", "until", "reason"),
    [
        ("2026-11-16T06:00", "2026-11-16T08:30", "outside_hours"),
        ("2026-11-16T17:00", "2026-11-17T09:00", "outside_hours"),
        ("2026-11-20T21:00", "2026-11-23T09:00", "outside_hours"),
        ("2026-11-21T10:00", "2026-11-23T09:00", "free_day"),
        ("2026-11-11T10:00", "2026-11-12T09:00", "free_day"),
        ("2026-10-24T10:00", "2026-10-26T09:00", "free_day"),
        ("2027-03-27T10:00", "2027-03-30T09:00", "free_day"),
    ],
)
def test_nights_weekends_and_holidays_wait(at: str, until: str, reason: str) -> None:
    """It waits for the next working day at the hour it was meant for, over both clock changes too (f.3, 17)."""
    assert Hold(brussels(until), reason) == asked(at)  # type: ignore[arg-type] # one of the reasons


def test_the_persons_own_days_and_hours() -> None:
    """Who works on Tuesday and Saturday afternoon hears of it then."""
    person = replace(LIES, workdays=frozenset({2, 6}), opens=time(13), closes=time(18))
    assert Hold(brussels("2026-11-17T13:00"), "free_day") == asked(person=person)
    assert Send() == asked("2026-11-21T14:00", person=person)


def test_the_employers_own_days() -> None:
    """A replacement day of the employer is a day off."""
    calendar = Calendar(frozenset({date(2026, 11, 16)}))
    assert Hold(brussels("2026-11-17T09:00"), "free_day") == asked(calendar=calendar)


def test_somebody_who_is_away() -> None:
    """What could not go to a deputy waits until the first day back (f.3, 12)."""
    away = replace(LIES, away_from=date(2026, 11, 16), away_until=date(2026, 11, 20))
    assert Hold(brussels("2026-11-23T09:00"), "away") == asked(person=away)


def test_full_disconnection() -> None:
    """Contact is dropped, other things wait for its end, HR's duties go on (f.3, 1)."""
    assert Drop("disconnected") == asked(case=RESTING)
    assert Hold(brussels("2026-11-30T09:00"), "disconnected") == asked(case=RESTING, ask="first_steps")
    assert Send() == asked(case=RESTING, to="hr", ask=None)
    assert Send() == asked("2026-11-30T09:00", case=RESTING)


def test_the_certificate_is_asked_about_until_the_full_return() -> None:
    """Who works part of the time still has one; who is fully back has none, and nothing waits for it any more."""
    partly = replace(CASE, anchors={**CASE.anchors, "partial_return": date(2026, 11, 16)})
    fully = replace(CASE, anchors={**CASE.anchors, "actual_return": date(2026, 11, 16)})
    assert Send() == asked(case=partly, ask="certificate")
    assert Drop("back") == asked(case=fully, ask="certificate")


def test_zorgmodus() -> None:
    """Contact goes on without pressure; talk of returning and reminders stop; HR's duties go on (f.3, 8)."""
    case = replace(CASE, care=True)
    assert Send() == asked(case=case)
    assert Drop("care") == asked(case=case, kind="reminder", n=1)
    assert Drop("care") == asked(case=case, ask="first_steps")
    assert Send() == asked(case=case, to="hr", ask="estimate")


@pytest.mark.parametrize(("status", "reason"), [("closed", "closed"), ("silenced", "silenced")])
def test_what_is_over_is_over(status: Any, reason: Any) -> None:
    """Nothing goes out about a closed or silenced case, not even to HR (f.3, 9 and 10)."""
    case = replace(CASE, status=status)
    assert Drop(reason) == asked(case=case)
    assert Drop(reason) == asked(case=case, to="hr")


@pytest.mark.parametrize("checkins", ["unasked", "invited", "no"])
def test_an_employee_only_hears_us_after_a_yes(checkins: Any) -> None:
    """Nothing is sent before a yes, and nothing after a no (f.3, 30)."""
    assert Drop("no_checkins") == asked(case=replace(CASE, checkins=checkins), to="employee", ask="check_in")
    assert Send() == asked(case=replace(CASE, checkins="yes"), to="employee", ask="check_in")


def test_conflict_keeps_the_manager_out() -> None:
    """What was meant for a manager who cannot be neutral does not go to the manager (f.3, 3)."""
    case = replace(CASE, facts=frozenset({"conflict"}))
    assert Drop("conflict") == asked(case=case)
    assert Send() == asked(case=case, to="hr")


def test_somebody_who_left() -> None:
    """Who no longer works here hears nothing."""
    assert Drop("inactive") == asked(person=replace(LIES, active=False))


@settings(deadline=None)
@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)),  # noqa: DTZ001 - a local time, made aware below
    days=st.frozensets(st.integers(1, 7), min_size=1),
)
def test_a_hold_ends_and_then_it_goes_out(at: datetime, days: frozenset[int]) -> None:
    """Whatever is held may go out at the moment it is held until, and that is no more than a month away."""
    person = replace(LIES, workdays=days)
    answer = asked(at.isoformat(), person=person)
    if isinstance(answer, Hold):
        now = brussels(at.isoformat())
        assert now < answer.until < now + timedelta(days=31)
        assert Send() == may_send(CASE, person, moment(), BELGIUM, answer.until)


def test_who_is_in_a_talk_is_asked_something_else_later() -> None:
    """Five minutes after the last question there, and not a moment longer; in decent hours as always."""
    talked = brussels(MONDAY) - timedelta(minutes=2)
    until = talked + IN_A_TALK
    assert Hold(until, "in_a_talk") == may_send(CASE, LIES, moment(), BELGIUM, brussels(MONDAY), talked)
    assert Send() == may_send(CASE, LIES, moment(), BELGIUM, until, talked)
    late = brussels("2026-11-16T17:30")
    assert may_send(CASE, LIES, moment(), BELGIUM, late, late) == may_send(CASE, LIES, moment(), BELGIUM, late)


def test_what_belongs_to_an_absence_is_not_asked_after_it() -> None:
    """From the first day worked again nobody is asked to keep in touch; what follows a return is."""
    back = replace(CASE, anchors={**CASE.anchors, "partial_return": date(2026, 11, 16)})
    assert Drop("back") == asked(case=back)
    assert Send() == asked("2026-11-13T09:00", case=back)
    assert Send() == asked(case=back, ask="first_day")
