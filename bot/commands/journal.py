"""`terugkeer journal verify`: whether the chain of each journal is whole, and where it breaks."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands.opening import Stop, checked, database
from bot.commands.opening import organisation as find
from storage import journal, organisations

if TYPE_CHECKING:
    from storage.database import Tx

END = re.compile(r"(\d{1,9}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Checked:
    """One journal. `broken` is the number of the first line that does not fit; `replaced`: all of it was made anew."""

    name: str
    lines: int
    end: str
    broken: int | None = None
    replaced: bool = False

    @property
    def well(self) -> bool:
        """Whether nobody touched it."""
        return self.broken is None and not self.replaced

    def __str__(self) -> str:
        if self.broken is not None:
            return f"problem  {self.name}: line {self.broken} is the first that was changed, removed, swapped or put in"
        if self.replaced:
            return f"problem  {self.name}: the lines fit together, but not with the end you gave: they were made anew"
        return f"ok       {self.name}: {self.lines} lines, which end with {self.lines}:{self.end}"


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


def verify(organisation: str | None, since: str | None) -> bool:
    """The command: whether nobody touched them."""
    return asyncio.run(_verify(organisation, _since(since)))
