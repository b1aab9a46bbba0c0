"""Files between looking and doing: only the columns that are read, so that nothing medical ever waits anywhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.imports.columns import ABSENCES, PEOPLE, is_absences, known_as
from bot.imports.problems import Problem
from bot.imports.table import Table


@dataclass(frozen=True, slots=True)
class Kept:
    """What waits for a yes. `as_of` is the day the files tell of, where HR said so."""

    tables: tuple[Table, ...]
    warnings: tuple[Problem, ...]
    as_of: date | None


def narrowed(table: Table) -> Table:
    """The table with the columns that are read, and no others."""
    names = ABSENCES if is_absences(table) else PEOPLE
    places = [place for place, header in enumerate(table.header) if known_as(header, names) is not None]

    def of(cells: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(cells[place] for place in places)

    rows = tuple((row, of(cells)) for row, cells in table.rows)
    return Table(table.source, table.encoding, table.separator, of(table.header), rows)


def to_json(kept: Kept) -> str:
    """As it waits."""
    tables = [[one.source, one.encoding, one.separator, one.header, one.rows] for one in kept.tables]
    warnings = [[one.source, one.row, one.column, one.kind, one.text] for one in kept.warnings]
    return json.dumps([tables, warnings, kept.as_of.isoformat() if kept.as_of else None])


def from_json(text: str) -> Kept:
    """As it was."""
    tables, warnings, as_of = json.loads(text)
    return Kept(
        tuple(_table(*one) for one in tables),
        tuple(Problem(*one) for one in warnings),
        date.fromisoformat(as_of) if as_of else None,
    )


def _table(
    source: str, encoding: str, separator: str, header: Sequence[str], rows: Sequence[Sequence[object]]
) -> Table:
    return Table(source, encoding, separator, tuple(header), tuple((row, tuple(cells)) for row, cells in rows))  # type: ignore[misc, arg-type] # as JSON has it
