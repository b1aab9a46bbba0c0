"""Whether somebody can be reached: an address stops working, or works again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.desk import hr_hears
from storage import addresses, outbox, people

if TYPE_CHECKING:
    from datetime import datetime

    from bot.house import House
    from conversations.case import Person
    from storage.database import Tx
    from storage.outbox import Row

STILL = timedelta(days=7)  # what could not be said so long ago is still worth saying


def hr_is_told(tx: Tx, house: House, row: Row, notice: str, now: datetime) -> None:
    """HR hears what became of a message; but a notice about a notice would never end."""
    person = people.get(tx, row.person)
    if person is not None and row.kind != "notice":
        hr_hears(tx, house, person, notice, now)


def gone(tx: Tx, house: House, channel: str, address: str, now: datetime) -> None:
    """Nothing arrives there any more: what waits takes the way that is left, and where there is none HR hears it.

    A platform that lost us altogether names an address without a user: then this holds for everybody under it.
    """
    lost = addresses.unreachable(tx, channel, address, now)
    people.recall(tx, {person for person, _ in lost})
    addresses.recall(tx, {person for person, _ in lost})
    for who, where in lost:
        other = addresses.address_of(tx, who)
        if other is not None:
            outbox.move(tx, channel, where, other)
            continue
        outbox.strand(tx, channel, where, now)
        person = people.get(tx, who)
        if person is not None and person.active:
            hr_hears(tx, house, person, "unreachable", now)


def back(tx: Tx, person: Person, channel: str, address: str, now: datetime) -> None:
    """Somebody is heard from there: messages arrive there, also those that could go nowhere until now."""
    addresses.reachable(tx, channel, address)
    outbox.revive(tx, person.id, (channel, address), now - STILL, now)
