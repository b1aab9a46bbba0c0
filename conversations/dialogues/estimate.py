"""The estimate of work potential at 8 weeks: asked of the occupational physician, and what came out (L-04)."""

from __future__ import annotations

from datetime import date, timedelta

from conversations.changes import Learned, Moved
from conversations.dialogues.duty import put_off, set_aside
from conversations.proposals import USUAL, months_after
from conversations.talking.dialogue import Ask, Begin, Effect, Scene, Script, Tell
from conversations.talking.endings import done
from conversations.timing.facts import began_in_2026
from conversations.upcoming import rules

NEEDS = ("coming",)
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
        if not (yield from set_aside(scene)):
            return (yield from put_off(scene))
        yield Tell("not_needed")
        return done(scene)
    if asked != "yes":
        yield Tell("how_to_request")
        return (yield from put_off(scene)) if asked else ()
    on = yield _day(scene, "requested_on")
    yield Tell("wait_for_result", {"employee": scene.employee})
    return (Moved("estimate_requested", on), *done(scene))


def _result(scene: Scene) -> Script:
    case = scene.the_case
    data = {"employee": scene.employee, "requested": case.anchors["estimate_requested"]}
    result = yield Ask("result", choices=("possible", "not_possible", "later", "waiting"), data=data)
    if not result or result == "waiting":
        yield Tell("still_waiting")
        return (yield from put_off(scene)) if result else ()
    on = yield _day(scene, "result_on")
    learned = (Learned("potential", result == "possible"), Learned("no_potential", result == "not_possible"))
    if result == "possible":
        duty = "staff_of_20" in case.facts and began_in_2026(case, scene.today) and "formal_track" not in case.facts
        latest = _latest(scene)
        worked = USUAL.previous_open(latest) if latest else None
        told = {"employee": scene.employee, "duty": duty, "latest": latest, "worked": worked}
        yield Tell("after_yes", told)
    else:
        yield Tell("after_no" if result == "not_possible" else "after_later", {"employee": scene.employee})
    effects: tuple[Effect, ...] = (Moved("estimate_done", on), *learned, *done(scene))
    about = {"notice": "hr_contacts", "by": scene.me.id, "employee": case.employee}
    quiet = case.contact.disconnected(scene.today) or bool(case.facts & {"conflict", "employee_declines"})
    if case.contact.person in (None, case.manager) and not quiet:
        about["goes_on"] = "yes"
    return (*effects, Begin("notice", who=case.manager, about=about))


def _latest(scene: Scene) -> date | None:
    """The latest date to start a formal trajectory (L-06); unsaid after a relapse, when its clock is computed."""
    case = scene.the_case
    duties = (one.latest for one in (scene.policy.milestones if scene.policy else ()) if "L-06" in rules(one.source))
    latest = next((at for at in duties if at is not None and at.span.unit == "m"), None)
    if latest is None or len(case.spells) > 1:
        return None
    return months_after(case.anchors["absence_start"], latest.span.n)


def _day(scene: Scene, name: str) -> Ask:
    """A day in the past; the talk may have begun long before the answer."""
    return Ask(
        name, "date", tense="past", suggest=(scene.day,), least=scene.today - LONG_AGO, most=scene.day, required=True
    )
