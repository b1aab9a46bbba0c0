"""The file with absences: rows to stretches, one for each uninterrupted absence of a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.imports import values
from bot.imports.cells import Cells, each
from bot.imports.columns import ABSENCES, recognised
from bot.imports.people import Directory
from bot.imports.problems import Problems
from bot.imports.table import Table

# Whether somebody would work on a day: the person's address and the day.
Works = Callable[[str, date], bool]
LONGEST_GAP = 10  # days looked at between two rows; a longer gap without a working day is a holiday, not one absence


@dataclass(frozen=True, slots=True)
class Stretch:
    """One absence as the file has it: never why. `end` is the last day known, of the row or of the certificate."""

    row: int
    email: str
    start: date
    end: date | None = None
    back: date | None = None
    expected: date | None = None
    reported: date | None = None
    facts: frozenset[str] = frozenset()
    withdrawn: bool = False


def _order(cells: Cells, start: date, named: dict[str, date | None]) -> None:
    for ours, on in named.items():
        if on is not None and on < start:
            cells.wrong(ours, "before_start", "lies before the first day")


def _stretch(cells: Cells, people: Directory) -> Stretch | None:
    facts = cells.read("type", values.absence_type) if cells.text("type") is not None else frozenset[str]()
    if facts is None and cells.good:
        return None
    email = cells.read("employee", people.find)
    start = cells.read("start", values.day)
    if not cells.text("start"):
        cells.wrong("start", "start_missing", "the first day is missing")
    last, certificate = cells.read("last_day", values.day), cells.read("certificate", values.day)
    back, expected = cells.read("back", values.day), cells.read("expected", values.day)
    if start is not None:
        _order(cells, start, {"last_day": last, "certificate": certificate, "expected": expected})
        if back is not None and back <= start:
            cells.wrong("back", "before_start", "nobody is back before the second day of an absence")
    reported = cells.read("reported", values.day)
    withdrawn = bool(cells.read("status", values.withdrawn))
    if not cells.good or email is None or start is None:
        return None
    ends = [day for day in (last, certificate) if day is not None]
    return Stretch(
        cells.row, email, start, max(ends, default=None), back, expected, reported, facts or frozenset(), withdrawn
    )


def touches(last: date | None, start: date, works: Callable[[date], bool]) -> bool:
    """Whether an absence from `start` goes on from one that is known until `last`: no working day lies between."""
    if last is None:
        return True
    between = [last + timedelta(days=n) for n in range(1, (start - last).days)]
    return len(between) <= LONGEST_GAP and not any(works(day) for day in between)


def _joined(first: Stretch, other: Stretch) -> Stretch:
    latest = first if other.end is not None and first.end is not None and first.end > other.end else other
    return replace(
        latest,
        start=first.start,
        end=None if first.end is None and other.end is None else max(d for d in (first.end, other.end) if d),
        back=other.back or (first.back if first.back and first.back > other.start else None),
        reported=first.reported or other.reported,
        facts=first.facts | other.facts,
    )


def joined(read: list[Stretch], works: Works) -> tuple[Stretch, ...]:
    """Rows that follow on each other made one: typed as one day, and extended later, is one absence."""
    result: list[Stretch] = []
    for one in sorted(read, key=lambda stretch: (stretch.email, stretch.withdrawn, stretch.start, stretch.row)):
        before = result[-1] if result else None
        follows = (
            before is not None
            and (before.email, before.withdrawn) == (one.email, one.withdrawn)
            and not (before.back is not None and before.back <= one.start)
            and touches(before.end, one.start, lambda day, who=one.email: works(who, day))  # type: ignore[misc] # bound at once
        )
        if before is not None and follows and not (one.withdrawn and before.start != one.start):
            result[-1] = _joined(before, one)
        else:
            result.append(one)
    return tuple(result)


def stretches(table: Table, people: Directory, works: Works, problems: Problems) -> tuple[Stretch, ...]:
    """The absences in the file; every mistake is added to `problems` with its row and column."""
    found = recognised(table, ABSENCES, problems)
    missing = [name for name in ("employee", "start") if name not in found]
    for name in missing:
        wanted = {"employee": "medewerker (or e-mail)", "start": "eerste dag"}[name]
        problems.add(table.source, 1, "", "column_missing", f"there is no column {wanted}")
    if missing:
        return ()
    read = []
    passed = 0
    for cells in each(table, found, problems):
        stretch = _stretch(cells, people)
        if stretch is not None:
            read.append(stretch)
        elif cells.good:
            passed += 1
    if passed:
        problems.warn(table.source, 0, "", "no_sickness", f"{passed} rows are leave or other absences; passed over")
    return joined(read, works)
