"""The morning's digest: everything for one person in one message, a button each."""

from __future__ import annotations

from typing import Any

from conversations.talking.dialogue import Ask, Begin, Scene, Script, Tell

NEEDS = ("cases",)


def talk(scene: Scene) -> Script:
    """Which one first.

    `about["items"]` is "milestone#nth@case,..." in the order to show; `about["dialogue_<n>"]` is what item n opens
    (its `ask`, or the duty), and `about["agreement_<n>"]` the agreement of a review.
    """
    items = _items(scene)
    if not items:
        yield Tell("nothing")
        return ()
    chosen = items[0]
    if len(items) > 1:
        keys = tuple(item["key"] for item in items)
        key = yield Ask("which", choices=keys, data={"items": items, "count": len(items)})
        if not key:
            return ()
        chosen = next(item for item in items if item["key"] == key)
    about = {name: chosen[name] for name in ("milestone", "nth", "agreement") if chosen[name]}
    return (Begin(chosen["dialogue"], case=chosen["case"], about=about),)


def _items(scene: Scene) -> list[dict[str, Any]]:
    """What is still there: a case that closed meanwhile, or went to somebody else, falls out."""
    cases = {case.id: case for case in scene.cases}
    items = []
    for n, key in enumerate(filter(None, scene.about.get("items", "").split(","))):
        what, _, case = key.partition("@")
        milestone, _, nth = what.partition("#")
        if case not in cases or what in cases[case].done:
            continue
        items.append({
            "key": key,
            "milestone": milestone,
            "nth": nth or "0",
            "case": case,
            "employee": scene.name(cases[case].employee),
            "dialogue": scene.about.get(f"dialogue_{n}", "duty"),
            "agreement": scene.about.get(f"agreement_{n}", ""),
        })  # fmt: skip
    return items
