"""Something to know and nothing to answer: one talk telling another person something."""

from __future__ import annotations

from datetime import date
from typing import Any

from conversations.talking.dialogue import Scene, Script, Tell


def talk(scene: Scene) -> Script:
    """`about["notice"]` names the words; the rest of `about` is what they may use, `by` whoever told it.

    A person's id becomes the name, an ISO day becomes a day.
    """
    data: dict[str, Any] = {name: _value(scene, text) for name, text in scene.about.items() if name != "notice"}
    if scene.case is not None:
        data.setdefault("employee", scene.employee)
    yield Tell(scene.about["notice"], data)
    return ()


def _value(scene: Scene, text: str) -> Any:
    if text in scene.people:
        return scene.name(text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
