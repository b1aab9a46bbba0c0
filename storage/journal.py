"""What happened to the cases of an organisation: a chain of hashes, without free text.

An entry names changes, ids, dates and codes, sealed; the chain runs over the digest of what was sealed, so erasing
what an entry says (a person's right) leaves the chain whole, and changing or dropping one breaks it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, select, update

from storage.tables import journal, organisations
from storage.transaction import Refused, Statement, new
from storage.vault import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from storage.transaction import Tx

# The fields that hold an id or a code. No other text of a change is ever written here.
CODES = frozenset({
    "anchor", "fact", "milestone", "role", "to", "outcome", "policy", "state", "status", "channel", "frequency",
    "person", "restarts", "colleagues", "by", "id", "heading", "code", "owner", "employee_reply", "reply", "employee",
    "manager", "level", "host", "reason",
})  # fmt: skip
CODE = re.compile(r"[\w.@:#/-]{1,200}")
START = bytes(32)  # what the first entry follows


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal. `changes` is empty when its case was erased."""

    organisation: str
    number: int
    case: str | None
    by: str
    at: datetime
    changes: tuple[dict[str, Any], ...]


HEAD = Statement(
    select(organisations.c.journal_number, organisations.c.journal_hash)
    .where(organisations.c.id == bindparam("organisation"))
    .with_for_update(key_share=True)
)
MOVE_HEAD = Statement(
    update(organisations)
    .where(organisations.c.id == bindparam("organisation"))
    .values(journal_number=bindparam("journal_number"), journal_hash=bindparam("journal_hash"))
)
ADD = Statement(new(journal))
OF = Statement(select(journal).where(journal.c.case == bindparam("its_case")).order_by(journal.c.number))
PAGE = Statement(
    select(journal)
    .where(journal.c.organisation == bindparam("its_organisation"), journal.c.number > bindparam("after"))
    .order_by(journal.c.number)
    .limit(1000)
)
BACK = Statement(
    select(journal)
    .where(journal.c.organisation == bindparam("its_organisation"), journal.c.number < bindparam("before"))
    .order_by(journal.c.number.desc())
    .limit(bindparam("most"))
)
LINK_OF = Statement(
    select(journal.c.hash).where(
        journal.c.organisation == bindparam("its_organisation"), journal.c.number == bindparam("its_number")
    )
)
FORGET = Statement(update(journal).where(journal.c.case == bindparam("its_case")).values(what=None))


def said(change: object) -> dict[str, Any]:
    """What the journal tells of a change: its name, and of its fields the dates, numbers, ids and codes."""
    return {"change": type(change).__name__, **_told(change)}


def _told(thing: Any) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if isinstance(value, date):
            told[field.name] = value.isoformat()
        elif isinstance(value, bool | int) or (
            isinstance(value, str) and field.name in CODES and CODE.fullmatch(value)
        ):
            told[field.name] = value
        elif value is None and field.name == "to":
            told[field.name] = None
        elif is_dataclass(value):
            told |= {f"{field.name}.{name}": inner for name, inner in _told(value).items()}
    return told


def link(before: bytes, number: int, case: str | None, by: str, at: str, digest: bytes) -> bytes:
    """The link of an entry: over that of the entry before it, what was sealed, and who did it when to which case.

    `at` is in ISO 8601. docs/operations.md says it in words, for who checks it elsewhere.
    """
    line = json.dumps([number, case, by, at]).encode()
    return sha256(before + digest + line).digest()


def _row(organisation: str, number: int) -> str:
    return f"journal/{organisation}/{number}"


def add(tx: Tx, organisation: str, case: str | None, by: str, at: datetime, changes: Iterable[object]) -> None:
    """Write down what changed, as the next entry of the organisation."""
    write(tx, organisation, case, by, at, [said(change) for change in changes])


def write(tx: Tx, organisation: str, case: str | None, by: str, at: datetime, changes: list[dict[str, Any]]) -> None:
    """Write down names, ids, dates and codes as they are given: never a text."""
    head = tx.first(HEAD, organisation=organisation)
    if head is None:
        raise Refused(f"There is no organisation {organisation}.")
    number, before = head[0] + 1, head[1] or START
    what = tx.vault.seal(json.dumps(changes), _row(organisation, number))
    digest = sha256(what).digest()
    end = link(before, number, case, by, at.isoformat(), digest)
    tx.execute(
        ADD, organisation=organisation, number=number, case=case, by=by, at=at, what=what, digest=digest, hash=end
    )  # fmt: skip
    tx.execute(MOVE_HEAD, organisation=organisation, journal_number=number, journal_hash=end)


