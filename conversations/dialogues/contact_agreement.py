"""The contact agreement: who, how, how often, when not, and what may be told. It steers every later nudge."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from conversations.case import Contact
from conversations.changes import ContactAgreed, HandedOver, Learned, Moved
from conversations.proposals import weekday
from conversations.talking.dialogue import Ask, Begin, Effect, Line, Scene, Script, Tell
from conversations.talking.endings import done, to_hr

CHANNELS = ("phone", "text", "mail", "chat", "card", "visit", "via_hr", "via_colleague")
WISHES = ("newsletter", "team_event", "staff_event", "organisation_news")
MESSAGES = ("absent", "absent_until", "employee_tells", "agreed_text")
PARTS = ("who", "channel", "frequency", "disconnect", "info", "colleagues", "next")
RHYTHM = {"weekly": 7, "fortnightly": 14, "monthly": 28, "on_request": 28}


def talk(scene: Scene) -> Script:
    """Nothing is kept before it was read back. Of an agreement that stands only what changes is asked."""
    before = scene.the_case.contact
    parts: tuple[str, ...] = PARTS
    if before.agreed_on is not None:
        if scene.milestone:  # agreed since this was asked, in another talk
            yield Tell("agreed_already", _read_back(scene, before))
            return done(scene)
        parts = yield from _what_changes(scene)
        if not parts:
            yield Tell("unchanged")
            return ()
    contact = before
    if "who" in parts:
        who = yield from _somebody(scene, "who")
        if _asks_neutral(scene, who):
            neutral = yield Ask("neutral", choices=("yes", "no"), data={"employee": scene.employee})
            if neutral == "no":
                return (yield from _hr_takes_over(scene))
        contact = replace(contact, person=who or contact.person)
    contact, refused = yield from _how(scene, contact, parts)
    contact = replace(contact, agreed_on=scene.today, next=(yield from _next(scene, contact, parts)))
    agreed = {"before": before.agreed_on is not None}
    data = {**_read_back(scene, contact, refused=refused), **agreed}
    keep = yield Ask("keep", choices=("yes", "no"), data=data, required=True)
    if keep == "no":
        yield Tell("not_kept", agreed)
        return ()
    yield Tell("kept", _read_back(scene, contact))
    return _effects(scene, contact)


def _what_changes(scene: Scene) -> Generator[Line, Any, tuple[str, ...]]:
    """What of the agreement is asked anew; who said already that somebody else is better, is asked who."""
    if scene.about.get("because") == "someone_else":
        return ("who",)
    contact = scene.the_case.contact
    offered = PARTS[:-1] if contact.disconnected(scene.today) else PARTS
    return tuple((yield Ask("changes", "several", offered, data=_read_back(scene, contact))) or ())


def _how(scene: Scene, contact: Contact, parts: tuple[str, ...]) -> Generator[Line, Any, tuple[Contact, bool]]:
    """How, how often, when not, and what may be told; and whether news was refused. A skip keeps what there was."""
    told = {"employee": scene.employee}
    if "channel" in parts:
        channel = yield Ask("channel", choices=CHANNELS, data=told)
        contact = replace(contact, channel=channel or contact.channel)
    if "frequency" in parts:
        frequency = yield Ask("frequency", choices=tuple(RHYTHM), data=told)
        contact = replace(contact, frequency=frequency or contact.frequency)
    if "disconnect" in parts:
        contact = yield from _disconnection(scene, contact)
    wishes = None
    if "info" in parts:
        wishes = yield Ask("info", "several", WISHES, data=told)
        card = tuple(one for one in contact.info_wishes if one == "card")
        contact = contact if wishes is None else replace(contact, info_wishes=(*wishes, *card))
    if "colleagues" in parts:
        level = yield Ask("colleagues", choices=MESSAGES, data=told)
        text = None
        if level == "agreed_text":
            text = yield Ask("colleagues_text", "text", data=told, unsaid="colleagues")
        kept = contact.colleagues_text if level in (None, "agreed_text") else None
        contact = replace(contact, colleagues=level or contact.colleagues, colleagues_text=text or kept)
    return contact, wishes == []


def _next(scene: Scene, contact: Contact, parts: tuple[str, ...]) -> Generator[Line, Any, date | None]:
    """The day of the next contact; after a full disconnection it restarts by itself."""
    if contact.disconnected(scene.today):
        return None
    known = scene.the_case.anchors.get("contact_next")
    known = known if known is not None and known >= scene.today else None
    if not scene.the_case.contact.disconnected(scene.today) and {"next", "frequency"}.isdisjoint(parts):
        return known
    usual = weekday(scene.today + timedelta(days=RHYTHM.get(contact.frequency or "", 7)))
    day: date | None = yield Ask(
        "next", "date", data={"employee": scene.employee}, suggest=(usual,), least=scene.today, most=_year(scene)
    )  # fmt: skip
    return day or known


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


def _disconnection(scene: Scene, contact: Contact) -> Generator[Line, Any, Contact]:
    """Full disconnection, a normal choice: until when, who takes up contact then, may a card come."""
    told = {"employee": scene.employee}
    apart = yield Ask("disconnect", choices=("yes", "no"), data=told)
    without_card = tuple(one for one in contact.info_wishes if one != "card")
    if apart == "no":
        return replace(contact, disconnect_from=None, disconnect_until=None, restarts=None, info_wishes=without_card)
    if apart is None:
        return contact
    until = yield Ask(
        "until", "date", data=told, least=scene.today + timedelta(days=1), most=_year(scene), required=True,
        suggest=(scene.today + timedelta(weeks=4), scene.today + timedelta(weeks=8)),
    )  # fmt: skip
    restarts = yield from _somebody(scene, "restarts")
    card = yield Ask("card", choices=("yes", "no"), data=told)
    wishes = contact.info_wishes if card is None else (*without_card, *(("card",) if card == "yes" else ()))
    return replace(
        contact, disconnect_from=scene.today, disconnect_until=until, restarts=restarts or contact.restarts,
        info_wishes=wishes,
    )  # fmt: skip


def _hr_takes_over(scene: Scene) -> Script:
    """The line manager cannot be neutral: HR gets what the manager got, and nobody asks why (domain.md f.3, 3)."""
    hr = scene.the_case.hr or _any_hr(scene)
    yield Tell("hr_takes_over", {"employee": scene.employee})
    effects: list[Effect] = [Learned("conflict"), ContactAgreed(replace(scene.the_case.contact, person=hr))]
    if scene.the_case.hr is None and hr:
        effects.append(HandedOver("hr", hr))
    return (*effects, *done(scene), *to_hr(scene, "conflict"))


def _read_back(scene: Scene, contact: Contact, *, refused: bool = False) -> dict[str, Any]:
    """What is agreed; nothing of what nobody said. `refused`: no news of work, in so many words."""
    until = contact.disconnect_until
    return {
        "employee": scene.employee,
        "who": _called(scene, contact.person),
        "channel": contact.channel,
        "frequency": contact.frequency,
        "until": until if until is not None and until >= scene.today else None,
        "restarts": _called(scene, contact.restarts),
        "wishes": list(contact.info_wishes),
        "refused": refused,
        "colleagues": contact.colleagues,
        "text": contact.colleagues_text,
        "next": contact.next if contact.next is not None and contact.next >= scene.today else None,
    }


def _called(scene: Scene, person: str | None) -> str:
    """How who keeps contact is read back: "me", a name, or "" where nobody was chosen."""
    return "" if person is None else "me" if person == scene.me.id else scene.name(person)


def _effects(scene: Scene, contact: Contact) -> tuple[Effect, ...]:
    case, before = scene.the_case, scene.the_case.contact
    effects: list[Effect] = [ContactAgreed(contact), Moved("contact_next", contact.next)]
    if contact.disconnect_until != case.anchors.get("disconnect_until"):
        effects.append(Moved("disconnect_until", contact.disconnect_until))
    if "employee_declines" in case.facts:
        effects.append(Learned("employee_declines", holds=False))
    effects += done(scene)
    is_new = (contact.person, contact.channel, contact.frequency) != (before.person, before.channel, before.frequency)
    if is_new and contact.person not in (None, scene.me.id):
        agreed = {"how": contact.channel or "", "often": contact.frequency or ""}
        about = {"notice": "keeps_contact", "by": scene.me.id, **agreed}
        effects.append(Begin("notice", who=contact.person, about=about))
    if contact.disconnect_until and contact.disconnect_until != before.disconnect_until:
        effects += to_hr(scene, "disconnected", until=contact.disconnect_until.isoformat())
    return tuple(effects)
