"""Where somebody is reached: the addresses people have on each channel, and which of them comes first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, case, delete, or_, select, update

from storage.columns import UtcDateTime, among
from storage.people import COLUMNS, read, remember
from storage.tables import addresses, people
from storage.transaction import Statement, new

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from conversations.case import Person
    from storage.transaction import Tx

AT = Statement(
    select(*COLUMNS, addresses.c.unreachable_at)
    .join(addresses, addresses.c.person == people.c.id)
    .where(addresses.c.channel == bindparam("channel"), addresses.c.address == bindparam("address"))
)
LINKED = new(addresses)
LINK = Statement(
    LINKED.on_conflict_do_update(
        index_elements=["channel", "address"],
        set_={
            name: LINKED.excluded[name]
            for name in ("person", "linked_at", "unreachable_at", "preferred_at", "confirmed_at", "asked_at")
        },
    )
)
# The one that was chosen, else the one linked last.
CHOSEN_FIRST = (
    addresses.c.preferred_at.is_(None), addresses.c.preferred_at.desc(), addresses.c.linked_at.desc(),
    addresses.c.channel,
)  # fmt: skip
ADDRESS_OF = Statement(
    select(addresses.c.channel, addresses.c.address)
    .where(addresses.c.person == bindparam("person"), addresses.c.unreachable_at.is_(None))
    .order_by(*CHOSEN_FIRST)
    .limit(1)
)
# The same, where the last one of each person counts.
ADDRESSES = Statement(
    select(addresses.c.person, addresses.c.channel, addresses.c.address)
    .where(among(addresses.c.person, "ids"), addresses.c.unreachable_at.is_(None))
    .order_by(
        addresses.c.preferred_at.is_not(None), addresses.c.preferred_at, addresses.c.linked_at,
        addresses.c.channel.desc(),
    )
)  # fmt: skip
# An address is one person's: only from somebody who left it goes over to another.
CLAIM = Statement(
    LINKED.on_conflict_do_update(
        index_elements=["channel", "address"],
        set_={
            "person": LINKED.excluded.person,
            "linked_at": LINKED.excluded.linked_at,
            "unreachable_at": None,
            "confirmed_at": None,
            "asked_at": None,
            "preferred_at": case((addresses.c.person == LINKED.excluded.person, addresses.c.preferred_at)),
        },
        where=or_(
            addresses.c.person == LINKED.excluded.person,
            addresses.c.person.in_(select(people.c.id).where(~people.c.active)),
        ),
    )
)
WAYS_TO = Statement(
    select(addresses.c.channel, addresses.c.address, addresses.c.unreachable_at, addresses.c.preferred_at)
    .where(addresses.c.person == bindparam("person"))
    .order_by(*CHOSEN_FIRST)
)
ITS_ADDRESS = (addresses.c.channel == bindparam("its_channel"), addresses.c.address == bindparam("its_address"))
UNLINK = Statement(delete(addresses).where(*ITS_ADDRESS, addresses.c.person == bindparam("its_person")))
PREFER = Statement(
    update(addresses)
    .where(addresses.c.person == bindparam("its_person"))
    .values(preferred_at=case((addresses.c.channel == bindparam("its_channel"), bindparam("at", type_=UtcDateTime))))
)
# An address without a user in it ("T123") is everybody's whose address begins with it.
UNREACHABLE = Statement(
    update(addresses)
    .where(
        addresses.c.channel == bindparam("its_channel"),
        or_(
            addresses.c.address == bindparam("its_address"),
            addresses.c.address.startswith(bindparam("everybodys"), escape="/"),
        ),
        addresses.c.unreachable_at.is_(None),
    )
    .values(unreachable_at=bindparam("at"))
    .returning(addresses.c.person, addresses.c.address)
)
REACHABLE = Statement(update(addresses).where(*ITS_ADDRESS).values(unreachable_at=None))


class Way(NamedTuple):
    """One way to reach somebody. `chosen`: the person asked for it."""

    channel: str
    address: str
    reachable: bool
    chosen: bool


def at(tx: Tx, channel: str, address: str) -> Person | None:
    """Who writes from that address of that channel."""
    found = heard_at(tx, channel, address)
    return None if found is None else found[0]


def heard_at(tx: Tx, channel: str, address: str) -> tuple[Person, bool] | None:
    """Who writes from there, and whether we thought that nothing arrives there any more."""
    row = tx.first(AT, channel=channel, address=address)
    return None if row is None else (remember(tx, read(row[:-1])), row[-1] is not None)


def link(tx: Tx, person: str, channel: str, address: str, at: datetime) -> None:
    """This address is that person's from now on, whosever it was, and reachable again."""
    _forget(tx)
    tx.execute(LINK, **_linked(person, channel, address, at))


