"""Stop, typed by an employee: it ends the check-ins at once, whether something was asked or not."""

from __future__ import annotations

from conversations.changes import CheckInsSet
from conversations.talking.dialogue import Begin, Scene, Script, Tell

NEEDS = ("cases",)


def talk(scene: Scene) -> Script:
    """Nothing is asked back, and nothing is left but "geen check-ins" (domain.md f.3, 30).

    `about["in"]`: the talk in which it was said. Of who does not take part, it ends that talk and no more.
    """
    if scene.case is None:
        own = next((case for case in scene.cases if case.employee == scene.me.id), None)
        if own is not None:
            return (Begin("stop", case=own.id, about={"in": scene.about["in"]} if "in" in scene.about else {}),)
    case, said_in = scene.case, scene.about.get("in")
    if case is None or case.employee != scene.me.id or (said_in not in (None, "invitation") and case.checkins != "yes"):
        yield Tell("talking/stopped" if said_in else "nothing")
        return ()
    yield Tell("check_in/stopped")
    return (CheckInsSet("no"),) if case.checkins != "no" else ()
