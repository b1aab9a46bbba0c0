"""What HR brought in, and what waits between looking and doing: sealed, and gone after minutes."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, or_, select

from storage.tables import imports, rehearsals
from storage.transaction import Statement, new

if TYPE_CHECKING:
    from datetime import date, datetime

    from storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that was brought in. `as_of` is the day it tells of, where somebody said so."""

    digest: str
    kind: str
    as_of: date | None
    at: datetime
    by: str
    rows: int


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A file that was looked at and waits for a yes. `content` is what must be known to do it."""

    id: str
    organisation: str
    by: str
    at: datetime
    expires: datetime
    content: str


BROUGHT = tuple(imports.c[name] for name in ("digest", "kind", "as_of", "at", "by", "rows"))
ADDED = new(imports)
ADD = Statement(
    ADDED.on_conflict_do_update(
        index_elements=["organisation", "digest"],
        set_={name: ADDED.excluded[name] for name in ("kind", "as_of", "at", "by", "rows")},
    )
)
OF = Statement(
    select(*BROUGHT)
    .where(imports.c.organisation == bindparam("organisation"))
    .order_by(imports.c.at.desc(), imports.c.digest)
)
KEEP = Statement(new(rehearsals))
COLUMNS = tuple(rehearsals.c[name] for name in ("id", "organisation", "by", "at", "expires", "content"))
VALID = (rehearsals.c.organisation == bindparam("organisation"), rehearsals.c.expires > bindparam("now"))
GET = Statement(select(*COLUMNS).where(rehearsals.c.id == bindparam("id"), *VALID))
WAITING = Statement(select(*COLUMNS[:-1]).where(*VALID).order_by(rehearsals.c.at))
DROP = Statement(delete(rehearsals).where(rehearsals.c.id == bindparam("its_id")))
EXPIRED = Statement(
    delete(rehearsals).where(or_(rehearsals.c.expires <= bindparam("now"), rehearsals.c.by == bindparam("its_by")))
)


def _row(rehearsal: str) -> str:
    return f"rehearsals/{rehearsal}"


def add(tx: Tx, organisation: str, file: Brought) -> None:
    """The file was brought in; the same one again counts as the last time."""
    tx.execute(
        ADD, organisation=organisation, digest=file.digest, kind=file.kind, as_of=file.as_of, at=file.at,
        by=file.by, rows=file.rows,
    )  # fmt: skip


def of(tx: Tx, organisation: str) -> list[Brought]:
    """What was brought in, the last one first."""
    return [Brought(*row) for row in tx.all(OF, organisation=organisation)]


def keep(tx: Tx, rehearsal: Rehearsal) -> None:
    """Let it wait, sealed. What waited too long goes, and what the same person left waiting: one each is enough."""
    tx.execute(EXPIRED, now=rehearsal.at, its_by=rehearsal.by)
    small = base64.b85encode(zlib.compress(rehearsal.content.encode())).decode()
    tx.execute(
        KEEP, id=rehearsal.id, organisation=rehearsal.organisation, by=rehearsal.by, at=rehearsal.at,
        expires=rehearsal.expires, content=tx.vault.seal(small, _row(rehearsal.id)),
    )  # fmt: skip


def get(tx: Tx, organisation: str, rehearsal: str, now: datetime) -> Rehearsal | None:
    """The one that waits under that id; None when it is another organisation's, done, dropped or too old."""
    row: tuple[Any, ...] | None = tx.first(GET, id=rehearsal, organisation=organisation, now=now)
    if row is None:
        return None
    key, house, by, at, expires, sealed = row
    content = zlib.decompress(base64.b85decode(tx.vault.open(sealed, _row(rehearsal)))).decode()
    return Rehearsal(key, house, by, at, expires, content)


def waiting(tx: Tx, organisation: str, now: datetime) -> list[Rehearsal]:
    """Those that wait for a yes, without what is in them."""
    return [
        Rehearsal(key, house, by, at, expires, "")
        for key, house, by, at, expires in tx.all(WAITING, organisation=organisation, now=now)
    ]


def drop(tx: Tx, rehearsal: str) -> None:
    """Done, or not wanted: nothing of it is left."""
    tx.execute(DROP, its_id=rehearsal)
