"""The first day (domain.md b.3.6): was there a welcome, and how did the work go."""

from __future__ import annotations

from dataclasses import replace

from conversations.changes import Planned
from conversations.chapters.notes import finished, known
from conversations.plan import FollowUp, Plan
from conversations.talking.dialogue import Ask, Begin, Scene, Script, Tell
from conversations.talking.endings import to_hr


def talk(scene: Scene) -> Script:
    """Two taps. A difficult day gets a next step tomorrow, not an explanation."""
    welcomed = yield Ask("welcomed", choices=("yes", "no"), data=known(scene))
    if welcomed == "no":
        yield Tell("still_welcome", known(scene))
    went = yield Ask("went", choices=("good", "okay", "hard", "not_asked"), data=known(scene))
    if went == "not_asked":
        yield Tell("ask_tomorrow", known(scene))
        return finished(scene, "first_day")
    plan = scene.the_case.plan
    kept = (_kept(scene, plan, went),) if plan and went else ()
    if went != "hard":
        yield Tell("fine", known(scene))
        return (*kept, *finished(scene, "first_day"))
    agreed = plan is not None and bool(plan.running)
    choices = ("talk", *(("agreements",) if agreed else ()), "hr")
    step = yield Ask("next", choices=choices, data=known(scene, agreed=agreed))
    if step == "agreements":
        return (*kept, *finished(scene, "first_day"), Begin("reintegration_talk"))
    if step == "hr":
        yield Tell("hr_knows", known(scene))
        return (*kept, *finished(scene, "first_day"), *to_hr(scene, "first_day_hard"))
    yield Tell("tomorrow", known(scene))
    return (*kept, *finished(scene, "first_day"))


def _kept(scene: Scene, plan: Plan, went: str) -> Planned:
    milestone = scene.milestone[0] if scene.milestone else "first_day"
    one = FollowUp(milestone, scene.today, went=went)  # type: ignore[arg-type] # one of the choices
    return Planned(replace(plan, status="active", follow_ups=(*plan.follow_ups, one)))
