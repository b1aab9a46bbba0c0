"""What a policy may change of a locked milestone: it may come earlier, never later, and never go."""

from __future__ import annotations

from itertools import zip_longest

from conversations.timing.grammar import Place
from conversations.timing.terms import At, Milestone, Span

# The fewest and the most days a unit can be; a working day may hide behind a weekend and holidays.
DAYS = {"d": (1, 1), "w": (7, 7), "m": (28, 31), "wd": (1, 5)}

# Everything else of a locked milestone stays as it is.
FREE = ("at", "latest", "anchors", "calls_again", "remind", "escalate", "escalate_to", "ask", "source", "series")


def refuse_loosening(place: Place, before: Milestone, after: Milestone) -> None:
    """Fail when the locked milestone `before` would be weaker as `after`."""
    for name in Milestone.__slots__:
        if name not in FREE and getattr(before, name) != getattr(after, name):
            place.fail(
                f"This milestone is locked, so `{name}` may not change.",
                "Leave that line out; a locked milestone may only be moved earlier or be reminded of more.",
                "locked",
                name,
            )
    pairs = (*(("at", *pair) for pair in zip_longest(before.at, after.at)), ("latest", before.latest, after.latest))
    for name, was, now in pairs:
        if was is not None and (now is None or not _no_later(was, now)):
            place.fail(
                f"This milestone is locked at `{was}`, and `{now or 'none'}` could be later.",
                f"Count from `{was.anchor}` in the same unit, and choose `{was}` or earlier.",
                "locked_later",
                name,
                was=str(was),
            )


def _no_later(was: At, now: At) -> bool:
    if was.anchor != now.anchor:
        return False
    if was.span.unit == now.span.unit:
        return now.span.n <= was.span.n
    return _bounds(now.span)[1] <= _bounds(was.span)[0]


def _bounds(span: Span) -> tuple[int, int]:
    fewest, most = DAYS[span.unit]
    first, second = span.n * fewest, span.n * most
    return min(first, second), max(first, second)
