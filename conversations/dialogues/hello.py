"""Hello, or something nobody understood: what I can do for you now."""

from __future__ import annotations

from conversations.talking.dialogue import Ask, Begin, Scene, Script

NEEDS = ("cases", "late")


def talk(scene: Scene) -> Script:
    """A word of welcome and the three things people come for. `about["lost"]`: what was typed was not understood."""
    me = scene.me
    leads = bool(me.roles & {"manager", "hr"})
    choices = tuple(
        choice
        for choice, useful in (
            ("late", "hr" in me.roles and bool(scene.late)),
            ("my_cases", bool(scene.cases)),
            ("new_absence", leads),
            ("help", True),
        )
        if useful
    )
    data = {
        "name": me.first_name,
        "offered": choices,
        "count": len(scene.cases),
        "late": len(scene.late) if "hr" in me.roles else 0,
        "leads": leads,
    }
    chosen = yield Ask("lost" if "lost" in scene.about else "hello", choices=choices, data=data, required=True)
    return (Begin(chosen),)
