"""The texts of policies, by "name@version". A version never changes, so every old nudge stays explainable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from storage import tables
from storage.transaction import Conflict, Statement, new

if TYPE_CHECKING:
    from datetime import datetime

    from storage.transaction import Tx

ADD = Statement(new(tables.policies).on_conflict_do_nothing())
TEXT = Statement(select(tables.policies.c.text).where(tables.policies.c.ref == bindparam("ref")))


def put(tx: Tx, ref: str, text: str, at: datetime) -> None:
    """Keep that version. The same text again changes nothing; another text under the same name is a Conflict."""
    if not tx.execute(ADD, ref=ref, text=text, at=at) and tx.first(TEXT, ref=ref) != (text,):
        raise Conflict(f"{ref} exists with another text: give the policy a new version.")


def text(tx: Tx, ref: str) -> str | None:
    """The text of that version."""
    row = tx.first(TEXT, ref=ref)
    return None if row is None else row[0]
