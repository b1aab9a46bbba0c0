"""What is wrong in a file: every mistake counted, the first thousand kept with their row and column."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `row` counts lines as an editor does (the header is 1; 0 is the file); `text` holds no value."""

    source: str
    row: int
    column: str
    kind: str
    text: str

    def __str__(self) -> str:
        place = f"{self.source}, row {self.row}" if self.row else self.source
        return f"{place}, column {self.column}: {self.text}" if self.column else f"{place}: {self.text}"


@dataclass(slots=True)
class Problems:
    """Mistakes and warnings while reading. Mistakes stop the import, warnings do not."""

    first: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    warnings: list[Problem] = field(default_factory=list)

    def add(self, source: str, row: int, column: str, kind: str, text: str) -> None:
        """Count a mistake, and keep it if it is among the first thousand."""
        self.counts[kind] += 1
        if len(self.first) < KEPT:
            self.first.append(Problem(source, row, column, kind, text))

    def warn(self, source: str, row: int, column: str, kind: str, text: str) -> None:
        """Keep something the operator should know that stops nothing."""
        if len(self.warnings) < KEPT:
            self.warnings.append(Problem(source, row, column, kind, text))

    @property
    def total(self) -> int:
        """How many mistakes there are, kept or not."""
        return self.counts.total()
