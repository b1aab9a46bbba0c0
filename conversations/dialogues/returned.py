"""The colleague comes back: fully or in part, from which day, and whether the first day is ready."""

from __future__ import annotations

from datetime import date, timedelta

from conversations.changes import Learned, Planned, Returned
from conversations.chapters.notes import finished, known, to_coach
from conversations.dialogues.report import in_order
from conversations.plan import Plan
from conversations.talking.dialogue import Ask, Begin, Effect, Scene, Script, Tell
from conversations.talking.endings import to_hr


def talk(scene: Scene) -> Script:
    """May be said before the day or on it; `about["on"]` is a day that another talk already heard.

    `about["how"]` and `about["since"]` are what was typed: the day is offered, to be confirmed with a tap. The news
    is kept at once; what is asked after it is a talk of its own (`about["kept"]`), which may stay open.
    """
    if "kept" in scene.about:
        return (yield from _next(scene, date.fromisoformat(scene.about["kept"])))
    if scene.milestone:
        came = yield Ask("came", choices=("yes", "not_yet"), data=known(scene))
        if came == "not_yet":
            return (*finished(scene), Begin("change_dates"))
    how = scene.about.get("how") or (yield Ask("how", choices=("full", "partial"), data=known(scene), required=True))
    on = date.fromisoformat(scene.about["on"]) if "on" in scene.about else (yield _on(scene))
    partial = how == "partial"
    effects: list[Effect] = [Returned(on, partial=partial)]
    if partial:
        yield Tell("partial", known(scene, insured="statutory" not in scene.the_case.facts))
        if "progressive" not in scene.the_case.facts:
            effects += [Learned("progressive"), *to_coach(scene, "progressive")]
    effects += to_hr(scene, "came_back", on=on.isoformat())
    later = {"resumes": scene.about["resumes"]} if "resumes" in scene.about else {}
    after = Begin("returned", about={"kept": on.isoformat(), **later})
    return (*effects, *finished(scene, "return_expected"), after)


def _on(scene: Scene) -> Ask:
    expected = scene.the_case.anchors.get("expected_return")
    start = scene.the_case.spells[-1].start if scene.the_case.spells else None
    said = (date.fromisoformat(scene.about["since"]),) if "since" in scene.about else ()
    suggest = said or tuple(sorted({scene.today, *((expected,) if expected else ())}))
    least = start + timedelta(days=1) if start else None
    typed = known(scene, how=scene.about.get("how"))  # read back, where it was not asked
    return Ask("on", "date", data=typed, suggest=suggest, tense="any", least=least, required=True)


def _next(scene: Scene, on: date) -> Script:
    """Without a talk before the return, it is held on the first day at the latest (S3-01).

    What is ready for that day is asked here where the talk and its report do not ask it.
    """
    plan = scene.the_case.plan
    if plan is None or plan.status == "draft":
        talk_now = yield Ask("talk_now", choices=("prepare", "later", "not_needed"), data=known(scene))
        if talk_now == "prepare":
            return (Begin("reintegration_talk" if plan else "prepare_talk"),)
    effects = (yield from _prepared(scene, plan)) if on >= scene.today else ()
    yield Tell("welcome", known(scene, on=on))
    return effects


def _prepared(scene: Scene, plan: Plan | None) -> Script:
    """What is ready for the first day: asked where it is not known."""
    if plan is not None and plan.first_day.ready:
        host = scene.name(plan.first_day.host) if plan.first_day.host else None
        yield Tell("first_day", known(scene, host=host, day=plan.first_day))
        return ()
    after = yield from in_order(scene, plan or Plan(made_on=scene.today))
    return (Planned(after),) if plan is not None and after != plan else ()
