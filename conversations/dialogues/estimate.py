"""The estimate of work potential at 8 weeks: asked of the occupational physician, and what came out (L-04)."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date, timedelta
from typing import Any

from conversations.case import Learned, Moved
from conversations.talking.dialogue import Ask, Begin, Effect, Line, Scene, Script, Tell
from conversations.talking.endings import done
from conversations.upcoming import rules

NEEDS = ("coming",)

LAW = date(2026, 1, 1)  # for incapacities that began from this day (L-04, L-06)
LONG_AGO = timedelta(days=366)


def talk(scene: Scene) -> Script:
    """HR's own. A manager hears that HR is in touch, never what came out (domain.md d.4)."""
    if "hr" not in scene.me.roles:
        yield Tell("hr_contacts")
        return ()
    if "estimate_requested" not in scene.the_case.anchors:
        return (yield from _request(scene))
    return (yield from _result(scene))


def _request(scene: Scene) -> Script:
    asked = yield Ask("requested", choices=("yes", "not_yet", "not_needed"), data={"employee": scene.employee})
    if asked == "not_needed":
        yield Tell("not_needed")
        return done(scene)
    if asked != "yes":
        yield Tell("how_to_request")
        return ()
    on = yield from _day(scene, "requested_on")
    yield Tell("wait_for_result", {"employee": scene.employee})
    return (Moved("estimate_requested", on), *done(scene))


def _result(scene: Scene) -> Script:
    case = scene.the_case
    data = {"employee": scene.employee, "requested": case.anchors["estimate_requested"]}
    result = yield Ask("result", choices=("yes", "no", "later", "waiting"), data=data)
    if not result or result == "waiting":
        yield Tell("still_waiting")
        return ()
    on = yield from _day(scene, "result_on")
    learned = (Learned("potential", result == "yes"), Learned("no_potential", result == "no"))
    if result == "yes":
        start = case.anchors.get("absence_start", scene.today)
        latest = next((step.on for step in scene.coming if "L-06" in rules(step.source)), None)
        yield Tell("after_yes", {
            "employee": scene.employee,
            "duty": "staff_of_20" in case.facts and start >= LAW and "formal_track" not in case.facts,
            "latest": latest,
        })  # fmt: skip
    else:
        yield Tell("after_no" if result == "no" else "after_later", {"employee": scene.employee})
    effects: tuple[Effect, ...] = (Moved("estimate_done", on), *learned, *done(scene))
    about = {"notice": "hr_contacts", "by": scene.me.id, "employee": case.employee}
    return (*effects, Begin("notice", who=case.manager, about=about))


def _day(scene: Scene, name: str) -> Generator[Line, Any, date]:
    """A day in the past; today when skipped."""
    today = scene.today
    day: date | None = yield Ask(name, "date", tense="past", suggest=(today,), least=today - LONG_AGO, most=today)
    return day or today
