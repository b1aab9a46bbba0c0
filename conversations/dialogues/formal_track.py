"""The formal trajectory with the occupational physician: only where it stands, and only for HR (L-05 to L-13)."""

from __future__ import annotations

from datetime import timedelta

from conversations.case import Case
from conversations.changes import Learned, Moved
from conversations.dialogues.duty import put_off, set_aside
from conversations.talking.dialogue import Ask, Effect, Scene, Script, Tell
from conversations.talking.endings import done

NEEDS = ("coming",)
LONG_AGO = timedelta(days=366)
# What was reported, and the date it sets. The terms of the law count from these (a.2).
DATES = {
    "requested": "track_requested",
    "decided": "track_decided",
    "delivered": "plan_delivered",
    "answered": "plan_answered",
}


def talk(scene: Scene) -> Script:
    """One status and its day. The content stays with the occupational physician and HR."""
    if "hr" not in scene.me.roles:
        yield Tell("estimate/hr_contacts")
        return ()
    case, today = scene.the_case, scene.today
    choices = _possible(case)
    status = yield Ask("status", choices=choices, data={"employee": scene.employee, "offered": choices}, required=True)
    if status == "not_needed":
        if not (yield from set_aside(scene)):
            return (yield from put_off(scene))
        yield Tell("not_needed")
        return done(scene)
    if status == "stopped":
        yield Tell("stopped", {"employee": scene.employee})
        gone: tuple[Effect, ...] = tuple(Moved(anchor, None) for anchor in DATES.values() if anchor in case.anchors)
        return (Learned("formal_track", holds=False), *gone, *done(scene))
    on = yield Ask("on", "date", tense="past", suggest=(today,), least=today - LONG_AGO, most=today)
    yield Tell(status, {"employee": scene.employee, "on": on or today})
    running = () if "formal_track" in case.facts else (Learned("formal_track"),)
    return (*running, Moved(DATES[status], on or today), *done(scene))


def _possible(case: Case) -> tuple[str, ...]:
    if "formal_track" not in case.facts:
        return ("requested", "not_needed")
    ahead = tuple(status for status, anchor in DATES.items() if anchor not in case.anchors)
    return (*ahead, "stopped")
