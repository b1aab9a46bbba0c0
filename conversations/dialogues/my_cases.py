"""My cases: who is absent or coming back, the next step of each, and one to go on with."""

from __future__ import annotations

from datetime import date
from typing import Any

from conversations.case import Case
from conversations.talking.dialogue import Ask, Begin, Scene, Script, Tell
from conversations.upcoming import coming_back, next_step

NEEDS = ("cases", "coming")
SAID = ("went", "since", "until", "what", "how")


def talk(scene: Scene) -> Script:
    """The open cases, the nearest step first. A single case opens at once."""
    among = scene.about.get("among", "").split(",")  # whom the name that was typed may mean
    cases = tuple(case for case in scene.cases if case.employee in among) or scene.cases
    if not cases:
        yield Tell("none", {"manages": bool(scene.me.roles & {"manager", "hr"})})
        return ()
    then = scene.about.get("then", "case_menu")  # what the person asked for, without saying whom it is about
    if len(cases) == 1 and "among" not in scene.about:
        return (Begin(then, case=cases[0].id, about=_said(scene)),)
    rows = sorted((row(scene, case) for case in cases), key=lambda row: (row["on"] or date.max, row["employee"]))
    names = {row["case"]: row["employee"] for row in rows}
    chosen = yield Ask("which", choices=tuple(names), labels=names, data={"rows": rows}, required=True)
    return (Begin(then, case=chosen, about=_said(scene)),)


def _said(scene: Scene) -> dict[str, str]:
    """What was said already when somebody asked for this, so that it is not asked again."""
    return {key: scene.about[key] for key in SAID if key in scene.about}


def row(scene: Scene, case: Case) -> dict[str, Any]:
    """What a list says of a case: whom it is about, what comes next, and whether the person is back."""
    step = next_step(scene, case)
    agreed = not {"actual_return", "partial_return"}.isdisjoint(case.anchors)
    return {
        "case": case.id,
        "employee": scene.name(case.employee),
        "step": step.milestone if step else None,
        "on": step.waits_until if step else None,
        "now": step is not None and step.state == "now",
        "back": any(case.anchors.get(name, date.max) <= scene.today for name in ("actual_return", "partial_return")),
        "returns": coming_back(case, scene.today) if agreed else None,
    }
