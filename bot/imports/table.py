"""From bytes to rows of clean text: which encoding, which separator, and what cannot be a table."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.imports import workbook
from bot.imports.problems import Problems

MOST_BYTES = 20 * 1024 * 1024
MOST_COLUMNS = 200
MOST_CHARACTERS = 1_000
SEPARATORS = ";,\t|"

# What a file looks like that is not text, by how it begins.
_NO_TEXT = {
    b"\xd0\xcf\x11\xe0": "an old Excel file; save it as .xlsx or CSV first",
    b"%PDF": "a PDF file",
}
_PACKED = b"PK\x03\x04"  # how a workbook of Excel begins
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Signs that turn the direction of writing, or that nobody sees (reliability.md E4).
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Table:
    """A file as it was understood. `rows` are (row as an editor counts it, cells by position).

    Of a workbook the encoding is "xlsx", and there is no separator.
    """

    source: str
    encoding: str
    separator: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def _decoded(data: bytes, source: str, problems: Problems) -> tuple[str, str] | None:
    if len(data) > MOST_BYTES:
        problems.add(source, 0, "", "too_large", "larger than 20 MiB")
        return None
    for start, what in _NO_TEXT.items():
        if data.startswith(start):
            problems.add(source, 0, "", "not_text", f"this is {what}")
            return None
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            problems.add(source, 1 + text[: text.index("\0")].count("\n"), "", "nul", "holds a NUL character")
            return None
        return text, "utf-8" if encoding == "utf-8-sig" else encoding
    problems.add(source, 0, "", "encoding", "neither UTF-8 nor Windows-1252; save it as CSV UTF-8")
    return None


def _separator(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    if announced := re.fullmatch(r"sep=(.)", first.strip("\r\n")):  # Excel's own first line
        return announced[1]
    outside = re.sub(r'"[^"]*"', "", first)
    return max(SEPARATORS, key=outside.count)


def clean(cell: str) -> str:
    """A cell as we keep it: composed (NFC), without invisible signs, blanks made one, nothing around it."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", _INVISIBLE.sub("", cell))).strip()


def _records(text: str, separator: str, source: str, problems: Problems) -> Iterator[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    row = 1
    try:
        for cells in reader:
            yield row, _cleaned(tuple(cells))
            row = reader.line_num + 1
    except csv.Error as error:
        said = "an opened quote is never closed" if "end of data" in str(error) else "the quotes do not match"
        problems.add(source, row, "", "quotes", said if "field larger" not in str(error) else "a cell is far too long")


def _header(records: Iterator[tuple[int, tuple[str, ...]]], source: str, problems: Problems) -> tuple[str, ...] | None:
    for row, cells in records:
        if not any(cells) or (row == 1 and "".join(cells).startswith("sep=")):
            continue
        if len(cells) > MOST_COLUMNS:
            problems.add(source, row, "", "columns", f"more than {MOST_COLUMNS} columns")
            return None
        return cells
    if not problems.total:
        problems.add(source, 0, "", "empty", "the file is empty")
    return None


def _unfit(cells: tuple[str, ...], header: tuple[str, ...]) -> tuple[str, str, str] | None:
    if len(cells) != len(header):
        return "", "cells", f"has {len(cells)} cells where the header has {len(header)}"
    for name, cell in zip(header, cells, strict=True):
        if len(cell) > MOST_CHARACTERS:
            return name, "too_long", f"longer than {MOST_CHARACTERS} characters"
        if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in cell):
            return name, "control", "holds a control character"
    return None


def _cleaned(cells: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(clean(cell) if len(cell) <= MOST_CHARACTERS else cell for cell in cells)


def _worksheet(data: bytes, source: str, problems: Problems) -> Iterator[tuple[int, tuple[str, ...]]] | None:
    """The rows of a workbook, each as wide as its first one: in a sheet a cell that is not filled is empty."""
    try:
        found = workbook.sheet(data)
    except workbook.Unreadable as error:
        problems.add(source, 0, "", error.kind, f"this is {error}" if error.kind != "packed" else str(error))
        return None
    if found.others:
        problems.warn(source, 0, "", "other_sheets", f"{found.others} other sheets in the workbook; not read")
    if not found.rows:
        problems.add(source, 0, "", "empty", "the file is empty")
        return None
    first = found.rows[0][1]
    wide = max(place for place, cell in enumerate(first, 1) if cell.strip())
    rows = ((row, _cleaned(_as_wide(cells, wide))) for row, cells in found.rows)
    return iter(rows)


def _as_wide(cells: tuple[str, ...], wide: int) -> tuple[str, ...]:
    beyond = cells[wide:]
    return cells if any(cell.strip() for cell in beyond) else (*cells[:wide], *("",) * (wide - len(cells)))


def read(data: bytes, source: str, problems: Problems) -> Table | None:
    """The table in a file, or None with the problem added. Rows that do not fit the header are problems too."""
    if data.startswith(_PACKED):
        sheet = _worksheet(data, source, problems)
        return None if sheet is None else _table(sheet, (source, "xlsx", ""), problems)
    decoded = _decoded(data, source, problems)
    if decoded is None:
        return None
    text, encoding = decoded
    separator = _separator(text)
    return _table(_records(text, separator, source, problems), (source, encoding, separator), problems)


def _table(
    records: Iterator[tuple[int, tuple[str, ...]]], how: tuple[str, str, str], problems: Problems
) -> Table | None:
    source, encoding, separator = how
    header = _header(records, source, problems)
    if header is None:
        return None
    rows = []
    for row, cells in records:
        if not any(cells):
            continue
        if cells == header:
            problems.warn(source, row, "", "header_again", "the header once more; skipped")
        elif unfit := _unfit(cells, header):
            problems.add(source, row, *unfit)
        else:
            rows.append((row, cells))
    return Table(source, encoding, separator, header, tuple(rows))
