"""The guard: may this go out now? Send, hold until a better moment, or drop, with the reason as a name.

Reasons are words for people too: messages/templates/nl/reasons/<reason>.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from conversations.case import Case, Person
from conversations.timing.course import Moment
from conversations.timing.workdays import Calendar, next_day_at_work, works

DropReason = Literal[
    "closed", "silenced", "no_checkins", "care", "conflict", "disconnected", "inactive", "back", "past"
]  # fmt: skip
HoldReason = Literal["disconnected", "paused", "away", "free_day", "outside_hours", "in_a_talk"]
REASONS: frozenset[str] = frozenset(DropReason.__args__) | frozenset(HoldReason.__args__)  # type: ignore[attr-defined] # a Literal's words


@dataclass(frozen=True, slots=True)
class Send:
    """It may go out now."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Not now: ask again at `until` (aware, in UTC)."""

    until: datetime
    reason: HoldReason


@dataclass(frozen=True, slots=True)
class Drop:
    """Never: it is decided by this."""

    reason: DropReason


IN_A_TALK = timedelta(minutes=5)  # so long nobody who is talking is asked something else

# What belongs to an absence: asked before a return and not answered, it is not asked after it.
OF_AN_ABSENCE = frozenset({"contact", "contact_agreement", "first_steps", "invite", "check_in", "returned"})


def may_send(
    case: Case, person: Person, moment: Moment, calendar: Calendar, now: datetime, talked: datetime | None = None
) -> Send | Hold | Drop:
    """Whether this moment may go to this person now (domain.md a.4 send window; f.3 1, 3, 8, 9, 10, 17, 30).

    `talked` is when something was said last in a talk that is open with this person: what is typed there is not to
    become the answer to another question.
    """
    unwanted = _unwanted(case, person, moment)
    if unwanted is not None:
        return Drop(unwanted)
    zone = ZoneInfo(case.timezone)
    local = now.astimezone(zone)
    if is_past(case, moment, local.date()):
        return Drop("back")
    if is_over(moment, local.date()):
        return Drop("past")  # it was held until after its end
    if moment.to != "hr" and case.contact.disconnected(local.date()):
        return _disconnected(case, person, moment, calendar)
    if case.paused_until is not None and case.rests(local.date()) and _is_asked_of_others(moment):
        return Hold(_next(case, person, moment, calendar, case.paused_until), "paused")
    today = local.date()
    if works(person, calendar, today) and person.opens <= local.time() < person.closes:
        return Hold(talked + IN_A_TALK, "in_a_talk") if talked is not None and now < talked + IN_A_TALK else Send()
    if works(person, calendar, today) and local.time() < person.opens:
        return Hold(_at(today, person.opens, zone), "outside_hours")
    return _tomorrow(case, person, moment, calendar, today)


def _unwanted(case: Case, person: Person, moment: Moment) -> DropReason | None:
    """Why this should not be said at all, whatever the hour."""
    if case.status == "silenced":
        return "silenced"
    if not case.is_live:
        return "closed"
    if not person.active:
        return "inactive"
    if moment.to == "employee" and case.checkins != "yes":
        return "no_checkins"
    if case.care and moment.to != "hr" and (moment.ask != "contact" or moment.kind != "nudge"):
        return "care"
    if moment.to == "manager" and "conflict" in case.facts:
        return "conflict"
    return None


def is_past(case: Case, moment: Moment, on: date) -> bool:
    """Whether this belongs to an absence that is over. The certificate goes on as long as the return is partial."""
    day = past_from(case, moment)
    return day is not None and day <= on


def past_from(case: Case, moment: Moment) -> date | None:
    """From which day on this belongs to an absence that is over, as far as is known."""
    if moment.ask == "certificate":
        return case.anchors.get("actual_return")
    if moment.ask not in OF_AN_ABSENCE:
        return None
    back = (case.anchors.get(name) for name in ("partial_return", "actual_return"))
    return min((day for day in back if day is not None), default=None)


def _is_asked_of_others(moment: Moment) -> bool:
    """Whether a pause of the case keeps it still: the duties of HR itself go on."""
    return moment.to != "hr" or moment.kind == "escalation"


def is_over(moment: Moment, on: date) -> bool:
    """Whether it has lost its purpose: the next one came, or the day it should come before."""
    return moment.before is not None and moment.before <= on


def _disconnected(case: Case, person: Person, moment: Moment, calendar: Calendar) -> Hold | Drop:
    """Regular contact starts again by its own milestone; anything else waits for the end of the disconnection."""
    until = case.contact.disconnect_until
    assert until is not None, "only asked while disconnected"
    if moment.ask in ("contact", "check_in"):
        return Drop("disconnected")
    return Hold(_next(case, person, moment, calendar, until), "disconnected")


def _tomorrow(case: Case, person: Person, moment: Moment, calendar: Calendar, today: date) -> Hold:
    reason: HoldReason = "outside_hours"
    if person.is_away(today):
        reason = "away"
    elif not works(person, calendar, today):
        reason = "free_day"
    return Hold(_next(case, person, moment, calendar, today), reason)


def _next(case: Case, person: Person, moment: Moment, calendar: Calendar, after: date) -> datetime:
    """The person's next day at work at the hour the moment was meant for, or as soon as the person is there."""
    zone = ZoneInfo(case.timezone)
    day = next_day_at_work(person, calendar, after) or after + timedelta(days=366)
    meant = moment.at.astimezone(zone).time()
    return _at(day, meant if person.opens <= meant < person.closes else person.opens, zone)


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def decent(person: Person, calendar: Calendar, now: datetime, timezone: str = "Europe/Brussels") -> datetime:
    """The first moment from now on at which this person is at work: for what no milestone asks for."""
    zone = ZoneInfo(timezone)
    local = now.astimezone(zone)
    today = local.date()
    if works(person, calendar, today) and local.time() < person.closes:
        return now if person.opens <= local.time() else _at(today, person.opens, zone)
    return _at(next_day_at_work(person, calendar, today) or today, person.opens, zone)
