"""The timeline of a case: every moment at which something should be said, computed and never stored.

A moved date, a done milestone or another policy just is another timeline. What was decided about a moment is `told`
(its key and when); from both together follow what is due now, what was missed, and when to look again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from conversations.case import Case
from conversations.timing.course import REVIEW, Call, Course, Moment, Track
from conversations.timing.occurrences import Occurrence
from conversations.timing.terms import RETURNING, Milestone, Policy, Span
from conversations.timing.workdays import Calendar

__all__ = ["Moment", "due", "missed", "next_due", "timeline"]

Told = Mapping[str, datetime]

# A date corrected by so many days is no reason to say the same thing again.
SMALL_CORRECTION = 3


def timeline(policy: Policy, case: Case, calendar: Calendar, through: date) -> tuple[Moment, ...]:
    """Every moment of the case up to and including a day, in order; also the review dates of its plan."""
    course = Course(policy, case, calendar)
    last = through.toordinal()
    moments = [
        course.moment(track, occurrence, call)
        for track in course.tracks(0, last)
        for occurrence in track.occurrences
        for call in course.calls(track.rule, occurrence)
        if call.day <= last
    ]
    return tuple(sorted(moments, key=lambda moment: (moment.at, moment.milestone, moment.nth, moment.n)))


def due(policy: Policy, case: Case, calendar: Calendar, told: Told, now: datetime) -> tuple[Moment, ...]:
    """What should be said now: per milestone only the latest that has passed, unless it is done or told.

    A milestone that was never said is said as itself, not as its own reminder.
    """
    look = _Looking(Course(policy, case, calendar), told, now)
    return tuple(moment for moment in look.undecided() if not look.is_too_late(moment))


def missed(policy: Policy, case: Case, calendar: Calendar, told: Told, now: datetime) -> tuple[Moment, ...]:
    """What is too late to be said (`policy.late`): to be recorded as missed and shown to HR."""
    look = _Looking(Course(policy, case, calendar), told, now)
    return tuple(moment for moment in look.undecided() if look.is_too_late(moment))


def next_due(policy: Policy, case: Case, calendar: Calendar, told: Told, now: datetime) -> datetime | None:
    """When to look at this case again: a moment still undecided now, or else the first one to come.

    Whoever holds a moment back counts it among `told` here, and looks again when the hold ends.
    """
    course = Course(policy, case, calendar)
    return min(_Looking(course, told, now).ahead(), default=None) if case.is_live else None


class _Said:
    """What was told, found again after a small correction of the date it was counted from."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._near: dict[tuple[str, str, str], list[tuple[int, date, datetime]]] | None = None

    def when(self, rule: Milestone, occurrence: Occurrence, call: Call) -> datetime | None:
        """When this was decided, if it was."""
        anchored = date.fromordinal(occurrence.anchored)
        key = f"{rule.id}/{anchored.isoformat()}/{occurrence.nth}/{call.kind}/{call.n}"
        if key in self._told:
            return self._told[key]
        leeway = SMALL_CORRECTION if _counts_days(rule) else 0
        for nth, day, when in self._nearby(rule.id, call):
            if abs(nth - occurrence.nth) <= leeway and abs((day - anchored).days) <= SMALL_CORRECTION:
                return when
        return None

    def _nearby(self, milestone: str, call: Call) -> list[tuple[int, date, datetime]]:
        if self._near is None:
            self._near = {}
            for key, when in self._told.items():
                name, anchored, nth, kind, n = key.split("/")
                known = self._near.setdefault((name, kind, n), [])
                known.append((int(nth), date.fromisoformat(anchored), when))
        return self._near.get((milestone, call.kind, str(call.n)), [])


