"""The employee chooses: hear from me now and then, or not."""

from __future__ import annotations

from conversations.changes import CheckInsSet
from conversations.talking.dialogue import Ask, Scene, Script, Tell


def talk(scene: Scene) -> Script:
    """What, why, who sees what, and how to end it. Nothing is sent before a yes."""
    case = scene.the_case
    if case.employee != scene.me.id:
        return ()
    yield Tell("what", {"name": scene.me.first_name, "keeper": scene.name(case.contact.person or case.manager)})
    join = yield Ask("join", choices=("yes", "no"))
    if not join:
        yield Tell("no_answer")
        return ()
    yield Tell(join)
    return (CheckInsSet(join),)
