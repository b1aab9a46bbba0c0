"""What comes next in a case, as far as this talker may know it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from conversations.case import Case
from conversations.proposals import USUAL
from conversations.talking.dialogue import Coming, Late, Scene
from conversations.timing.policy import Policy
from conversations.timing.workdays import Calendar


def sees(scene: Scene, case: Case) -> frozenset[str]:
    """Whose steps this talker gets to see in a case (domain.md d.4): HR's own dates stay with HR."""
    if scene.me.id == case.employee:
        return frozenset({"employee"})
    return frozenset({"manager", "coach", "hr"} if "hr" in scene.me.roles else {"manager", "coach"})


def mine(scene: Scene, case: Case, step: Coming) -> bool:
    """Whether this step waits for the talker."""
    return case.held_by(step.to) == scene.me.id or (step.to == "hr" and case.hr is None and "hr" in scene.me.roles)


def next_step(
    scene: Scene, case: Case, states: tuple[str, ...] = ("now", "soon"), ask: str | None = None
) -> Coming | None:
    """The first thing still to do: what waits now, else what comes soonest; of those that open the dialogue `ask`."""
    shown = sees(scene, case)
    ahead = [
        step for step in scene.coming
        if step.case == case.id and step.to in shown and step.state in states and ask in (None, step.ask)
    ]  # fmt: skip
    first = min(ahead, key=lambda step: (step.state != "now", step.waits_until, step.milestone), default=None)
    return on_a_working_day(first, scene.policy) if first else None


def on_a_working_day(step: Coming, policy: Policy | None, calendar: Calendar = USUAL) -> Coming:
    """The day on which it is said; of a latest date, the last working day. In a list the law's dates stay as they are.

    A scene does not know the employer's own closing days.
    """
    rule = policy.milestone(step.milestone) if policy else None
    if rule is None and step.kind == "law":
        return step
    is_latest = rule is not None and rule.latest is not None
    on = calendar.previous_open(step.on) if is_latest else calendar.next_open(step.on)
    return replace(step, on=on, put_off=calendar.next_open(step.put_off) if step.put_off else None)


def late_for_hr(scene: Scene) -> tuple[Late, ...]:
    """What HR follows up. What was asked of the employee is not: nobody has to answer (domain.md d.4, d.6)."""
    employees = {case.id: case.employee for case in scene.cases}
    return tuple(one for one in scene.late if one.to != employees.get(one.case))


def dialogue_of(scene: Scene, case: str, milestone: str, nth: int) -> str:
    """The dialogue a step opens with; the menu of its case where the timeline does not show it (any more)."""
    for step in scene.coming:
        if (step.case, step.milestone, step.nth) == (case, milestone, nth):
            return step.ask or "duty"
    return "case_menu"


def coming_back(case: Case, today: date) -> date | None:
    """The day ahead on which the colleague comes back: as agreed, else as expected."""
    days = (case.anchors.get(name) for name in ("partial_return", "actual_return", "expected_return"))
    return next((day for day in days if day is not None and day >= today), None)


def rules(source: str) -> tuple[str, ...]:
    """The ids in the source of a milestone: "L-12 (decision A), S4-09" names L-12 and S4-09."""
    return tuple(part.split()[0] for part in source.split(",") if part.strip())
