"""What every chapter does with an answer: keep it, let it go, or note it as an open point."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from conversations.changes import Done
from conversations.plan import Plan
from conversations.talking.dialogue import PARKED, Begin, Line, Scene
from conversations.talking.endings import to_hr

Chapter = Generator[Line, Any, Plan]


def noted(plan: Plan, point: str, answer: Any, **fields: Any) -> Plan:
    """The plan with the fields of this answer. Parked: an open point. Skipped: as it was, and no open point."""
    others = tuple(one for one in plan.open_points if one != point)
    if answer is PARKED:
        return replace(plan, open_points=(*others, point))
    if answer is None:
        return replace(plan, open_points=others)
    return replace(plan, **fields, open_points=others)


def known(scene: Scene, **more: Any) -> dict[str, Any]:
    """What the words of nearly every line want: the colleague, and who is meant by manager and employee."""
    case = scene.the_case
    names = {"manager": scene.name(case.manager), "employee": scene.employee}
    return {"employee": scene.employee, "names": names, **more}


def to_coach(scene: Scene, what: str) -> tuple[Begin, ...]:
    """The terugkeercoach of this case hears it, and HR where there is none; nobody hears from himself."""
    coach = scene.the_case.coach
    if coach is None:
        return to_hr(scene, what)
    return () if coach == scene.me.id else (Begin("notice", who="coach", about={"notice": what, "by": scene.me.id}),)


def finished(scene: Scene, *milestones: str) -> tuple[Done, ...]:
    """What is done with this talk, also when somebody began it before the bot did: these, and what opened it."""
    ends = dict.fromkeys((*((scene.milestone,) if scene.milestone else ()), *((name, 0) for name in milestones)))
    return tuple(Done(name, nth) for name, nth in ends)


def not_for(scene: Scene) -> bool:
    """With a conflict the talk is not the line manager's to hold (b.1.10); HR or the coach may."""
    return "conflict" in scene.the_case.facts and scene.me.id == scene.the_case.manager
