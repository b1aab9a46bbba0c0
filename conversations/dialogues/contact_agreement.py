"""The contact agreement: who, how, how often, when not, and what may be told. It steers every later nudge."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from conversations.case import Contact
from conversations.changes import ContactAgreed, HandedOver, Learned, Moved
from conversations.talking.dialogue import Ask, Begin, Effect, Scene, Script, Tell
from conversations.talking.endings import done, to_hr

CHANNELS = ("phone", "text", "mail", "chat", "card", "visit", "via_hr", "via_colleague")
WISHES = ("newsletter", "team_event", "staff_event", "organisation_news")
RHYTHM = {"weekly": 7, "fortnightly": 14, "monthly": 28, "on_request": 28}


def talk(scene: Scene) -> Script:
    """Nothing is kept before it was read back."""
    told = {"employee": scene.employee}
    who = yield from _somebody(scene, "who")
    if _asks_neutral(scene, who):
        neutral = yield Ask("neutral", choices=("yes", "no"), data=told)
        if neutral == "no":
            return (yield from _hr_takes_over(scene))
    channel = yield Ask("channel", choices=CHANNELS, data=told)
    frequency = yield Ask("frequency", choices=tuple(RHYTHM), data=told)
    apart: dict[str, Any] = {}
    if (yield Ask("disconnect", choices=("yes", "no"), data=told)) == "yes":
        apart = yield from _disconnection(scene)
    wishes = yield Ask("info", "several", WISHES, data=told)
    colleagues = yield Ask("colleagues", choices=("absent", "absent_until", "employee_tells", "agreed_text"), data=told)
    text = (yield Ask("colleagues_text", "text", data=told)) if colleagues == "agreed_text" else None
    next_on = None  # after a full disconnection contact restarts by itself
    if not apart:
        usual = scene.today + timedelta(days=RHYTHM.get(frequency or "", 7))
        next_on = yield Ask("next", "date", data=told, suggest=(usual,), least=scene.today, most=_year(scene))
    contact = Contact(
        person=who, channel=channel or None, frequency=frequency or None, next=next_on or None,
        disconnect_from=scene.today if apart else None,
        disconnect_until=apart.get("until"), restarts=apart.get("restarts"),
        info_wishes=(*(wishes or ()), *(("card",) if apart.get("card") == "yes" else ())),
        colleagues=colleagues or None, colleagues_text=text or None, agreed_on=scene.today,
    )  # fmt: skip
    keep = yield Ask("keep", choices=("yes", "no"), data=_read_back(scene, contact), required=True)
    if keep == "no":
        yield Tell("not_kept")
        return ()
    yield Tell("kept", {**told, "until": contact.disconnect_until, "next": contact.next})
    return _effects(scene, contact)


def _asks_neutral(scene: Scene, who: str | None) -> bool:
    """The line manager gives contact to HR, or said that somebody else is better."""
    if scene.me.id != scene.the_case.manager or who in (None, scene.me.id):
        return False
    return scene.about.get("because") == "someone_else" or "hr" in scene.people[who].roles


def _year(scene: Scene) -> date:
    return scene.today + timedelta(days=366)


def _somebody(scene: Scene, name: str) -> Any:
    """A person in the contact: me, HR (or, when HR asks, the line manager), or a colleague of the team."""
    case = scene.the_case
    role, other = ("manager", case.manager) if "hr" in scene.me.roles else ("hr", case.hr or _any_hr(scene))
    known = {"me": scene.me.id, **({role: other} if other and other != scene.me.id else {})}
    offered = {"employee": scene.employee, "manager": scene.name(case.manager)}
    choice = yield Ask(
        name, choices=(*known, "colleague"),
        data={**offered, "with_hr": "hr" in known, "with_manager": "manager" in known},
    )  # fmt: skip
    if choice == "colleague":
        team = _team(scene)  # only now: who is in a team is asked of everybody in the organisation
        if not team:
            yield Tell("nobody_else", offered)
            return scene.me.id
        return (yield Ask(f"{name}_colleague", "person", tuple(team), team, data=offered, words="colleague")) or None
    return known[choice] if choice else None


def _any_hr(scene: Scene) -> str | None:
    return next((id_ for id_, person in sorted(scene.people.items()) if "hr" in person.roles and person.active), None)


def _team(scene: Scene) -> dict[str, str]:
    """The colleagues of the one who is absent, by id; not who is absent as well."""
    team = scene.people[scene.the_case.employee].team if scene.the_case.employee in scene.people else ""
    left_out = {scene.the_case.employee, scene.me.id, scene.the_case.manager}
    found = (person for person in scene.people.values() if person.team == team and person.active)
    return {one.id: one.name for one in found if one.id not in left_out and one.id not in scene.absent}


def _disconnection(scene: Scene) -> Any:
    """Full disconnection, a normal choice: until when, who takes up contact then, may a card come."""
    told = {"employee": scene.employee}
    until = yield Ask(
        "until", "date", data=told, least=scene.today + timedelta(days=1), most=_year(scene), required=True,
        suggest=(scene.today + timedelta(weeks=4), scene.today + timedelta(weeks=8)),
    )  # fmt: skip
    restarts = yield from _somebody(scene, "restarts")
    card = yield Ask("card", choices=("yes", "no"), data=told)
    return {"until": until, "restarts": restarts, "card": card or "no"}


def _hr_takes_over(scene: Scene) -> Script:
    """The line manager cannot be neutral: HR gets what the manager got, and nobody asks why (domain.md f.3, 3)."""
    hr = scene.the_case.hr or _any_hr(scene)
    yield Tell("hr_takes_over", {"employee": scene.employee})
    effects: list[Effect] = [Learned("conflict"), ContactAgreed(replace(scene.the_case.contact, person=hr))]
    if scene.the_case.hr is None and hr:
        effects.append(HandedOver("hr", hr))
    return (*effects, *done(scene), *to_hr(scene, "conflict"))


def _read_back(scene: Scene, contact: Contact) -> dict[str, Any]:
    return {
        "employee": scene.employee,
        "who": "me" if contact.person in (None, scene.me.id) else scene.name(contact.person),
        "channel": contact.channel,
        "frequency": contact.frequency,
        "until": contact.disconnect_until,
        "restarts": "me" if contact.restarts in (None, scene.me.id) else scene.name(contact.restarts),
        "wishes": list(contact.info_wishes),
        "colleagues": contact.colleagues,
        "text": contact.colleagues_text,
        "next": contact.next,
    }


def _effects(scene: Scene, contact: Contact) -> tuple[Effect, ...]:
    case = scene.the_case
    effects: list[Effect] = [ContactAgreed(contact), Moved("contact_next", contact.next)]
    if contact.disconnect_until or "disconnect_until" in case.anchors:
        effects.append(Moved("disconnect_until", contact.disconnect_until))
    if "employee_declines" in case.facts:
        effects.append(Learned("employee_declines", holds=False))
    effects += done(scene)
    if contact.person not in (None, scene.me.id):
        agreed = {"how": contact.channel or "", "often": contact.frequency or ""}
        about = {"notice": "keeps_contact", "by": scene.me.id, **agreed}
        effects.append(Begin("notice", who=contact.person, about=about))
    if contact.disconnect_until:
        effects += to_hr(scene, "disconnected", until=contact.disconnect_until.isoformat())
    return tuple(effects)
