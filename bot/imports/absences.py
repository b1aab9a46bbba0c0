"""The file with absences: rows to stretches, one for each uninterrupted absence of a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

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

    source: str
    row: int
    email: str
    start: date
    end: date | None = None
    back: date | None = None
    expected: date | None = None
    reported: date | None = None
    facts: frozenset[str] = frozenset()
    withdrawn: bool = False
    column: str = ""  # what the file calls the first day


def _order(cells: Cells, start: date, named: dict[str, date | None]) -> None:
    for ours, on in named.items():
        if on is not None and on < start:
            cells.wrong(ours, "before_start", "lies before the first day")


def _stretch(source: str, cells: Cells, people: Directory, today: date) -> Stretch | None:
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
    if back is not None and back > today:  # a day to come is a hope
        back, expected = None, back
    facts = facts or frozenset()
    end = _latest(last, certificate)
    return Stretch(source, cells.row, email, start, end, back, expected, reported, facts, withdrawn,
                   cells.header("start"))  # fmt: skip


def touches(last: date | None, start: date, works: Callable[[date], bool]) -> bool:
    """Whether an absence from `start` goes on from one that is known until `last`: no working day lies between."""
    if last is None:
        return True
    between = [last + timedelta(days=n) for n in range(1, (start - last).days)]
    return len(between) <= LONGEST_GAP and not any(works(day) for day in between)


def _latest(*days: date | None) -> date | None:
    return max((day for day in days if day is not None), default=None)


def _joined(first: Stretch, other: Stretch) -> Stretch:
    return replace(
        first,
        row=min(first.row, other.row),
        end=_latest(first.end, other.end),
        back=_latest(first.back, other.back),
        expected=_latest(first.expected, other.expected),
        reported=min((day for day in (first.reported, other.reported) if day is not None), default=None),
        facts=first.facts | other.facts,
    )


def _follows(one: Stretch, before: Stretch, works: Works) -> bool:
    if one.email != before.email or (before.back is not None and before.back <= one.start):
        return False
    return touches(before.end, one.start, lambda day: works(one.email, day))


def _covers(stretch: Stretch, day: date) -> bool:
    over = stretch.back is not None and stretch.back <= day
    return stretch.start < day and not over and (stretch.end is None or stretch.end >= day)


def joined(read: Iterable[Stretch], works: Works) -> tuple[Stretch, ...]:
    """Rows that follow on each other made one: typed as one day, and extended later, is one absence.

    What is withdrawn comes first, and a row with the same first day beside it counts no more. Where that day lies in
    an absence of other rows, only a row was withdrawn.
    """
    gone = {(one.email, one.start): one for one in read if one.withdrawn}
    result: list[Stretch] = []
    rest = (one for one in read if (one.email, one.start) not in gone)
    for one in sorted(rest, key=lambda stretch: (stretch.email, stretch.start, stretch.row)):
        if result and _follows(one, result[-1], works):
            result[-1] = _joined(result[-1], one)
        else:
            result.append(one)
    of = {email: list(some) for email, some in groupby(result, lambda stretch: stretch.email)}
    kept = {key for key in gone if any(_covers(stretch, key[1]) for stretch in of.get(key[0], ()))}
    return (*(one for key, one in gone.items() if key not in kept), *result)


def rows(table: Table, people: Directory, today: date, problems: Problems) -> list[Stretch]:
    """The rows of the file, not joined yet; every mistake is added to `problems` with its row and column."""
    found = recognised(table, ABSENCES, problems)
    missing = [name for name in ("employee", "start") if name not in found]
    for name in missing:
        wanted = {"employee": "medewerker (or e-mail)", "start": "eerste dag"}[name]
        problems.add(table.source, 1, "", "column_missing", f"there is no column {wanted}")
    if missing:
        return []
    read = []
    passed = 0
    for cells in each(table, found, problems):
        stretch = _stretch(table.source, cells, people, today)
        if stretch is not None:
            read.append(stretch)
        elif cells.good:
            passed += 1
    if passed:
        problems.warn(table.source, 0, "", "no_sickness", f"{passed} rows are leave or other absences; passed over")
    return read
