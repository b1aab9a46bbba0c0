"""The report of the talk (domain.md b.3): read again, given to the colleague, and day 1 made ready."""

from __future__ import annotations

from dataclasses import replace

from conversations.changes import Planned
from conversations.chapters.notes import Chapter, finished, known, to_coach
from conversations.chapters.rewording import reworded
from conversations.dialogues.duty import put_off
from conversations.plan import Plan
from conversations.reading import plan_rows
from conversations.talking.dialogue import Ask, Begin, Effect, Scene, Script, Tell
from conversations.talking.endings import to_hr

NEEDS = ("people", "coming")
READY = ("workplace", "access", "tools", "colleagues")


def talk(scene: Scene) -> Script:
    """Read it, take out what does not belong there, hand it over. A report that was sent is only shown.

    The bot sends it to a colleague who takes part by choice; to others the manager gives it.
    """
    if scene.me.id == scene.the_case.employee:
        return (Begin("plan_answer"),)
    plan = scene.the_case.plan
    if plan is None or plan.status == "draft":
        yield Tell("no_talk", known(scene))
        return (Begin("reintegration_talk"),) if plan else (Begin("prepare_talk"),)
    if "just_read" not in scene.about:
        yield Tell("plan", plan_rows(plan, scene))
    if plan.sent_on is not None:
        chosen = yield Ask("shown", choices=("ready", "change", "fine"), data=known(scene))
        if chosen == "ready":
            plan = yield from in_order(scene, plan)
            return (Planned(plan), *finished(scene, *_settled(plan)))
        return (Begin("reintegration_talk"),) if chosen == "change" else ()
    ways = ("send", "by_hand") if scene.the_case.checkins == "yes" else ("by_hand",)
    how = yield Ask("reread", choices=(*ways, "reword"), data=known(scene, ways=ways))
    if how == "reword":
        plan = yield from reworded(scene, plan)
        how = yield Ask("hand_over", choices=(*ways, "later"), data=known(scene, ways=ways))
    if how not in ("send", "by_hand"):
        yield Tell("kept", known(scene))
        again = (yield from put_off(scene)) if how else ()
        return ((Planned(plan),) if plan != scene.the_case.plan else ()) + again
    plan = replace(plan, status="sent", sent_on=scene.today)
    if how == "by_hand":
        plan = yield from _reply(scene, plan)
    if not plan.first_day.ready:  # asked when the return was told
        plan = yield from in_order(scene, plan)
    yield Tell("informed", known(scene, coach=scene.the_case.coach is not None, sent=how == "send"))
    return _effects(scene, plan, sent=how == "send")


def _reply(scene: Scene, plan: Plan) -> Chapter:
    """What the colleague said of a report that was given by hand (b.3.2)."""
    reply = yield Ask("reply", choices=("agreed", "differs", "not_yet"), data=known(scene))
    if reply == "agreed":
        return replace(plan, status="agreed", reply="agreed")
    if reply == "differs":
        remark = yield Ask("remark", "text", data=known(scene))
        return replace(plan, reply="differs", remark=remark or None)
    return plan


def in_order(scene: Scene, plan: Plan) -> Chapter:
    """What is in order for the first day (b.3.4, b.3.5); what is not, is said. Skipped, nothing is known of it."""
    ready = yield Ask("ready", "several", choices=READY, data=known(scene, level=plan.team.level), words="report/ready")
    if ready is None:
        return plan
    missing = tuple(one for one in READY if one not in ready)
    if missing:
        yield Tell("report/missing", known(scene, missing=missing))
    kept = tuple(one for one in READY if one in ready and one != "colleagues")
    told = "colleagues" in ready or plan.team.told
    return replace(plan, first_day=replace(plan.first_day, ready=kept), team=replace(plan.team, told=told))


def _effects(scene: Scene, plan: Plan, *, sent: bool) -> tuple[Effect, ...]:
    """HR and the coach know of it (b.3.3), the colleague reads it."""
    effects: list[Effect] = [Planned(plan)]
    if sent:
        effects.append(Begin("plan_answer", who=scene.the_case.employee))
    if scene.the_case.coach:
        effects += to_coach(scene, "plan_made")
    return (*effects, *to_hr(scene, "plan_made"), *finished(scene, "report_sent", *_settled(plan)))


def _settled(plan: Plan) -> tuple[str, ...]:
    """The milestones before day 1 that need not be asked about any more."""
    workplace = set(READY) - {"colleagues"} <= set(plan.first_day.ready)
    return (*(("colleagues_told",) if plan.team.told else ()), *(("welcome_ready",) if workplace else ()))
