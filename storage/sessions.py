"""Talks between two messages: what was answered, and what is asked now. Sealed but for what queries need."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select, update

from conversations.talking.dialogue import Talk
from storage.columns import within
from storage.tables import sessions
from storage.transaction import Conflict, Statement, new

if TYPE_CHECKING:
    from datetime import datetime

    from storage.transaction import Tx

TALK = TypeAdapter(Talk)

ADD = Statement(new(sessions, "number"))
SAVE = Statement(
    update(sessions)
    .where(sessions.c.id == bindparam("talk"), sessions.c.version == bindparam("before"))
    .values({name: bindparam(name) for name in ("case", "state", "asked_at", "version", "content")})
)
GET = Statement(select(sessions.c.id, sessions.c.content).where(sessions.c.id == bindparam("talk")))
OPEN_OF = Statement(
    select(sessions.c.id, sessions.c.content)
    .where(sessions.c.person == bindparam("person"), within(sessions.c.state, "open", "parked"))
    .order_by(sessions.c.asked_at.desc(), sessions.c.number.desc())
)


def _row(talk: str) -> str:
    return f"sessions/{talk}"


def _read(tx: Tx, row: tuple[Any, ...]) -> Talk:
    return TALK.validate_json(tx.vault.open(row[1], _row(row[0])), strict=True)


def _sealed(tx: Tx, talk: Talk) -> bytes:
    return tx.vault.seal(TALK.dump_json(talk).decode(), _row(talk.id))


def get(tx: Tx, talk: str) -> Talk | None:
    """The talk with that id."""
    row = tx.first(GET, talk=talk)
    return None if row is None else _read(tx, row)


def open_of(tx: Tx, person: str) -> list[Talk]:
    """The talks with this person that are not over, the one touched last first."""
    return [_read(tx, row) for row in tx.all(OPEN_OF, person=person)]


def begun(tx: Tx, person: str, dialogue: str, case: str) -> Talk | None:
    """The same talk about the same case that was left in the middle: something was answered in it."""
    mine = (one for one in open_of(tx, person) if (one.dialogue, one.case) == (dialogue, case))
    return next((one for one in mine if one.answers), None)


def add(tx: Tx, talk: Talk, at: datetime) -> None:
    """A new talk, written with others like it. Refused, when it is written, where there is one with that id."""
    tx.later(
        ADD,
        id=talk.id,
        organisation=talk.organisation,
        person=talk.person,
        case=talk.case,
        state=talk.state,
        asked_at=at,
        version=talk.version,
        content=_sealed(tx, talk),
    )


def save(tx: Tx, talk: Talk, at: datetime) -> Talk:
    """Keep the talk as it is now, under the next version, which is returned. Conflict when it was stale."""
    saved = replace(talk, version=talk.version + 1)
    written = tx.execute(
        SAVE,
        talk=talk.id,
        before=talk.version,
        case=saved.case,
        state=saved.state,
        asked_at=at,
        version=saved.version,
        content=_sealed(tx, saved),
    )
    if not written:
        raise Conflict(f"The talk {talk.id} went on elsewhere.")
    return saved
