"""`terugkeer import`: HR's exports into the database, all or nothing, with a summary of what changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot import packs
from bot.app import new_id, wall_clock
from bot.commands.opening import Stop, checked, database, organisation
from bot.house import House
from bot.imports import applying, history
from bot.imports.compare import Plan, read
from bot.imports.problems import KEPT, Problems
from storage import organisations
from storage.organisations import Organisation

if TYPE_CHECKING:
    from datetime import datetime

    from bot.imports.table import Table
    from bot.settings import Settings
    from storage.database import Tx

Write = Callable[[str], None]
ROWS = 20  # so many rows are named behind each kind of change
SAID = {
    "new people": "new people", "changed people": "changed people", "changed managers": "of them with another manager",
    "new": "new cases", "extended": "extended absences", "shortened": "shortened absences",
    "dates": "cases with another date or fact", "corrected": "corrected first days", "again": "absent again",
    "returned": "back at work", "withdrawn": "withdrawn absences", "handed_over": "cases with another line manager",
}  # fmt: skip


def _rows(plan: Plan, kind: str) -> str:
    steps = [step.row for step in plan.cases if kind in step.kinds and step.row]
    if not steps:
        return ""
    named = ", ".join(map(str, sorted(steps)[:ROWS]))
    return f" (row {named}{', ...' if len(steps) > ROWS else ''})"


def _wrong(problems: Problems, write: Write) -> None:
    for problem in problems.first:
        write(f"problem  {problem}")
    if problems.total > KEPT:
        write(f"... and {problems.total - KEPT} more")
    for kind, count in problems.counts.most_common():
        write(f"{count:7} {kind}")


def _changes(plan: Plan, write: Write) -> None:
    counts = plan.counts
    for kind, what in SAID.items():
        if counts[kind]:
            write(f"{counts[kind]:7} {what}{_rows(plan, kind)}")
    if plan.over:
        write(f"{plan.over:7} absences that are over: no case")
    if not counts:
        write("Nothing changes.")


def summary(plan: Plan, tables: Sequence[Table], write: Write) -> None:
    """What was understood of the files, and what changes. Rows, never names: this ends up in tickets."""
    for table in tables:
        separator = {"\t": "tab"}.get(table.separator, table.separator)
        by = f", separated by {separator}" if separator else ""
        write(f"{table.source}: {len(table.rows)} rows, {table.encoding}{by}")
    for warning in plan.problems.warnings:
        write(f"warning  {warning}")
    if plan.problems.total:
        _wrong(plan.problems, write)
    else:
        _changes(plan, write)


@dataclass(frozen=True, slots=True)
class Into:
    """The organisation to import into: the only one, the one named, or a first one with its policy and facts."""

    name: str | None = None
    policy: str | None = None
    facts: tuple[str, ...] = ()

    def checked(self) -> Into:
        """Itself, if policy and facts exist. Raises Stop."""
        from conversations.timing.facts import FACTS  # noqa: PLC0415 - only a first import names them

        if self.policy is not None and self.policy not in (known := packs.load()):
            raise Stop(f"There is no policy {self.policy}. There are: {', '.join(sorted(known))}.")
        if unknown := set(self.facts) - FACTS.keys():
            raise Stop(f"There is no fact {min(unknown)}. There are: {', '.join(sorted(FACTS))}.")
        return self

    def first(self) -> Organisation:
        """A new organisation. Raises Stop when its name or policy was not given."""
        if self.name is None or self.policy is None:
            raise Stop(
                'There is no organisation yet. Add --organisation "Name" --policy company_c@1 [--fact staff_of_20].'
            )
        return Organisation(new_id(), self.name, self.policy, frozenset(self.facts))


async def bring(  # noqa: PLR0913 - the files, the place, the moment, and two answers
    settings: Settings,
    files: Sequence[Path],
    write: Write,
    now: datetime,
    *,
    into: Into,
    dry: bool = False,
    confirmed: bool = False,
) -> bool:
    """Import the files; whether everything was well. Nothing is written with a problem, or when `dry`."""
    problems = Problems()
    tables = read(((file.name, file.read_bytes()) for file in files), problems)
    house = House({}, new_id, packs.load(), settings.base_url)

    def work(tx: Tx) -> tuple[Plan, list[str]]:
        known = organisation(tx, into.name)
        place = known or into.first()
        plan = applying.look(tx, tables, place, now, new_id, problems)
        doubts = [str(one) for one in (*plan.large, *history.older(tx, place.id, tables))]
        if not plan.problems.total and not dry and (confirmed or not doubts):
            if known is None:
                organisations.put(tx, place)
            applying.write(tx, house, plan, tables, place.id, applying.Done(now))
        return plan, doubts

    async with database(settings) as opened:
        plan, doubts = await opened.run(work)
    summary(plan, tables, write)
    if plan.problems.total:
        write(f"{plan.problems.total} problems: nothing was imported.")
        return False
    if doubts and not confirmed:
        for reason in doubts:
            write(f"stop     {reason}")
        write("Nothing was imported. Look twice, with a colleague, and add --confirm if it is right.")
        return False
    write("Nothing was written: this was a rehearsal." if dry else "Done.")
    return True


def bring_in(files: Sequence[Path], into: Into, *, dry: bool, confirmed: bool) -> bool:
    """The command."""
    made = bring(checked(), files, print, wall_clock(), into=into.checked(), dry=dry, confirmed=confirmed)
    return asyncio.run(made)
