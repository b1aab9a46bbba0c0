"""Stop everything about somebody: every message, queued ones too, at once and for good. Nobody asks why."""

from __future__ import annotations

from conversations.changes import Silenced
from conversations.talking.dialogue import Ask, Scene, Script, Tell
from conversations.talking.endings import to_hr


def talk(scene: Scene) -> Script:
    """One question, then silence. The short tips (domain.md f.3, 9) are offered in the same tap, so nothing waits."""
    sure = yield Ask("sure", choices=("yes", "yes_tips", "no"), data={"employee": scene.employee}, required=True)
    if sure == "no":
        yield Tell("goes_on", {"employee": scene.employee})
        return ()
    yield Tell("silent", {"employee": scene.employee, "by_hr": "hr" in scene.me.roles})
    if sure == "yes_tips":
        yield Tell("tips")
    return (Silenced(), *to_hr(scene, "silenced", employee=scene.the_case.employee))
