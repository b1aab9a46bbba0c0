"""The evaluation after a month and a half (domain.md b.3.9, b.3.11): each agreement, and how it goes on."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from conversations.changes import Planned, Reviewed
from conversations.chapters.notes import finished, known
from conversations.chapters.reviewing import review
from conversations.dialogues.duty import put_off
from conversations.plan import Agreement, Outcome, Plan
from conversations.proposals import friday, months_after, weekday, weekday_before
from conversations.talking.dialogue import Ask, Begin, Line, Scene, Script, Tell
from conversations.talking.endings import to_hr

NEEDS = ("coming",)
OUTCOMES: dict[str, Outcome] = {"full": "full", "extended": "extended", "lasting": "lasting", "other": "other"}


def talk(scene: Scene) -> Script:
    """First how it goes on as a whole, then each agreement that still runs."""
    took_place = yield Ask("held", choices=("held", "not_yet"), data=known(scene))
    if took_place != "held":
        if took_place:
            yield Tell("follow_up/how_to", known(scene))
            return (yield from put_off(scene))
        return ()
    answer = yield Ask("outcome", choices=tuple(OUTCOMES), data=known(scene))
    if not answer:
        return ()
    plan = scene.the_case.plan or Plan(made_on=scene.today)
    changed = yield from _agreements(scene, plan, answer)
    plan = replace(plan, status="evaluated", outcome=OUTCOMES[answer], evaluated_on=scene.today)
    return (Planned(plan), *map(Reviewed, changed), *finished(scene, "evaluation"), *(yield from _after(scene, answer)))


def _agreements(scene: Scene, plan: Plan, outcome: str) -> Generator[Line, Any, tuple[Agreement, ...]]:
    """What becomes of the agreements: all alike, or one by one."""
    if not plan.running:
        return ()
    data = known(scene, outcome=outcome, running=plan.running)
    how = yield Ask("agreements", choices=("all", "each"), data=data)
    if how == "each":
        changed = []
        for agreement in plan.running:
            before = replace(agreement, temporary=False, ends=None) if outcome == "lasting" else agreement
            after = yield from review(scene, before)
            changed += [after] if after is not before else []
        return tuple(changed)
    if how != "all" or outcome == "other":
        return ()
    if outcome == "full":
        return tuple(replace(one, state="stopped", ends=scene.today, review_on=None) for one in plan.running)
    if outcome == "extended":
        until = (yield _until(scene)) or None
        review_on = weekday_before(until) if until else None
        return tuple(replace(one, state="kept", ends=until or one.ends, review_on=review_on) for one in plan.running)
    again = (yield _again(scene)) or None
    return tuple(replace(one, state="kept", temporary=False, ends=None, review_on=again) for one in plan.running)


def _until(scene: Scene) -> Ask:
    suggest = tuple(friday(months_after(scene.today, months)) for months in (1, 3))
    return Ask("until", "date", data=known(scene), least=scene.today + timedelta(days=2), suggest=suggest)


def _again(scene: Scene) -> Ask:
    """A lasting change is looked at again after three to six months (b.3.11)."""
    suggest = tuple(weekday(months_after(scene.today, months)) for months in (3, 6))
    return Ask("again", "date", data=known(scene), least=scene.today + timedelta(days=1), suggest=suggest)


def _after(scene: Scene, outcome: str) -> Script:
    if outcome == "other":
        yield Tell("other", known(scene))
        return to_hr(scene, "other_solution")
    if outcome == "full":
        return (Begin("close", about={"outcome": "returned"}),)
    yield Tell("goes_on", known(scene, outcome=outcome))
    return ()
