"""I am away until ...: since when, until when, and who stands in."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date, timedelta
from typing import Any

from conversations.case import Person
from conversations.deputies import LEADS, candidates
from conversations.talking.dialogue import Ask, Away, Begin, Effect, Line, Scene, Script, Tell

LONGEST = timedelta(days=366)
FRIDAY = 4


def talk(scene: Scene) -> Script:
    """Reported once, given back by itself after the last day (domain.md f.3, 12).

    `about["since"]` and `about["until"]` are the days as they were typed; they are offered, to be confirmed with a tap.
    `about["back"]`: it was typed that the time away is over.
    """
    me, today = scene.me, scene.today
    if not me.roles & LEADS:
        yield Tell("own_absence", {"manager": scene.name(me.manager) if me.manager else None})
        return ()
    goes = me.away_until is not None and me.away_until >= today
    is_back = "back" in scene.about and (me.is_away(today) or not goes)
    if is_back and not goes:
        yield Tell("not_away")
        return ()
    if goes:
        known = {"since": me.away_from or today, "until": me.away_until, "is_away": me.is_away(today)}
        choices = ("back", "change", "keep")
        wish = "back" if is_back else (yield Ask("known", choices=choices, data=known, required=True))
        if wish == "back":
            yield Tell("welcome_back")
            return (Away(me.id, None, None, me.deputy), *_told(scene, me.deputy, "stands_down"))
        if wish == "keep":
            yield Tell("kept", known)
            return ()
    tomorrow = today + timedelta(days=1)
    begins = date.fromisoformat(scene.about["since"]) if "since" in scene.about else None
    days = (begins,) if begins and today <= begins <= today + LONGEST else (today, tomorrow)
    since = yield Ask("since", "date", suggest=days, least=today, most=today + LONGEST, required=True)
    friday = since + timedelta(days=(FRIDAY - since.weekday()) % 7)
    said = date.fromisoformat(scene.about["until"]) if "until" in scene.about else None
    weeks = (said,) if said and since <= said <= since + LONGEST else (friday, friday + timedelta(days=7))
    until = yield Ask("until", "date", suggest=weeks, least=since, most=since + LONGEST, required=True)
    peers = {one.id: one for one in candidates(me, scene.people, since, until)}
    deputy = yield from _deputy(scene, peers)
    leads = "manager" in me.roles
    yield Tell(
        "set", {"since": since, "until": until, "deputy": scene.name(deputy) if deputy else None, "leads": leads}
    )
    period = {"since": since.isoformat(), "until": until.isoformat()}
    return (Away(me.id, since, until, deputy), *_told(scene, deputy, "stands_in", **period))


def _deputy(scene: Scene, peers: dict[str, Person]) -> Generator[Line, Any, str | None]:
    """Somebody's id, or None: HR."""
    known = scene.me.deputy if scene.me.deputy in peers else None
    choices = tuple(one for one in ("known" if known else "", "other" if set(peers) - {known} else "", "hr") if one)
    data = {"deputy": scene.name(known) if known else None, "offered": choices}
    who = yield Ask("deputy", choices=choices, data=data, required=True)
    if who == "other":
        names = {one: person.name for one, person in peers.items() if one != known}
        asked: str = yield Ask("who", "person", choices=tuple(names), labels=names, required=True)
        return asked
    return known if who == "known" else None


def _told(scene: Scene, deputy: str | None, notice: str, **about: str) -> tuple[Effect, ...]:
    if deputy is None:
        return ()
    return (Begin("notice", who=deputy, about={"notice": notice, "by": scene.me.id, **about}),)
