"""Holding the re-integratiegesprek (domain.md b.2), and changing a plan later: chapter by chapter, then a summary."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import date
from typing import Any

from conversations.catalogue import BUILDUP
from conversations.changes import Learned, Moved, Planned
from conversations.chapters.arrangements import arrangements, colleagues
from conversations.chapters.buildup import buildup
from conversations.chapters.measures import DOUBTFUL, five_a, work_factors
from conversations.chapters.notes import Chapter, finished, known, not_for, noted, to_coach
from conversations.chapters.reviewing import reviewed
from conversations.dialogues.prepare_talk import at_what_hour
from conversations.plan import Plan
from conversations.reading import plan_rows
from conversations.talking.dialogue import Ask, Begin, Effect, Line, Scene, Script, Tell
from conversations.talking.endings import to_hr

SUPPORT = ("none", "R-01", "R-02", "ergonomist", "confidant", "psychosocial", "R-06", "hr")
SUPPORT_HR = ("R-03", "R-04", "R-05", "R-07")


def talk(scene: Scene) -> Script:
    """The whole talk; or, once there is a plan, only the chapters that change."""
    case = scene.the_case
    if not_for(scene):
        yield Tell("prepare_talk/conflict", known(scene))
        return finished(scene)
    changing = case.plan is not None and case.plan.status != "draft"
    on = None if changing else (yield from _held(scene))
    if not changing and on is None:
        return (yield from _not_yet(scene))
    first = yield from _first_day(scene)
    plan = _begun(scene, case.plan, on, first)
    wanted = tuple(CHAPTERS)
    if changing:
        builds_up = any(one.code == BUILDUP for one in plan.running)
        choices = (*(("review",) if plan.running else ()), *CHAPTERS, *(("buildup",) if builds_up else ()))
        wanted = (yield Ask("chapters", "several", choices=choices, data=known(scene, offered=choices))) or ()
    for name, chapter in {"review": _review, **CHAPTERS, "buildup": buildup}.items():
        if name in wanted:
            plan = yield from chapter(scene, plan, first)
    return (yield from _closing(scene, plan, first))


def _held(scene: Scene) -> Generator[Line, Any, date | None]:
    """Whether the talk takes place, and the tips that belong at its opening (b.2, b.2.1)."""
    moment = yield Ask("held", choices=("now", "earlier", "not_yet"), data=known(scene))
    if moment == "not_yet":
        return None
    if moment == "earlier":
        on = yield Ask("held_on", "date", data=known(scene), tense="past", most=scene.today)
        yield Tell("afterwards", known(scene))
        return on or scene.today
    yield Tell("opening", known(scene))
    return scene.today


def _not_yet(scene: Scene) -> Script:
    when = yield Ask("new_date", "date", data=known(scene), least=scene.today, timed=True)
    if not when:
        return ()
    on, hour = when
    hour = hour or (yield at_what_hour("new_hour", scene)) or None
    yield Tell("until_then", known(scene, on=on, hour=hour))
    plan = scene.the_case.plan or (Plan(made_on=scene.today) if hour else None)
    kept = (Planned(replace(plan, planned_at=on, planned_hour=hour)),) if plan else ()
    return (Moved("talk_planned", on), *kept)


def _first_day(scene: Scene) -> Generator[Line, Any, date | None]:
    """The first day back: known already, or asked, or not known yet (then dates are filled in later)."""
    anchors = scene.the_case.anchors
    for anchor in ("actual_return", "partial_return", "expected_return"):
        if anchor in anchors:
            return anchors[anchor]
    return (yield Ask("starts", "date", data=known(scene), least=scene.today)) or None


def _begun(scene: Scene, before: Plan | None, on: date | None, first: date | None) -> Plan:
    """The draft of the preparation goes on; a plan that was discussed becomes a new version."""
    plan = before or Plan(made_on=scene.today)
    if on is None:
        plan = replace(plan, version=plan.version + 1, sent_on=None, reply=None, remark=None)
    without_date = () if first else ("starts",)
    open_points = (*(one for one in plan.open_points if one not in ("starts", "when", "setting")), *without_date)
    return replace(
        plan, held_on=on or plan.held_on, valid_from=first or plan.valid_from,
        participants=plan.participants or ("employee", "manager"), open_points=open_points,
    )  # fmt: skip


def _possible(scene: Scene, plan: Plan, _: date | None) -> Chapter:
    """What is possible, what is not yet, what is needed (b.2.2 to b.2.4): the colleague's own proposals."""
    if plan.advice:
        yield Tell("advice", known(scene, advice=plan.advice))
    able = yield Ask("capabilities", "text", data=known(scene), park=True)
    plan = noted(plan, "capabilities", able, capabilities=able)
    unable = yield Ask("limitations", "text", data=known(scene), park=True)
    plan = noted(plan, "limitations", unable, limitations=unable)
    needs = yield Ask("needs", "text", data=known(scene), park=True)
    return noted(plan, "needs", needs, needs=needs)


