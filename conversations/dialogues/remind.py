"""Somebody wants a reminder sent: what I do by myself, and what can be done here."""

from __future__ import annotations

from conversations.talking.dialogue import Begin, Scene, Script, Tell


def talk(scene: Scene) -> Script:
    """HR has somebody reminded of what is late; everybody else chooses another day at the question itself."""
    if "hr" in scene.me.roles:
        yield Tell("hr")
        return (Begin("late"),)
    yield Tell("own")
    return ()
