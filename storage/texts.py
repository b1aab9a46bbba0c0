"""Words of an organisation's own, by milestone. Every version is kept; the last one holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, select

from storage.tables import texts
from storage.transaction import Conflict, Statement, new

if TYPE_CHECKING:
    from datetime import datetime

    from storage.transaction import Tx

FIELDS = ("milestone", "version", "text", "at", "by")
COLUMNS = [texts.c[name] for name in FIELDS]
MINE = texts.c.organisation == bindparam("organisation")
NEWEST = (
    select(texts.c.milestone, func.max(texts.c.version).label("version"))
    .where(MINE)
    .group_by(texts.c.milestone)
    .subquery()
)
CURRENT = Statement(
    select(*COLUMNS)
    .join(NEWEST, and_(NEWEST.c.milestone == texts.c.milestone, NEWEST.c.version == texts.c.version))
    .where(MINE, texts.c.text.is_not(None))
    .order_by(texts.c.milestone)
)
HISTORY = Statement(
    select(*COLUMNS).where(MINE, texts.c.milestone == bindparam("milestone")).order_by(texts.c.version.desc())
)
PUT = Statement(new(texts).on_conflict_do_nothing())


@dataclass(frozen=True, slots=True)
class Text:
    """One version of the words of a milestone. `text` None: back to the words of the house."""

    milestone: str
    version: int
    text: str | None
    at: datetime
    by: str


def current(tx: Tx, organisation: str) -> dict[str, Text]:
    """The words that hold now, by milestone; read once a transaction."""
    key = ("texts", organisation)
    if key not in tx.memory:
        tx.memory[key] = {row[0]: Text(*row) for row in tx.all(CURRENT, organisation=organisation)}
    found: dict[str, Text] = tx.memory[key]
    return found


def history(tx: Tx, organisation: str, milestone: str) -> list[Text]:
    """Every version of the words of one milestone, the newest first."""
    return [Text(*row) for row in tx.all(HISTORY, organisation=organisation, milestone=milestone)]


def put(tx: Tx, organisation: str, milestone: str, text: str | None, seen: int, by: str, at: datetime) -> Text:  # noqa: PLR0913, PLR0917 - a row
    """These words hold from now on; None goes back to those of the house.

    `seen` is the version one started from, 0 for none. Conflict when somebody wrote another one since.
    """
    kept = Text(milestone, seen + 1, text, at, by)
    before = history(tx, organisation, milestone)
    values: dict[str, Any] = {name: getattr(kept, name) for name in FIELDS}
    if (before[0].version if before else 0) != seen or not tx.execute(PUT, organisation=organisation, **values):
        raise Conflict(f"The words of {milestone} are no longer at version {seen}.")
    tx.memory.pop(("texts", organisation), None)
    return kept
