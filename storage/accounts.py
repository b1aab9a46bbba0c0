"""How long ago an account was heard from: kept to the month, because a turn writes no more than it must.

And so whether somebody ever came in: everybody who is brought in has an address on our own pages, used or not.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, func, or_, select, union, update

from storage.addresses import ITS_ADDRESS
from storage.columns import UtcDateTime, among
from storage.tables import addresses, identities, people, visits
from storage.transaction import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from storage.transaction import Tx

EXACT = timedelta(days=30)  # so much may the last word be later than what is kept
LAST = func.coalesce(addresses.c.confirmed_at, addresses.c.linked_at, type_=UtcDateTime)

CONFIRM = Statement(
    update(addresses)
    .where(*ITS_ADDRESS, or_(bindparam("before", type_=UtcDateTime) >= LAST, addresses.c.asked_at.is_not(None)))
    .values(confirmed_at=bindparam("at"), asked_at=None)
)
SILENT = Statement(
    select(addresses.c.person, addresses.c.channel, addresses.c.address, addresses.c.asked_at)
    .join(people, people.c.id == addresses.c.person)
    .where(
        addresses.c.channel != bindparam("page"),
        bindparam("before", type_=UtcDateTime) >= LAST,
        or_(addresses.c.asked_at.is_(None), addresses.c.asked_at <= bindparam("asked_before", type_=UtcDateTime)),
        people.c.active,
    )
    .order_by(addresses.c.channel, addresses.c.address)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=addresses)
)
ASKED = Statement(update(addresses).where(*ITS_ADDRESS).values(asked_at=bindparam("at")))
CAME_IN = Statement(
    update(addresses)
    .where(
        *ITS_ADDRESS,
        or_(addresses.c.confirmed_at.is_(None), bindparam("before", type_=UtcDateTime) >= addresses.c.confirmed_at),
    )
    .values(confirmed_at=bindparam("at"))
)
WITH_A_WAY_IN = Statement(
    union(
        select(identities.c.person).where(among(identities.c.person, "ids")),
        select(visits.c.person).where(among(visits.c.person, "ids")),
        select(addresses.c.person).where(
            among(addresses.c.person, "ids"),
            or_(addresses.c.channel != bindparam("page"), addresses.c.confirmed_at.is_not(None)),
        ),
    )
)


class Account(NamedTuple):
    """An account nobody was heard from for long. `asked`: since when the question stands whose it is."""

    person: str
    channel: str
    address: str
    asked: datetime | None


def confirm(tx: Tx, channel: str, address: str, at: datetime) -> None:
    """It is still whose it is. Written once a month at most, and at once where that was asked."""
    tx.execute(CONFIRM, its_channel=channel, its_address=address, at=at, before=at - EXACT)


def silent(tx: Tx, page: str, before: datetime, asked_before: datetime, most: int) -> list[Account]:
    """Accounts, those on our own pages left out, not heard from since then; and not asked, or asked by then.

    Locked, and without those another night has locked: nobody is asked or told twice, and whoever is heard waits.
    """
    found = tx.all(SILENT, page=page, before=before, asked_before=asked_before, most=most)
    return [Account(*row) for row in found]


def asked(tx: Tx, channel: str, address: str, at: datetime) -> None:
    """Whose it is was asked there."""
    tx.execute(ASKED, its_channel=channel, its_address=address, at=at)


def came_in(tx: Tx, channel: str, address: str, at: datetime) -> None:
    """Somebody signed in there. Written the first time, and once a month at most."""
    tx.execute(CAME_IN, its_channel=channel, its_address=address, at=at, before=at - EXACT)


def with_a_way_in(tx: Tx, page: str, persons: Iterable[str]) -> frozenset[str]:
    """Of these people those who ever came in: at the provider, on our pages (`page`), or with a chat of their own."""
    wanted = sorted(persons)
    return frozenset(who for (who,) in tx.all(WITH_A_WAY_IN, ids=wanted, page=page)) if wanted else frozenset()
