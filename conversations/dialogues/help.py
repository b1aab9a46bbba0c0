"""What I can do for you, by role, with a few things to type."""

from __future__ import annotations

from conversations.deputies import LEADS
from conversations.talking.dialogue import Scene, Script, Tell


def talk(scene: Scene) -> Script:
    """Short; everybody hears what belongs to the own role."""
    for role in ("manager", "coach", "hr"):
        if role in scene.me.roles:
            yield Tell(role)
    if not scene.me.roles & LEADS:
        yield Tell("employee")
    yield Tell("anywhere")
    return ()
