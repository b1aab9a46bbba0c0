"""A check-in with the employee: how contact should go on. Never how somebody feels, and never words of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from conversations.changes import CheckInsSet, ContactAgreed, Moved
from conversations.talking.dialogue import Ask, Begin, Scene, Script, Tell
from conversations.talking.endings import done

LONGEST = timedelta(days=183)


def talk(scene: Scene) -> Script:
    """A choice, and whether somebody else may see it (domain.md f.2, d.4)."""
    case = scene.the_case
    if case.employee != scene.me.id:
        return (Begin("invite"),)
    if case.checkins != "yes":
        return (Begin("invitation"),)
    keeper = case.contact.person or case.manager
    if not scene.milestone:
        yield Tell("welcome", {"name": scene.me.first_name})
    data = {"keeper": scene.name(keeper)}
    how = yield Ask("how", choices=("as_agreed", "less", "more", "other", "pause", "routes", "stop"), data=data)
    match how:
        case "stop":
            yield Tell("stopped")
            return (CheckInsSet("no"),)
        case "routes":
            yield Tell("routes")
            return done(scene)
        case "as_agreed" | "less" | "more" | "other" | "pause":
            return (*done(scene), *(yield from _passed_on(scene, how, keeper)))
        case _:
            yield Tell("fine")
            return ()


def _passed_on(scene: Scene, how: str, keeper: str) -> Script:
    """Only what the employee releases leaves this talk. Somebody else instead of the manager is asked of HR."""
    case, today = scene.the_case, scene.today
    until: Any = None
    if how == "pause":
        soon = tuple(today + timedelta(days=days) for days in (14, 28))
        until = yield Ask("until", "date", suggest=soon, least=today + timedelta(days=1), most=today + LONGEST)
        until = until or soon[0]
    who = "hr" if how == "other" else keeper
    data = {"how": how, "keeper": scene.name(keeper), "until": until}
    release = yield Ask("release", choices=("yes", "no"), data=data, required=True)
    if release != "yes":
        yield Tell("kept", data)
        return ()
    yield Tell("passed_on", data)
    about = {"notice": "check_in", "text": how, "employee": case.employee}
    if until is None:
        return (Begin("notice", who=who, about=about),)
    quiet = replace(case.contact, disconnect_from=today, disconnect_until=until)
    return (
        ContactAgreed(quiet),
        Moved("disconnect_until", until),
        Begin("notice", who=who, about={**about, "until": until.isoformat()}),
    )
