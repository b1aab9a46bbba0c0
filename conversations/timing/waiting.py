"""What was asked in a case and is not done: computed when something happens, kept beside it, and true on later days.

It says of every step by itself from which day until which day it waits, so that nobody needs the timelines of all
cases to know what is late today.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from conversations.case import Case, Role
from conversations.timing.course import REMEMBERED, Alike, Call, Course, Moment, Track, course_of, tracks_of
from conversations.timing.guard import is_over, past_from
from conversations.timing.standing import put_off, standing
from conversations.timing.terms import Policy
from conversations.timing.workdays import Calendar


class Waiting(NamedTuple):
    """One step that waits. It is late after `since`, from `again` on, and until the day before `until`."""

    milestone: str
    nth: int
    to: Role
    since: date  # the day it is about; of what comes round again, the first one on which nobody did it
    again: date | None = None  # it was put off to that day
    until: date | None = None  # from that day on it has lost its purpose
    missed: bool = False  # it was never said, because that was too late
    escalated: date | None = None  # HR heard of it on that day

    def is_late(self, on: date) -> bool:
        """Whether nobody did it in time, and it still makes sense."""
        return self.since < on and (self.again is None or self.again <= on) and (self.until is None or on < self.until)


def waiting(
    policy: Policy, case: Case, calendar: Calendar, decided: Mapping[str, tuple[str, datetime]], now: datetime
) -> tuple[Waiting, ...]:
    """Every step of a running case that waits for somebody but the employee, who never has to answer (L-02).

    `decided` is what was decided about each moment, by key: the outcome, and when.
    """
    return _waiting(policy, Alike(case), calendar, frozenset(decided.items()), now) if case.is_live else ()


@lru_cache(maxsize=REMEMBERED)
def _waiting(
    policy: Policy,
    alike: Alike,
    calendar: Calendar,
    decided: frozenset[tuple[str, tuple[str, datetime]]],
    now: datetime,
) -> tuple[Waiting, ...]:
    """Found once for cases that are alike, and of which the same was decided."""
    course = course_of(policy, alike.case, calendar)
    look = _Look(course, dict(decided), now)
    return tuple(one for track in tracks_of(course, 0, look.today) for one in look.at(track))


class _Look:
    """The same for one track after the other."""

    def __init__(self, course: Course, decided: Mapping[str, tuple[str, datetime]], now: datetime) -> None:
        self.course, self.decided, self.now = course, decided, now
        self.today = course.today(now)
        self.on = date.fromordinal(self.today)

    def at(self, track: Track) -> list[Waiting]:
        """What waits of a track, the oldest first."""
        since: date | None = None
        found: list[Waiting] = []
        if self.course.whom[track.rule.to] == "employee":
            return found
        for occurrence in track.occurrences:
            if occurrence.nudge > self.today:
                break
            (moment,) = self.course.moments(track, occurrence, [Call(occurrence.nudge)])
            outcome = self._outcome(moment)
            state = standing(self.course.policy, self.course.case, moment, outcome, self.now)
            if state == "done":
                since = None
            elif state == "missed" and is_over(moment, self.on):
                since = since or moment.due
            elif state is not None and moment.at <= self.now:
                found.append(self._one(moment, since or moment.due, missed=outcome == "missed"))
                since = None
        return found

    def _outcome(self, moment: Moment) -> str | None:
        known = self.decided.get(moment.key)
        return known[0] if known else None

    def _one(self, moment: Moment, since: date, *, missed: bool) -> Waiting:
        case = self.course.case
        ends = [day for day in (moment.before, past_from(case, moment)) if day is not None]
        again = [put_off(case, moment, self.on), self._rests_until(moment)]
        return Waiting(
            moment.milestone, moment.nth, moment.to, since,
            again=max((day for day in again if day is not None), default=None),
            until=min(ends, default=None), missed=missed, escalated=self._escalated(moment),
        )  # fmt: skip

    def _rests_until(self, moment: Moment) -> date | None:
        case = self.course.case
        if moment.to == "hr" or case.status != "paused" or case.paused_until is None:
            return None
        return case.paused_until + timedelta(days=1)

    def _escalated(self, moment: Moment) -> date | None:
        outcome, when = self.decided.get(moment._replace(kind="escalation", n=1).key, ("", None))
        return when.astimezone(self.course.zone).date() if outcome == "said" and when else None
