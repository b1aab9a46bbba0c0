"""Whether somebody can be reached: an address stops working, or works again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.desk import hr_hears
from storage import outbox, people

if TYPE_CHECKING:
    from datetime import datetime

    from bot.house import House
    from conversations.case import Person
    from storage.database import Tx

STILL = timedelta(days=7)  # what could not be said so long ago is still worth saying


def gone(tx: Tx, house: House, channel: str, address: str, now: datetime) -> None:
    """Nothing arrives there any more: what waits takes the way that is left, and where there is none HR hears it.

    A platform that lost us altogether names an address without a user: then this holds for everybody under it.
    """
    lost = people.unreachable(tx, channel, address, now)
    people.recall(tx, {person for person, _ in lost})
    people.recall_reach(tx, {person for person, _ in lost})
    for who, where in lost:
        other = people.address_of(tx, who)
        if other is not None:
            outbox.move(tx, channel, where, other)
            continue
        outbox.strand(tx, channel, where, now)
        person = people.get(tx, who)
        if person is not None and person.active:
            hr_hears(tx, house, person, "unreachable", now)


def back(tx: Tx, person: Person, channel: str, address: str, now: datetime) -> None:
    """Somebody is heard from there: messages arrive there, also those that had nowhere to go."""
    people.reachable(tx, channel, address)
    outbox.revive(tx, person.organisation, channel, address, now - STILL, now)