def claim(tx: Tx, person: str, channel: str, address: str, at: datetime) -> bool:
    """The same, but never away from somebody else who is still here: False then, and nothing changes."""
    _forget(tx)
    return tx.execute(CLAIM, **_linked(person, channel, address, at)) == 1


def _linked(person: str, channel: str, address: str, at: datetime) -> dict[str, Any]:
    known = {"person": person, "channel": channel, "address": address, "linked_at": at}
    return {**known, **dict.fromkeys(("unreachable_at", "preferred_at", "confirmed_at", "asked_at"))}


def unlink(tx: Tx, person: str, channel: str, address: str) -> bool:
    """The address is nobody's any more. False when it was not that person's."""
    _forget(tx)
    return tx.execute(UNLINK, its_person=person, its_channel=channel, its_address=address) == 1


def ways_to(tx: Tx, person: str) -> list[Way]:
    """Every address of the person, those that do not work now too; the first one that works is `address_of`."""
    return [
        Way(channel, address, unreachable is None, preferred is not None)
        for channel, address, unreachable, preferred in tx.all(WAYS_TO, person=person)
    ]


def prefer(tx: Tx, person: str, channel: str, at: datetime) -> None:
    """What I say first goes to that channel of the person from now on."""
    _forget(tx)
    tx.execute(PREFER, its_person=person, its_channel=channel, at=at)


def address_of(tx: Tx, person: str) -> tuple[str, str] | None:
    """Channel and address to speak to the person: of the reachable ones the one chosen, else the one linked last."""
    key = ("addresses", person)
    if key not in tx.memory:
        tx.memory[key] = tx.first(ADDRESS_OF, person=person)
    found: tuple[str, str] | None = tx.memory[key]
    return found


def recall(tx: Tx, persons: Iterable[str]) -> None:
    """Read where these people are reached in one go, for whoever asks it one by one in this transaction."""
    wanted = sorted(persons)
    for person in wanted:
        tx.memory["addresses", person] = None
    for person, channel, address in tx.all(ADDRESSES, ids=wanted) if wanted else ():
        tx.memory["addresses", person] = (channel, address)


def _forget(tx: Tx) -> None:
    """Addresses changed: what was read of them does not hold any more."""
    for key in [key for key in tx.memory if key[0] == "addresses"]:
        del tx.memory[key]


def unreachable(tx: Tx, channel: str, address: str, at: datetime) -> list[tuple[str, str]]:
    """The channel says that nothing arrives there any more, until somebody writes from there.

    An address without a user part ("T123") is every address under it ("T123:U1"). Gives person and address of each
    that was thought reachable.
    """
    _forget(tx)
    everybodys = re.sub("([/%_])", r"/\1", address) + ":"
    found = tx.all(UNREACHABLE, its_channel=channel, its_address=address, everybodys=everybodys, at=at)
    return [(person, its) for person, its in found]


def reachable(tx: Tx, channel: str, address: str) -> None:
    """Somebody wrote from there, so messages arrive there."""
    _forget(tx)
    tx.execute(REACHABLE, its_channel=channel, its_address=address)
