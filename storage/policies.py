"""The texts of policies, by "name@version". A version never changes, so every old nudge stays explainable.

Beside them what HR edits: each published cadence as it differs from its pack, and the draft of the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, select

from storage import tables
from storage.transaction import Conflict, Statement, new

if TYPE_CHECKING:
    from storage.transaction import Tx

KEPT = 50  # revisions of a draft: who has the page open since longer begins again

ADD = Statement(new(tables.policies).on_conflict_do_nothing())
TEXT = Statement(select(tables.policies.c.text).where(tables.policies.c.ref == bindparam("ref")))

MINE = tables.cadences.c.organisation == bindparam("organisation")
PUBLISHED = ("ref", "version", "text", "at", "by")
PUBLISH = Statement(new(tables.cadences).on_conflict_do_nothing())
VERSIONS = Statement(
    select(*(tables.cadences.c[name] for name in PUBLISHED)).where(MINE).order_by(tables.cadences.c.version.desc())
)
BY_REF = Statement(
    select(*(tables.cadences.c[name] for name in PUBLISHED)).where(MINE, tables.cadences.c.ref == bindparam("ref"))
)

drafts = tables.drafts
DRAFTED = ("revision", "text", "at", "by")
OF_DRAFT = drafts.c.organisation == bindparam("organisation")
LAST = Statement(
    select(*(drafts.c[name] for name in DRAFTED)).where(OF_DRAFT).order_by(drafts.c.revision.desc()).limit(1)
)
REVISION = Statement(
    select(*(drafts.c[name] for name in DRAFTED)).where(OF_DRAFT, drafts.c.revision == bindparam("revision"))
)
DRAFT = Statement(new(drafts).on_conflict_do_nothing())
FORGET = Statement(delete(drafts).where(OF_DRAFT, drafts.c.revision <= bindparam("until")))
LATEST = Statement(select(func.max(tables.cadences.c.version)).where(MINE))


@dataclass(frozen=True, slots=True)
class Version:
    """A published cadence: `text` is what differs from its pack, in the words of the file."""

    ref: str
    version: int
    text: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One revision of a draft. `text` None: it was thrown away or published, and nothing is drafted now."""

    revision: int
    text: str | None
    at: datetime
    by: str


NOTHING = Draft(0, None, datetime.min.replace(tzinfo=UTC), "")


def put(tx: Tx, ref: str, text: str, at: datetime) -> None:
    """Keep that version. The same text again changes nothing; another text under the same name is a Conflict."""
    if not tx.execute(ADD, ref=ref, text=text, at=at) and tx.first(TEXT, ref=ref) != (text,):
        raise Conflict(f"{ref} exists with another text: give the policy a new version.")


def text(tx: Tx, ref: str) -> str | None:
    """The text of that version."""
    row = tx.first(TEXT, ref=ref)
    return None if row is None else row[0]


def publish(tx: Tx, organisation: str, version: Version, whole: str) -> None:
    """Keep a cadence for good: what differs, and the whole under the same ref. Conflict when the version exists."""
    values: dict[str, Any] = {name: getattr(version, name) for name in PUBLISHED}
    if not tx.execute(PUBLISH, organisation=organisation, **values):
        raise Conflict(f"{version.ref} was published by somebody else.")
    put(tx, version.ref, whole, version.at)


def versions(tx: Tx, organisation: str) -> list[Version]:
    """Every cadence this organisation published, the newest first."""
    return [Version(*row) for row in tx.all(VERSIONS, organisation=organisation)]


def published(tx: Tx, organisation: str, ref: str) -> Version | None:
    """One of them."""
    row = tx.first(BY_REF, organisation=organisation, ref=ref)
    return None if row is None else Version(*row)


def latest(tx: Tx, organisation: str) -> int:
    """The number of the last one; 0 before the first."""
    row = tx.first(LATEST, organisation=organisation)
    return (row[0] if row else None) or 0


def draft(tx: Tx, organisation: str) -> Draft:
    """The draft as it stands; revision 0 where nobody ever drafted."""
    row = tx.first(LAST, organisation=organisation)
    return Draft(*row) if row else NOTHING


def revision(tx: Tx, organisation: str, number: int) -> Draft | None:
    """The draft as it stood then; None when that is too long ago."""
    row = tx.first(REVISION, organisation=organisation, revision=number)
    return Draft(*row) if row else None


def keep_draft(tx: Tx, organisation: str, text: str | None, seen: int, by: str, at: datetime) -> Draft:
    """The draft is this from now on. Conflict when somebody kept another one since revision `seen`."""
    kept = Draft(seen + 1, text, at, by)
    values: dict[str, Any] = {name: getattr(kept, name) for name in DRAFTED}
    if draft(tx, organisation).revision != seen or not tx.execute(DRAFT, organisation=organisation, **values):
        raise Conflict(f"The draft of {organisation} is no longer at revision {seen}.")
    tx.execute(FORGET, organisation=organisation, until=kept.revision - KEPT)
    return kept
