"""The employee chooses: hear from me now and then, or not."""

from __future__ import annotations

from conversations.changes import CheckInsSet
from conversations.talking.dialogue import Ask, Scene, Script, Tell


def talk(scene: Scene) -> Script:
    """What, why, who sees what, and how to end it. Nothing is sent before a yes."""
    case = scene.the_case
    if case.employee != scene.me.id:
        return ()
    keeper, by = scene.people.get(case.contact.person or case.manager), scene.people.get(scene.about.get("by", ""))
    hears = {"keeper": scene.name(keeper.id if keeper else None), "is_hr": keeper is not None and "hr" in keeper.roles}
    invited = {"by": scene.name(by.id) if by else "", "by_hr": by is not None and "hr" in by.roles}
    yield Tell("what", {"name": scene.me.first_name, **hears, **invited})
    join = yield Ask("join", choices=("yes", "no"))
    if not join:
        yield Tell("no_answer")
        return ()
    yield Tell(join)
    return (CheckInsSet(join),)
