"""One-time links: who may sign in, or link a chat account, by showing a secret of which only the hash is kept."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, delete, select, update

from storage.tables import links
from storage.transaction import Statement, new

if TYPE_CHECKING:
    from datetime import datetime

    from storage.transaction import Tx

ADD = Statement(new(links))
OPENS = (
    links.c.hash == bindparam("its_hash"),
    links.c.purpose == bindparam("its_purpose"),
    links.c.used.is_(None),
    links.c.expires > bindparam("now"),
)
WHOSE = Statement(select(links.c.person).where(*OPENS))
USE = Statement(
    update(links)
    .where(*OPENS)
    .values(used=bindparam("now"), used_channel=bindparam("channel"), used_address=bindparam("address"))
    .returning(links.c.person)
)
WITHDRAW = Statement(
    delete(links).where(
        links.c.person == bindparam("its_person"), links.c.purpose == bindparam("its_purpose"), links.c.used.is_(None)
    )
)
# The last one a browser asked for.
ASKED = Statement(
    select(links.c.expires, links.c.used, links.c.used_channel, links.c.used_address)
    .where(links.c.visit == bindparam("its_visit"), links.c.purpose == bindparam("its_purpose"))
    .order_by(links.c.expires.desc())
    .limit(1)
)
END_OF_VISIT = Statement(delete(links).where(links.c.visit == bindparam("its_visit")))


class Asked(NamedTuple):
    """What became of a secret a browser asked for: until when it opens something, or when and by whom it was used."""

    expires: datetime
    used: datetime | None
    channel: str | None
    address: str | None


def hashed(secret: str) -> str:
    """How a secret is kept: who reads the database cannot use it."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def add(
    tx: Tx,
    hash: str,  # noqa: A002 - that is what it is
    person: str,
    purpose: str,
    expires: datetime,
    visit: str | None = None,
) -> None:
    """A link that opens `purpose` for that person, once, until it expires; or until the visit that asked ends."""
    used = {"used": None, "used_channel": None, "used_address": None}
    tx.execute(ADD, hash=hash, person=person, purpose=purpose, expires=expires, visit=visit, **used)


def whose(tx: Tx, hash: str, purpose: str, at: datetime) -> str | None:  # noqa: A002 - that is what it is
    """Whose link it is, without using it up. None when it would open nothing."""
    row = tx.first(WHOSE, its_hash=hash, its_purpose=purpose, now=at)
    return None if row is None else row[0]


def use(
    tx: Tx,
    hash: str,  # noqa: A002 - that is what it is
    purpose: str,
    at: datetime,
    by: tuple[str, str] | None = None,
) -> str | None:
    """Whose link it is; it opens nothing afterwards. None when unknown, expired, used, or for something else.

    `by` is the channel and the address of the account that showed it.
    """
    channel, address = by or (None, None)
    row = tx.first(USE, its_hash=hash, its_purpose=purpose, now=at, channel=channel, address=address)
    return None if row is None else row[0]


def asked(tx: Tx, visit: str, purpose: str) -> Asked | None:
    """The last one that this browser asked for, and what became of it."""
    row = tx.first(ASKED, its_visit=visit, its_purpose=purpose)
    return None if row is None else Asked(*row)


def end_of_visit(tx: Tx, visit: str) -> None:
    """What that browser asked for opens nothing any more: it is signed out."""
    tx.execute(END_OF_VISIT, its_visit=visit)


def withdraw(tx: Tx, person: str, purpose: str) -> None:
    """What this person was given for that purpose and did not use opens nothing any more."""
    tx.execute(WITHDRAW, its_person=person, its_purpose=purpose)
