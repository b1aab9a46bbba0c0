"""Organisations: their policy, what holds for them, and the days they are closed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from storage.tables import organisations
from storage.transaction import Statement, new

if TYPE_CHECKING:
    from storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Organisation:
    """An employer. `policy` is "company_c@1"; `holidays` are its own closed and replacement days.

    `send_at`: the local hour at which it begins to write, where it is not the one of the policy.
    """

    id: str
    name: str
    policy: str
    facts: frozenset[str] = frozenset()
    holidays: frozenset[date] = frozenset()
    send_at: time | None = None


FIELDS = ("id", "name", "policy", "facts", "holidays", "send_at")
COLUMNS = [organisations.c[name] for name in FIELDS]
INSERT = new(organisations, "journal_number", "journal_hash")
PUT = Statement(
    INSERT.on_conflict_do_update(
        index_elements=["id"], set_={name: INSERT.excluded[name] for name in FIELDS if name != "id"}
    )
)
GET = Statement(select(*COLUMNS).where(organisations.c.id == bindparam("id")))
ALL = Statement(select(*COLUMNS).order_by(organisations.c.id))


@lru_cache(maxsize=256)
def _read(row: tuple[Any, ...]) -> Organisation:
    key, name, policy, facts, holidays, send_at = row
    days = frozenset(date.fromisoformat(day) for day in json.loads(holidays))
    return Organisation(key, name, policy, frozenset(json.loads(facts)), days, send_at)


def get(tx: Tx, organisation: str) -> Organisation | None:
    """The organisation with that id; read once a transaction."""
    key = ("organisations", organisation)
    if key not in tx.memory:
        row = tx.first(GET, id=organisation)
        tx.memory[key] = None if row is None else _read(row)
    found: Organisation | None = tx.memory[key]
    return found


def put(tx: Tx, organisation: Organisation) -> None:
    """Add it, or let it be as given from now on."""
    tx.memory.pop(("organisations", organisation.id), None)
    tx.execute(
        PUT,
        id=organisation.id,
        name=organisation.name,
        policy=organisation.policy,
        facts=json.dumps(sorted(organisation.facts)),
        holidays=json.dumps(sorted(day.isoformat() for day in organisation.holidays)),
        send_at=organisation.send_at,
    )


def all(tx: Tx) -> list[Organisation]:  # noqa: A001 - read as organisations.all
    """Every organisation, by id."""
    return [_read(row) for row in tx.all(ALL)]
