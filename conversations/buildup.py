"""The build-up of a progressive return: steps of hours a week, each from a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from conversations.plan import Step

# Usual build-ups: the parts of the full hours, and the weeks each one lasts.
SHAPES: dict[str, tuple[tuple[float, ...], int]] = {
    "half_2w": ((0.5, 0.8, 1.0), 2),
    "half_4w": ((0.5, 0.8, 1.0), 4),
    "third_4w": ((0.3, 0.5, 0.8, 1.0), 4),
}


def usual(shape: str, first: date, full: float, days: frozenset[int]) -> tuple[Step, ...]:
    """The steps of a usual build-up. `full` is hours a week; `days` are those of the first step."""
    parts, weeks = SHAPES[shape]
    return tuple(
        Step(first + timedelta(weeks=n * weeks), round(full * part, 2), frozenset() if n else days)
        for n, part in enumerate(parts)
    )


def next_step(steps: tuple[Step, ...], today: date) -> Step | None:
    """The first step that has not begun yet."""
    return next((step for step in steps if step.starts > today), None)


def shifted(steps: tuple[Step, ...], today: date, weeks: int) -> tuple[Step, ...]:
    """The steps that have not begun yet, so many weeks later (or earlier, but never before tomorrow)."""
    earliest = today + timedelta(days=1)
    return tuple(
        replace(step, starts=max(step.starts + timedelta(weeks=weeks), earliest)) if step.starts > today else step
        for step in steps
    )


def held(steps: tuple[Step, ...], today: date) -> tuple[Step, ...]:
    """The build-up stops where it is: what has not begun goes."""
    return tuple(step for step in steps if step.starts <= today)
