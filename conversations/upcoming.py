"""What comes next in a case, as far as this talker may know it."""

from __future__ import annotations

from conversations.case import Case
from conversations.talking.dialogue import Coming, Late, Scene


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
    return min(ahead, key=lambda step: (step.state != "now", step.waits_until, step.milestone), default=None)


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


def rules(source: str) -> tuple[str, ...]:
    """The ids in the source of a milestone: "L-12 (decision A), S4-09" names L-12 and S4-09."""
    return tuple(part.split()[0] for part in source.split(",") if part.strip())
