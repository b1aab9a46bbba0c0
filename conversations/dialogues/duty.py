"""Any milestone without a dialogue of its own: done, later, or not needed here."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from conversations.changes import Done
from conversations.dialogues.why import explained
from conversations.talking.dialogue import Ask, Begin, Line, Scene, Script, Tell

NEEDS = ("coming",)


def talk(scene: Scene) -> Script:
    """One tap. A step the law asks for is only set aside after a second look."""
    milestone = scene.milestone
    if milestone is None:
        return (Begin("case_menu"),)
    name, nth = milestone
    step = next((one for one in scene.coming if (one.milestone, one.nth) == milestone), None)
    data = {"step": name, "employee": scene.employee, "due": step.on if step else None}
    choices = ("done", "later", "not_needed")
    answer = yield Ask("what", choices=(*choices, "why"), data={**data, "why": True}, required=True)
    if answer == "why":
        yield from explained(scene, scene.the_case)
        answer = yield Ask("and_now", choices=choices, data={**data, "why": False}, required=True, words="what")
    if answer == "not_needed" and not (yield from set_aside(scene)):
        answer = "later"
    if answer in ("done", "not_needed"):
        yield Tell(answer, data)
        return (Done(name, nth),)
    yield Tell("later", data)
    return ()


def set_aside(scene: Scene) -> Generator[Line, Any, bool]:
    """Whether the milestone really is not needed here; what the law asks for is asked twice."""
    known = scene.policy.milestone(scene.milestone[0]) if scene.policy and scene.milestone else None
    if known is None or known.kind != "law":
        return True
    sure = yield Ask("duty/law", choices=("not_needed", "later"), required=True)
    return bool(sure == "not_needed")
