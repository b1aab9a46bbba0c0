"""One-time links: who may sign in, or link a chat account, by showing a secret of which only the hash is kept."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

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
USE = Statement(update(links).where(*OPENS).values(used=bindparam("now")).returning(links.c.person))
WITHDRAW = Statement(
    delete(links).where(
        links.c.person == bindparam("its_person"), links.c.purpose == bindparam("its_purpose"), links.c.used.is_(None)
    )
)


def hashed(secret: str) -> str:
    """How a secret is kept: who reads the database cannot use it."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def add(tx: Tx, hash: str, person: str, purpose: str, expires: datetime) -> None:  # noqa: A002 - that is what it is
    """A link that opens `purpose` for that person, once, until it expires."""
    tx.execute(ADD, hash=hash, person=person, purpose=purpose, expires=expires, used=None)


def whose(tx: Tx, hash: str, purpose: str, at: datetime) -> str | None:  # noqa: A002 - that is what it is
    """Whose link it is, without using it up. None when it would open nothing."""
    row = tx.first(WHOSE, its_hash=hash, its_purpose=purpose, now=at)
    return None if row is None else row[0]


def use(tx: Tx, hash: str, purpose: str, at: datetime) -> str | None:  # noqa: A002 - that is what it is
    """Whose link it is; it opens nothing afterwards. None when unknown, expired, used, or for something else."""
    row = tx.first(USE, its_hash=hash, its_purpose=purpose, now=at)
    return None if row is None else row[0]


def withdraw(tx: Tx, person: str, purpose: str) -> None:
    """What this person was given for that purpose and did not use opens nothing any more."""
    tx.execute(WITHDRAW, its_person=person, its_purpose=purpose)
