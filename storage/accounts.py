"""How long ago an account was heard from: kept to the month, because a turn writes no more than it must."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, func, or_, select, update

from storage.addresses import ITS_ADDRESS
from storage.columns import UtcDateTime
from storage.tables import addresses, people
from storage.transaction import Statement

if TYPE_CHECKING:
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
