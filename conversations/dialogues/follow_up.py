"""A follow-up talk, two weeks and a month after the return (domain.md b.3.7, b.3.8)."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from conversations.buildup import held, next_step, shifted
from conversations.changes import Planned, Reviewed
from conversations.chapters.notes import finished, known
from conversations.chapters.reviewing import reviewed
from conversations.dialogues.duty import put_off
from conversations.plan import Agreement, FollowUp, Plan
from conversations.talking.dialogue import Ask, Begin, Line, Scene, Script, Tell
from conversations.talking.endings import to_hr

NEEDS = ("coming",)
A_MONTH_ON = timedelta(days=25)  # the second talk: time for the next step of the build-up
TEN_DAYS = timedelta(days=10)
SHIFTS = {"slower": 2, "faster": -1}  # weeks


def talk(scene: Scene) -> Script:
    """What goes well, what wants attention, whether the agreements are right, and the next step."""
    took_place = yield Ask("held", choices=("held", "not_yet"), data=known(scene))
    if took_place != "held":
        if took_place:
            yield Tell("how_to", known(scene))
            return (yield from put_off(scene))
        return ()
    well = yield Ask("goes_well", "text", data=known(scene), park=True)
    attention = yield Ask("attention", "text", data=known(scene), park=True)
    plan = scene.the_case.plan or Plan(made_on=scene.today)
    right, changed = yield from _agreements(scene, plan)
    plan, new_request = yield from _next_step(scene, plan)
    milestone = scene.milestone[0] if scene.milestone else next(iter(_which(scene)), "follow_up")
    one = FollowUp(milestone, scene.today, well or None, attention or None, agreements_ok=right)
    yield Tell("thanks", known(scene))
    notice = to_hr(scene, "buildup_changed") if new_request else ()
    follow_ups = (*plan.follow_ups, one)
    after = (Begin("reintegration_talk"),) if right is False and not plan.running else ()
    kept = Planned(replace(plan, status="active", follow_ups=follow_ups))
    return (kept, *map(Reviewed, changed), *finished(scene, *_which(scene)), *notice, *after)


def _agreements(scene: Scene, plan: Plan) -> Generator[Line, Any, tuple[bool | None, tuple[Agreement, ...]]]:
    """Whether the agreements are still right; where not, one by one."""
    right = yield Ask("agreements_ok", choices=("yes", "no"), data=known(scene, running=plan.running))
    if right != "no":
        return (True if right else None), ()
    _, changed = yield from reviewed(scene, plan)
    return False, changed


def _next_step(scene: Scene, plan: Plan) -> Generator[Line, Any, tuple[Plan, bool]]:
    """The next step of a build-up, from a month on: as planned, slower, faster or not now. Each change is a request."""
    step = next_step(plan.buildup, scene.today)
    if step is None or _since(scene) < A_MONTH_ON:
        return plan, False
    choice = yield Ask("next_step", choices=("as_planned", "slower", "faster", "hold"), data=known(scene, step=step))
    if choice in (None, "as_planned") or not choice:
        return plan, False
    insured = "statutory" not in scene.the_case.facts
    yield Tell("new_request", known(scene, insured=insured))
    if choice == "hold":
        return replace(plan, buildup=held(plan.buildup, scene.today)), True
    return replace(plan, buildup=shifted(plan.buildup, scene.today, SHIFTS[choice])), True


def _since(scene: Scene) -> timedelta:
    """How long the colleague is back, fully or in part."""
    anchors = scene.the_case.anchors
    return scene.today - (anchors.get("partial_return") or anchors.get("actual_return") or scene.today)


def _which(scene: Scene) -> tuple[str, ...]:
    """Which follow-up talk this was, when nobody was asked for it: by the weeks that passed."""
    since = _since(scene)
    return ("after_1_month",) if since >= A_MONTH_ON else ("after_2_weeks",) if since >= TEN_DAYS else ()
