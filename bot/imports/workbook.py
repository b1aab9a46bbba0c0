"""A workbook of Excel to rows of text, read in a process of its own that may not use much (reliability.md E10, S8.1).

Nothing in it is followed, calculated or run: cells are read as they were saved. What is too large unpacked, holds
macros or is no workbook is refused, and whatever its parser does, it does to that process alone.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

MOST_BYTES = 10 * 1024 * 1024
MOST_MEMBERS = 200
MOST_UNPACKED = 64 * 1024 * 1024
MOST_RATIO = 100  # unpacked to packed, of a member that is worth looking at
WORTH = 1024 * 1024
MOST_ROWS = 200_000
MOST_WIDE = 201  # one more than a table may have, so that the table says so
SECONDS, MEMORY = 10, 512 * 1024 * 1024
PATIENCE = 20  # seconds on the wall, for a machine that is busy
REFUSED = 3  # the exit code of who says why
CHUNK = 256 * 1024

PROBLEMS = {
    "too_large": "a workbook larger than 10 MiB",
    "packed": "unpacked this would be far larger than any list of people: not opened",
    "macros": "a workbook with macros; save it as .xlsx or as CSV",
    "locked": "a workbook with a password; save it without one",
    "no_workbook": "not a workbook that can be read; save it as .xlsx or as CSV",
}


class Unreadable(ValueError):  # noqa: N818 - named by what it is
    """The workbook is refused. `kind` is one of PROBLEMS."""

    def __init__(self, kind: str) -> None:
        super().__init__(PROBLEMS[kind])
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first sheet with anything in it: (row as Excel counts it, cells), and how many other sheets are filled."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    others: int


def sheet(data: bytes) -> Sheet:
    """What the workbook holds. Raises Unreadable."""
    if len(data) > MOST_BYTES:
        raise Unreadable("too_large")
    command = [sys.executable, "-I", "-m", __name__]
    try:
        done = subprocess.run(  # noqa: S603 - ourselves, by the path of the interpreter that runs us
            command, input=data, capture_output=True, timeout=PATIENCE, env={}, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("packed") from None
    if done.returncode == REFUSED:
        raise Unreadable(done.stdout.decode())
    if done.returncode:
        raise Unreadable("no_workbook")  # it ran out of what it may use, or the parser broke
    found = json.loads(done.stdout)
    return Sheet(tuple((row, tuple(cells)) for row, cells in found["rows"]), found["others"])


# --- In the process of its own -------------------------------------------------------------------------


def _unpacked(packed: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> int:
    """How large a member really is, found by unpacking it: what it says of itself may be a lie."""
    size = 0
    with packed.open(member) as stream:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > left or (size > WORTH and size > MOST_RATIO * max(member.compress_size, 1)):
                raise Unreadable("packed")
    return size


def _shape(members: Sequence[zipfile.ZipInfo]) -> None:
    """Whether these are the parts of a workbook, by their names and marks."""
    names = [member.filename for member in members]
    if len(members) > MOST_MEMBERS:
        raise Unreadable("packed")
    if any(member.flag_bits & 1 for member in members):
        raise Unreadable("locked")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unreadable("macros")
    if "xl/workbook.xml" not in names or len(set(names)) != len(names):
        raise Unreadable("no_workbook")


def checked(data: bytes) -> None:
    """Whether this is a workbook of a decent size. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
            _shape(members)
            left = MOST_UNPACKED
            for member in members:
                left -= _unpacked(packed, member, left)
    except Unreadable:
        raise
    except Exception as error:  # zipfile raises whatever a broken archive makes it stumble over
        raise Unreadable("no_workbook") from error


def written(value: object) -> str:
    """A cell as people would type it: dates as ISO, whole numbers without a point."""
    match value:
        case bool():
            return "ja" if value else "nee"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)


def _filled(rows: Iterable[Sequence[object]]) -> list[tuple[int, list[str]]]:
    found = []
    for number, row in enumerate(rows, 1):
        cells = [written(cell) for cell in row[:MOST_WIDE]]
        if any(cell.strip() for cell in cells):
            found.append((number, cells))
        if len(found) > MOST_ROWS:
            raise Unreadable("packed")
    return found


def _read(data: bytes) -> dict[str, object]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 - this process alone

    checked(data)
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    shown = [
        one.name for one in workbook.sheets_metadata
        if one.visible == SheetVisibleEnum.Visible and one.typ == SheetTypeEnum.WorkSheet
    ]  # fmt: skip
    tables = (_filled(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in shown)
    filled = [rows for rows in tables if rows]
    return {"rows": filled[0] if filled else [], "others": max(len(filled) - 1, 0)}


def main() -> int:
    """Read a workbook from the standard input, and write its rows as JSON."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    try:
        answer = json.dumps(_read(sys.stdin.buffer.read()))
    except Unreadable as error:
        sys.stdout.write(error.kind)
        return REFUSED
    sys.stdout.write(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
