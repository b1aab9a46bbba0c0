"""Web visits: who is signed in, by the hash of what the browser keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, delete, select

from storage import links
from storage.tables import visits
from storage.transaction import Statement, new

if TYPE_CHECKING:
    from datetime import datetime

    from storage.transaction import Tx

ADD = Statement(new(visits))
OF = Statement(
    select(visits.c.person, visits.c.expires, visits.c.authenticated_at).where(
        visits.c.hash == bindparam("hash"), visits.c.expires > bindparam("now")
    )
)
END_ALL = Statement(delete(visits).where(visits.c.person == bindparam("its_person")).returning(visits.c.hash))
END = Statement(delete(visits).where(visits.c.hash == bindparam("hash")))


class Kept(NamedTuple):
    """Who visits, until when at most, and when they last proved at the provider who they are."""

    person: str
    expires: datetime
    authenticated_at: datetime | None


def add(
    tx: Tx,
    hash: str,  # noqa: A002 - that is what it is
    person: str,
    expires: datetime,
    authenticated_at: datetime | None = None,
) -> None:
    """The person is signed in until then."""
    tx.execute(ADD, hash=hash, person=person, expires=expires, authenticated_at=authenticated_at)


def of(tx: Tx, hash: str, at: datetime) -> Kept | None:  # noqa: A002 - that is what it is
    """Whose visit it is, or None when unknown, ended or expired."""
    row = tx.first(OF, hash=hash, now=at)
    return None if row is None else Kept(*row)


def end(tx: Tx, hash: str) -> None:  # noqa: A002 - that is what it is
    """Signed out; what was asked for there and was not used opens nothing any more."""
    links.end_of_visit(tx, hash)
    tx.execute(END, hash=hash)


def end_all(tx: Tx, person: str) -> None:
    """Signed out everywhere."""
    for (one,) in tx.all(END_ALL, its_person=person):
        links.end_of_visit(tx, one)
