"""Who stands in for somebody who is away: a chain of at most two, then HR. Never in a circle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from conversations.case import Office, Person

CHAIN = 2
LEADS: frozenset[Office] = frozenset({"manager", "coach", "hr"})  # without one of these nobody leads or stands in


def stands_in(person: Person, people: Mapping[str, Person], on: date) -> Person | None:
    """Who takes what comes for `person` on that day: the deputy, the deputy's deputy, else somebody of HR.

    Never the person, never somebody who is away or gone; None where nobody is left. Whether `person` is away is
    for the caller to know (domain.md f.3, 12).
    """
    link: Person | None = person
    for _ in range(CHAIN):
        link = people.get(link.deputy or "") if link else None
        if link and link.id != person.id and _is_there(link, on):
            return link
    hr = (one for one in people.values() if "hr" in one.roles and one.organisation == person.organisation)
    return next((one for one in sorted(hr, key=_id) if one.id != person.id and _is_there(one, on)), None)


def candidates(person: Person, people: Mapping[str, Person], since: date, until: date) -> tuple[Person, ...]:
    """Who may be asked to stand in between those days, by name: peers in a role, there for all of that time.

    Somebody who is away on one of those days is no candidate, so no two people who are away ever point at each other.
    """
    roles = person.roles & LEADS
    peers = (
        one for one in people.values()
        if one.id != person.id and one.active and one.roles & roles and one.organisation == person.organisation
    )  # fmt: skip
    return tuple(sorted((one for one in peers if not _overlaps(one, since, until)), key=lambda one: (one.name, one.id)))


def ring(person: Person, find: Callable[[str], Person | None]) -> tuple[Person, ...]:
    """Who stands in for whom until it is `person` again, all away on a same day; empty where there is no such ring.

    Two who stand in for each other are fine, as long as one of them is there.
    """
    way = [person]
    since, until = person.away_from or date.min, person.away_until or date.max
    while not _always_there(way[-1]) and (other := find(way[-1].deputy or "")) is not None:
        if other.id == person.id:
            return tuple(way)
        if other in way:
            break
        way.append(other)
        since, until = max(since, other.away_from or date.min), min(until, other.away_until or date.max)
        if since > until:
            break
    return ()


def _always_there(person: Person) -> bool:
    return person.away_from is None and person.away_until is None


def _id(person: Person) -> str:
    return person.id


def _is_there(person: Person, on: date) -> bool:
    return person.active and not person.is_away(on)


def _overlaps(person: Person, since: date, until: date) -> bool:
    if _always_there(person):
        return False
    return (person.away_from or date.min) <= until and since <= (person.away_until or date.max)
