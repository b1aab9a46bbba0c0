"""What comes next in a case, as far as this talker may know it."""

from __future__ import annotations

from conversations.case import Case
from conversations.talking.dialogue import Coming, Scene


def sees(scene: Scene, case: Case) -> frozenset[str]:
    """Whose steps this talker gets to see in a case (domain.md d.4): HR's own dates stay with HR."""
    if scene.me.id == case.employee:
        return frozenset({"employee"})
    return frozenset({"manager", "coach", "hr"} if "hr" in scene.me.roles else {"manager", "coach"})


def next_step(scene: Scene, case: Case) -> Coming | None:
    """The first thing still to do: what waits now, else what comes soonest."""
    mine = sees(scene, case)
    ahead = [
        step for step in scene.coming
        if step.case == case.id and step.to in mine and step.state in ("now", "soon")
    ]  # fmt: skip
    return min(ahead, key=lambda step: (step.state != "now", step.on, step.milestone), default=None)


def dialogue_of(scene: Scene, milestone: str) -> str:
    """The dialogue a milestone opens with; without a policy at hand, the menu of its case."""
    if scene.policy is None:
        return "case_menu"
    known = scene.policy.milestone(milestone)
    return (known.ask if known else None) or "duty"


def rules(source: str) -> tuple[str, ...]:
    """The ids in the source of a milestone: "L-12 (decision A), S4-09" names L-12 and S4-09."""
    return tuple(part.split()[0] for part in source.split(",") if part.strip())
