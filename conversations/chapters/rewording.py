"""The free texts of a plan, read again one by one: what is not about work goes out (b.3.1)."""

from __future__ import annotations

from dataclasses import replace

from conversations.catalogue import OWN
from conversations.chapters.notes import Chapter, known
from conversations.plan import Plan
from conversations.talking.dialogue import Ask, Scene, Tell

TEXTS = ("capabilities", "limitations", "needs", "advice", "signals", "manager_duty", "employee_duty")


def reworded(scene: Scene, plan: Plan) -> Chapter:
    """Which texts change, and their new words; a text that is skipped goes out."""
    texts = {name: getattr(plan, name) for name in TEXTS if getattr(plan, name)}
    texts |= {one.id: one.what for one in plan.running if one.what}
    if plan.first_day.tasks:
        texts["first_tasks"] = plan.first_day.tasks
    if plan.team.text:
        texts["colleagues_text"] = plan.team.text
    if not texts:
        yield Tell("no_texts", known(scene))
        return plan
    data = known(scene, texts=texts)
    which = yield Ask("texts", "several", choices=tuple(texts), data=data)
    for name in texts:
        if name in (which or ()):
            new = yield Ask(f"text_{name}", "text", data=known(scene, name=name, text=texts[name]), words="text")
            plan = _with(plan, name, new or None)
    return plan


def _with(plan: Plan, name: str, new: str | None) -> Plan:
    if name in TEXTS:
        return replace(plan, **{name: new})  # type: ignore[arg-type] # names of texts, listed above
    if name == "first_tasks":
        return replace(plan, first_day=replace(plan.first_day, tasks=new))
    if name == "colleagues_text":
        return replace(plan, team=replace(plan.team, text=new))
    nameless = {one.id for one in plan.agreements if one.id == name and one.code == OWN and not new}
    agreements = (replace(one, what=new) if one.id == name else one for one in plan.agreements)
    return replace(plan, agreements=tuple(one for one in agreements if one.id not in nameless))
