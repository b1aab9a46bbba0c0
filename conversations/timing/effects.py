"""What another version of a policy would change for a running case: which nudges appear, move and vanish.

It is the switch itself (adoption.py) looked at beforehand. Only milestones that differ are compared; what lies
behind is taken as said, because that is what a tick is for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from conversations.case import Case, Role
from conversations.timing.adoption import changed, pairs, passed
from conversations.timing.course import Course, Track
from conversations.timing.occurrences import Occurrence
from conversations.timing.terms import Milestone, Policy
from conversations.timing.workdays import Calendar

IN_ORDER = attrgetter("on", "milestone", "nth")
ROOM = 32  # bits for the count of a week
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


class Step(NamedTuple):
    """A milestone in both versions; None where one has it not. The very same one in both does not change."""

    old: Milestone | None
    new: Milestone | None


class Between:
    """Two versions, prepared to be compared for many cases, from now up to and including a day."""

    def __init__(self, before: Policy, after: Policy, calendar: Calendar, now: datetime, through: date) -> None:
        self.before, self.after = before, after
        self.same_clocks = dict(before.clocks) == dict(after.clocks)
        self._looked = calendar, now, through
        differing = changed(before, after)
        self.steps = (
            *(Step(*pair) for pair in differing.values()),
            *(Step(one, one) for one in after.milestones if one.id not in differing and not one.off),
        )

    def effect(self, case: Case) -> Effect:
        """What changes for this case."""
        return self.effect_of(self.steps, *self.lines(case)) if case.is_live else Effect()

    def lines(self, case: Case) -> tuple[Line, Line]:
        """The course of this case under each of the versions."""
        after = Line(self.after, case, *self._looked)
        return after if self.same_clocks else Line(self.before, case, *self._looked), after

    def effect_of(self, steps: Iterable[Step], before: Line, after: Line) -> Effect:
        """What changes in some of its steps, which know nothing of each other."""
        was: list[Ahead] = []
        will: list[Ahead] = []
        rest: list[Ahead] = []
        for old, new in steps:
            if new is not None and old is new:
                rest += after.coming(new)
                continue
            first, second = before.track(old), after.track(new)
            if first is not None:
                was += before.ahead(first)
            if second is not None:
                will += after.ahead(second, first)
        return _told_apart(was, will, rest) if was or will else Effect(before=tuple(rest), after=tuple(rest))


class Line:
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

    def coming(self, rule: Milestone) -> list[Ahead]:
        """Nudges to come of a milestone that is the same in both."""
        done, last, through = self.course.case.done, self.last, self.through
        return [
            self._one(rule, one, one.nudge)
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


def together(effects: Iterable[Effect]) -> Effect:
    """One effect of several, of different steps of a case: the first day first."""
    some = tuple(effects)
    return Effect(
        tuple(sorted((one for effect in some for one in effect.appears), key=IN_ORDER)),
        tuple(sorted((one for effect in some for one in effect.moves), key=lambda move: IN_ORDER(move.after))),
        tuple(sorted((one for effect in some for one in effect.vanishes), key=IN_ORDER)),
        tuple(sorted((one for effect in some for one in effect.before), key=IN_ORDER)),
        tuple(sorted((one for effect in some for one in effect.after), key=IN_ORDER)),
    )


def _without(some: list[Ahead], kept: Counter[tuple[str, date, Role]]) -> list[Ahead]:
    left, found = Counter(kept), []
    for one in sorted(some, key=lambda each: each.on):
        key = (one.milestone, one.on, one.to)
        if left[key]:
            left[key] -= 1
        else:
            found.append(one)
    return found


class Load:
    """How much is said when, from a day on: over all cases, and to each line manager in each week.

    The weeks of a line manager are one number with room for a count a week, so that fifty thousand of them add up soon.
    """

    def __init__(self, since: date) -> None:
        self._first = since - timedelta(days=since.weekday() + 7)  # a Monday before everything
        self._days: Counter[date] = Counter()
        self._weeks: Counter[str] = Counter()

    def add(self, ahead: Sequence[Ahead], managers: Mapping[str, int]) -> None:
        """What is said in a case, and how many of just that kind each line manager has."""
        times = sum(managers.values())
        weeks = 0
        for one in ahead:
            self._days[one.on] += times
            if one.to == "manager":
                weeks += 1 << (one.on - self._first).days // 7 * ROOM
        if weeks:
            for manager, several in managers.items():
                self._weeks[manager] += several * weeks

    @property
    def busiest(self) -> tuple[date, int] | None:
        """The day on which most is said, the first of several."""
        return min(self._days.items(), key=lambda one: (-one[1], one[0]), default=None)

    @property
    def fullest(self) -> tuple[str, date, int] | None:
        """The line manager who hears most in one week, its Monday, and how much."""
        all_of_them = (
            (manager, self._first + timedelta(weeks=week), count)
            for manager, weeks in self._weeks.items()
            for week, count in _counts(weeks)
        )
        return min(all_of_them, key=lambda one: (-one[2], one[1], one[0]), default=None)


def _counts(weeks: int) -> Iterator[tuple[int, int]]:
    week = 0
    while weeks:
        if count := weeks & ((1 << ROOM) - 1):
            yield week, count
        weeks, week = weeks >> ROOM, week + 1
