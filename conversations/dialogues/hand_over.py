"""Handing a case over to another manager: the employee hears it first, the new one gets what steers, not what was."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from conversations.case import Case
from conversations.changes import ContactAgreed, HandedOver
from conversations.talking.dialogue import Ask, Begin, Effect, Line, Scene, Script, Tell
from conversations.talking.endings import to_hr

NEEDS = ("cases",)


def talk(scene: Scene) -> Script:
    """One case, or all of mine (domain.md f.3, 12 and 13)."""
    if scene.case is None:
        return (yield from _several(scene))
    if "to" in scene.about:  # one of several, agreed a moment ago
        yield Tell("handed", {"employee": scene.employee, "to": scene.name(scene.about["to"])})
        return handed(scene, scene.the_case, scene.about["to"], scene.about["told"])
    to = yield from _to(scene, {scene.the_case.employee, scene.the_case.manager}, employee=scene.employee)
    if not to:
        return to_hr(scene, "needs_manager")
    told = yield from _told(scene, [scene.the_case])
    if not told:
        return ()
    data = {"employee": scene.employee, "to": scene.name(to)}
    sure = yield Ask("sure", choices=("yes", "no"), data=data, required=True)
    if sure != "yes":
        yield Tell("kept")
        return ()
    yield Tell("handed", data)
    return handed(scene, scene.the_case, to, told)


def _several(scene: Scene) -> Script:
    hr = "hr" in scene.me.roles
    mine = [case for case in scene.cases if hr or case.manager == scene.me.id]
    mine.sort(key=lambda case: scene.name(case.employee))
    if not mine:
        yield Tell("nothing")
        return ()
    names = {case.id: scene.name(case.employee) for case in mine}
    if len(mine) == 1:
        return (Begin("hand_over", case=mine[0].id),)
    together = all(case.manager == scene.me.id for case in mine)
    choices = (*names, "all") if together else tuple(names)
    which = yield Ask("which", choices=choices, labels=names, data={"all": together}, required=True)
    if which != "all":
        return (Begin("hand_over", case=which),)
    to = yield from _to(scene, {scene.me.id, *(case.employee for case in mine)})
    if not to:
        return to_hr(scene, "needs_manager")
    told = yield from _told(scene, mine)
    if not told:
        return ()
    data = {"employees": list(names.values()), "to": scene.name(to)}
    sure = yield Ask("sure_all", choices=("yes", "no"), data=data, required=True)
    if sure != "yes":
        yield Tell("kept")
        return ()
    about = {"to": to, "told": told}
    return tuple(Begin("hand_over", case=case.id, about=about) for case in mine)


def _to(scene: Scene, without: set[str], employee: str = "") -> Generator[Line, Any, str | None]:
    """Somebody's id, or None where nobody can."""
    able = (
        one for one in scene.people.values()
        if "manager" in one.roles and one.active and one.id not in without and not one.is_away(scene.today)
    )  # fmt: skip
    names = {one.id: one.name for one in sorted(able, key=lambda one: one.name)}
    if names:
        chosen: str = yield Ask(
            "to", "person", choices=tuple(names), labels=names, data={"employee": employee}, required=True
        )
        return chosen
    yield Tell("nobody")
    return None


def _told(scene: Scene, cases: list[Case]) -> Generator[Line, Any, str | None]:
    """Who told the employee: "yes", "hr" (will do it), or None: nobody yet."""
    employees = [scene.name(case.employee) for case in cases]
    quiet = [scene.name(case.employee) for case in cases if case.contact.disconnected(scene.today)]
    data = {"employees": employees, "quiet": quiet}
    told: str = yield Ask("told", choices=("yes", "not_yet", "hr"), data=data, required=True)
    if told != "not_yet":
        return told
    yield Tell("tell_first", {"employees": employees})
    return None


def handed(scene: Scene, case: Case, to: str, told: str) -> tuple[Effect, ...]:
    """The change, and who hears of it: the new manager, HR where it still has to tell, the employee by choice."""
    effects: list[Effect] = []
    if case.contact.person in (to, case.manager):
        effects.append(ContactAgreed(replace(case.contact, person=None)))  # the line manager, whoever that is
    effects.append(HandedOver("manager", to))
    about = {"before": case.manager, "manager": to, "employee": case.employee}
    effects.append(Begin("notice", who=to, about={"notice": "handed_over", **about}))
    if scene.me.id != case.manager:
        effects.append(Begin("notice", who=case.manager, about={"notice": "handed_on", **about}))
    if told == "hr":
        effects.extend(to_hr(scene, "tell_employee", manager=to))
    elif case.checkins == "yes":
        effects.append(Begin("notice", who=case.employee, about={"notice": "new_manager", **about}))
    return tuple(effects)
