"""The course of one case under one policy: its occurrences written out as moments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from conversations.case import Case, Role
from conversations.timing.occurrences import Occurrence, Reckoning
from conversations.timing.terms import NEVER, Milestone, Policy, Span
from conversations.timing.workdays import Calendar, clock

CallKind = Literal["nudge", "reminder", "escalation", "again"]

REVIEW = Milestone(id="agreement_review", to="manager", kind="practice", source="S4-11", ask="review")

BY_DAY = itemgetter(0)

# Courses of the cases looked at last; one with its occurrences takes some ten kilobytes.
REMEMBERED = 256


class Moment(NamedTuple):
    """Something to be said. `at` is aware, in UTC; `anchored` is the date counted from, `due` the date it is about.

    A tuple and not a dataclass, because a year of a case has a hundred of them and they cost a quarter as much.
    """

    at: datetime
    milestone: str
    nth: int
    kind: CallKind
    n: int  # 0 for the nudge; reminders and escalations count from 1; of "again" it is the day that was chosen
    to: Role
    anchored: date
    due: date
    law: bool = False
    ask: str | None = None
    source: str = ""
    about: Mapping[str, str] = MappingProxyType({})
    before: date | None = None  # from that day on it has lost its purpose: the next one came, or it is over

    @property
    def key(self) -> str:
        """What makes this moment one of its kind: "check_in/2026-12-01/0/reminder/1"."""
        return f"{self.milestone}/{self.anchored.isoformat()}/{self.nth}/{self.kind}/{self.n}"


class Call(NamedTuple):
    """A moment before it is written out: the working day it is said on, and what it is."""

    day: int
    kind: CallKind = "nudge"
    n: int = 0


class Track(NamedTuple):
    """What is followed up by itself: a milestone, or one agreement of the plan. Its occurrences, soonest first."""

    rule: Milestone
    occurrences: list[Occurrence]
    about: Mapping[str, str]


class Alike:
    """A case as the calendar sees it: equal are cases that differ in nothing but whom they are about.

    Many begin on one day; what is due in one of them is due in the others.
    """

    __slots__ = ("_hash", "_seen", "case")

    def __init__(self, case: Case) -> None:
        self.case = case
        self._seen = (
            frozenset(case.anchors.items()), frozenset(case.put_off.items()), case.facts, case.spells, case.done,
            case.plan, case.contact, case.attempts, case.checkins, case.care, case.status, case.timezone,
            case.paused_until, case.hr is None, case.coach is None,
        )  # fmt: skip
        self._hash = hash(self._seen)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alike) and self._seen == other._seen


@lru_cache(maxsize=REMEMBERED)
def _course(policy: Policy, alike: Alike, calendar: Calendar) -> Course:
    return Course(policy, alike.case, calendar)


def course_of(policy: Policy, case: Case, calendar: Calendar) -> Course:
    """The course of a case, or of one just like it: whom that one is about is not to be read from it."""
    return _course(policy, Alike(case), calendar)


@lru_cache(maxsize=REMEMBERED)
def tracks_of(course: Course, low: int, high: int) -> tuple[Track, ...]:
    """`course.tracks`, found once for the cases that share the course."""
    return tuple(course.tracks(low, high))


class Course:
    """The course of one case under one policy."""

    def __init__(self, policy: Policy, case: Case, calendar: Calendar) -> None:
        self.policy = policy
        self.case = case
        self.reckoning = Reckoning(policy, case, calendar)
        self.clock = clock(policy.send_at, case.timezone)
        self.zone = ZoneInfo(case.timezone)
        self.whom: Mapping[Role, Role] = {
            "employee": "employee",
            "hr": "hr",
            # HR stands in for a manager who cannot be neutral, and where there is no coach.
            "manager": "hr" if "conflict" in case.facts else "manager",
            "coach": "hr" if case.coach is None else "coach",
        }

    def tracks(self, low: int, high: int) -> Iterator[Track]:
        """Everything that is followed up, within days that bound what repeats without end."""
        for rule in self.policy.milestones:
            occurrences = self.reckoning.of(rule, low, high)
            if occurrences:
                yield Track(rule, occurrences, {})
        for agreement, occurrence in self.reckoning.reviews():
            yield Track(REVIEW, [occurrence], {"agreement": agreement})

    def calls(self, rule: Milestone, occurrence: Occurrence, said: int = 0) -> list[Call]:
        """The nudge, its reminders, the warning and the escalation, soonest first.

        Reminders count from the day the nudge was really said, and end where the next occurrence begins.
        Zorgmodus leaves the nudge itself: no reminders and no deadlines, but for HR.
        What was put off is asked again on the day that was chosen, instead of the reminders; what ends it counts on
        from there, and the warning of a latest date stays.
        """
        calls = [Call(occurrence.nudge)]
        again = self.put_off(rule, occurrence)
        if not (rule.calls_again or again) or (self.case.care and rule.to != "hr"):
            return calls
        start = max(occurrence.nudge, said)
        ends = occurrence.before or NEVER
        warning = occurrence.warning or NEVER
        open_after = self.reckoning.tables.open_after
        if again is not None and again.day > start:
            if again.day < ends and again.day < warning:
                calls.append(again)
            return self._ending(rule, calls, again.day, ends, warning if start < warning else NEVER)
        for n, span in enumerate(rule.remind, 1):
            day = open_after(start, span)
            if day < ends and day < warning:
                calls.append(Call(day, "reminder", n))
        return self._ending(rule, calls, start, ends, warning if start < warning else NEVER)

    def _ending(self, rule: Milestone, calls: list[Call], start: int, ends: int, warning: int) -> list[Call]:
        """With the escalation, counted from `start`, and the warning of a latest date after the nudge."""
        if rule.escalate is not None and self.whom[rule.to] != self.whom[rule.escalate_to]:
            day = self.reckoning.tables.open_after(start, rule.escalate)
            if day < ends:
                calls.append(Call(day, "escalation", 1))
        if warning < NEVER:
            calls.append(Call(warning, "reminder", len(rule.remind) + 1))
        calls.sort(key=BY_DAY)
        return calls

    def put_off(self, rule: Milestone, occurrence: Occurrence) -> Call | None:
        """The call on the day that somebody put this off to: a working day, and not after a latest date."""
        put_off = self.case.put_off
        until = put_off.get(f"{rule.id}#{occurrence.nth}") if put_off else None
        if until is None:
            return None
        chosen, tables = until.toordinal(), self.reckoning.tables
        day = tables.forward[chosen]
        if rule.latest is not None and chosen <= occurrence.due < day:
            day = tables.backward[chosen]
        return Call(day, "again", chosen)

    def moments(self, track: Track, occurrence: Occurrence, calls: list[Call]) -> list[Moment]:
        """Calls of one occurrence written out."""
        rule, nth, at = track.rule, occurrence.nth, self.clock
        to, higher = self.whom[rule.to], self.whom[rule.escalate_to]
        anchored = date.fromordinal(occurrence.anchored)
        due = date.fromordinal(occurrence.due)
        before = None if occurrence.before is None else date.fromordinal(occurrence.before)
        law = rule.kind == "law"
        about = {"milestone": rule.id, "nth": str(nth), **track.about}
        if rule.to == "manager" != to:
            about["why"] = "conflict"
        return [
            Moment(
                at[day], rule.id, nth, kind, n, higher if kind == "escalation" else to,
                anchored, due, law, rule.ask, rule.source, about, before,
            )
            for day, kind, n in calls
        ]  # fmt: skip

    def is_too_late(self, day: int, due: int, today: int) -> bool:
        """Whether something of that day makes no sense any more: it is old, and so is the day it is about."""
        late = self.policy.late
        return due < today and day < self.reckoning.tables.add(today, Span(-late.n, late.unit))

    def today(self, now: datetime) -> int:
        """The local day it is."""
        return now.astimezone(self.zone).toordinal()
