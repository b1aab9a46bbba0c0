"""The journal as a file (JSON lines), so that its chain is checked where nobody of the house can touch it.

The first line says whose it is and how it ends. Each next one is an entry: what its link is made of, and the names of
what was done. No text and no name of anybody; with the hashes alone not even whose case it was, or who did it.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage import journal, reading
from storage.database import Database
from storage.journal import START, Line
from storage.transaction import Tx

HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


class NoJournal(Exception):  # noqa: N818 - named by what it is
    """The file is not one of ours, or its first line is gone."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file of the journal. `broken` is the number of the first line that does not fit, or is not there any more."""

    organisation: str
    lines: int
    end: str
    hashes: bool  # it holds nothing but hashes: they follow each other, and more cannot be told
    broken: int | None = None
    anew: bool = False  # it fits, but not with the end that was given


async def written(
    database: Database, organisation: str, by: str, at: datetime, *, hashes: bool = False
) -> AsyncIterator[str]:
    """The file, part by part: everything up to now. That it was taken along is the last line of it."""

    def begin(tx: Tx) -> tuple[int, str]:
        reading.taken_along(tx, organisation, by, at)
        return journal.head(tx, organisation)

    until, end = await database.run(begin)
    yield _text({"journal": organisation, "lines": until, "end": end, "hashes": hashes})
    number, before = 0, START
    while number < until:
        page = await database.run(lambda tx, n=number, b=before: journal.lines(tx, organisation, n, b))  # type: ignore[misc]
        if not page:
            return  # the last ones were taken out: whoever reads the file sees so
        number, before = page[-1].number, page[-1].hash
        yield "".join(_text(_row(line, hashes=hashes)) for line in page if line.number <= until)


def _row(line: Line, *, hashes: bool) -> dict[str, Any]:
    linked = {"before": line.before.hex(), "hash": line.hash.hex()}
    if hashes:
        return {"number": line.number, **linked}
    told = {"at": line.at.isoformat(), "case": line.case, "by": line.by, "kinds": line.kinds}
    return {"number": line.number, **told, "digest": line.digest.hex(), **linked}


def _text(row: dict[str, Any]) -> str:
    return json.dumps(row) + "\n"


def check(lines: Iterable[str], since: tuple[int, str] | None = None) -> Checked:
    """Whether the lines of a file fit, also with an end that was kept of before. Raises NoJournal."""
    rows = iter(lines)
    head = _read(next(rows, ""))
    organisation, count, end, hashes = (head.get(name) for name in ("journal", "lines", "end", "hashes"))
    if not (isinstance(organisation, str) and type(count) is int and isinstance(end, str) and type(hashes) is bool):
        raise NoJournal
    number, before = 0, START.hex()
    anew = since is not None and since[0] > count
    for row in map(_read, rows):
        number += 1
        link = _fits(row, number, before, hashes=hashes)
        if link is None:
            return Checked(organisation, number - 1, before, hashes, broken=number)
        before = link
        anew = anew or (since is not None and since[0] == number and since[1] != link)
    broken = None if (number, before) == (count, end) else min(number, count) + 1
    return Checked(organisation, number, before, hashes, broken, anew)


def _read(line: str) -> dict[str, Any]:
    """A line of the file; nothing for what is none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _fits(row: dict[str, Any], number: int, before: str, *, hashes: bool) -> str | None:
    """The link of that line, if it is the next one."""
    link = row.get("hash")
    if row.get("number") != number or row.get("before") != before or not isinstance(link, str):
        return None
    if hashes:
        return link if HASH.fullmatch(link) else None
    try:
        digest = bytes.fromhex(row["digest"])
        made = journal.link(bytes.fromhex(before), number, row["case"], row["by"], row["at"], digest)
    except (KeyError, TypeError, ValueError):
        return None
    return link if link == made.hex() else None
