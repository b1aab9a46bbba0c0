"""The formal trajectory with the occupational physician: only where it stands, and only for HR (L-05 to L-13)."""

from __future__ import annotations

from datetime import date, timedelta

from conversations.case import Case
from conversations.changes import Done, Learned, Moved
from conversations.dialogues.duty import put_off, set_aside
from conversations.proposals import months_after
from conversations.talking.dialogue import Ask, Effect, Scene, Script, Tell
from conversations.talking.endings import done
from conversations.upcoming import rules

NEEDS = ("coming",)
LONG_AGO = timedelta(days=366)
# What was reported, and the date it sets. The terms of the law count from these (a.2).
DATES = {
    "requested": "track_requested",
    "decided": "track_decided",
    "delivered": "plan_delivered",
    "answered": "plan_answered",
}
LETTERS = ("a", "b", "c")


def talk(scene: Scene) -> Script:
    """One status and its day, and of a decision its letter. The content stays with the physician and HR."""
    if "hr" not in scene.me.roles:
        yield Tell("estimate/hr_contacts")
        return ()
    case = scene.the_case
    choices = _possible(scene)
    status = yield Ask("status", choices=choices, data={"employee": scene.employee, "offered": choices}, required=True)
    if status == "later":
        return (yield from put_off(scene))
    if status == "not_needed":
        if not (yield from set_aside(scene)):
            return (yield from put_off(scene))
        yield Tell("not_needed")
        return done(scene)
    if status == "stopped":
        yield Tell("stopped", {"employee": scene.employee})
        gone: tuple[Effect, ...] = tuple(Moved(anchor, None) for anchor in DATES.values() if anchor in case.anchors)
        return (Learned("formal_track", holds=False), *_learned(case, None), *gone, *done(scene))
    if status == "letter":
        return (yield from _letter(scene, case.anchors["track_decided"]))
    today = scene.today
    on = (yield Ask("on", "date", tense="past", suggest=(today,), least=today - LONG_AGO, most=today)) or today
    running = () if "formal_track" in case.facts else (Learned("formal_track"),)
    effects = (*running, Moved(DATES[status], on), *_done(scene, DATES[status]))
    if status == "decided":
        return (*effects, *(yield from _letter(scene, on)))
    yield Tell(status, {"employee": scene.employee, "on": on})
    return effects


def _possible(scene: Scene) -> tuple[str, ...]:
    """What comes next in the trajectory, and its end. Without a trajectory only its beginning."""
    case = scene.the_case
    later = ("later",) if scene.milestone else ()
    if "formal_track" not in case.facts:
        return ("requested", *later, "not_needed")
    no_plan = ("delivered", "answered") if "decision_c" in case.facts else ()
    ahead = (status for status, anchor in DATES.items() if anchor not in case.anchors and status not in no_plan)
    letter = "track_decided" in case.anchors and "plan_delivered" not in case.anchors
    return (*ahead, *(("letter",) if letter else ()), *later, "stopped")


def _letter(scene: Scene, on: date) -> Script:
    """Which decision it is: how long the employer has for a plan follows from it, and nothing medical (L-10, L-12)."""
    employee = {"employee": scene.employee}
    letter: str = (yield Ask("letter", choices=LETTERS, data=employee)) or ""
    yield Tell("decided", {**employee, "on": on, "letter": letter, "latest": _plan_due(scene, on, letter)})
    return _learned(scene.the_case, letter) if letter else ()


def _learned(case: Case, letter: str | None) -> tuple[Learned, ...]:
    """The letter as a fact, and no other letter."""
    holds = {f"decision_{one}": one == letter for one in LETTERS}
    return tuple(Learned(fact, wanted) for fact, wanted in holds.items() if wanted != (fact in case.facts))


def _plan_due(scene: Scene, on: date, letter: str) -> date | None:
    """The last day for a plan under this decision; without a letter the first one that may hold (L-12)."""
    if letter == "c":
        return None
    others = {f"decision_{one}" for one in LETTERS if one != letter}
    spans = (
        one.latest.span
        for one in (scene.policy.milestones if scene.policy else ())
        if one.latest is not None and "L-12" in rules(one.source) and (not letter or others <= one.unless)
    )
    ends = (months_after(on, span.n) if span.unit == "m" else on + timedelta(days=span.n) for span in spans)
    return min(ends, default=None)


def _done(scene: Scene, anchor: str) -> tuple[Done, ...]:
    """The milestone that asked is done, unless it waits for another date than the one that was told."""
    rule = scene.policy.milestone(scene.milestone[0]) if scene.policy and scene.milestone else None
    waits_for = rule.until.anchor if rule is not None and rule.until is not None else None
    return done(scene) if waits_for in (anchor, None) or waits_for not in DATES.values() else ()
