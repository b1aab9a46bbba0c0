"""One transaction, and the statements it runs.

Statements are written in SQLAlchemy Core, compiled once for each kind of database, and handed to the driver itself:
Core's own way of executing costs 0.13 ms a statement, which is most of a turn (docs/decisions.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Boolean, LargeBinary, Table, bindparam
from sqlalchemy.dialects.postgresql import Insert, insert

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.types import TypeEngine

    from storage.vault import Vault

Outcome = TypeVar("Outcome")
Work = Callable[["Tx"], Outcome]
Convert = Callable[[Any], Any]
Converters = tuple[tuple[Any, Convert], ...]  # each with its place in the row, or the name of its argument


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


def _convert(values: Any, converters: Converters) -> None:
    """Some of the values of a row or of arguments are converted: most are ours already, and nothing stays nothing."""
    for place, convert in converters:
        if values[place] is not None:
            values[place] = convert(values[place])


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
        said = {**self.defaults, **values}
        _convert(said, self.writers)
        return tuple(map(said.__getitem__, self.names)) if self.positional else said

    def read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """The row with the values the rest of the house uses."""
        if not self.readers:
            return row
        values = list(row)
        _convert(values, self.readers)
        return tuple(values)


def _bind(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return None if isinstance(kind, LargeBinary | Boolean) else kind.dialect_impl(dialect).bind_processor(dialect)


def _result(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return None if isinstance(kind, LargeBinary) else kind.dialect_impl(dialect).result_processor(dialect, None)


def _some(converters: Iterable[tuple[Any, Convert | None]]) -> Converters:
    return tuple((place, convert) for place, convert in converters if convert is not None)


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
        columns = getattr(self._core, "exported_columns", ())
        return Prepared(
            sql=compiled.string,
            names=names,
            positional=compiled.positiontup is not None,
            defaults={name: bind.value for name, bind in binds.items() if not bind.required},
            writers=_some((name, _bind(bind.type, dialect)) for name, bind in binds.items()),
            readers=_some(enumerate(_result(column.type, dialect) for column in columns)),
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
        found = self._connection.execute(prepared.sql, prepared.arguments(values)).fetchall()
        return [prepared.read(row) for row in found] if prepared.readers else found

    def first(self, statement: Statement, /, **values: Any) -> tuple[Any, ...] | None:
        """The only row, or the first, or None."""
        self.flush()
        prepared = statement.on(self._dialect)
        found: tuple[Any, ...] | None = self._connection.execute(prepared.sql, prepared.arguments(values)).fetchone()
        return None if found is None else prepared.read(found)
