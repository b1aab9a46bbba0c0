"""Looking at agreements again: kept, adapted or stopped, one by one."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from conversations.chapters.notes import known
from conversations.plan import Agreement, Plan
from conversations.proposals import months_after, weekday
from conversations.talking.dialogue import Ask, Line, Scene

VERDICTS = ("kept", "adapted", "stopped")


def review(scene: Scene, agreement: Agreement) -> Generator[Line, Any, Agreement]:
    """One agreement: kept, adapted or stopped, and when it is looked at again. Skipped: as it was."""
    number = agreement.id

    def ask(name: str, kind: Any = "choice", **more: Any) -> Ask:
        data = known(scene, agreement=agreement)
        return Ask(f"{name}_{number}", kind, data=data, words=f"review/{name}", **more)

    verdict = yield ask("verdict", choices=VERDICTS)
    if not verdict:
        return agreement
    if verdict == "stopped":
        return replace(agreement, state="stopped", ends=scene.today, review_on=None)
    if verdict == "adapted":
        what = yield ask("becomes", "text")
        length = yield ask("how_long", choices=("temporary", "lasting"))
        temporary = length == "temporary" if length else agreement.temporary
        ends = (yield ask("until", "date", least=scene.today)) if temporary else None
        ends = ends or (agreement.ends if temporary else None)
        agreement = replace(agreement, what=what or agreement.what, temporary=temporary, ends=ends)
    tomorrow = scene.today + timedelta(days=1)
    again = yield ask("again", "date", least=tomorrow, suggest=_suggested(scene.today, agreement))
    return replace(agreement, state=verdict, review_on=again or None)


def _suggested(today: date, agreement: Agreement) -> tuple[date, ...]:
    """When to look again: before a temporary agreement ends; after three or six months for a lasting one (b.3.11)."""
    if agreement.temporary:
        soon = weekday(today + timedelta(weeks=2))
        ends = (agreement.ends,) if agreement.ends and agreement.ends > soon else ()
        return (soon, *ends)
    return weekday(months_after(today, 3)), weekday(months_after(today, 6))


def reviewed(scene: Scene, plan: Plan) -> Generator[Line, Any, tuple[Plan, tuple[Agreement, ...]]]:
    """Which agreements need another look, and those one by one: the plan, and what changed."""
    running = plan.running
    which = [running[0].id] if len(running) == 1 else []
    if len(running) > 1:
        data = known(scene, agreements=running)
        ids = tuple(agreement.id for agreement in running)
        which = (yield Ask("which", "several", choices=ids, data=data, words="review/several")) or []
    changed = []
    for agreement in running:
        if agreement.id in which:
            after = yield from review(scene, agreement)
            if after != agreement:
                changed.append(after)
    by_id = {agreement.id: agreement for agreement in changed}
    agreements = tuple(by_id.get(agreement.id, agreement) for agreement in plan.agreements)
    return replace(plan, agreements=agreements), tuple(changed)
