"""Zorgmodus: no word about returning, no deadlines for the manager (domain.md f.3, 8). Nobody asks why."""

from __future__ import annotations

from conversations.changes import CareSet
from conversations.talking.dialogue import Ask, Scene, Script, Tell


def talk(scene: Scene) -> Script:
    """Turns it on, or off again. HR keeps what the law asks."""
    told = {"employee": scene.employee}
    if scene.the_case.care:
        if (yield Ask("stop_care", choices=("yes", "no"), data=told, required=True)) == "no":
            yield Tell("stays_on", told)
            return ()
        yield Tell("off", told)
        return (CareSet(on=False),)
    if (yield Ask("start_care", choices=("yes", "no"), data=told, required=True)) == "no":
        yield Tell("stays_off", told)
        return ()
    yield Tell("on", told)
    return (CareSet(on=True),)
