"""One row of a file, read cell by cell: what is wrong is noted at its place, and reading goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from bot.imports.problems import Problems
from bot.imports.table import Table
from bot.imports.values import Unclear

Value = TypeVar("Value")


class Cells:
    """The cells of one row by our names for the columns. `good` turns false with the first mistake."""

    def __init__(
        self, table: Table, found: Mapping[str, int], problems: Problems, row: int, cells: tuple[str, ...]
    ) -> None:
        self.row = row
        self.good = True
        self._table, self._found, self._problems, self._cells = table, found, problems, cells

    def text(self, ours: str) -> str | None:
        """What the cell holds; None where the file has no such column."""
        return self._cells[self._found[ours]] if ours in self._found else None

    def read(self, ours: str, reader: Callable[[str], Value]) -> Value | None:
        """What the reader makes of the cell; None without the column, or when it is wrong."""
        written = self.text(ours)
        if written is None:
            return None
        try:
            return reader(written)
        except Unclear as error:
            self.wrong(ours, error.kind, str(error))
            return None

    def wrong(self, ours: str, kind: str, text: str) -> None:
        """Note a mistake in this cell."""
        self.good = False
        self._problems.add(self._table.source, self.row, self.header(ours), kind, text)

    def header(self, ours: str) -> str:
        """What the file calls that column; empty where it has none."""
        return self._table.header[self._found[ours]] if ours in self._found else ""


def each(table: Table, found: Mapping[str, int], problems: Problems) -> Iterator[Cells]:
    """The rows of a table, one by one."""
    for row, cells in table.rows:
        yield Cells(table, found, problems, row, cells)
