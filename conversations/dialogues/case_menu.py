"""One case: where it stands, what comes next, how contact goes on, and what is useful to do now."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

from conversations.case import Case
from conversations.talking.dialogue import Ask, Begin, Scene, Script, Tell
from conversations.upcoming import coming_back, next_step

NEEDS = ("coming",)

Phase = Literal["absent", "quiet", "care", "near", "partial", "back"]

NEAR = timedelta(days=31)  # a return within a month is prepared (S4-10)

# What is useful first, by phase; the rest waits behind "meer".
FIRST: dict[Phase, tuple[str, ...]] = {
    "absent": ("contact", "contact_agreement", "change_dates", "returned"),
    "quiet": ("contact_agreement", "change_dates", "returned"),
    "care": ("care", "change_dates"),
    "near": ("prepare_talk", "reintegration_talk", "contact", "change_dates", "returned"),
    "partial": ("follow_up", "report", "change_dates", "returned"),
    "back": ("follow_up", "report", "new_spell", "close"),
}
REST: dict[Phase, tuple[str, ...]] = {
    "absent": ("first_steps", "prepare_talk", "report", "certificate", "invite", "care", "hand_over", "close"),
    "quiet": ("report", "certificate", "care", "hand_over", "close"),
    "care": ("report", "hand_over", "close"),
    "near": ("report", "contact_agreement", "certificate", "invite", "care", "hand_over", "close"),
    "partial": ("contact", "new_spell", "invite", "hand_over", "close"),
    "back": ("evaluation", "change_dates", "invite", "hand_over"),
}
FOR_HR = ("take_over", "estimate", "formal_track", "silence")
FOR_COACH = ("first_steps", "contact", "prepare_talk", "reintegration_talk", "report", "why")


def phase(case: Case, today: date) -> Phase:
    """Where a case stands on that day."""
    if case.care:
        return "care"
    if _came(case, "actual_return", today):
        return "back"
    if _came(case, "partial_return", today):
        return "partial"
    if case.contact.disconnected(today):
        return "quiet"
    expected = coming_back(case, today) or case.anchors.get("expected_return")
    return "near" if expected is not None and expected - today <= NEAR else "absent"


def _came(case: Case, anchor: str, today: date) -> bool:
    return anchor in case.anchors and case.anchors[anchor] <= today


def talk(scene: Scene) -> Script:
    """Where it stands, and one tap to the next thing. `about["lost"]`: what was typed of it was not understood."""
    if "lost" in scene.about:
        yield Tell("lost")
    if scene.me.id == scene.the_case.employee:
        return (yield from _own(scene))
    now = phase(scene.the_case, scene.today)
    first, rest = _offered(scene, now)
    data = {**_state(scene, now), "offered": first, "more": bool(rest)}
    chosen = yield Ask("what", choices=(*first, "more") if rest else first, data=data, required=True)
    if chosen == "more":
        chosen = yield Ask("more", choices=rest, data={"offered": rest, "employee": scene.employee}, required=True)
    return (Begin(chosen),)


def _offered(scene: Scene, now: Phase) -> tuple[tuple[str, ...], tuple[str, ...]]:
    case = scene.the_case
    not_now = {
        "report": case.plan is None,
        "invite": case.checkins != "unasked",
        "follow_up": now not in ("partial", "back"),
        "first_steps": "return_feasible" in case.anchors,
    }
    first, rest = FIRST[now], (*REST[now], "why")
    if "hr" in scene.me.roles:
        rest = (*FOR_HR, *rest)
    elif scene.me.id == case.coach:
        first, rest = FOR_COACH, ()
    return tuple(one for one in first if not not_now.get(one)), tuple(one for one in rest if not not_now.get(one))


def _state(scene: Scene, now: Phase) -> dict[str, Any]:
    case, step = scene.the_case, next_step(scene, scene.the_case)
    contact = case.contact
    quiet_until = contact.disconnect_until if contact.disconnected(scene.today) else None
    if step and (now == "care" or (quiet_until and step.waits_until <= quiet_until)):
        step = None  # it is not asked then
    return {
        "employee": scene.employee,
        "phase": now,
        "since": case.spells[-1].start if case.spells else case.anchors.get("absence_start"),
        "expected": coming_back(case, scene.today) or case.anchors.get("expected_return"),
        "agreed_return": not {"actual_return", "partial_return"}.isdisjoint(case.anchors),
        "certificate": case.anchors.get("certificate_end"),
        "back": case.anchors.get("partial_return" if now == "partial" else "actual_return"),
        "step": step.milestone if step else None,
        "on": step.waits_until if step else None,
        "waits": step is not None and step.state == "now",
        "agreed": contact.channel is not None or contact.frequency is not None,
        "channel": contact.channel,
        "frequency": contact.frequency,
        "keeper": scene.name(contact.person or case.manager),
        "mine": (contact.person or case.manager) == scene.me.id,
        "quiet_until": quiet_until,
    }


def _own(scene: Scene) -> Script:
    """The employee's own side: check-ins by choice, the agreements, and why."""
    case = scene.the_case
    choices: tuple[str, ...] = ("check_in",) if case.checkins == "yes" else ("invitation",)
    if case.plan is not None and case.plan.sent_on is not None:
        choices = (*choices, "plan_answer")
    step = next_step(scene, case)
    data = {
        "keeper": scene.name(case.contact.person or case.manager),
        "step": step.milestone if step else None,
        "on": step.waits_until if step else None,
        "offered": (*choices, "why"),
    }
    chosen = yield Ask("own", choices=(*choices, "why"), data=data, required=True)
    return (Begin(chosen),)
