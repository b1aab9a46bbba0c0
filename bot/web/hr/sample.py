"""An invented absence under two versions of the cadence: every message on its day, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from conversations.case import Case, Role, Spell
from conversations.timing.course import REVIEW
from conversations.timing.steps import Phase, phase_of
from conversations.timing.terms import Milestone, Policy
from conversations.timing.timeline import timeline
from conversations.timing.workdays import Calendar
from messages.words import month

Nudge = tuple[date, Role]  # the day it is said, and to whom
Fate = Literal["same", "appears", "moves", "vanishes"]

AFTER = timedelta(days=130)  # how long after the last date the drawing goes on
MARGIN = timedelta(days=6)
LANES = 4
APART = 2.2  # percent of the line between two signs of a lane


@dataclass(frozen=True, slots=True)
class Dates:
    """What HR fills in; an absence that is not over has no `back`."""

    start: date
    expected: date | None
    back: date | None
    certificate: date | None


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the drawing. `before` and `on`: the day in use now, and the day with the draft; and to whom."""

    milestone: Milestone
    to: Role
    fate: Fate
    before: date | None
    on: date | None
    to_before: Role | None = None

    @property
    def day(self) -> date:
        """Where it is in the list."""
        day = self.on or self.before
        assert day is not None, "it is in one of the two"
        return day

    @property
    def phase(self) -> Phase:
        """Where in the course it belongs."""
        return phase_of(self.milestone)


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign on the line: how far along, in percent, and on which lane."""

    said: Said
    on: date
    place: float
    lane: int


@dataclass(frozen=True, slots=True)
class Line:
    """One version, drawn."""

    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Both versions over the same months, and the dates of the absence on it."""

    now: Line
    then: Line
    months: tuple[tuple[float, str], ...]
    dates: tuple[tuple[float, str], ...]


def suggested(today: date) -> Dates:
    """An absence of ten weeks that begins today, on a Monday as most do."""
    start = today + timedelta(days=-today.weekday() % 7)
    back = start + timedelta(weeks=10)
    return Dates(start, back, back, start + timedelta(weeks=2, days=4))


def invented(dates: Dates, organisation: str, facts: frozenset[str]) -> Case:
    """A case of nobody."""
    given = {
        "absence_reported": dates.start, "absence_start": dates.start, "expected_return": dates.expected,
        "actual_return": dates.back, "certificate_end": dates.certificate,
    }  # fmt: skip
    anchors = {name: day for name, day in given.items() if day is not None}
    end = dates.back - timedelta(days=1) if dates.back else None
    return Case(
        id="", organisation=organisation, employee="", manager="", policy="", anchors=anchors, facts=facts,
        coach="" if "has_coach" in facts else None, spells=(Spell(dates.start, end),), checkins="yes",
    )  # fmt: skip


def compared(before: Policy, after: Policy, case: Case, calendar: Calendar, dates: Dates) -> tuple[Said, ...]:
    """Every message of both versions, by day."""
    through = max(filter(None, (dates.start, dates.expected, dates.back))) + AFTER
    was, now = (_nudges(policy, case, calendar, through) for policy in (before, after))
    said: list[Said] = []
    for name in {**was, **now}:
        rule = after.milestone(name) or before.milestone(name) or REVIEW
        said += _fates(rule, was.get(name, []), now.get(name, []))
    return tuple(sorted(said, key=lambda one: (one.day, one.milestone.id)))


def _nudges(policy: Policy, case: Case, calendar: Calendar, through: date) -> Mapping[str, list[Nudge]]:
    found: dict[str, list[Nudge]] = {}
    for moment in timeline(policy, case, calendar, through):
        if moment.kind == "nudge":
            found.setdefault(moment.milestone, []).append((moment.at.date(), moment.to))
    return found


def _fates(rule: Milestone, was: Sequence[Nudge], now: Sequence[Nudge]) -> Iterable[Said]:
    """What stays as it is stays; the rest moves, the first to the first; and what is left over appears or goes."""
    stays = [one for one in now if one in was]
    gone, new = [one for one in was if one not in stays], [one for one in now if one not in stays]
    moved = min(len(gone), len(new))
    yield from (Said(rule, to, "same", day, day, to) for day, to in stays)
    yield from (Said(rule, to, "moves", old, day, before) for (old, before), (day, to) in zip(gone, new, strict=False))
    yield from (Said(rule, to, "vanishes", day, None, to) for day, to in gone[moved:])
    yield from (Said(rule, to, "appears", None, day) for day, to in new[moved:])


def drawn(said: Sequence[Said], dates: Dates) -> Drawing:
    """The picture of it."""
    known = [day for one in said for day in (one.before, one.on) if day] + [dates.start]
    first, last = min(known) - MARGIN, max(known) + MARGIN

    def place(day: date) -> float:
        return round(100 * (day - first).days / (last - first).days, 2)

    def line(days: Iterable[tuple[date | None, Said]]) -> Line:
        ends = [-99.0] * LANES
        marks = []
        for day, one in sorted(((day, one) for day, one in days if day), key=lambda pair: pair[0]):
            at = place(day)
            lane = next((n for n, end in enumerate(ends) if at - end >= APART), ends.index(min(ends)))
            ends[lane] = at
            marks.append(Mark(one, day, at, lane))
        return Line(tuple(marks))

    shown = (("start", dates.start), ("back", dates.back or dates.expected))
    return Drawing(
        line((one.before, one) for one in said),
        line((one.on, one) for one in said),
        tuple((place(day), month(day)) for day in _months(first, last)),
        tuple((place(day), name) for name, day in shown if day and first <= day <= last),
    )


def _months(first: date, last: date) -> Iterable[date]:
    at = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    while at <= last:
        yield at
        at = (at + timedelta(days=32)).replace(day=1)
