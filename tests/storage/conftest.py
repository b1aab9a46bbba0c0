"""A database on each engine, with a few people in it."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, date, datetime
from itertools import count
from typing import TYPE_CHECKING

import pytest

from conversations.case import Case, Person
from storage import cases, organisations, people
from storage.database import Database
from storage.migrations import migrate
from storage.vault import Vault
from tests.postgres import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from storage.database import Tx
    from tests.postgres import Databases

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Databases]:
    """The PostgreSQL of this test process."""
    with serving() as databases:
        yield databases


@pytest.fixture(scope="session")
def postgres_template(postgres: Databases) -> Iterator[str]:
    """A migrated database, to copy."""
    name = f"terugkeer_{os.getpid()}"
    migrate(postgres.create(name))
    yield name
    postgres.drop(name)


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
def url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database without rows."""
    if engine == "sqlite":
        path = tmp_path / "terugkeer.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    postgres: Databases = request.getfixturevalue("postgres")
    name = f"test_{os.getpid()}_{next(NUMBERS)}"
    yield postgres.create(name, request.getfixturevalue("postgres_template"))
    postgres.drop(name)


@pytest.fixture
def vault() -> Vault:
    """A vault with one key."""
    return Vault({"one": bytes(range(32))}, "one")


@pytest.fixture
async def database(url: str, vault: Vault) -> AsyncIterator[Database]:
    """A migrated database without rows."""
    async with Database(url, vault) as opened:
        yield opened


def settle_people(tx: Tx) -> None:
    """Acme with Jan's absence: An leads him, Dirk stands in for An, Hilde is HR, Coen the coach; Vera is a stranger."""
    organisations.put(tx, organisations.Organisation("acme", "Acme", "company_c@1"))
    organisations.put(tx, organisations.Organisation("other", "Andere", "company_c@1"))
    for person in (
        Person("an", "acme", "An Peeters", "an@acme.example", deputy="dirk"),
        Person("dirk", "acme", "Dirk Maes", "dirk@acme.example"),
        Person("jan", "acme", "Jan Claes", "jan@acme.example", manager="an", deputy="vera"),
        Person("hilde", "acme", "Hilde Wouters", "hilde@acme.example", roles=frozenset({"hr"})),
        Person("coen", "acme", "Coen Smets", "coen@acme.example", roles=frozenset({"coach"})),
        Person("vera", "acme", "Vera Aerts", "vera@acme.example"),
        Person("otto", "other", "Otto Nijs", "otto@other.example", roles=frozenset({"hr"})),
    ):
        people.put(tx, person)


def jans_case(**fields: object) -> Case:
    """Jan's absence since 2 November."""
    known = {"anchors": {"absence_start": date(2026, 11, 2)}, **fields}
    return Case("c1", "acme", "jan", "an", "company_c@1", coach="coen", **known)  # type: ignore[arg-type]


@pytest.fixture
async def acme(database: Database) -> Database:
    """A database with Acme's people and Jan's case, due now."""

    def fill(tx: Tx) -> None:
        settle_people(tx)
        cases.add(tx, jans_case(), "an", NOW, NOW)

    await database.run(fill)
    return database
