"""The course of one case under one policy: its occurrences written out as moments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from conversations.case import Case, Role
from conversations.timing.occurrences import Occurrence, Reckoning
from conversations.timing.terms import Milestone, Policy, Span
from conversations.timing.workdays import Calendar, clock

CallKind = Literal["nudge", "reminder", "escalation"]

REVIEW = Milestone(
    id="agreement_review", to="manager", kind="practice", source="S3, S4 (domain.md b 2.11)", ask="review"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """Something to be said. `at` is aware, in UTC; `anchored` is the date counted from, `due` the date it is about."""

    at: datetime
    milestone: str
    nth: int
    kind: CallKind
    n: int  # 0 for the nudge; reminders and escalations count from 1
    to: Role
    anchored: date
    due: date
    law: bool = False
    ask: str | None = None
    source: str = ""
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What makes this moment one of its kind: "check_in/2026-12-01/0/reminder/1"."""
        return f"{self.milestone}/{self.anchored.isoformat()}/{self.nth}/{self.kind}/{self.n}"


class Call(NamedTuple):
    """A moment before it is written out: the working day it is said on, and what it is."""

    day: int
    kind: CallKind = "nudge"
    n: int = 0
    warns: bool = False  # of a latest date; it does not wait for the nudge


class Track(NamedTuple):
    """What is followed up by itself: a milestone, or one agreement of the plan. Its occurrences, soonest first."""

    rule: Milestone
    occurrences: list[Occurrence]
    about: Mapping[str, str]


class Course:
    """The course of one case under one policy."""

    def __init__(self, policy: Policy, case: Case, calendar: Calendar) -> None:
        self.policy = policy
        self.case = case
        self.reckoning = Reckoning(policy, case, calendar)
        self.clock = clock(policy.send_at, case.timezone)
        self.zone = ZoneInfo(case.timezone)

    def tracks(self, low: int, high: int) -> Iterator[Track]:
        """Everything that is followed up, within days that bound what repeats without end."""
        for rule in self.policy.milestones:
            occurrences = list(self.reckoning.of(rule, low, high))
            if occurrences:
                yield Track(rule, occurrences, {})
        for agreement, occurrence in self.reckoning.reviews():
            yield Track(REVIEW, [occurrence], {"agreement": agreement})

    def calls(self, rule: Milestone, occurrence: Occurrence, said: int | None = None) -> list[Call]:
        """The nudge, its reminders, the warning and the escalation, soonest first.

        Reminders count from the day the nudge was really said, and end where the next occurrence begins.
        """
        calls = [Call(occurrence.nudge)]
        warning = occurrence.warning
        if not self.quiet(rule):
            start = max(occurrence.nudge, said or 0)
            ends = occurrence.before
            for n, span in enumerate(rule.remind, 1):
                day = self._open(start, span)
                if (ends is None or day < ends) and (warning is None or day < warning):
                    calls.append(Call(day, "reminder", n))
            if rule.escalate is not None and self.whom(rule.to) != self.whom(rule.escalate_to):
                day = self._open(start, rule.escalate)
                if ends is None or day < ends:
                    calls.append(Call(day, "escalation", 1))
        if warning is not None and not self.quiet(rule):
            calls.append(Call(warning, "reminder", len(rule.remind) + 1, warns=True))
        return sorted(calls, key=lambda call: call.day)

    def moment(self, track: Track, occurrence: Occurrence, call: Call) -> Moment:
        """A call written out."""
        rule, nth = track.rule, occurrence.nth
        role = rule.escalate_to if call.kind == "escalation" else rule.to
        to = self.whom(role)
        why = {"why": "conflict"} if role == "manager" and to != role else {}
        return Moment(
            at=self.clock[call.day],
            milestone=rule.id,
            nth=nth,
            kind=call.kind,
            n=call.n,
            to=to,
            anchored=date.fromordinal(occurrence.anchored),
            due=date.fromordinal(occurrence.due),
            law=rule.kind == "law",
            ask=rule.ask,
            source=rule.source,
            about={"milestone": rule.id, "nth": str(nth), **track.about, **why},
        )

    def quiet(self, rule: Milestone) -> bool:
        """Whether zorgmodus leaves only the nudge itself: no reminders and no deadlines, but for HR."""
        return self.case.care and rule.to != "hr"

    def whom(self, role: Role) -> Role:
        """Who has this role's part now: HR for a manager who cannot be neutral, and where there is no coach."""
        if (role == "manager" and "conflict" in self.case.facts) or (role == "coach" and self.case.coach is None):
            return "hr"
        return role

    def late(self, now: datetime) -> datetime:
        """What was to be said before this, is too late now."""
        late = self.policy.late
        return self.clock[self.reckoning.tables.add(self.today(now), Span(-late.n, late.unit))]

    def today(self, now: datetime) -> int:
        """The local day it is."""
        return now.astimezone(self.zone).toordinal()

    def _open(self, day: int, span: Span) -> int:
        tables = self.reckoning.tables
        return tables.forward[tables.add(day, span)]
