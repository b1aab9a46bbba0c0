"""The course of a case as a picture: the absence, the clocks of the law, and who does what, each on a lane of its own.

Places are in percent of the width and rows in units, so that the page draws them without a script or a style.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from bot.web.course import title
from conversations.case import Case, Role
from conversations.talking.dialogue import Coming
from conversations.timing.anchors import reckoned
from conversations.timing.terms import CLOCKS, Policy
from messages.own_words import NONE, Own
from messages.words import month

MARGIN = timedelta(days=8)
CLOCK_ORDER = ("incapacity_start", "salary_start", "force_majeure_start", "old_track_start")
WHO: tuple[Role, ...] = ("manager", "hr", "coach")
APART = 3.0  # percent between two marks on one row
ROW = 26  # pixels
HEAD = 20


class Sign(NamedTuple):
    """One moment: where it stands, what it is and how it stands."""

    place: float
    row: int
    on: date
    title: str
    to: str
    state: str
    kind: str
    put_off: bool


class Bar(NamedTuple):
    """A stretch of time: `what` is a code with words on the page."""

    place: float
    width: float
    what: str
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane: `name` is a code; `top` and `height` are in pixels."""

    name: str
    top: int
    height: int
    bars: tuple[Bar, ...] = ()
    signs: tuple[Sign, ...] = ()
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """All lanes below each other. `now` is the place of today, `months` where months begin."""

    lanes: tuple[Lane, ...]
    now: float
    months: tuple[tuple[float, str], ...]
    height: int

    @property
    def signs(self) -> list[Sign]:
        """Every moment in order of time: for who does not see the picture."""
        return sorted((one for lane in self.lanes for one in lane.signs), key=lambda one: (one.on, one.title, one.to))

    def counted(self, state: str) -> int:
        """How many stand like that."""
        return sum(one.state == state for one in self.signs)


class _Scale:
    """From days to places."""

    def __init__(self, days: Iterable[date]) -> None:
        known = list(days)
        self.first, self.last = min(known) - MARGIN, max(known) + MARGIN
        self.span = (self.last - self.first).days

    def at(self, day: date) -> float:
        return round(100 * (min(max(day, self.first), self.last) - self.first).days / self.span, 2)

    def bar(self, what: str, start: date, end: date | None) -> Bar:
        left, right = self.at(start), self.at(self.last if end is None else end + timedelta(days=1))
        return Bar(left, round(max(right - left, 0.4), 2), what, start, end)

    def months(self) -> Iterator[tuple[float, str]]:
        at = (self.first + timedelta(days=31)).replace(day=1)
        every = 1 if self.span < 500 else 3
        while at < self.last:
            if (at.month - 1) % every == 0:
                yield self.at(at), month(at) if at.month > 1 else f"{month(at)} {at.year}"
            at = (at + timedelta(days=32)).replace(day=1)


def picture(policy: Policy, case: Case, steps: Sequence[Coming], today: date, own: Own = NONE) -> Picture:
    """The picture of these steps: what the law counts from a clock stands on the lane of that clock."""
    clocks = _clocks(policy, case)
    shown = [step for step in steps if step.to != "employee"]
    scale = _Scale([today, *clocks.values(), *(step.waits_until for step in shown), *_days(case)])
    lanes: list[Lane] = []
    top = HEAD
    for name, bars, its, since in _lanes(policy, case, shown, clocks, scale, today):
        signs, rows = _placed(its, scale, own)
        height = ROW * rows + 10
        lanes.append(Lane(name, top, height, tuple(bars), tuple(signs), since))
        top += height
    return Picture(tuple(lanes), scale.at(today), tuple(scale.months()), top)


def _days(case: Case) -> list[date]:
    return [*case.anchors.values(), *(spell.start for spell in case.spells)]


def _clocks(policy: Policy, case: Case) -> dict[str, date]:
    """The clocks that some milestone counts from; those that began on one day are one lane."""
    used = {at for rule in policy.milestones if not rule.off for at in rule.anchors & CLOCKS}
    known = reckoned(policy, case).anchors
    found: dict[str, date] = {}
    for name in CLOCK_ORDER:
        if name in used and name in known:
            found[name] = known[name]
    return found


def _lanes(
    policy: Policy, case: Case, steps: Sequence[Coming], clocks: Mapping[str, date], scale: _Scale, today: date
) -> Iterator[tuple[str, list[Bar], list[Coming], date | None]]:
    yield "absence", _absence(case, scale), [], None
    back = case.anchors.get("actual_return")
    left = list(steps)
    for name, since in clocks.items():
        rules = {rule.id for rule in policy.milestones if name in rule.anchors}
        its = [step for step in left if step.milestone in rules]
        left = [step for step in left if step.milestone not in rules]
        if its:
            ends = min(back - timedelta(days=1), today) if back else today
            yield name, [scale.bar("clock", since, max(since, ends))], its, since
    for who in WHO:
        if its := [step for step in left if step.to == who]:
            yield who, [], its, None


def _absence(case: Case, scale: _Scale) -> list[Bar]:
    """When somebody was absent, partially back, and fully at rest by agreement."""
    bars = [scale.bar("absent", spell.start, spell.end) for spell in case.spells]
    partial, full = case.anchors.get("partial_return"), case.anchors.get("actual_return")
    if partial is not None and (full is None or partial < full):
        bars.append(scale.bar("partial", partial, full - timedelta(days=1) if full else None))
    contact = case.contact
    if contact.disconnect_until is not None:
        start = contact.disconnect_from or contact.agreed_on or case.anchors.get("absence_start")
        bars += [scale.bar("quiet", start, contact.disconnect_until)] if start else []
    return bars


def _placed(steps: Sequence[Coming], scale: _Scale, own: Own) -> tuple[list[Sign], int]:
    """The moments of a lane, neighbours on rows of their own; and how many rows that takes."""
    ends: list[float] = []
    signs: list[Sign] = []
    for step in sorted(steps, key=lambda one: (one.waits_until, one.milestone, one.nth)):
        place = scale.at(step.waits_until)
        row = next((n for n, end in enumerate(ends) if place - end >= APART), len(ends))
        ends[row:row + 1] = [place]  # fmt: skip
        signs.append(Sign(place, row, step.waits_until, title(step.milestone, own), step.to, step.state, step.kind,
                          step.put_off is not None))  # fmt: skip
    return signs, max(len(ends), 1)
