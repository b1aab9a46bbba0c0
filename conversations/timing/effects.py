"""What another version of a policy would change for a running case: which nudges appear, move and vanish.

It is the switch itself (adoption.py) looked at beforehand. Only milestones that differ are compared, so that a preview
over very many cases takes seconds; what lies behind is taken as said, because that is what a tick is for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from conversations.case import Case, Role
from conversations.timing.adoption import changed, pairs, passed
from conversations.timing.course import Course, Track
from conversations.timing.occurrences import Occurrence
from conversations.timing.terms import Milestone, Policy
from conversations.timing.workdays import Calendar

WINDOW = 35  # days before today that may still be asked about


class Ahead(NamedTuple):
    """One nudge to come. `on` is the working day it would be said on; what waits already is said today."""

    milestone: str
    nth: int
    on: date
    to: Role


class Move(NamedTuple):
    """One nudge that comes on another day, or for somebody else."""

    before: Ahead
    after: Ahead


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes for one case, and everything that is said in it before and after."""

    appears: tuple[Ahead, ...] = ()
    moves: tuple[Move, ...] = ()
    vanishes: tuple[Ahead, ...] = ()
    before: tuple[Ahead, ...] = ()
    after: tuple[Ahead, ...] = ()

    @property
    def is_none(self) -> bool:
        """Whether nothing changes."""
        return not (self.appears or self.moves or self.vanishes)


class Between:
    """Two versions, prepared to be compared for many cases."""

    def __init__(self, before: Policy, after: Policy) -> None:
        differing = changed(before, after)
        self.before, self.after = before, after
        self.same_clocks = dict(before.clocks) == dict(after.clocks)
        self.differing = tuple(differing.values())
        self.rest = tuple(one for one in after.milestones if one.id not in differing and not one.off)

    def effect(self, case: Case, calendar: Calendar, now: datetime, through: date) -> Effect:
        """What changes for this case up to and including a day."""
        if not case.is_live:
            return Effect()
        after = _Line(self.after, case, calendar, now, through)
        before = after if self.same_clocks else _Line(self.before, case, calendar, now, through)
        was: list[Ahead] = []
        will: list[Ahead] = []
        for old, new in self.differing:
            first, second = before.track(old), after.track(new)
            if first is not None:
                was += before.ahead(first)
            if second is not None:
                will += after.ahead(second, first)
        rest = after.coming(self.rest)
        return _told_apart(was, will, rest)


class _Line:
    """The course of a case under one version, from today on."""

    def __init__(self, policy: Policy, case: Case, calendar: Calendar, now: datetime, through: date) -> None:
        self.course = Course(policy, case, calendar)
        self.today = today = self.course.today(now)
        self.last = today if self.course.clock[today] <= now else today - 1
        self.through = through.toordinal()

    def track(self, rule: Milestone | None) -> Track | None:
        """The occurrences of a milestone that matter, if there are any."""
        if rule is None:
            return None
        found = self.course.reckoning.of(rule, self.today - WINDOW, self.through)
        return Track(rule, found, {}) if found else None

    def coming(self, rules: Iterable[Milestone]) -> list[Ahead]:
        """Nudges to come of milestones that are the same in both."""
        done, last, through = self.course.case.done, self.last, self.through
        return [
            self._one(rule, one, one.nudge)
            for rule in rules
            for one in self.course.reckoning.of(rule, self.today, through)
            if last < one.nudge <= through and not (done and f"{rule.id}#{one.nth}" in done)
        ]

    def ahead(self, track: Track, before: Track | None = None) -> Iterator[Ahead]:
        """Nudges to come; with `before` those of a version that is another one now (see adoption.py)."""
        said = [one for one in before.occurrences if one.nudge <= self.last] if before else []
        found = pairs(before, track, said, self.last)
        for one in track.occurrences:
            old = found.get(one)
            if self.last < one.nudge <= self.through and old not in said and not self._is_done(track, one, old):
                yield self._one(track.rule, one, one.nudge)
        for one in passed(track, self.last) if found else ():
            old = found.get(one)
            if old is None or old in said or self._is_done(track, one, old):
                continue
            if not self.course.is_too_late(one.nudge, one.due, self.today):
                yield self._one(track.rule, one, self.today)

    def _is_done(self, track: Track, one: Occurrence, old: Occurrence | None) -> bool:
        done = self.course.case.done
        return bool(done) and any(f"{track.rule.id}#{each.nth}" in done for each in (one, old) if each is not None)

    def _one(self, rule: Milestone, one: Occurrence, day: int) -> Ahead:
        return Ahead(rule.id, one.nth, date.fromordinal(day), self.course.whom[rule.to])


def _told_apart(was: list[Ahead], will: list[Ahead], rest: list[Ahead]) -> Effect:
    """The same day for the same person is no change; of what is left, one by one in order, each moved."""
    kept = Counter((one.milestone, one.on, one.to) for one in was)
    kept &= Counter((one.milestone, one.on, one.to) for one in will)
    gone, new = _without(was, kept), _without(will, kept)
    appears: list[Ahead] = []
    vanishes: list[Ahead] = []
    moves: list[Move] = []
    for name in dict.fromkeys(one.milestone for one in (*gone, *new)):
        first, second = ([one for one in some if one.milestone == name] for some in (gone, new))
        moves += [Move(*pair) for pair in zip(first, second, strict=False)]
        vanishes += first[len(second) :]
        appears += second[len(first) :]
    return Effect(tuple(appears), tuple(moves), tuple(vanishes), (*was, *rest), (*will, *rest))


def _without(some: list[Ahead], kept: Counter[tuple[str, date, Role]]) -> list[Ahead]:
    left, found = Counter(kept), []
    for one in sorted(some, key=lambda each: each.on):
        key = (one.milestone, one.on, one.to)
        if left[key]:
            left[key] -= 1
        else:
            found.append(one)
    return found


@dataclass(slots=True)
class Load:
    """How much is said when: over all cases, and to each line manager in each week."""

    days: Counter[date] = field(default_factory=Counter)
    weeks: Counter[tuple[str, date]] = field(default_factory=Counter)

    def add(self, manager: str, ahead: Iterable[Ahead]) -> None:
        """What is said in one case, and who its line manager is."""
        for one in ahead:
            self.days[one.on] += 1
            if one.to == "manager":
                self.weeks[manager, one.on - timedelta(days=one.on.weekday())] += 1

    @property
    def busiest(self) -> tuple[date, int] | None:
        """The day on which most is said, the first of several."""
        return min(self.days.items(), key=lambda one: (-one[1], one[0]), default=None)

    @property
    def fullest(self) -> tuple[str, date, int] | None:
        """The line manager who hears most in one week, its Monday, and how much."""
        found = min(self.weeks.items(), key=lambda one: (-one[1], one[0][1], one[0][0]), default=None)
        return (*found[0], found[1]) if found else None
