"""Preparing the re-integratiegesprek (domain.md b.1): what plays a part, when, who joins, and what is told before."""

from __future__ import annotations

from collections.abc import Generator
from datetime import time, timedelta
from typing import Any

from conversations.changes import Learned, Moved, Planned
from conversations.chapters.notes import Chapter, finished, known, not_for, noted, to_coach
from conversations.plan import Plan
from conversations.proposals import weekday, weekday_before
from conversations.talking.dialogue import Ask, Effect, Line, Scene, Script, Tell
from conversations.talking.endings import to_hr

FACTS = ("advice", "progressive", "surveillance", "fixed", "handicap", "conflict")
PLACES = ("quiet", "neutral", "outside", "online", "home")
COMPANY = ("only_us", "hr", "coach", "confidant", "union", "someone")
USUAL_HOUR = "10:00"
HOURS = (time(10), time(14))
CHANGES = ("people", "tasks", "systems", "place", "rules", "leadership")
FOUR_WEEKS = timedelta(weeks=4)
TOLD = ("subject", "own_ideas", "company", "previsit")


def talk(scene: Scene) -> Script:
    """From "what plays a part" to a list of what to bring. Signs of a conflict end it: HR goes first."""
    if not_for(scene):
        yield Tell("conflict", known(scene))
        return finished(scene)
    if not scene.milestone:
        yield Tell("intro", known(scene))
    if _recommended(scene):
        yield Tell("recommended", known(scene))
    offered = _offered(scene)
    plays = set((yield Ask("plays", "several", choices=offered, data=known(scene, offered=offered))) or ())
    if "conflict" in plays:
        yield Tell("conflict", known(scene))
        return (Learned("conflict"), *to_hr(scene, "conflict_signals"))
    plan = scene.the_case.plan or Plan(made_on=scene.today)
    plan = yield from _when(scene, plan)
    plan = yield from _setting(scene, plan)
    yield from _announced(scene)
    plan = yield from _what_plays(scene, plan, plays)
    plan = yield from _changes(scene, plan)
    yield Tell("ready", known(scene, on=plan.planned_at, hour=plan.planned_hour, changes=plan.changes))
    return (*_effects(scene, plan, plays), *finished(scene, "pre_return_talk"))


def _is_hr(scene: Scene) -> bool:
    return "hr" in scene.me.roles


def _offered(scene: Scene) -> tuple[str, ...]:
    """What may play a part. A recognised handicap is for HR to say (b.1.11)."""
    known_already = {"surveillance"} if "health_surveillance" in scene.the_case.facts else set()
    hidden = known_already if _is_hr(scene) else known_already | {"handicap"}
    return tuple(one for one in FACTS if one not in hidden)


def _recommended(scene: Scene) -> bool:
    """More than a month absent: a thorough talk is advised (b.1.1, S3-01)."""
    return _absent_for(scene, timedelta(days=32))


def _absent_for(scene: Scene, span: timedelta) -> bool:
    start = scene.the_case.anchors.get("absence_start")
    return start is not None and scene.today - start >= span


def _when(scene: Scene, plan: Plan) -> Chapter:
    back = scene.the_case.anchors.get("expected_return")
    soon = weekday(scene.today + timedelta(days=7))
    suggest = tuple(sorted({soon, weekday_before(back)})) if back and back > soon else (soon,)
    when = yield Ask(
        "when", "date", data=known(scene, back=back), suggest=suggest, least=scene.today, park=True, timed=True
    )
    on, hour = when or (None, None)
    return noted(plan, "when", when, planned_at=on, planned_hour=hour or plan.planned_hour)


def at_what_hour(name: str, scene: Scene) -> Ask:
    """The hour of a talk that has its day; skipped, it is said without."""
    return Ask(name, "time", data=known(scene), suggest=HOURS, words="prepare_talk/hour")


def _setting(scene: Scene, plan: Plan) -> Chapter:
    """At what hour, where, and who is there (b.1.2, b.1.3), in one tap. Of a guest only the role is kept (f.3, 29)."""
    hour = (plan.planned_hour or USUAL_HOUR) if plan.planned_at else None
    choices = ("usual", "hour", "other") if hour else ("usual", "other")
    setting = yield Ask("setting", choices=choices, data=known(scene, hour=hour), park=True)
    if hour and setting in ("hour", "other"):
        hour = (yield at_what_hour("hour", scene)) or None
    usual = {"planned_hour": hour, "place": PLACES[0], "participants": ("employee", "manager")}
    if setting != "other":
        return noted(plan, "setting", setting, **usual)
    place = yield Ask("place", choices=PLACES, data=known(scene))
    guests = yield Ask("company", "several", choices=COMPANY, data=known(scene))
    others = tuple(one for one in guests or () if one != "only_us")
    if others:
        yield Tell("guests", known(scene, guests=others))
    whom = ("employee", "manager", *others)
    return noted(plan, "setting", setting, planned_hour=hour, place=place, participants=whom)


def _announced(scene: Scene) -> Generator[Line, Any, None]:
    """What the colleague knows beforehand (b.1.4, b.1.6); the rest is handed to the manager as lines to send."""
    told = yield Ask("announced", "several", choices=TOLD, data=known(scene))
    missing = tuple(one for one in TOLD if one not in (told or ()))
    if missing:
        yield Tell("to_announce", known(scene, missing=missing))


def _what_plays(scene: Scene, plan: Plan, plays: set[str]) -> Chapter:
    """A word on each thing that plays a part: advice (b.1.5), surveillance, limits (b.1.9), handicap, build-up."""
    if "advice" in plays:
        advice = yield Ask("advice", "text", data=known(scene), park=True)
        plan = noted(plan, "advice", advice, advice=advice)
    if "surveillance" in plays or "health_surveillance" in scene.the_case.facts:
        yield Tell("surveillance", known(scene, long=_absent_for(scene, FOUR_WEEKS)))
    if "fixed" in plays:
        fixed = yield Ask("fixed", "text", data=known(scene), park=True)
        plan = noted(plan, "fixed", fixed, fixed=fixed)
        feasible = yield Ask("feasible", "text", data=known(scene), park=True)
        plan = noted(plan, "feasible", feasible, feasible=feasible)
        yield Tell("not_alone", known(scene))
    if "handicap" in plays:
        yield Tell("protocol", known(scene))
    if "progressive" in plays:
        insured = "statutory" not in scene.the_case.facts
        yield Tell("progressive", known(scene, insured=insured, coach=scene.the_case.coach is not None))
    return plan


def _changes(scene: Scene, plan: Plan) -> Chapter:
    """What changed meanwhile (b.1.8): a list to tell during the talk."""
    changed = yield Ask("changes", "several", choices=("nothing", *CHANGES, "other"), data=known(scene), park=True)
    codes = tuple(one for one in changed or () if one in CHANGES)
    own = None
    if "other" in (changed or ()):
        own = yield Ask("changes_own", "text", data=known(scene))
    return noted(plan, "changes", changed, changes=(*codes, own) if own else codes)


def _effects(scene: Scene, plan: Plan, plays: set[str]) -> tuple[Effect, ...]:
    effects: list[Effect] = [Planned(plan)]
    if plan.planned_at:
        effects.append(Moved("talk_planned", plan.planned_at))
    if "surveillance" in plays:
        effects += [Learned("health_surveillance"), *to_hr(scene, "return_exam")]
    if "progressive" in plays:
        effects += [Learned("progressive"), *to_coach(scene, "progressive")]
    if "fixed" in plays:
        effects += to_hr(scene, "fixed")
    return tuple(effects)
