"""At a glance: what runs and what comes next, for a page a platform shows beside the conversation. It asks nothing."""

from __future__ import annotations

from datetime import date

from conversations.dialogues.my_cases import row
from conversations.talking.dialogue import Scene, Script, Tell

NEEDS = ("cases", "coming")


def talk(scene: Scene) -> Script:
    """The open cases, the nearest step first. Its buttons say what one would type."""
    rows = sorted((row(scene, case) for case in scene.cases), key=lambda row: (row["on"] or date.max, row["employee"]))
    yield Tell("glance", {"rows": rows, "leads": bool(scene.me.roles & {"manager", "hr"})})
    return ()
