"""Closing a case: fully back, left, a mistake, or something else. The reason is never asked."""

from __future__ import annotations

from conversations.changes import Closed
from conversations.talking.dialogue import Ask, Begin, Scene, Script, Tell
from conversations.talking.endings import done, to_hr


def talk(scene: Scene) -> Script:
    """A manager closes what is over by itself; HR closes the rest (domain.md f.3, 10)."""
    told = {"employee": scene.employee}
    outcome = scene.about.get("outcome")  # heard in another talk
    if outcome is None:
        outcome = yield Ask("outcome", choices=("returned", "left", "withdrawn", "other"), data=told)
    if not outcome:
        return ()
    if outcome == "returned" and "actual_return" not in scene.the_case.anchors:
        yield Tell("first_returned", told)
        return (Begin("returned"),)
    if outcome in ("left", "other") and "hr" not in scene.me.roles:
        yield Tell("hr_closes", told)
        return (*done(scene), *to_hr(scene, {"left": "has_left", "other": "to_close"}[outcome]))
    plan = scene.the_case.plan
    running = len(plan.running) if plan else 0
    sure = yield Ask(
        "sure", choices=("yes", "no"), data={**told, "outcome": outcome, "agreements": running}, required=True
    )
    if sure == "no":
        yield Tell("stays_open", told)
        return ()
    yield Tell("closed", {**told, "outcome": outcome})
    return (*done(scene), Closed(outcome, scene.today))