def _support(scene: Scene, plan: Plan, _: date | None) -> Chapter:
    """Extra support that is offered (b.2.16): only that it is wanted, never what for."""
    choices = (*SUPPORT, *SUPPORT_HR) if "hr" in scene.me.roles else SUPPORT
    answer = yield Ask("support", "several", choices=choices, data=known(scene, hr="hr" in scene.me.roles), park=True)
    support = tuple(one for one in answer or () if one != "none")
    if support:
        yield Tell("routes", known(scene, support=support))
    return noted(plan, "support", answer, support=support)


def _signals(scene: Scene, plan: Plan, _: date | None) -> Chapter:
    """How both notice that it becomes too much (b.2.18): signs at work only."""
    signals = yield Ask("signals", "text", data=known(scene), park=True)
    return noted(plan, "signals", signals, signals=signals)


def _told(scene: Scene, plan: Plan, _: date | None) -> Chapter:
    """What was told: the changes of b.1.8, who sees the agreements, and that nobody need explain (b.2.14, b.2.20)."""
    choices = (*(("changes",) if plan.changes else ()), "kept", "later")
    told = yield Ask("told", "several", choices=choices, data=known(scene, changes=plan.changes))
    return replace(plan, changes_told=plan.changes_told or "changes" in (told or ()))


def _review(scene: Scene, plan: Plan, _: date | None) -> Chapter:
    """The agreements that run, one by one."""
    return (yield from reviewed(scene, plan))[0]


CHAPTERS: dict[str, Callable[[Scene, Plan, date | None], Chapter]] = {
    "possible": _possible, "factors": work_factors, "measures": five_a, "team": colleagues, "signals": _signals,
    "support": _support, "around": arrangements, "told": _told,
}  # fmt: skip


def _closing(scene: Scene, plan: Plan, first: date | None) -> Script:
    """The summary with its open points, and only then it is kept."""
    yield Tell("report/plan", plan_rows(plan, scene))
    answer = yield Ask("save", choices=("save", "drop"), data=known(scene, open=plan.open_points), required=True)
    if answer != "save":
        yield Tell("dropped", known(scene))
        return ()
    yield Tell("saved", known(scene))
    return (*_effects(scene, replace(plan, status="discussed"), first), Begin("report", about={"just_read": "yes"}))


def _effects(scene: Scene, plan: Plan, first: date | None) -> tuple[Effect, ...]:
    anchors, facts = scene.the_case.anchors, scene.the_case.facts
    before = scene.the_case.plan.open_points if scene.the_case.plan else ()
    effects: list[Effect] = [Planned(plan)]
    if plan.held_on and plan.held_on != anchors.get("talk_held"):
        effects.append(Moved("talk_held", plan.held_on))
    if first and not {"actual_return", "partial_return", "expected_return"} & set(anchors):
        effects.append(Moved("expected_return", first))
    if plan.running:
        effects.append(Learned("plan_agreed"))
    if plan.team.level:
        effects.append(Learned("colleagues_may_know", plan.team.level in ("only_date", "with_agreements", "own_text")))
    if plan.buildup and "progressive" not in facts:
        effects += [Learned("progressive"), *to_coach(scene, "progressive")]
    if "R-02" in plan.support and "complex" not in facts:
        effects += [Learned("complex"), *to_coach(scene, "coach_wanted")]
    if DOUBTFUL in plan.open_points and DOUBTFUL not in before:
        effects += to_hr(scene, "limits")
    return (*effects, *finished(scene, "return_talk", "pre_return_talk"))
