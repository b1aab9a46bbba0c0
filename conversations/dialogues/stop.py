"""Stop, typed when nothing is open: for an employee it ends the check-ins at once."""

from __future__ import annotations

from conversations.changes import CheckInsSet
from conversations.talking.dialogue import Begin, Scene, Script, Tell

NEEDS = ("cases",)


def talk(scene: Scene) -> Script:
    """Nothing is asked back, and nothing is left but "geen check-ins" (domain.md f.3, 30)."""
    if scene.case is None:
        own = next((case for case in scene.cases if case.employee == scene.me.id), None)
        if own is not None:
            return (Begin("stop", case=own.id),)
    if scene.case is None or scene.case.employee != scene.me.id or scene.case.checkins == "no":
        yield Tell("nothing")
        return ()
    yield Tell("check_in/stopped")
    return (CheckInsSet("no"),)
