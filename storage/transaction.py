"""One transaction, and the statements it runs.

Statements are written in SQLAlchemy Core, compiled once for each kind of database, and handed to the driver itself:
Core's own way of executing costs 0.13 ms a statement, which is most of a turn (docs/decisions.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Table, bindparam
from sqlalchemy.dialects.postgresql import Insert, insert

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.types import TypeEngine

    from storage.vault import Vault

Outcome = TypeVar("Outcome")
Work = Callable[["Tx"], Outcome]
Convert = Callable[[Any], Any] | None


class Unavailable(Exception):  # noqa: N818 - named by what it is: try again later
    """The database cannot be reached or written now (locked, gone, full, closed). Nothing was kept: try later."""


class Conflict(Exception):  # noqa: N818 - named by what it is: read again
    """Somebody else was first: the row has another version by now, or exists already. Read again, then decide."""


class Refused(Exception):  # noqa: N818 - named by what it is: do not repeat
    """The database does not accept these values (an unknown person or case, a NUL in a text). Never repeat."""


def new(table: Table, *but: str) -> Insert:
    """An insert with one argument a column. PostgreSQL's own, whose ON CONFLICT SQLite speaks too."""
    return insert(table).values(
        {
            name: bindparam(name)
            for name in table.c.keys()  # noqa: SIM118 - a collection of columns, not a dict
            if name not in but
        }
    )


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement as one kind of database wants it: the text, the order of its arguments, what converts values."""

    sql: str
    order: tuple[str, ...] | None
    defaults: Mapping[str, Any]
    writers: Mapping[str, Convert]
    readers: tuple[Convert, ...]
    converts: bool

    def arguments(self, values: Mapping[str, Any]) -> tuple[Any, ...] | dict[str, Any]:
        """The values in the shape the driver takes them."""
        writers = self.writers
        if self.defaults:
            values = {**self.defaults, **values}
        if self.order is not None:
            return tuple(
                [values[name] if (write := writers[name]) is None else write(values[name]) for name in self.order]
            )
        return {name: values[name] if write is None else write(values[name]) for name, write in writers.items()}

    def read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """A row with the values the rest of the house uses."""
        if not self.converts:
            return row
        return tuple([value if read is None else read(value) for read, value in zip(self.readers, row, strict=True)])


def _bind(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _result(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


class Statement:
    """A statement of Core, ready to be run. Make them once, at module level."""

    __slots__ = ("_core", "_prepared")

    def __init__(self, core: Any) -> None:
        self._core = core
        self._prepared: dict[str, Prepared] = {}

    def on(self, dialect: Dialect) -> Prepared:
        """The statement for that kind of database."""
        known = self._prepared.get(dialect.name)
        if known is None:
            known = self._prepared[dialect.name] = self._prepare(dialect)
        return known

    def _prepare(self, dialect: Dialect) -> Prepared:
        compiled: SQLCompiler = self._core.compile(dialect=dialect)
        readers = tuple(_result(column.type, dialect) for column in getattr(self._core, "exported_columns", ()))
        return Prepared(
            sql=compiled.string,
            order=None if compiled.positiontup is None else tuple(compiled.positiontup),
            defaults={name: bind.value for name, bind in compiled.binds.items() if not bind.required},
            writers={name: _bind(bind.type, dialect) for name, bind in compiled.binds.items()},
            readers=readers,
            converts=any(readers),
        )


class Tx:
    """A transaction under way. Works on the driver's connection; ends with the work it was made for."""

    __slots__ = ("_connection", "_dialect", "vault")

    def __init__(self, connection: Any, dialect: Dialect, vault: Vault) -> None:
        self._connection = connection
        self._dialect = dialect
        self.vault = vault

    def execute(self, statement: Statement, /, **values: Any) -> int:
        """How many rows were written."""
        prepared = statement.on(self._dialect)
        count: int = self._connection.execute(prepared.sql, prepared.arguments(values)).rowcount
        return count

    def execute_many(self, statement: Statement, rows: Sequence[Mapping[str, Any]], /) -> None:
        """The same statement for every row, in one go."""
        if rows:
            prepared = statement.on(self._dialect)
            self._connection.cursor().executemany(prepared.sql, [prepared.arguments(row) for row in rows])

    def all(self, statement: Statement, /, **values: Any) -> list[tuple[Any, ...]]:
        """Every row."""
        prepared = statement.on(self._dialect)
        found = self._connection.execute(prepared.sql, prepared.arguments(values)).fetchall()
        return [prepared.read(row) for row in found] if prepared.converts else found

    def first(self, statement: Statement, /, **values: Any) -> tuple[Any, ...] | None:
        """The only row, or the first, or None."""
        found = self.all(statement, **values)
        return found[0] if found else None
