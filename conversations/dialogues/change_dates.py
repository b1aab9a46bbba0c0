"""Other dates: longer, earlier back, another expected return, a wrong first day, or no absence at all."""

from __future__ import annotations

from datetime import date, timedelta

from conversations.case import Case
from conversations.changes import Closed, Corrected, Moved
from conversations.talking.dialogue import Ask, Begin, Effect, Scene, Script, Tell
from conversations.talking.endings import done, to_hr

COMING_BACK = ("expected_return", "partial_return", "actual_return")
CHANGES = ("longer", "earlier", "expected", "first_day", "withdrawn")


def talk(scene: Scene) -> Script:
    """What was read back, and what it changes, is kept; the timeline follows by itself.

    `about["what"]` and `about["until"]` are what was typed already; the day is offered, to be confirmed with a tap.
    """
    anchors = scene.the_case.anchors
    what = scene.about.get("what")
    if not what:
        what = yield Ask(
            "what", choices=CHANGES,
            data={"employee": scene.employee, "since": anchors["absence_start"],
                  "until": anchors.get("certificate_end"), "expected": anchors.get("expected_return")},
        )  # fmt: skip
    ways = {"longer": _longer, "earlier": _earlier, "expected": _expected, "first_day": _first_day,
            "withdrawn": _withdrawn}  # fmt: skip
    return (yield from ways[what](scene)) if what else ()


def _kept(scene: Scene, words: str, effects: tuple[Effect, ...], after: str = "kept", **data: object) -> Script:
    """Reads the change back with what it means; nothing is kept without a yes."""
    keep = yield Ask("keep", choices=("yes", "no"), data={"employee": scene.employee, **data}, words=words,
                     required=True)  # fmt: skip
    if keep == "no":
        yield Tell("not_kept")
        return ()
    yield Tell(after)
    return (*effects, *done(scene))


def _longer(scene: Scene) -> Script:
    anchors = scene.the_case.anchors
    ends = anchors.get("certificate_end", scene.today)
    said = date.fromisoformat(scene.about["until"]) if "until" in scene.about else None
    weeks = (ends + timedelta(weeks=2), ends + timedelta(weeks=4))
    until = yield Ask(
        "until", "date", data={"employee": scene.employee}, least=anchors["absence_start"],
        suggest=(said,) if said else weeks,
    )  # fmt: skip
    if not until:
        return ()
    gone = overtaken(scene.the_case, until, scene.today)
    moved = (Moved("certificate_end", until), *(Moved(name, None) for name in gone))
    return (yield from _kept(scene, "keep_longer", moved, until=until, gone=min(gone.values(), default=None)))


def overtaken(case: Case, until: date, today: date) -> dict[str, date]:
    """Dates of the return that fall within a longer absence; one that was kept already stands."""
    days = {name: day for name in COMING_BACK if (day := case.anchors.get(name)) is not None and day <= until}
    return {name: day for name, day in days.items() if name == "expected_return" or day > today}


def _said(scene: Scene) -> tuple[date, ...]:
    """The day of the return, where the sentence that began this named it."""
    return (date.fromisoformat(scene.about["on"]),) if "on" in scene.about else ()


def _earlier(scene: Scene) -> Script:
    """Back earlier than thought. Who is back already goes on with the return itself."""
    anchors = scene.the_case.anchors
    on = yield Ask(
        "back_on", "date", data={"employee": scene.employee}, tense="any",
        least=anchors["absence_start"] + timedelta(days=1),
        suggest=_said(scene) or (scene.today, scene.today + timedelta(days=7)),
    )  # fmt: skip
    if not on:
        return ()
    if on <= scene.today:
        return (*done(scene), Begin("returned", about={"on": on.isoformat()}))
    shorter = anchors.get("certificate_end", date.min) >= on
    ends = (Moved("certificate_end", on - timedelta(days=1)),) if shorter else ()
    return (yield from _kept(scene, "keep_earlier", (Moved("expected_return", on), *ends), on=on))


def _expected(scene: Scene) -> Script:
    on = yield Ask(
        "expected", "date", data={"employee": scene.employee}, least=scene.today,
        most=scene.today + timedelta(days=550),
        suggest=_said(scene) or (scene.today + timedelta(weeks=4), scene.today + timedelta(weeks=8)),
    )  # fmt: skip
    return (yield from _kept(scene, "keep_expected", (Moved("expected_return", on or None),), on=on or None))


def _first_day(scene: Scene) -> Script:
    """A wrong first day re-plans everything, the terms of HR too (domain.md f.3, 31)."""
    known = scene.the_case.anchors["absence_start"]
    start = yield Ask(
        "start", "date", data={"employee": scene.employee, "since": known}, tense="past",
        least=known - timedelta(days=730), most=scene.today,
    )  # fmt: skip
    if not start:
        return ()
    effects: tuple[Effect, ...] = (Corrected(start), *to_hr(scene, "first_day_corrected", since=start.isoformat()))
    return (yield from _kept(scene, "keep_first_day", effects, since=start, known=known))


def _withdrawn(scene: Scene) -> Script:
    effects: tuple[Effect, ...] = (Closed("withdrawn", scene.today), *to_hr(scene, "withdrawn"))
    return (yield from _kept(scene, "keep_withdrawn", effects, "withdrawn"))
