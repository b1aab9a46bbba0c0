"""The timeline of a case: every moment at which something should be said, computed and never stored.

A moved date, a done milestone or another policy just is another timeline. What was decided about a moment is `told`
(its key and when); from both together follow what is due now, what was missed, and when to look again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from conversations.case import Case
from conversations.timing.course import REMEMBERED, REVIEW, Alike, Call, Course, Moment, Track, course_of, tracks_of
from conversations.timing.occurrences import Occurrence
from conversations.timing.terms import Milestone, Policy
from conversations.timing.workdays import Calendar

__all__ = ["Glance", "Look", "Moment", "due", "glance", "missed", "next_due", "timeline"]

Told = Mapping[str, datetime]

# A date corrected by so many days is no reason to say the same thing again.
SMALL_CORRECTION = 3

# So many days may an employer be closed, and a moment be moved.
A_CLOSING = 35

IN_ORDER = attrgetter("at", "milestone", "nth", "n")


def timeline(policy: Policy, case: Case, calendar: Calendar, through: date) -> tuple[Moment, ...]:
    """Every moment of the case up to and including a day, in order; also the review dates of its plan."""
    course = Course(policy, case, calendar)
    last = through.toordinal()
    moments: list[Moment] = []
    for track in course.tracks(0, last):
        for occurrence in track.occurrences:
            if occurrence.nudge <= last:
                calls = course.calls(track.rule, occurrence)
                if calls[-1].day > last:
                    calls = [call for call in calls if call.day <= last]
                moments += course.moments(track, occurrence, calls)
    moments.sort(key=IN_ORDER)
    return tuple(moments)


def due(policy: Policy, case: Case, calendar: Calendar, told: Told, now: datetime) -> tuple[Moment, ...]:
    """What should be said now: per milestone only the latest that has passed, unless it is done or told.

    A milestone that was never said is said as itself, not as its own reminder.
    """
    look = Look(policy, case, calendar, told, now)
    return tuple(moment for moment in look.undecided() if not look.is_too_late(moment))


def missed(policy: Policy, case: Case, calendar: Calendar, told: Told, now: datetime) -> tuple[Moment, ...]:
    """What is too late to be said (`policy.late`): to be recorded as missed and shown to HR."""
    look = Look(policy, case, calendar, told, now)
    return tuple(moment for moment in look.undecided() if look.is_too_late(moment))


def next_due(policy: Policy, case: Case, calendar: Calendar, told: Told, now: datetime) -> datetime | None:
    """When to look at this case again: a moment still undecided now, or else the first one to come.

    Whoever holds a moment back counts it among `told` here, and looks again when the hold ends.
    """
    return _next_due(policy, Alike(case), calendar, frozenset(told.items()), now)


class Glance(NamedTuple):
    """What is undecided in a case now, and in all those like it of which the same was told."""

    look: Look
    undecided: tuple[Moment, ...]


def glance(policy: Policy, case: Case, calendar: Calendar, told: Told, now: datetime) -> Glance:
    """A look at a case, shared: what is decided on it is added to `told`, and `next_due` asked of that."""
    return _glance(policy, Alike(case), calendar, frozenset(told.items()), now)


Known = frozenset[tuple[str, datetime]]


@lru_cache(maxsize=REMEMBERED)
def _glance(policy: Policy, alike: Alike, calendar: Calendar, told: Known, now: datetime) -> Glance:
    look = Look(policy, alike.case, calendar, dict(told), now)
    return Glance(look, tuple(look.undecided()))


@lru_cache(maxsize=REMEMBERED)
def _next_due(policy: Policy, alike: Alike, calendar: Calendar, told: Known, now: datetime) -> datetime | None:
    return Look(policy, alike.case, calendar, dict(told), now).next_due()


class _Said:
    """What was told, found again after a small correction of the date it was counted from."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._keys: dict[str, list[str]] = {}  # by milestone
        for key in told:
            self._keys.setdefault(key.partition("/")[0], []).append(key)

    def knows(self, rule: Milestone) -> bool:
        """Whether anything of this milestone was told."""
        return rule.id in self._keys

    def when(self, rule: Milestone, occurrence: Occurrence, call: Call, correction: int) -> datetime | None:
        """When this was decided, if it was."""
        key = self.key(rule, occurrence, call, correction)
        return None if key is None else self._told[key]

    def key(self, rule: Milestone, occurrence: Occurrence, call: Call, correction: int) -> str | None:
        """The key under which it was: also counted from a day that differs by no more than `correction`."""
        keys = self._keys.get(rule.id)
        if keys is None:
            return None
        anchored = date.fromordinal(occurrence.anchored)
        exact = f"{rule.id}/{anchored.isoformat()}/{occurrence.nth}/{call.kind}/{call.n}"
        if exact in self._told:
            return exact
        leeway = SMALL_CORRECTION if _counts_days(rule) else 0
        ending = f"/{call.kind}/{call.n}"
        for key in keys:
            if key.endswith(ending):
                _, day, nth, _, _ = key.split("/")
                corrected = abs((date.fromisoformat(day) - anchored).days) <= correction
                if corrected and abs(int(nth) - occurrence.nth) <= leeway:
                    return key
        return None


