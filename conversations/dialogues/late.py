"""What is late, for HR: one thing at a time, and what to do about it."""

from __future__ import annotations

from typing import Any

from conversations.talking.dialogue import Ask, Begin, Late, Scene, Script, Tell
from conversations.upcoming import dialogue_of, late_for_hr

NEEDS = ("cases", "late", "coming")

MOST = 9  # as many as fit one message; the next ones follow when these are done


def talk(scene: Scene) -> Script:
    """The oldest first. HR reminds, takes over, or looks at the case; and hears who may not have heard from me."""
    if "hr" not in scene.me.roles:
        yield Tell("not_yours")
        return ()
    open_ones = late_for_hr(scene)
    unheard = [{"to": scene.name(one.to), "on": one.on, "perhaps": one.perhaps} for one in scene.undelivered]
    if unheard:
        yield Tell("undelivered", {"rows": unheard[:MOST], "more": len(unheard) - MOST})
    if not open_ones:
        yield Tell("nothing")
        return ()
    employees = {case.id: case.employee for case in scene.cases}
    late = sorted(open_ones, key=lambda one: (one.since, scene.name(employees.get(one.case)), one.milestone, one.nth))
    shown = {f"{one.milestone}#{one.nth}@{one.case}": one for one in late[:MOST]}
    rows = [_row(scene, key, one) for key, one in shown.items()]
    which = yield Ask("which", choices=tuple(shown), data={"rows": rows, "more": len(late) - len(rows)}, required=True)
    one = shown[which]
    mine = one.to == scene.me.id
    choices = ("do", "open") if mine else ("remind", "take_over", "open")
    what = yield Ask("what", choices=choices, data={**_row(scene, which, one), "mine": mine}, required=True)
    about = {"milestone": one.milestone, "nth": str(one.nth)}
    if what == "remind":
        yield Tell("reminded", {"to": scene.name(one.to)})
        return reminded(scene.me.id, one, dialogue_of(scene, one.case, one.milestone, one.nth))
    if what == "do":
        return (Begin(dialogue_of(scene, one.case, one.milestone, one.nth), case=one.case, about=about),)
    return (Begin("take_over" if what == "take_over" else "case_menu", case=one.case),)


def reminded(me: str, one: Late, dialogue: str) -> tuple[Begin, ...]:
    """Whom it waits for is asked again, in the name of who reminds."""
    about = {"milestone": one.milestone, "nth": str(one.nth)}
    notice = {"notice": "reminder", "step": one.milestone, "by": me}
    return (
        Begin("notice", who=one.to, case=one.case, about=notice),
        Begin(dialogue, who=one.to, case=one.case, about=about),
    )


def _row(scene: Scene, key: str, one: Late) -> dict[str, Any]:
    cases = {case.id: case for case in scene.cases}
    employee = cases[one.case].employee if one.case in cases else None
    return {
        "key": key,
        "employee": scene.name(employee),
        "step": one.milestone,
        "since": one.since,
        "to": scene.name(one.to),
    }
