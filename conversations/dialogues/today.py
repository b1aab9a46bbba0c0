"""The morning's digest: everything for one person in one message, a button each."""

from __future__ import annotations

from conversations.digest import Item, pack, unpack
from conversations.talking.dialogue import Ask, Begin, Scene, Script, Tell
from conversations.upcoming import mine

NEEDS = ("cases", "coming")


def talk(scene: Scene) -> Script:
    """Which one first; what is left is offered again after it."""
    items = _still_open(scene) if unpack(scene.about) else _waiting(scene)
    if not items:
        yield Tell("nothing")
        return ()
    chosen = items[0]
    if len(items) > 1:
        cases = {case.id: case for case in scene.cases}
        rows = [
            {"key": item.key, "milestone": item.milestone, "employee": scene.name(cases[item.case].employee)}
            for item in items
        ]
        again = "again" in scene.about
        key = yield Ask("which", choices=tuple(item.key for item in items), data={"items": rows, "again": again})
        if not key:
            yield Tell("later")
            return ()
        chosen = next(item for item in items if item.key == key)
    begun = Begin(chosen.dialogue, case=chosen.case, about=chosen.about)
    left = [item for item in items if item != chosen]
    return (begun, Begin("today", about={**pack(left), "again": "yes"})) if left else (begun,)


def _still_open(scene: Scene) -> tuple[Item, ...]:
    """What is still there: what was done meanwhile, or is no longer on the timeline or no longer mine, falls out."""
    there = {(one.case, one.milestone, str(one.nth)) for one in scene.coming if one.state != "done" and not one.over}
    return tuple(item for item in unpack(scene.about) if (item.case, item.milestone, item.nth) in there)


def _waiting(scene: Scene) -> tuple[Item, ...]:
    """Without a digest somebody asked what there is to do: whatever waits for the talker now."""
    cases = {case.id: case for case in scene.cases}
    waiting = [
        one for one in scene.coming if one.state == "now" and one.case in cases and mine(scene, cases[one.case], one)
    ]
    waiting.sort(key=lambda one: (one.on, scene.name(cases[one.case].employee)))
    return tuple(Item(one.milestone, str(one.nth), one.case, one.ask or "duty") for one in waiting)
