"""The file with people: what each row says about one person."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.imports import names, values
from bot.imports.cells import Cells, each
from bot.imports.columns import PEOPLE, folded, recognised
from bot.imports.problems import Problems
from bot.imports.table import Table
from bot.imports.values import Unclear
from conversations.case import Office

_IN_BRACKETS = re.compile(r"<([^<>]+@[^<>]+)>")
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One person as the file has it. None: the column is not there, so what we know stays; "" means nobody."""

    row: int
    email: str
    name: str
    manager: str | None = None
    deputy: str | None = None
    team: str | None = None
    roles: frozenset[Office] | None = None
    statute: frozenset[str] | None = None
    surveillance: bool | None = None
    workdays: frozenset[int] | None = None
    active: bool | None = None


class Directory:
    """Finds somebody by e-mail address, or by full name in either order of the words."""

    def __init__(self, people: Iterable[tuple[str, str]]) -> None:
        """`people` are (address, name)."""
        self._addresses: set[str] = set()
        self._names: dict[str, set[str]] = {}
        for address, name in people:
            self._addresses.add(address)
            words = folded(name).split()
            for start in range(len(words)):  # "Jan De Vos", "De Vos Jan" and "Vos Jan De" are one
                self._names.setdefault(" ".join(words[start:] + words[:start]), set()).add(address)

    def find(self, written: str) -> str:
        """The address of who is meant. Raises Unclear for nobody, and for a name that several people share."""
        bracketed = _IN_BRACKETS.search(written)
        if bracketed or "@" in written:
            address = values.email(bracketed[1] if bracketed else written)
            if address not in self._addresses:
                raise Unclear("unknown_person", "nobody has this e-mail address")
            return address
        found = self._names.get(folded(written), set())
        if len(found) > 1:
            raise Unclear("two_people", "several people have this name; use the e-mail address")
        if not found:
            raise Unclear("unknown_person", "nobody has this name; use the e-mail address")
        return next(iter(found))


def _name(cells: Cells) -> str:
    first, last, name = cells.text("first_name"), cells.text("last_name"), cells.text("name") or ""
    if first:
        full = f"{first} {last or name}".strip()
    elif "," in name:  # "Peeters, Jan"
        family, _, given = name.partition(",")
        full = f"{given.strip()} {family.strip()}"
    else:
        full = name or last or ""
    column = "name" if cells.text("name") is not None else "last_name"
    if not any(sign.isalpha() for sign in full):
        cells.wrong(column, "name", "a name is needed")
    elif len(full) > LONGEST_NAME:
        cells.wrong(column, "name", f"longer than {LONGEST_NAME} characters")
    return names.written(full)


def _row(cells: Cells) -> Row:
    return Row(
        row=cells.row,
        email=cells.read("email", values.email) or "",
        name=_name(cells),
        manager=cells.text("manager"),
        deputy=cells.text("deputy"),
        team=cells.text("team"),
        roles=cells.read("roles", values.roles) if cells.text("roles") else None,
        statute=cells.read("statute", values.statute),
        surveillance=cells.read("surveillance", values.yes),
        workdays=cells.read("workdays", values.workdays) if cells.text("workdays") else None,
        active=cells.read("active", values.yes),
    )


def rows(table: Table, problems: Problems) -> tuple[Row, ...]:
    """The people in the file; every mistake is added to `problems` with its row and column."""
    found = recognised(table, PEOPLE, problems)
    missing = []
    if "email" not in found:
        missing.append("there is no column e-mail")
    if not found.keys() & {"name", "first_name", "last_name"}:
        missing.append("there is no column naam, or voornaam and familienaam")
    for text in missing:
        problems.add(table.source, 1, "", "column_missing", text)
    if missing:
        return ()
    read: list[Row] = []
    seen: dict[str, int] = {}
    for cells in each(table, found, problems):
        row = _row(cells)
        if row.email in seen:
            cells.wrong("email", "email_twice", f"the same address as in row {seen[row.email]}")
        elif cells.good:
            seen[row.email] = cells.row
            read.append(row)
    return tuple(read)


def directory(table_rows: Iterable[Row], known: Iterable[tuple[str, str]]) -> Directory:
    """Everybody who can be meant: those in the file, and those we knew who are not in it."""
    named = dict(known) | {row.email: row.name for row in table_rows}
    return Directory(named.items())
