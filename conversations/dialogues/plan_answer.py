"""The colleague's own answer to the agreements (domain.md b.3.2): agreed, or what should be different."""

from __future__ import annotations

from dataclasses import replace

from conversations.changes import Planned
from conversations.chapters.notes import Chapter, known
from conversations.plan import Plan
from conversations.reading import plan_rows
from conversations.talking.dialogue import Ask, Begin, Effect, Scene, Script, Tell
from conversations.talking.endings import done

NEEDS = ("people",)
REST = "rest"  # something that is no agreement of the list


def talk(scene: Scene) -> Script:
    """The plan as it will be kept, and an answer; no answer is fine too."""
    plan = scene.the_case.plan
    if plan is None or plan.sent_on is None:
        yield Tell("nothing_yet", known(scene))
        return ()
    if not scene.milestone:
        yield Tell("intro", known(scene, name=scene.me.first_name, coach=scene.the_case.coach is not None))
    yield Tell("report/plan", plan_rows(plan, scene))
    choices = ("agreed", "differs", "talk_first")
    answer = yield Ask("answer", choices=choices, data=known(scene), park=True, sentence="differs")
    if answer == "talk_first":
        yield Tell("will_talk", known(scene))
        return (*_to_manager(scene, "plan_talk"), *done(scene))
    if not answer:
        return ()
    if answer == "agreed":
        agreed = tuple(replace(one, employee_reply="agreed", employee_remark=None) for one in plan.agreements)
        yield Tell("thanks", known(scene))
        return _effects(scene, replace(plan, status="agreed", reply="agreed", remark=None, agreements=agreed))
    changed = yield from _differs(scene, plan)
    yield Tell("passed_on", known(scene))
    return _effects(scene, changed)


def _differs(scene: Scene, plan: Plan) -> Chapter:
    """Which agreements should be different, and how."""
    running = plan.running
    ids = tuple(one.id for one in running)
    which = (REST,)
    if ids:
        which = (yield Ask("which", "several", choices=(*ids, REST), data=known(scene, agreements=running))) or (REST,)
    agreements = []
    for one in plan.agreements:
        if one.id not in which:
            agreements.append(replace(one, employee_reply="agreed") if one in running else one)
            continue
        remark = yield Ask(f"remark_{one.id}", "text", data=known(scene, agreement=one), words="remark")
        agreements.append(replace(one, employee_reply="differs", employee_remark=remark or None))
    remark = None
    if REST in which:
        remark = yield Ask("rest", "text", data=known(scene))
    return replace(plan, agreements=tuple(agreements), reply="differs", remark=remark or None)


def _effects(scene: Scene, plan: Plan) -> tuple[Effect, ...]:
    what = "plan_agreed" if plan.reply == "agreed" else "plan_differs"
    return (Planned(plan), *_to_manager(scene, what), *done(scene))


def _to_manager(scene: Scene, what: str) -> tuple[Begin, ...]:
    return (Begin("notice", who=scene.the_case.manager, about={"notice": what, "by": scene.me.id}),)
