"""Why do I get this? Which rule, whose rule, the sum of the date, what comes next, and who else knows."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date
from typing import Any

from conversations.case import Case
from conversations.talking.dialogue import Coming, Line, Scene, Script, Tell
from conversations.timing.terms import At, Milestone
from conversations.upcoming import next_step, rules

NEEDS = ("coming",)

MENUS = frozenset({"case_menu", "my_cases", "hello", "today"})  # which ask nothing by themselves


def talk(scene: Scene) -> Script:
    """For the milestone that was asked about, else for the next one of the case."""
    if scene.case is None:
        yield Tell("why/general")
    else:
        yield from explained(scene, scene.case)
    return ()


def explained(scene: Scene, case: Case) -> Generator[Line, Any, None]:
    """The lines alone, for a talk that goes on after them. Their words are of this dialogue, wherever they are said."""
    step, own = _step(scene), scene.me.id == case.employee
    employee = None if own else scene.employee  # who asks is spoken to
    name = scene.milestone[0] if scene.milestone else step.milestone if step else _of_question(scene)
    known = scene.policy.milestone(name) if scene.policy and name else None
    if name == "agreement_review":
        yield Tell("why/agreement", {"employee": employee})
    elif known is None or name is None:
        yield Tell("why/by_choice" if _question(scene) else "why/nothing", {"employee": employee})
    else:
        yield Tell("why/rule", _rule(known))
        if step is not None or scene.milestone is not None:
            yield Tell("why/sum", _sum(known, case, scene.milestone[1] if scene.milestone else 0, step))
    upcoming = next_step(scene, case, ("soon",))
    if upcoming is not None and upcoming.milestone != name and (step is None or upcoming.on >= step.on):
        yield Tell("why/next", {"step": upcoming.milestone, "on": upcoming.waits_until})
    only_hr = known is not None and known.to == "hr"
    others = (case.hr,) if only_hr else (case.manager, case.coach, case.hr)
    keepers = [scene.name(one) for one in others if one and one != scene.me.id]
    words = "why/who_own" if own else "why/who_hr" if only_hr else "why/who"
    somebody = case.hr is None and "hr" not in scene.me.roles  # HR sees it, whoever that will be
    yield Tell(words, {"keepers": keepers, "hr": somebody, "employee": scene.employee})


def _step(scene: Scene) -> Coming | None:
    """The occurrence asked about on the timeline, that of the question asked, or the next step."""
    if scene.milestone is None:
        question = _question(scene)
        return next_step(scene, scene.the_case, ask=question)
    mine = (one for one in scene.coming if one.case == scene.the_case.id)
    return next((one for one in mine if (one.milestone, one.nth) == scene.milestone), None)


def _question(scene: Scene) -> str | None:
    """The dialogue in which somebody wanted to know, where that asks for something itself."""
    asked = scene.about.get("asked")
    return asked if asked not in MENUS else None


def _of_question(scene: Scene) -> str | None:
    """The milestone that would ask the same, where it is not on the timeline."""
    question = _question(scene)
    milestones = scene.policy.milestones if scene.policy and question else ()
    return next((one.id for one in milestones if one.ask == question), None)


def _rule(known: Milestone) -> dict[str, Any]:
    found = rules(known.source)
    law = [rule for rule in found if rule.startswith("L-")] if known.kind == "law" else []
    return {"step": known.id, "kind": known.kind, "source": (*law, *found)[0], "facts": sorted(known.only)}


def _sum(known: Milestone, case: Case, nth: int, step: Coming | None) -> dict[str, Any]:
    """Anchor + span = date. Of several moments the one of this occurrence; a latest date goes first."""
    at: At | None = known.latest or (known.at[min(nth - known.first_nth, len(known.at) - 1)] if known.at else None)
    start: date | None = case.anchors.get(at.anchor) if at else None
    return {
        "anchor": at.anchor if at else None,
        "start": start,
        "n": abs(at.span.n) if at else 0,
        "unit": at.span.unit if at else "d",
        "before": at is not None and at.span.n < 0,
        "latest": known.latest is not None,
        "every": known.every.n if known.every else 0,
        "every_unit": known.every.unit if known.every else "d",
        "on": step.on if step else None,
    }
