"""What another version of a policy makes of a running case.

The timeline is computed, so the case simply has another one. Three things need care: what was said is not said again,
what passed under a rule that did not exist yet is not asked, and `nth` must never mean two things (`Milestone.series`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from conversations.case import Case
from conversations.changes import Change, Done, PutOff
from conversations.timing.course import Call, Moment, Track
from conversations.timing.occurrences import Occurrence
from conversations.timing.terms import Milestone, Policy
from conversations.timing.timeline import SMALL_CORRECTION, Look
from conversations.timing.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Switch:
    """What is to be kept when a case goes over.

    copied    the key of what was decided, by the key under which the new version knows it
    dropped   moments that passed before anybody asked for them: decided, never said
    changes   to the case: what was done and put off, under the new `nth`
    talks     the new `nth` of milestones somebody is talking about, by milestone and old `nth`
    next_due  when to look at the case again
    """

    copied: Mapping[str, str] = field(default_factory=dict)
    dropped: tuple[Moment, ...] = ()
    changes: tuple[Change, ...] = ()
    talks: Mapping[tuple[str, int], int] = field(default_factory=dict)
    next_due: datetime | None = None


def same_series(before: Milestone, after: Milestone) -> bool:
    """Whether `nth` means the same occurrence in both: then nothing is said twice or left out by counting on."""
    if _counts_days(before) or _counts_days(after):
        return _counts_days(before) and _counts_days(after)
    if _is_single(before) and _is_single(after):
        return _anchor(before) == _anchor(after)
    if before.every or after.every:
        return (before.at, before.every) == (after.at, after.every)
    return len(before.at) > 1 and before.at == after.at[: len(before.at)]


def numbered(before: Policy, after: Policy) -> Policy:
    """`after` as it is published: what counts differently than in `before` begins a series of its own."""
    return replace(after, milestones=tuple(_numbered(before.milestone(one.id), one, after) for one in after.milestones))


def changed(before: Policy, after: Policy) -> dict[str, tuple[Milestone | None, Milestone | None]]:
    """Milestones that are not the same in both, by id; None where one has it not, or has it off."""
    all_of_them = dict(before.clocks) != dict(after.clocks)
    was, now = ({one.id: one for one in policy.milestones if not one.off} for policy in (before, after))
    return {
        name: (was.get(name), now.get(name)) for name in {**was, **now} if all_of_them or was.get(name) != now.get(name)
    }


def switch(
    before: Policy, after: Policy, case: Case, calendar: Calendar, told: Mapping[str, datetime], now: datetime
) -> Switch:
    """What is to be kept so that nothing is said twice, nothing comes out of the past, and nothing is lost.

    A milestone that was still to come and now lies behind is said at the next look, as long as that makes sense.
    """
    if not case.is_live:
        return Switch()
    known = dict(told)
    old, new = Look(before, case, calendar, told, now), Look(after, case, calendar, known, now)
    going = _Going(old, new)
    for was, rule in changed(before, after).values():
        if rule is not None:
            going.over(was, rule)
    case_after = replace(case, done=case.done | going.done, put_off={**case.put_off, **going.put_off})
    known |= {key: told[source] for key, source in going.copied.items()}
    known |= {moment.key: now for moment in going.dropped}
    return Switch(
        copied=going.copied,
        dropped=tuple(going.dropped),
        changes=tuple(going.changes()),
        talks=going.talks,
        next_due=Look(after, case_after, calendar, known, now).next_due(),
    )


def passed(track: Track, last: int) -> list[Occurrence]:
    """What lies behind on that day and would be asked about now: of what repeats only the last."""
    behind = [one for one in track.occurrences if one.nudge <= last]
    return behind[-1:] if track.rule.every else behind


def pairs(before: Track | None, after: Track, said: Sequence[Occurrence], last: int) -> dict[Occurrence, Occurrence]:
    """The occurrences of the new version that are one of the old version, of which these were said. `last`: today."""
    if before is None:
        return {}
    was, now = before.rule, after.rule
    if was.series == now.series and same_series(was, now):
        olds = {(one.anchored, one.nth): one for one in before.occurrences}
        return {one: olds[key] for one in after.occurrences if (key := (one.anchored, one.nth)) in olds}
    if _is_single(was) and _is_single(now) and not (was.again or now.again):
        return {after.occurrences[0]: before.occurrences[0]}
    if _is_single(now) and not (was.again or now.again) and (asked := _asked(said, after.occurrences[0])):
        return {after.occurrences[0]: asked[-1]}
    found = _nearest(said[-1:], after.occurrences)
    if not (was.every or now.every):
        found |= _in_turn(before, after, said, last, found)
    return found


def _asked(said: Sequence[Occurrence], once: Occurrence) -> list[Occurrence]:
    """What is asked once from now on was asked, if anything was that counts from the same day."""
    return [one for one in said if abs(one.anchored - once.anchored) <= SMALL_CORRECTION]


def _in_turn(
    before: Track, after: Track, said: Sequence[Occurrence], last: int, found: Mapping[Occurrence, Occurrence]
) -> dict[Occurrence, Occurrence]:
    """Of several moments: those on the same day, and for one that lies behind now the next that was to come."""
    days = {one.due: one for one in before.occurrences if one not in found.values()}
    same = {one: days[one.due] for one in after.occurrences if one not in found and one.due in days}
    taken = {*found.values(), *same.values(), *said}
    waiting = [one for one in before.occurrences if one not in taken]
    late = (one for one in passed(after, last) if one not in found and one not in same)
    return {**same, **dict(zip(late, waiting, strict=False))}


class _Going:
    """A case on its way from one version to another, one milestone after the other."""

    def __init__(self, old: Look, new: Look) -> None:
        self.old, self.new = old, new
        self.olds = {track.rule.id: track for track in old.tracks if not track.about}
        self.news = {track.rule.id: track for track in new.tracks if not track.about}
        self.copied: dict[str, str] = {}
        self.dropped: list[Moment] = []
        self.done: set[str] = set()
        self.put_off: dict[str, date] = {}
        self.talks: dict[tuple[str, int], int] = {}

    def over(self, was: Milestone | None, rule: Milestone) -> None:
        """What becomes of one milestone."""
        track = self.news.get(rule.id)
        if track is None:
            return
        before = self.olds.get(rule.id) if was is not None else None
        said = [] if before is None else [one for one in before.occurrences if self._said(before.rule, one) is not None]
        found = pairs(before, track, said, self.new.last)
        for occurrence in passed(track, self.new.last):
            if occurrence not in found:
                self._drop(track, occurrence, [Call(occurrence.nudge)])
        if before is not None:
            for occurrence, one in found.items():
                self._carry(before, one, track, occurrence)

    def _said(self, rule: Milestone, one: Occurrence) -> datetime | None:
        return self.old.when(rule, one, Call(one.nudge))

    def _carry(self, before: Track, one: Occurrence, track: Track, occurrence: Occurrence) -> None:
        """What was decided, done and put off of the old occurrence holds for the new one."""
        rule = track.rule
        said = self._said(before.rule, one)
        was_said = self.old.course.today(said) if said is not None else 0
        before_calls = self.old.course.calls(before.rule, one, was_said)
        told = {(call.kind, call.n): call for call in before_calls if self.old.when(before.rule, one, call) is not None}
        was, now = f"{rule.id}#{one.nth}", f"{rule.id}#{occurrence.nth}"
        if (one.anchored, one.nth) != (occurrence.anchored, occurrence.nth):
            self._rename(before, one, track, occurrence, told.values())
            if was in self.old.course.case.done:
                self.done.add(now)
            if was in self.old.course.case.put_off:
                self.put_off[now] = self.old.course.case.put_off[was]
            self.talks[rule.id, one.nth] = occurrence.nth
        if said is None:
            return
        pending = {(call.kind, call.n) for call in before_calls} - told.keys()
        fresh = [
            call
            for call in self.new.course.calls(rule, occurrence, was_said)
            if call.day <= self.new.last and call.kind in ("reminder", "escalation")
            and (call.kind, call.n) not in told and (call.kind, call.n) not in pending
        ]  # fmt: skip
        self.dropped += self.new.course.moments(track, occurrence, fresh)

    def _rename(
        self, before: Track, one: Occurrence, track: Track, occurrence: Occurrence, calls: Iterable[Call]
    ) -> None:
        for call in calls:
            (was,) = self.old.course.moments(before, one, [call])
            (now,) = self.new.course.moments(track, occurrence, [call._replace(day=occurrence.nudge)])
            source = self.old.key(before.rule, one, call)
            if source is not None and now.key != was.key:
                self.copied[now.key] = source

    def _drop(self, track: Track, occurrence: Occurrence, calls: list[Call]) -> None:
        if self.new.when(track.rule, occurrence, calls[0]) is not None or self.new.is_done(track.rule, occurrence):
            return
        for moment in self.new.course.moments(track, occurrence, calls):
            self.dropped += (moment, *self.new.falls_with(moment))

    def changes(self) -> Iterator[Change]:
        """What the case itself remembers of it."""
        for key in sorted(self.done):
            name, _, nth = key.partition("#")
            yield Done(name, int(nth))
        for key, until in sorted(self.put_off.items()):
            name, _, nth = key.partition("#")
            yield PutOff(name, int(nth), until)


def _nearest(olds: Sequence[Occurrence], news: Sequence[Occurrence]) -> dict[Occurrence, Occurrence]:
    """What was said a few days ago or is said a few days later is the same thing."""
    found = {}
    for old in olds:
        near = [one for one in news if abs(one.nudge - old.nudge) <= SMALL_CORRECTION]
        if near:
            found[min(near, key=lambda one: (abs(one.nudge - old.nudge), one.nudge))] = old
    return found


def _numbered(before: Milestone | None, one: Milestone, policy: Policy) -> Milestone:
    if before is None:
        return replace(one, series=policy.version)
    return replace(one, series=before.series if same_series(before, one) else policy.version)


def _counts_days(rule: Milestone) -> bool:
    return rule.again or rule.follows_agreement


def _is_single(rule: Milestone) -> bool:
    return rule.every is None and len(rule.at) <= 1


def _anchor(rule: Milestone) -> str:
    return (rule.latest or rule.at[0]).anchor
