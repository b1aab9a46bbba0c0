"""A case's timeline as a drawing: every moment with its place, its shape and its state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from conversations.talking.dialogue import Coming
from messages import render
from messages.own_words import NONE, Own
from messages.words import month

MARGIN = timedelta(days=6)
APART = 1.8  # percent between two moments of one lane: as wide as they are on the smallest page that shows them


@dataclass(frozen=True, slots=True)
class Mark:
    """One moment: `place` is how far along the line it stands, in percent; `lane` keeps neighbours apart.

    `put_off`: somebody asked to come back to it on that day. `open`: it waits now, and not for today.
    """

    on: date
    title: str
    to: str
    state: str
    kind: str
    source: str
    place: float
    lane: int
    put_off: bool = False
    open: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """The whole line. `now` is the place of today; `months` are where months begin, with their names.

    `lanes`: how many lie above each other, at least one.
    """

    marks: tuple[Mark, ...]
    now: float
    months: tuple[tuple[float, str], ...]
    lanes: int

    @property
    def past(self) -> tuple[Mark, ...]:
        """What was done or missed."""
        return tuple(mark for mark in self.marks if mark.state in ("done", "missed"))

    @property
    def ahead(self) -> tuple[Mark, ...]:
        """What waits now, and what comes."""
        return tuple(mark for mark in self.marks if mark.state in ("now", "soon"))


def title(milestone: str, own: Own = NONE) -> str:
    """How a milestone is called: the subject of its words, those of the organisation first."""
    return render.subject(f"nudges/{milestone}", own=own, otherwise="talking/step")


def _months(first: date, last: date) -> Iterable[date]:
    at = first.replace(day=1)
    while at <= last:
        if at >= first:
            yield at
        at = (at + timedelta(days=32)).replace(day=1)


def course(steps: Sequence[Coming], today: date, own: Own = NONE) -> Course:
    """The drawing of these steps, from the first to the last of them."""
    steps = sorted(steps, key=lambda step: (step.waits_until, step.milestone, step.nth))
    days = [step.waits_until for step in steps] + [today]
    first, last = min(days) - MARGIN, max(days) + MARGIN
    span = (last - first).days

    def place(day: date) -> float:
        return round(100 * (day - first).days / span, 2)

    marks: list[Mark] = []
    ends: list[float] = []  # where each lane was used last
    for step in steps:
        on = step.waits_until
        at = place(on)
        lane = next((n for n, end in enumerate(ends) if at - end >= APART), len(ends))
        ends[lane : lane + 1] = [at]
        name, put_off = title(step.milestone, own), step.put_off is not None
        is_open = step.state == "now" and on != today
        marks.append(Mark(on, name, step.to, step.state, step.kind, step.source, at, lane, put_off, is_open))
    return Course(
        tuple(marks), place(today), tuple((place(day), month(day)) for day in _months(first, last)), max(1, len(ends))
    )
