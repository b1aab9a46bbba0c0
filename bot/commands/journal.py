"""`terugkeer journal verify` and `export`: whether the chain of each journal is whole, here or as a file elsewhere."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot import journal_file
from bot.app import wall_clock
from bot.commands.opening import Stop, checked, database
from bot.commands.opening import organisation as find
from storage import journal, organisations

if TYPE_CHECKING:
    from pathlib import Path

    from storage.database import Tx

BY = "operator"  # who it was, in the journal
END = re.compile(r"(\d{1,9}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Checked:
    """One journal. `broken` is the number of the first line that does not fit; `replaced`: all of it was made anew."""

    name: str
    lines: int
    end: str
    broken: int | None = None
    replaced: bool = False
    hashes: bool = False  # a file with nothing but hashes

    @property
    def well(self) -> bool:
        """Whether nobody touched it."""
        return self.broken is None and not self.replaced

    def __str__(self) -> str:
        if self.broken is not None:
            return f"problem  {self.name}: line {self.broken} is the first that was changed, removed, swapped or put in"
        if self.replaced:
            return f"problem  {self.name}: the lines fit together, but not with the end you gave: they were made anew"
        only = " (hashes only: they follow each other)" if self.hashes else ""
        return f"ok       {self.name}: {self.lines} lines{only}, which end with {self.lines}:{self.end}"


def _since(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    found = END.fullmatch(text.strip())
    if found is None:
        raise Stop("An end looks like 1204:5f3c..., as `terugkeer journal verify` printed it.")
    return int(found[1]), found[2]


def look(tx: Tx, name: str | None, since: tuple[int, str] | None) -> list[Checked]:
    """Every journal, or that of one organisation. Raises Stop where there is none of that name."""
    chosen = find(tx, name) if name is not None or since is not None else None
    if chosen is None and (name is not None or since is not None):
        raise Stop("There is no such organisation.")
    return [_one(tx, one.id, one.name, since) for one in ([chosen] if chosen else organisations.all(tx))]


def _one(tx: Tx, organisation: str, name: str, since: tuple[int, str] | None) -> Checked:
    number, end = journal.head(tx, organisation)
    replaced = since is not None and journal.link_of(tx, organisation, since[0]) != since[1]
    return Checked(name, number, end, journal.verify(tx, organisation), replaced)


async def _verify(name: str | None, since: tuple[int, str] | None) -> bool:
    async with database(checked()) as opened:
        found = await opened.run(lambda tx: look(tx, name, since))
    for one in found:
        print(one)
    return all(one.well for one in found)


def verify(organisation: str | None, since: str | None, file: Path | None) -> bool:
    """The command: whether nobody touched them; of a file, without the database it came from."""
    if file is None:
        return asyncio.run(_verify(organisation, _since(since)))
    if organisation is not None:
        raise Stop("A file is of one organisation, which it names itself: leave out --organisation.")
    one = _of_file(file, _since(since))
    print(one)
    return one.well


def _of_file(file: Path, since: tuple[int, str] | None) -> Checked:
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            found = journal_file.check(lines, since)
    except journal_file.NoJournal:
        raise Stop("This is no file of a journal, or its first line is gone.") from None
    return Checked(found.organisation, found.lines, found.end, found.broken, found.anew, found.hashes)


async def _export(name: str | None, *, hashes: bool) -> None:
    async with database(checked()) as opened:
        whose = await opened.run(lambda tx: find(tx, name))
        if whose is None:
            raise Stop("There is no such organisation here.")
        async for part in journal_file.written(opened, whose.id, BY, wall_clock(), hashes=hashes):
            print(part, end="")


def export(organisation: str | None, *, hashes: bool) -> None:
    """The command: the file, on standard output. That it was taken along stands in the journal. Raises Stop."""
    asyncio.run(_export(organisation, hashes=hashes))
