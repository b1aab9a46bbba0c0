"""What HR arranges: closed days, the hour we begin to write, who works when, who stands in, and who has which role.

Each is one transaction: the change, its line in the journal (codes and days, never a name), and the running cases it
touches, which the tick then looks at at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time
from typing import TYPE_CHECKING, Any

from conversations.case import Office, Person
from conversations.deputies import ring
from storage import addresses, cases, journal, organisations, people

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Tx
    from storage.organisations import Organisation

GIVEN: tuple[Office, ...] = ("hr", "coach", "audit", "admin")  # who leads somebody is a manager by that alone
KEPT_BY_SOMEBODY: tuple[Office, ...] = ("hr", "admin")  # of these somebody must be left
OF_THE_HOUSE = frozenset({"staff_of_20", "staff_of_50", "contractual", "statutory", "has_coach"})
EARLIEST, LATEST = time(6), time(18)  # an hour to begin outside of these is a slip
SHORTEST = 60  # minutes in a working day; less leaves no moment to write


class Unfit(ValueError):  # noqa: N818 - named by what it is
    """HR cannot arrange this. `reason` is a code; its words are in pages/hr/reasons.html."""

    def __init__(self, reason: str, **about: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.about = about


@dataclass(frozen=True, slots=True)
class By:
    """Who arranges it, and when."""

    person: Person
    now: datetime

    @property
    def house(self) -> str:
        """The organisation it is about: one's own, always."""
        return self.person.organisation


def _write(tx: Tx, by: By, what: str, **told: Any) -> None:
    journal.write(tx, by.house, None, by.person.id, by.now, [{"change": what, **told}])


def _house(tx: Tx, by: By) -> Organisation:
    """The organisation, held until this is done: what somebody else changes at the same moment is not undone."""
    journal.head(tx, by.house)
    known = organisations.get(tx, by.house)
    assert known is not None, "people belong to an organisation"
    return known


def _there(tx: Tx, by: By, person: str) -> Person:
    found = people.get(tx, person)
    if found is None or found.organisation != by.house or not found.active:
        raise Unfit("gone")
    return found


# --- The organisation ----------------------------------------------------------------------------------


def close_days(tx: Tx, by: By, add: frozenset[date] = frozenset(), remove: frozenset[date] = frozenset()) -> int:
    """Days on which everybody is free, besides the legal ones; how many cases the tick looks at again."""
    known = _house(tx, by)
    after = replace(known, holidays=(known.holidays | add) - remove)
    if after == known:
        return 0
    organisations.put(tx, after)
    days = {"added": after.holidays - known.holidays, "removed": known.holidays - after.holidays}
    _write(tx, by, "ClosedDays", **{name: sorted(day.isoformat() for day in some) for name, some in days.items()})
    return cases.look_again(tx, by.house, by.now)


def begin_at(tx: Tx, by: By, hour: time | None) -> int:
    """The hour at which we begin to write; None is what the policy says. How many cases are looked at again."""
    if hour is not None and not EARLIEST <= hour <= LATEST:
        raise Unfit("hour")
    known = _house(tx, by)
    if hour == known.send_at:
        return 0
    organisations.put(tx, replace(known, send_at=hour))
    _write(tx, by, "BeginsAt", at=hour.isoformat("minutes") if hour else None)
    return cases.look_again(tx, by.house, by.now)


def follow(tx: Tx, by: By, policy: str, facts: frozenset[str]) -> int:
    """Which policy new cases follow, and what holds for everybody here; how many cases are looked at again.

    A running case keeps its policy (that is what adopting is for); a fact holds for it at once.
    """
    known = _house(tx, by)
    after = replace(known, policy=policy, facts=(known.facts - OF_THE_HOUSE) | (facts & OF_THE_HOUSE))
    if after == known:
        return 0
    organisations.put(tx, after)
    _write(tx, by, "Follows", policy=policy, facts=sorted(after.facts))
    return 0 if after.facts == known.facts else cases.look_again(tx, by.house, by.now)


