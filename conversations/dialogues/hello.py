"""Hello, or something nobody understood: what I can do for you now."""

from __future__ import annotations

from conversations.talking.dialogue import Ask, Begin, Scene, Script, Tell
from conversations.upcoming import late_for_hr

NEEDS = ("cases", "late")


def talk(scene: Scene) -> Script:
    """A word of welcome and the three things people come for. `about["lost"]`: what was typed was not understood."""
    me = scene.me
    late = len(late_for_hr(scene)) if "hr" in me.roles else 0
    leads = bool(me.roles & {"manager", "hr"})
    choices = tuple(
        choice
        for choice, useful in (
            ("late", late > 0),
            ("my_cases", bool(scene.cases)),
            ("new_absence", leads),
            ("help", True),
        )
        if useful
    )
    lost = "lost" in scene.about
    yield Tell(
        "lost" if lost else "hello",
        {"name": me.first_name, "count": len(scene.cases), "late": late, "leads": leads},
    )
    chosen = yield Ask("menu", choices=choices, data={"offered": choices, "leads": leads}, required=True)
    return (Begin(chosen),)
