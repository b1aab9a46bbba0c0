"""What was brought in before: a file is known again by its digest, and an older one by its day (reliability.md E8)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.imports.columns import is_absences
from bot.imports.table import Table
from storage import imports
from storage.database import Tx
from storage.imports import Brought

_YEAR_FIRST = re.compile(r"(?<!\d)(20\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)([0-3]\d)[-_.]?([01]\d)[-_.]?(20\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Older:
    """A file that is older than what came in last of its kind: `again` the very same, or `before` by its day."""

    source: str
    how: Literal["again", "before"]
    last: date  # the day of the newer one

    def __str__(self) -> str:
        return f"{self.source} is older than what was brought in last, of {self.last.isoformat()}"


def kind(table: Table) -> str:
    """Whether the file lists people or absences."""
    return "absences" if is_absences(table) else "people"


def digest(table: Table) -> str:
    """By what the same rows are known again, in whatever encoding they come."""
    return hashlib.sha256(json.dumps([table.header, table.rows]).encode()).hexdigest()


def day_in(name: str) -> date | None:
    """The day in the name of a file: "afwezigen_2026-11-20.csv", "20112026.csv"."""
    for pattern, order in ((_YEAR_FIRST, (1, 2, 3)), (_DAY_FIRST, (3, 2, 1))):
        if found := pattern.search(name):
            try:
                return date(*(int(found[place]) for place in order))
            except ValueError:
                continue
    return None


def older(tx: Tx, organisation: str, tables: Sequence[Table], as_of: date | None = None) -> tuple[Older, ...]:
    """Which of these are older than what came in last of their kind. `as_of` is the day of those without one."""
    known = imports.of(tx, organisation)
    found = []
    for table in tables:
        last = next((one for one in known if one.kind == kind(table)), None)
        if last is None or last.digest == digest(table):
            continue
        day = day_in(table.source) or as_of
        newest = max((one.as_of for one in known if one.kind == last.kind and one.as_of), default=None)
        if day is not None and newest is not None and day < newest:
            found.append(Older(table.source, "before", newest))
        elif any(one.digest == digest(table) for one in known):
            found.append(Older(table.source, "again", last.as_of or last.at.date()))
    return tuple(found)


def remember(tx: Tx, organisation: str, tables: Sequence[Table], as_of: date | None, by: str, now: datetime) -> None:
    """These were brought in."""
    for table in tables:
        day = day_in(table.source) or as_of
        imports.add(tx, organisation, Brought(digest(table), kind(table), day, now, by, len(table.rows)))
