"""HR takes over the contact, or the whole case. The manager hears that HR takes over, and no more."""

from __future__ import annotations

from dataclasses import replace

from conversations.case import Case
from conversations.changes import ContactAgreed, HandedOver
from conversations.talking.dialogue import Ask, Begin, Effect, Scene, Script, Tell


def talk(scene: Scene) -> Script:
    """What exactly, sure?, done (domain.md f.3, 3: S1-06)."""
    case, me = scene.the_case, scene.me
    if "hr" not in me.roles:
        yield Tell("not_yours")
        return ()
    if case.manager == me.id:
        yield Tell("already", {"employee": scene.employee})
        return ()
    names = {"employee": scene.employee, "manager": scene.name(case.manager)}
    if scene.about.get("notice") == "escalation":
        asked = scene.name(scene.about.get("person", case.manager))
        yield Tell("escalated", {**names, "step": scene.about["milestone"], "asked": asked})
    choices = ("contact", "whole") if case.contact.person != me.id else ("whole",)
    what = yield Ask("what", choices=(*choices, "nothing"), data={**names, "offered": choices}, required=True)
    if what == "nothing":
        yield Tell("left", names)
        return ()
    yield Tell("taken", {**names, "what": what})
    return taken(case, me.id, what)


def taken(case: Case, me: str, what: str) -> tuple[Effect, ...]:
    """HR's own the contact, or the whole case; whoever led it hears no more than that."""
    effects: list[Effect] = []
    if case.hr != me:
        effects.append(HandedOver("hr", me))
    if what == "contact":
        effects.append(ContactAgreed(replace(case.contact, person=me)))
    else:
        if case.contact.person == case.manager:
            effects.append(ContactAgreed(replace(case.contact, person=None)))
        effects.append(HandedOver("manager", me))
    notice = "hr_contacts" if what == "contact" else "hr_takes_over"
    about = {"notice": notice, "by": me, "employee": case.employee}
    return (*effects, Begin("notice", who=case.manager, about=about))
