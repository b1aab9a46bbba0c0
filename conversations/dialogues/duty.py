"""Any milestone without a dialogue of its own: done, later, or not needed here."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date, timedelta
from typing import Any

from conversations.changes import Done, PutOff
from conversations.dialogues.why import explained
from conversations.proposals import weekday, weekday_before
from conversations.talking.dialogue import Ask, Begin, Coming, Line, Scene, Script, Tell
from conversations.timing.terms import Milestone

NEEDS = ("coming",)

A_WHILE = timedelta(days=92)  # as long as anything may wait
PRESSING = timedelta(weeks=2)  # as long as a legal step may that has no latest date ahead


def talk(scene: Scene) -> Script:
    """One tap. A step the law asks for is only set aside after a second look."""
    milestone = scene.milestone
    if milestone is None:
        return (Begin("case_menu"),)
    name, nth = milestone
    step = _step(scene)
    data = {"step": name, "employee": scene.employee, "due": step.on if step else None}
    choices = ("done", "later", "not_needed")
    answer = yield Ask("what", choices=(*choices, "why"), data={**data, "why": True}, required=True)
    if answer == "why":
        yield from explained(scene, scene.the_case)
        answer = yield Ask("and_now", choices=choices, data={**data, "why": False}, required=True, words="what")
    if answer == "not_needed" and not (yield from set_aside(scene)):
        answer = "later"
    if answer in ("done", "not_needed"):
        yield Tell(answer, data)
        return (Done(name, nth),)
    return (yield from put_off(scene))


def put_off(scene: Scene) -> Script:
    """Asks when to come back, and comes back then: before a latest date, and before what the step is for.

    A talk that nobody opened by a milestone has nothing to come back to.
    """
    if scene.milestone is None:
        return ()
    least, latest = scene.today + timedelta(days=1), _latest(scene)
    most = latest or scene.today + (PRESSING if _is_law(scene) else A_WHILE)
    data = {"employee": scene.employee, "due": latest}
    if least > most:
        yield Tell("duty/later", data)
        return ()
    after = (weekday(least), weekday(scene.today + timedelta(days=7 - scene.today.weekday())),
             weekday(scene.today + timedelta(weeks=2)))  # fmt: skip
    suggest = tuple(dict.fromkeys(day for day in after if day <= most))
    day = yield Ask("duty/when", "date", data=data, suggest=suggest, least=least, most=most)
    if not day:
        yield Tell("duty/later", data)
        return ()
    yield Tell("duty/moved", {**data, "on": day})
    return (PutOff(*scene.milestone, day),)


def _latest(scene: Scene) -> date | None:
    """The last working day on which it still makes sense, where that is ahead: before the due day, or the return."""
    rule, step, back = _rule(scene), _step(scene), scene.the_case.anchors.get("expected_return")
    ends = step.on if step is not None and rule is not None and rule.latest is not None else None
    if ends is None and rule is not None and any(at.anchor == "expected_return" and at.span.n < 0 for at in rule.at):
        ends = back
    return weekday_before(ends) if ends is not None and ends > scene.today else None


def _step(scene: Scene) -> Coming | None:
    return next((one for one in scene.coming if (one.milestone, one.nth) == scene.milestone), None)


def _rule(scene: Scene) -> Milestone | None:
    return scene.policy.milestone(scene.milestone[0]) if scene.policy and scene.milestone else None


def _is_law(scene: Scene) -> bool:
    rule = _rule(scene)
    return rule is not None and rule.kind == "law"


def set_aside(scene: Scene) -> Generator[Line, Any, bool]:
    """Whether the milestone really is not needed here; what the law asks for is asked twice."""
    if not _is_law(scene):
        return True
    sure = yield Ask("duty/law", choices=("not_needed", "later"), required=True)
    return bool(sure == "not_needed")