class _Looking:
    """A look at a course now, with what was told before."""

    def __init__(self, course: Course, told: Told, now: datetime) -> None:
        self.course = course
        self.said = _Said(told)
        self.now = now

    def is_too_late(self, moment: Moment) -> bool:
        """Whether saying it makes no sense any more: it is old, and so is the date it is about."""
        return moment.at < self.course.late(self.now) and moment.due.toordinal() < self.course.today(self.now)

    def undecided(self) -> Iterator[Moment]:
        """Per track the latest call that has passed, where nothing was decided about it."""
        for track in self._tracks() if self.course.case.is_live else ():
            found = self._passed(track)
            if found is not None:
                yield self.course.moment(track, *found)

    def ahead(self) -> Iterator[datetime]:
        """When something is to be decided, per track: what is undecided now, and what comes first."""
        for track in self._tracks():
            found = self._passed(track)
            if found is not None:
                yield self.course.clock[found[1].day]
            yield from self._coming(track)

    def _tracks(self) -> Iterator[Track]:
        """The tracks, with of what repeats only the occurrences around now."""
        today = self.course.today(self.now)
        repeats = (rule.every for rule in self.course.policy.milestones if rule.every)
        reach = 2 * max(map(_longest, repeats), default=0) + 40
        return self.course.tracks(today - reach, today + reach)

    def _passed(self, track: Track) -> tuple[Occurrence, Call] | None:
        occurrence = self._current(track)
        if occurrence is None or self._is_done(track.rule, occurrence):
            return None
        calls, was_said = self._left(track.rule, occurrence)
        passed = [call for call in calls if self._has_passed(call.day)]
        if not passed or self.said.when(track.rule, occurrence, passed[-1]) is not None:
            return None
        latest = passed[-1]
        return occurrence, latest if was_said or latest.warns else calls[0]

    def _coming(self, track: Track) -> Iterator[datetime]:
        """The first call to come of each occurrence that still matters: the current one and those after it."""
        current = self._current(track)
        for occurrence in track.occurrences:
            matters = occurrence is current or not self._has_passed(occurrence.nudge)
            if matters and not self._is_done(track.rule, occurrence):
                calls = self._left(track.rule, occurrence)[0]
                yield from (self.course.clock[call.day] for call in calls if self._is_to_come(track, occurrence, call))

    def _is_to_come(self, track: Track, occurrence: Occurrence, call: Call) -> bool:
        return not self._has_passed(call.day) and self.said.when(track.rule, occurrence, call) is None

    def _left(self, rule: Milestone, occurrence: Occurrence) -> tuple[list[Call], bool]:
        """The calls of an occurrence, given when its nudge was said; and whether it was.

        A nudge that was only decided when it was too late was missed: nobody is reminded of it, only warned.
        """
        course = self.course
        when = self.said.when(rule, occurrence, Call(occurrence.nudge))
        if when is None:
            return course.calls(rule, occurrence), False
        calls = course.calls(rule, occurrence, course.today(when))
        if course.clock[occurrence.nudge] < course.late(when):
            calls = [call for call in calls if call.kind == "nudge" or call.warns]
        return calls, True

    def _current(self, track: Track) -> Occurrence | None:
        """The last occurrence whose nudge has passed; those before it are overtaken."""
        passed = [occurrence for occurrence in track.occurrences if self._has_passed(occurrence.nudge)]
        return passed[-1] if passed else None

    def _has_passed(self, day: int) -> bool:
        return self.course.clock[day] <= self.now

    def _is_done(self, rule: Milestone, occurrence: Occurrence) -> bool:
        if rule is REVIEW:
            return False  # reviewing an agreement moves its date, or stops it
        leeway = SMALL_CORRECTION if _counts_days(rule) else 0
        nths = range(occurrence.nth - leeway, occurrence.nth + leeway + 1)
        return any(f"{rule.id}#{nth}" in self.course.case.done for nth in nths)


def _counts_days(rule: Milestone) -> bool:
    """Whether `nth` is a day of the absence instead of a count."""
    return rule.follows_agreement or (bool(rule.at) and rule.at[0].anchor in RETURNING)


def _longest(span: Span) -> int:
    return span.n * {"m": 31, "w": 7}.get(span.unit, 1)
