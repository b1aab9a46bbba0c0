"""What another version of a policy would change for a running case: which nudges appear, move and vanish.

It is the switch itself (adoption.py) looked at beforehand. Only milestones that differ are compared, so that a preview
over very many cases takes seconds; what lies behind is taken as said, because that is what a tick is for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from conversations.case import Case, Role
from conversations.changes import apply
from conversations.timing.adoption import changed, switch
from conversations.timing.course import Call
from conversations.timing.occurrences import Occurrence
from conversations.timing.terms import Milestone, Policy
from conversations.timing.timeline import Look
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
        self.before, self.after = _only(before, differing), _only(after, differing)
        self.rest = replace(
            after, milestones=tuple(one for one in after.milestones if one.id not in differing and not one.off)
        )

    def effect(self, case: Case, calendar: Calendar, now: datetime, through: date) -> Effect:
        """What changes for this case up to and including a day."""
        if not case.is_live:
            return Effect()
        told = _behind(self.before, case, calendar, now)
        was = _ahead(self.before, case, calendar, told, now, through)
        going = switch(self.before, self.after, case, calendar, told, now)
        told |= {key: told[source] for key, source in going.copied.items()}
        told |= {moment.key: now for moment in going.dropped}
        moved = case
        for change in going.changes:
            moved = apply(moved, change)
        will = _ahead(self.after, moved, calendar, told, now, through)
        rest = _ahead(self.rest, case, calendar, None, now, through)
        return _told_apart(was, will, rest)


def _only(policy: Policy, names: Iterable[str]) -> Policy:
    chosen = frozenset(names)
    return replace(policy, milestones=tuple(one for one in policy.milestones if one.id in chosen and not one.off))


def _behind(policy: Policy, case: Case, calendar: Calendar, now: datetime) -> dict[str, datetime]:
    """What was said by now, if each tick did its work."""
    look = Look(policy, case, calendar, {}, now)
    told: dict[str, datetime] = {}
    for track in look.tracks:
        for occurrence in track.occurrences:
            if occurrence.nudge <= look.last:
                calls = [call for call in look.course.calls(track.rule, occurrence) if call.day <= look.last]
                told |= {moment.key: moment.at for moment in look.course.moments(track, occurrence, calls)}
    return told


def _ahead(
    policy: Policy, case: Case, calendar: Calendar, told: dict[str, datetime] | None, now: datetime, through: date
) -> list[Ahead]:
    """Nudges to come. `told` None: whatever lies behind was said."""
    look = Look(policy, case, calendar, told or {}, now)
    last, found = through.toordinal(), []
    for track in look.course.tracks(look.today - WINDOW, last):
        rule = track.rule
        passed = None
        for occurrence in track.occurrences:
            if occurrence.nudge > last:
                break
            if occurrence.nudge <= look.last:
                passed = occurrence
            elif not look.is_done(rule, occurrence) and look.when(rule, occurrence, Call(occurrence.nudge)) is None:
                found.append(_one(look, rule.id, occurrence.nth, occurrence.nudge, rule.to))
        if passed is not None and told is not None and _waits(look, rule, passed):
            found.append(_one(look, rule.id, passed.nth, look.today, rule.to))
    return found


def _waits(look: Look, rule: Milestone, passed: Occurrence) -> bool:
    """Whether what lies behind is still to be said."""
    if look.is_done(rule, passed) or look.when(rule, passed, Call(passed.nudge)) is not None:
        return False
    return not look.course.is_too_late(passed.nudge, passed.due, look.today)


def _one(look: Look, milestone: str, nth: int, day: int, to: Role) -> Ahead:
    return Ahead(milestone, nth, date.fromordinal(day), look.course.whom[to])


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
