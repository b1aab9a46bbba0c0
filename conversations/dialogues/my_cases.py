"""My cases: who is absent or coming back, the next step of each, and one to go on with."""

from __future__ import annotations

from datetime import date
from typing import Any

from conversations.case import Case
from conversations.talking.dialogue import Ask, Begin, Scene, Script, Tell
from conversations.upcoming import next_step

NEEDS = ("cases", "coming")


def talk(scene: Scene) -> Script:
    """The open cases, the nearest step first. A single case opens at once."""
    if not scene.cases:
        yield Tell("none", {"manages": bool(scene.me.roles - {"employee"})})
        return ()
    then = scene.about.get("then", "case_menu")  # what the person asked for, without saying whom it is about
    if len(scene.cases) == 1:
        return (Begin(then, case=scene.cases[0].id),)
    rows = sorted((_row(scene, case) for case in scene.cases), key=lambda row: (row["on"] or date.max, row["employee"]))
    names = {row["case"]: row["employee"] for row in rows}
    chosen = yield Ask("which", choices=tuple(names), labels=names, data={"rows": rows}, required=True)
    return (Begin(then, case=chosen),)


def _row(scene: Scene, case: Case) -> dict[str, Any]:
    step = next_step(scene, case)
    return {
        "case": case.id,
        "employee": scene.name(case.employee),
        "step": step.milestone if step else None,
        "on": step.on if step else None,
        "now": step is not None and step.state == "now",
        "back": "actual_return" in case.anchors or "partial_return" in case.anchors,
    }
