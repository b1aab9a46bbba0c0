"""A plan as it is read: grouped for the words of a report, a page or a message."""

from __future__ import annotations

from datetime import date
from typing import Any

from conversations.case import Case
from conversations.plan import HEADINGS, Plan
from conversations.proposals import follow_ups
from conversations.talking.dialogue import Scene


def plan_rows(plan: Plan, scene: Scene) -> dict[str, Any]:
    """What the words of "report/plan" want. `agreements` are by heading; names are said as the bot says them.

    The limits the manager noted for himself are left out: they are not agreed with anybody.
    """
    case = scene.the_case
    first = first_day(case, plan)
    return {
        "employee": scene.employee,
        "names": {"manager": scene.name(case.manager), "employee": scene.employee},
        "plan": plan,
        "headings": {heading: plan.under(heading) for heading in HEADINGS if plan.under(heading)},
        "host": scene.name(plan.first_day.host) if plan.first_day.host else None,
        "teller": scene.name(plan.team.by) if plan.team.by else None,
        "first": first,
        "days": follow_ups(first)[1:] if first else (),
    }


def first_day(case: Case, plan: Plan) -> date | None:
    """The first day back, or the day the plan begins."""
    anchors = case.anchors
    return anchors.get("actual_return") or anchors.get("partial_return") or plan.valid_from
