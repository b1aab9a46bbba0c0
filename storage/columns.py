"""What a column holds where no type of the database says it, and conditions that stay one statement."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, Boolean, DateTime, Text, TypeDecorator, bindparam, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Dialect
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.types import TypeEngine


@lru_cache(maxsize=1024)
def _written(moment: datetime) -> str:
    """A moment in UTC as text of one length, so that it sorts. A turn writes the same one eight times."""
    return moment.isoformat(" ", "microseconds")[:26]


def _read(kept: str) -> datetime:
    return datetime.fromisoformat(f"{kept}+00:00")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Refuses a naive value, because nobody can say later which moment it was."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """In UTC; on SQLite as text. By hand: most values we write are moments."""
        sqlite = dialect.name == "sqlite"

        def process(value: datetime | None) -> Any:
            if value is None:
                return None
            if value.tzinfo is not UTC:
                if value.utcoffset() is None:
                    raise ValueError(f"{value} has no time zone.")
                value = value.astimezone(UTC)
            return _written(value) if sqlite else value

        return process

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Always aware, always UTC."""
        del coltype
        if dialect.name == "sqlite":
            return lambda kept: None if kept is None else _read(kept)
        return lambda kept: None if kept is None else kept.astimezone(UTC)


class Texts(TypeDecorator[list[str]]):
    """Any number of texts as one argument: an array, or on SQLite as JSON."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """What the database is told that it gets."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(Text))

    def bind_processor(self, dialect: Dialect) -> Callable[[list[str] | None], Any]:
        """SQLite reads JSON; psycopg knows lists."""
        return json.dumps if dialect.name == "sqlite" else lambda texts: texts


class among(FunctionElement[bool]):  # noqa: N801 - reads as a condition
    """The column is one of the texts of that argument; one statement for any number of them."""

    inherit_cache = True
    type = Boolean()

    def __init__(self, column: ColumnElement[str], name: str) -> None:
        super().__init__(column, bindparam(name, type_=Texts))

    def self_group(self, against: object = None) -> among:
        """As it is: SQLite has no booleans, and for "(...) = 1" it reads the whole table."""
        del against
        return self


@compiles(among, "sqlite")
def _in_json(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, texts = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({texts}))"  # noqa: S608 - parts that were compiled


@compiles(among, "postgresql")
def _in_array(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, texts = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY({texts})"


class Pairs(TypeDecorator[dict[str, str | None]]):
    """Any number of texts by name as one argument, as JSON."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[dict[str, str | None] | None], Any]:
        """Both read JSON."""
        del dialect
        return json.dumps


class pairs(FunctionElement[Any]):  # noqa: N801 - reads as a table
    """The names and texts of that argument as rows of two columns: `pairs("name").table_valued("key", "value")`."""

    inherit_cache = True
    name = "pairs"

    def __init__(self, name: str) -> None:
        super().__init__(bindparam(name, type_=Pairs))


@compiles(pairs, "sqlite")
def _pairs_of_json(element: pairs, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(pairs, "postgresql")
def _pairs_of_jsonb(element: pairs, compiler: SQLCompiler, **options: Any) -> str:
    return f"jsonb_each_text(CAST({compiler.process(element.clauses, **options)} AS jsonb))"


def within(column: ColumnElement[str], *codes: str) -> ColumnElement[bool]:
    """One of these codes, written out: an index over some of the rows is only used when its words are there."""
    return column.in_([literal_column(f"'{code}'") for code in codes])
