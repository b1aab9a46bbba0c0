"""A database on each engine, with a few people in it."""

from __future__ import annotations

import os
import shutil
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from storage import cases, tables
from storage.database import Database
from storage.migrations import migrate
from storage.vault import Vault
from tests.storage.acme import NOW, jans_case, settle_people

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from storage.database import Tx
    from tests.postgres import Databases


@pytest.fixture(scope="session")
def postgres_kept(postgres: Databases, postgres_template: str) -> str:
    """The address of the migrated database in which the tests of this process take turns."""
    return postgres.create(f"terugkeer_{os.getpid()}", postgres_template)


@pytest.fixture
def postgres_url(postgres_kept: str) -> str:
    """The same without rows: emptying costs a tenth of a copy."""
    names = ", ".join(tables.metadata.tables)
    with psycopg.connect(postgres_kept.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE".encode())
    return postgres_kept


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, to copy."""
    path = tmp_path_factory.mktemp("template") / "terugkeer.db"
    migrate(f"sqlite:///{path}")
    return path


NUMBERS = count()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn."""
    kind: str = request.param
    return kind


@pytest.fixture
def empty_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a table."""
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    postgres: Databases = request.getfixturevalue("postgres")
    name = f"empty_{os.getpid()}_{next(NUMBERS)}"
    yield postgres.create(name)
    postgres.drop(name)


@pytest.fixture
def url(engine: str, request: pytest.FixtureRequest) -> str:
    """The address of a migrated database without rows."""
    if engine == "sqlite":
        return f"sqlite:///{request.getfixturevalue('sqlite_path')}"
    address: str = request.getfixturevalue("postgres_url")
    return address


@pytest.fixture
def sqlite_path(sqlite_template: Path, tmp_path: Path) -> Path:
    """A migrated file without rows."""
    return Path(shutil.copy(sqlite_template, tmp_path / "terugkeer.db"))


@pytest.fixture
def vault() -> Vault:
    """A vault with one key."""
    return Vault({"one": bytes(range(32))}, "one")


@pytest.fixture
async def database(url: str, vault: Vault) -> AsyncIterator[Database]:
    """A migrated database without rows."""
    async with Database(url, vault) as opened:
        yield opened


@pytest.fixture
async def acme(database: Database) -> Database:
    """A database with Acme's people and Jan's case, due now."""

    def fill(tx: Tx) -> None:
        settle_people(tx)
        cases.add(tx, jans_case(), "an", NOW, NOW)

    await database.run(fill)
    return database
