"""One transaction, and the statements it runs.

Statements are written in SQLAlchemy Core, compiled once for each kind of database, and handed to the driver itself:
Core's own way of executing costs 0.13 ms a statement, which is most of a turn (docs/decisions.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import LargeBinary, Table, bindparam
from sqlalchemy.dialects.postgresql import Insert, insert

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.types import TypeEngine

    from storage.vault import Vault

Outcome = TypeVar("Outcome")
Work = Callable[["Tx"], Outcome]
Convert = Callable[[Any], Any]
Converters = tuple[tuple[int, Convert], ...]  # each with its place in the row


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


def _convert(row: tuple[Any, ...], converters: Converters) -> tuple[Any, ...]:
    """The row with some of its values converted: most drivers' values are ours already."""
    if not converters:
        return row
    values = list(row)
    for place, convert in converters:
        values[place] = convert(values[place])
    return tuple(values)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement as one kind of database wants it: the text, the order of its arguments, what converts values."""

    sql: str
    names: tuple[str, ...]
    positional: bool
    defaults: Mapping[str, Any]
    writers: Converters
    readers: Converters

    def arguments(self, values: Mapping[str, Any]) -> tuple[Any, ...] | dict[str, Any]:
        """The values in the shape the driver takes them."""
        if self.defaults:
            values = {**self.defaults, **values}
        row = _convert(tuple([values[name] for name in self.names]), self.writers)
        return row if self.positional else dict(zip(self.names, row, strict=True))

    def read(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Rows with the values the rest of the house uses."""
        return [_convert(row, self.readers) for row in rows] if self.readers else rows


def _bind(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return None if isinstance(kind, LargeBinary) else kind.dialect_impl(dialect).bind_processor(dialect)


def _result(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return None if isinstance(kind, LargeBinary) else kind.dialect_impl(dialect).result_processor(dialect, None)


def _some(converters: Iterable[Convert | None]) -> Converters:
    return tuple((place, convert) for place, convert in enumerate(converters) if convert is not None)


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
        binds = compiled.binds
        names = tuple(binds if compiled.positiontup is None else compiled.positiontup)
        return Prepared(
            sql=compiled.string,
            names=names,
            positional=compiled.positiontup is not None,
            defaults={name: bind.value for name, bind in binds.items() if not bind.required},
            writers=_some(_bind(binds[name].type, dialect) for name in names),
            readers=_some(_result(column.type, dialect) for column in getattr(self._core, "exported_columns", ())),
        )


def carry_out(work: Work[Outcome], tx: Tx) -> Outcome:
    """What the work returned, once everything it wrote was said to the database."""
    outcome = work(tx)
    tx.flush()
    return outcome


class Tx:
    """A transaction under way. Works on the driver's connection; ends with the work it was made for."""

    __slots__ = ("_connection", "_dialect", "_waiting", "memory", "vault")

    def __init__(self, connection: Any, dialect: Dialect, vault: Vault) -> None:
        self._connection = connection
        self._dialect = dialect
        self.vault = vault
        self._waiting: dict[Statement, list[Mapping[str, Any]]] = {}
        # What was read in this transaction and is asked for again, kept by the module that owns it.
        self.memory: dict[tuple[str, str], Any] = {}

    def execute(self, statement: Statement, /, **values: Any) -> int:
        """How many rows were written."""
        self.flush()
        prepared = statement.on(self._dialect)
        count: int = self._connection.execute(prepared.sql, prepared.arguments(values)).rowcount
        return count

    def execute_many(self, statement: Statement, rows: Sequence[Mapping[str, Any]], /) -> None:
        """The same statement for every row, in one go."""
        if rows:
            self.flush()
            self._write(statement, rows)

    def later(self, statement: Statement, /, **values: Any) -> None:
        """Write a row nobody asks the outcome of: with others like it, before the next statement at the latest."""
        self._waiting.setdefault(statement, []).append(values)

    def flush(self) -> None:
        """Write what waits, each kind in one go."""
        if self._waiting:
            waiting, self._waiting = self._waiting, {}
            for statement, rows in waiting.items():
                self._write(statement, rows)

    def _write(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        prepared = statement.on(self._dialect)
        if len(rows) == 1:
            self._connection.execute(prepared.sql, prepared.arguments(rows[0]))
        else:
            self._connection.cursor().executemany(prepared.sql, [prepared.arguments(row) for row in rows])

    def all(self, statement: Statement, /, **values: Any) -> list[tuple[Any, ...]]:
        """Every row."""
        self.flush()
        prepared = statement.on(self._dialect)
        return prepared.read(self._connection.execute(prepared.sql, prepared.arguments(values)).fetchall())

    def first(self, statement: Statement, /, **values: Any) -> tuple[Any, ...] | None:
        """The only row, or the first, or None."""
        self.flush()
        prepared = statement.on(self._dialect)
        found: tuple[Any, ...] | None = self._connection.execute(prepared.sql, prepared.arguments(values)).fetchone()
        return None if found is None else _convert(found, prepared.readers)
