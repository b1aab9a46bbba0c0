"""Who looked at mine? The people whose look at somebody's own file is written down, and the days. Nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from conversations.talking.dialogue import Look, Scene, Script, Tell

NEEDS = ("cases", "looks")

DAYS = 5  # of one person, the last ones


def talk(scene: Scene) -> Script:
    """Only of the own file, whoever asks. Who leads the case works with it every day, and is said apart."""
    if scene.looks is None:
        yield Tell("no_file")
        return ()
    own = next((case for case in scene.cases if case.employee == scene.me.id), None)
    keeper = scene.name(own.manager) if own else None
    yield Tell("looked", {"people": _people(scene, scene.looks), "keeper": keeper})
    return ()


def _people(scene: Scene, looks: Sequence[Look]) -> list[dict[str, object]]:
    """Each with the last days, who looked last first."""
    days: dict[str, list[date]] = {}
    for look in sorted(set(looks), key=lambda one: (one.on, one.by), reverse=True):
        days.setdefault(look.by, []).append(look.on)
    return [
        {
            "name": scene.people[who].name if who in scene.people else None,
            "days": sorted(seen[:DAYS]),
            "more": len(seen) > DAYS,
        }
        for who, seen in days.items()
    ]
