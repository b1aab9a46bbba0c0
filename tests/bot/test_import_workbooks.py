"""Workbooks of Excel: what is read of them, and what is refused before it does harm."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from bot.imports.compare import read
from bot.imports.problems import Problems
from bot.imports.table import Table
from bot.imports.workbook import MOST_BYTES, MOST_MEMBERS
from tests.workbooks import Formula, packed, parts, workbook

HEADER = ["naam", "e-mail", "werkdagen"]


def table(data: bytes) -> tuple[Table | None, list[str], list[str]]:
    """The table in a workbook, with the kinds of its mistakes and warnings."""
    problems = Problems()
    tables = read([("mensen.xlsx", data)], problems)
    kinds = [problem.kind for problem in problems.first]
    return (tables[0] if tables else None), kinds, [warning.kind for warning in problems.warnings]


def test_rows_as_excel_counts_them() -> None:
    """Rows keep the number that Excel shows, empty ones between included, and short rows are filled up."""
    found, kinds, warned = table(
        workbook([[], HEADER, ["Jan Peeters", "jan@groen.be"], [], ["Mia", "mia@groen.be", 1]])
    )
    assert ([], []) == (kinds, warned)
    assert found is not None
    assert ("xlsx", "") == (found.encoding, found.separator)
    assert tuple(HEADER) == found.header
    assert ((3, ("Jan Peeters", "jan@groen.be", "")), (5, ("Mia", "mia@groen.be", "1"))) == found.rows


def test_cells_as_people_would_type_them() -> None:
    """A date is a date, a whole number has no point, a tick is ja or nee, and a formula is what it last was."""
    rows: list[list[object]] = [["a", "b", "c", "d"], [44927.0, True, 12.5, Formula("=CMD|calc!A1", "uit")]]
    found, kinds, _ = table(workbook(rows, dates={(1, 0)}))
    assert [] == kinds
    assert found is not None
    assert ((2, ("2023-01-01", "ja", "12.5", "uit")),) == found.rows


def test_the_first_filled_sheet() -> None:
    """Empty sheets are passed over; that others hold something too is said."""
    found, kinds, warned = table(workbook([], [HEADER, ["Jan", "jan@groen.be", "ma-vr"]], [["nog iets"]]))
    assert ([], ["other_sheets"]) == (kinds, warned)
    assert found is not None
    assert tuple(HEADER) == found.header


def test_more_cells_than_the_header() -> None:
    """A row that is wider than the header is a mistake, as in a text file."""
    _, kinds, _ = table(workbook([["naam", "e-mail"], ["Jan", "jan@groen.be", "los"]]))
    assert ["cells"] == kinds


def _sheet(xml: str) -> bytes:
    return packed({**parts([[]]), "xl/worksheets/sheet1.xml": xml.encode()})


BOMB = b"<worksheet>" + b"<row/>" * 8_000_000
LAUGHS = (
    '<!DOCTYPE w [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + ']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    '<c r="A1" t="inlineStr"><is><t>&i;</t></is></c></row></sheetData></worksheet>'
)
OUTSIDE = (
    '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    '<c r="A1" t="inlineStr"><is><t>&x;</t></is></c></row></sheetData></worksheet>'
)
FAR = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/>'
    '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    "</sheetData></worksheet>"
)
REFUSED: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "only the first bytes": (lambda: b"PK\x03\x04rest", {"no_workbook"}),
    "another archive": (lambda: packed({"readme.txt": b"hello"}), {"no_workbook"}),
    "nothing in it": (lambda: workbook([]), {"empty"}),
    "a member that swells": (lambda: packed({**parts([[]]), "xl/media/a.xml": BOMB}), {"packed"}),
    "many that swell": (
        lambda: packed({**parts([[]]), **{f"xl/media/{n}": b"\0" * 900_000 for n in range(100)}}), {"packed"},
    ),
    "too many members": (
        lambda: packed({**parts([[]]), **{f"xl/{n}": b"" for n in range(MOST_MEMBERS)}}), {"packed"},
    ),
    "a thousand sheets": (lambda: workbook(*[[["a"]]] * 1_000), {"packed"}),
    "too large": (lambda: workbook([["a"]]) + b"\0" * MOST_BYTES, {"too_large"}),
    "macros": (lambda: packed({**parts([[]]), "xl/vbaProject.bin": b"x"}), {"macros"}),
    "no xml": (lambda: _sheet("\0\0\0"), {"no_workbook", "empty"}),
    "half a file": (lambda: workbook([["a"]] * 50)[:400], {"no_workbook"}),
    "billion laughs": (lambda: _sheet(LAUGHS), {"no_workbook", "empty"}),
    "a file from outside": (lambda: _sheet(OUTSIDE), {"no_workbook", "empty"}),
    "sixteen thousand million cells": (lambda: _sheet(FAR), {"no_workbook"}),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """What is no list of people is refused, quickly, with a reason, and takes nothing along."""
    make, wanted = REFUSED[name]
    data = make()
    started = time.perf_counter()
    found, kinds, _ = table(data)
    took = time.perf_counter() - started
    assert len(kinds) == 1
    assert set(kinds) <= wanted
    assert found is None
    assert took < 5, f"{name} took {took:.1f} s"
