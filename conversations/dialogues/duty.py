"""Any milestone without a dialogue of its own: done, later, or not needed here."""

from __future__ import annotations

from conversations.case import Done
from conversations.dialogues.why import explained
from conversations.talking.dialogue import Ask, Begin, Scene, Script, Tell

NEEDS = ("coming",)


def talk(scene: Scene) -> Script:
    """One tap. A step the law asks for is only set aside after a second look."""
    milestone = scene.milestone
    if milestone is None:
        return (Begin("case_menu"),)
    name, nth = milestone
    known = scene.policy.milestone(name) if scene.policy else None
    step = next((one for one in scene.coming if (one.milestone, one.nth) == milestone), None)
    data = {"step": name, "employee": scene.employee, "due": step.on if step else None}
    choices = ("done", "later", "not_needed")
    answer = yield Ask("what", choices=(*choices, "why"), data={**data, "why": True}, required=True)
    if answer == "why":
        yield from explained(scene, scene.the_case)
        answer = yield Ask("and_now", choices=choices, data={**data, "why": False}, required=True, words="what")
    if answer == "not_needed" and known is not None and known.kind == "law":
        answer = yield Ask("law", choices=("not_needed", "later"), data=data, required=True)
    if answer in ("done", "not_needed"):
        yield Tell(answer, data)
        return (Done(name, nth),)
    yield Tell("later", data)
    return ()