# --- Somebody ------------------------------------------------------------------------------------------


def _touched(tx: Tx, by: By, person: Person) -> int:
    """HR stands behind everybody, whoever else is in the case."""
    return cases.look_again(tx, by.house, by.now, None if "hr" in person.roles else person.id)


def work(tx: Tx, by: By, who: str, days: frozenset[int], opens: time, closes: time) -> int:
    """On which ISO weekdays and between which hours somebody works; how many cases are looked at again."""
    journal.head(tx, by.house)  # held as well: the whole row is written, and a role taken away meanwhile stays away
    before = _there(tx, by, who)
    if not days or not days <= {1, 2, 3, 4, 5, 6, 7}:
        raise Unfit("no_days")
    if (closes.hour - opens.hour) * 60 + closes.minute - opens.minute < SHORTEST:
        raise Unfit("hours")
    after = replace(before, workdays=days, opens=opens, closes=closes)
    if after == before:
        return 0
    people.put(tx, after)
    hours = f"{opens.isoformat('minutes')}-{closes.isoformat('minutes')}"
    _write(tx, by, "Works", person=who, days="".join(map(str, sorted(days))), hours=hours)
    return _touched(tx, by, after)


def away(tx: Tx, by: By, who: str, since: date | None, until: date | None, deputy: str | None) -> int:
    """When somebody hears nothing, both days included, and who stands in; how many cases are looked at again.

    Without days the deputy stands by for the next time. A ring of people who are all away is refused.
    """
    before = _there(tx, by, who)
    if since and until and until < since:
        raise Unfit("backwards")
    if until and until < by.now.date():
        raise Unfit("past")
    if deputy is not None:
        other = _there(tx, by, deputy)
        if not other.roles & {"manager", "coach", "hr"} or other.id == who:
            raise Unfit("deputy")
    after = replace(before, away_from=since, away_until=until, deputy=deputy)
    if after == before:
        return 0
    if found := ring(after, lambda one: people.get(tx, one)):
        raise Unfit("ring", names=[person.name for person in found])
    people.set_away(tx, who, since, until, deputy)
    days = {name: day.isoformat() if day else None for name, day in (("from", since), ("until", until))}
    _write(tx, by, "Away", person=who, deputy=deputy, **days)
    return _touched(tx, by, after) + (cases.look_again(tx, by.house, by.now, deputy) if deputy else 0)


def prefer(tx: Tx, by: By, who: str, channel: str) -> None:
    """What we say to this person goes there first: one of the ways that the person linked."""
    _there(tx, by, who)
    if not any(way.channel == channel and way.reachable for way in addresses.ways_to(tx, who)):
        raise Unfit("channel")
    addresses.prefer(tx, who, channel, by.now)
    _write(tx, by, "Prefers", person=who, channel=channel)


def given(tx: Tx, by: By, who: str, roles: frozenset[Office]) -> tuple[Person, Person]:
    """Somebody before and after: these of the roles that can be given. Never one's own, and never the last HR away."""
    journal.head(tx, by.house)  # held until this is done: two who take each other's role away come one by one
    before = _there(tx, by, who)
    if who == by.person.id:
        raise Unfit("own_roles")
    after = replace(before, roles=(before.roles - set(GIVEN)) | (roles & set(GIVEN)))
    others = [one for one in people.in_roles(tx, by.house) if one.id != who]
    for role in KEPT_BY_SOMEBODY:
        if role in before.roles - after.roles and not any(role in one.roles for one in others):
            raise Unfit(f"last_{role}")
    return before, after


def give(tx: Tx, by: By, who: str, roles: frozenset[Office], second: str | None = None) -> None:
    """The same, done; `second` is who agreed to it, where somebody could."""
    before, after = given(tx, by, who, roles)
    if after.roles == before.roles:
        return
    people.put(tx, after)
    agreed = {"second": second} if second else {"alone": True}
    _write(tx, by, "Roles", person=who, roles=sorted(after.roles), **agreed)
    _touched(tx, by, replace(after, roles=before.roles | after.roles))
