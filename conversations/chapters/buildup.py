"""The build-up schedule of a progressive return (b.2.7): from which day, how many hours, on which days."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from conversations.buildup import SHAPES, usual
from conversations.catalogue import BUILDUP
from conversations.chapters.notes import Chapter, known, noted
from conversations.plan import Agreement, Plan, Step, next_id
from conversations.proposals import agreement, weekday_before
from conversations.talking.dialogue import Ask, Line, Scene, Tell

WEEK = ("1", "2", "3", "4", "5", "6", "7")
MOST_STEPS = 6


def buildup(scene: Scene, plan: Plan, first: date | None) -> Chapter:
    """The steps, usual or own, and the agreement (A2-03) they belong to."""
    yield Tell("buildup", known(scene, insured="statutory" not in scene.the_case.facts))
    shape = yield Ask("buildup_shape", choices=(*SHAPES, "own", "unknown"), data=known(scene), park=True)
    plan = noted(plan, "buildup_shape", shape)
    if shape not in (*SHAPES, "own"):
        return _agreed(plan, (), first) if shape == "unknown" else plan
    full = yield Ask("full_hours", "number", data=known(scene), suggest=(38.0, 36.0, 19.0), least=1, most=60)
    full = full or 38.0
    start = yield Ask("buildup_from", "date", data=known(scene), suggest=(first,) if first else ())
    start = start or first or scene.today
    chosen = yield Ask("buildup_days", "several", choices=WEEK, data=known(scene, begins=None))
    days = frozenset(map(int, chosen or ()))
    steps = usual(shape, start, full, days) if shape in SHAPES else (yield from _own(scene, start, full, days))
    if shape in SHAPES:
        right = yield Ask("buildup_ok", choices=("ok", "adapt"), data=known(scene, steps=steps))
        if right == "adapt":
            steps = yield from _own(scene, start, full, days)
    return _agreed(plan, steps, first)


def _own(scene: Scene, start: date, full: float, days: frozenset[int]) -> Generator[Line, Any, tuple[Step, ...]]:
    """Step by step, each with its own days, until the hours are full or there is no next date."""
    steps: list[Step] = []
    for n in range(1, MOST_STEPS + 1):
        begins: date | None = start
        if steps:
            after = steps[-1].starts + timedelta(days=1)
            suggest = (steps[-1].starts + timedelta(weeks=2), steps[-1].starts + timedelta(weeks=4))
            begins = yield Ask(
                f"step_from_{n}", "date", data=known(scene, steps=tuple(steps)), least=after, suggest=suggest,
                follows=steps[-1].starts, words="step_from",
            )  # fmt: skip
        if not begins:
            break
        data = known(scene, n=n, begins=begins)
        hours = yield Ask(f"step_hours_{n}", "hours", data=data, full=full, least=1, most=full, words="step_hours")
        if not hours:
            break
        if hours >= full:
            steps.append(Step(begins, hours))
            break
        if steps:
            chosen = yield Ask(f"step_days_{n}", "several", choices=WEEK, data=data, words="buildup_days")
            days = frozenset(map(int, chosen or ()))
        steps.append(Step(begins, hours, days))
    return tuple(steps)


def _agreed(plan: Plan, steps: tuple[Step, ...], first: date | None) -> Plan:
    """The plan with these steps, and the agreement of a progressive return (A2-03) that goes with them."""
    plan = replace(plan, buildup=steps)
    if all(one.code != BUILDUP for one in plan.running):
        new = agreement(next_id(plan.agreements), "conditions", BUILDUP, steps[0].starts if steps else first)
        plan = replace(plan, agreements=(*plan.agreements, new))
    timed = (_timed(one, steps) if one.code == BUILDUP else one for one in plan.agreements)
    return replace(plan, agreements=tuple(timed))


def _timed(one: Agreement, steps: tuple[Step, ...]) -> Agreement:
    """It ends where the last step begins, and is looked at again just before."""
    if len(steps) < 2:
        return replace(one, starts=steps[0].starts) if steps else one
    last = steps[-1].starts
    return replace(one, starts=steps[0].starts, ends=last - timedelta(days=1), review_on=weekday_before(last))