class Look:
    """A look at a case now: what is undecided, and when to look again. What is added to `told` in between counts.

    The questions above in one go, because finding the occurrences costs most of each.
    """

    def __init__(self, policy: Policy, case: Case, calendar: Calendar, told: Told, now: datetime) -> None:
        self.course = course = course_of(policy, case, calendar)
        self._told = told
        self.said = _Said(told)
        self.now = now
        self.today = today = course.today(now)
        # The last day whose moments have passed.
        self.last = today if course.clock[today] <= now else today - 1
        # Of what repeats only the occurrences around now.
        self.tracks = tracks_of(course, today - A_CLOSING, today + A_CLOSING) if case.is_live else ()

    def is_too_late(self, moment: Moment) -> bool:
        """Whether saying it makes no sense any more."""
        day = moment.at.astimezone(self.course.zone).toordinal()
        return self.course.is_too_late(day, moment.due.toordinal(), self.today)

    def undecided(self) -> Iterator[Moment]:
        """Per track the latest call that has passed, where nothing was decided about it."""
        for track in self.tracks:
            current = self.current(track)
            if current is not None:
                call = self._passed(track.rule, current, *self._left(track.rule, current))
                yield from self.course.moments(track, current, [call] if call else [])

    def falls_with(self, moment: Moment) -> Iterator[Moment]:
        """What is not said either when this nudge is dropped: its reminders, and the escalation about them.

        The warning of a latest date that the law sets stays: it says something by itself.
        """
        rule = self.course.policy.milestone(moment.milestone)
        if rule is None or moment.kind != "nudge":
            return
        warns = rule.latest is not None and rule.kind != "law"
        for n in range(1, len(rule.remind) + 1 + warns):
            yield moment._replace(kind="reminder", n=n)
        if rule.escalate is not None:
            yield moment._replace(kind="escalation", n=1)

    def next_due(self) -> datetime | None:
        """When something is to be decided first: what is undecided now, or else what comes."""
        self.said = _Said(self._told)
        days = [day for track in self.tracks for day in self._days(track)]
        return self.course.clock[min(days)] if days else None

    def _days(self, track: Track) -> Iterator[int]:
        """The days that matter of a track: the undecided one, the next call of its occurrence, the next occurrence."""
        rule, current = track.rule, self.current(track)
        if current is not None:
            calls, was_said = self._left(rule, current)
            passed = self._passed(rule, current, calls, was_said)
            if passed is not None:
                yield passed.day
            yield from self._to_come(rule, current, calls)
        for occurrence in track.occurrences:
            if occurrence.nudge > self.last and not self.is_done(rule, occurrence):
                calls = self._left(rule, occurrence)[0] if self.said.knows(rule) else [Call(occurrence.nudge)]
                following = next(self._to_come(rule, occurrence, calls), None)
                if following is not None:  # one that is a small correction of what was said has nothing to come
                    yield following
                    break

    def _passed(self, rule: Milestone, occurrence: Occurrence, calls: list[Call], was_said: bool) -> Call | None:  # noqa: FBT001 - what _left found
        """The latest call that has passed, if it is undecided."""
        passed = [call for call in calls if call.day <= self.last]
        if not passed or self.when(rule, occurrence, passed[-1]) is not None:
            return None
        return passed[-1] if was_said else calls[0]

    def _to_come(self, rule: Milestone, occurrence: Occurrence, calls: list[Call]) -> Iterator[int]:
        """The day of the first call still to come."""
        for call in calls:
            if call.day > self.last and self.when(rule, occurrence, call) is None:
                yield call.day
                break

    def _left(self, rule: Milestone, occurrence: Occurrence) -> tuple[list[Call], bool]:
        """The calls of an occurrence, given when its nudge was said; and whether it was.

        A nudge that was only decided when it was too late was missed: nobody is reminded of it.
        """
        if self.is_done(rule, occurrence):
            return [], False
        course = self.course
        when = self.when(rule, occurrence, Call(occurrence.nudge))
        if when is None:
            return course.calls(rule, occurrence), False
        day = course.today(when)
        if course.put_off(rule, occurrence) is None and course.is_too_late(occurrence.nudge, occurrence.due, day):
            return [Call(occurrence.nudge)], True
        return course.calls(rule, occurrence, day), True

    def current(self, track: Track) -> Occurrence | None:
        """The last occurrence whose nudge has passed; those before it are overtaken."""
        current = None
        for occurrence in track.occurrences:
            if occurrence.nudge > self.last:
                break
            current = occurrence
        return current

    def when(self, rule: Milestone, occurrence: Occurrence, call: Call) -> datetime | None:
        """When this was decided, if it was: a day that was chosen anew is no correction of the one before."""
        return self.said.when(rule, occurrence, call, self._correction(rule, occurrence))

    def key(self, rule: Milestone, occurrence: Occurrence, call: Call) -> str | None:
        """The key under which this was decided, if it was."""
        return self.said.key(rule, occurrence, call, self._correction(rule, occurrence))

    def _correction(self, rule: Milestone, occurrence: Occurrence) -> int:
        return 0 if self._is_chosen(rule, occurrence) else SMALL_CORRECTION

    def _is_chosen(self, rule: Milestone, occurrence: Occurrence) -> bool:
        """Whether it counts from a day that somebody chose, and may choose again when it came."""
        if rule.follows_agreement:
            return occurrence.anchored == self.course.reckoning.days.get("contact_next")
        return rule.again or "talk_planned" in rule.anchors

    def is_done(self, rule: Milestone, occurrence: Occurrence) -> bool:
        """Whether this occurrence was done, or one just like it before a small correction."""
        done, nth = self.course.case.done, occurrence.nth
        if not done or rule is REVIEW:
            return False  # reviewing an agreement moves its date, or stops it
        if f"{rule.id}#{nth}" in done or not _counts_days(rule):
            return f"{rule.id}#{nth}" in done
        nths = range(nth - SMALL_CORRECTION, nth + SMALL_CORRECTION + 1)
        near = [one for one in nths if f"{rule.id}#{one}" in done]
        if near and self._is_chosen(rule, occurrence):  # only the same day, counted from a corrected first day
            anchored = date.fromordinal(occurrence.anchored)
            return any(f"{rule.id}/{anchored.isoformat()}/{one}/nudge/0" in self._told for one in near)
        return bool(near)


def _counts_days(rule: Milestone) -> bool:
    """Whether `nth` is a day of the absence instead of a count."""
    return rule.follows_agreement or rule.again