def of(tx: Tx, case: str) -> list[Entry]:
    """What happened to that case, oldest first."""
    return [_read(tx, row) for row in tx.all(OF, its_case=case)]


def before(tx: Tx, organisation: str, number: int, most: int) -> list[Entry]:
    """What happened in the organisation before that entry, the latest first: so many of it."""
    return [_read(tx, row) for row in tx.all(BACK, its_organisation=organisation, before=number, most=most)]


def _read(tx: Tx, row: tuple[Any, ...]) -> Entry:
    organisation, number, case, by, at, what, _, _ = row
    told = () if what is None else tuple(json.loads(tx.vault.open(what, _row(organisation, number))))
    return Entry(organisation, number, case, by, at, told)


def head(tx: Tx, organisation: str) -> tuple[int, str]:
    """The number of the last entry and its link, to keep somewhere else: who has both proves what stood here."""
    found = tx.first(HEAD, organisation=organisation)
    return (0, "") if found is None or found[1] is None else (found[0], found[1].hex())


def link_of(tx: Tx, organisation: str, number: int) -> str | None:
    """The link of that entry."""
    found = tx.first(LINK_OF, its_organisation=organisation, its_number=number)
    return None if found is None else found[0].hex()


@dataclass(frozen=True, slots=True)
class Walk:
    """How far the chain was followed: up to that entry and its link. `broken` as `verify` says it, once `done`."""

    number: int = 0
    link: bytes = START
    broken: int | None = None
    done: bool = False


def follow(tx: Tx, organisation: str, walk: Walk) -> Walk:
    """A thousand entries further. The end is compared in the last transaction, so entries may be added between two."""
    if page := tx.all(PAGE, its_organisation=organisation, after=walk.number):
        return _along(page, walk)
    head = tx.first(HEAD, organisation=organisation)
    # Whoever adds an entry waits from here on; one that was added just before must not look like one too many.
    if page := tx.all(PAGE, its_organisation=organisation, after=walk.number):
        return _along(page, walk)
    last, end = (0, None) if head is None else head
    fits = walk.number == last and walk.link == (end or START)
    return Walk(walk.number, walk.link, broken=None if fits else walk.number + 1, done=True)


def _along(page: Sequence[tuple[Any, ...]], walk: Walk) -> Walk:
    number, before = walk.number, walk.link
    for _, found, case, by, at, what, digest, kept in page:
        number += 1
        whole = what is None or sha256(what).digest() == digest
        if found != number or not whole or kept != link(before, number, case, by, at.isoformat(), digest):
            return Walk(number, before, broken=number, done=True)
        before = kept
    return Walk(number, before)


def verify(tx: Tx, organisation: str) -> int | None:
    """The number of the first entry that was changed, dropped or put in; None when the chain is whole."""
    walk = Walk()
    while not walk.done:
        walk = follow(tx, organisation, walk)
    return walk.broken


class Line(NamedTuple):
    """An entry as it is taken elsewhere: what its link is made of, and what was done by name.

    `kinds` is empty once the case was erased, None where what was sealed does not open (any more).
    """

    number: int
    case: str | None
    by: str
    at: datetime
    kinds: tuple[str, ...] | None
    digest: bytes
    before: bytes
    hash: bytes


def lines(tx: Tx, organisation: str, after: int, before: bytes = START) -> list[Line]:
    """The next thousand entries as they stand, whether they fit or not; `before` is the link of the last one seen."""
    found = []
    for row in tx.all(PAGE, its_organisation=organisation, after=after):
        _, number, case, by, at, _, digest, kept = row
        found.append(Line(number, case, by, at, _kinds(tx, row), digest, before, kept))
        before = kept
    return found


def _kinds(tx: Tx, row: tuple[Any, ...]) -> tuple[str, ...] | None:
    try:
        return tuple(one["change"] for one in _read(tx, row).changes)
    except Unreadable:
        return None


def forget(tx: Tx, case: str) -> int:
    """Erase what the entries of that case say; that they were made stays. How many."""
    return tx.execute(FORGET, its_case=case)
