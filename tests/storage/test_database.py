"""Transactions: what is kept, what is undone, and what the caller hears."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier, Event, current_thread
from typing import TYPE_CHECKING

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import URL, select

from storage import addresses, inbox, organisations, policies, tables
from storage.database import Conflict, Database, Refused, Unavailable, located
from storage.organisations import Organisation
from storage.transaction import Statement
from tests.storage.acme import NOW, settle_people

if TYPE_CHECKING:
    from pathlib import Path

    from storage.database import Tx
    from storage.vault import Vault
    from tests.postgres import Databases

SEEN = Statement(select(tables.inbox.c.id).order_by(tables.inbox.c.id))


def seen(tx: Tx) -> list[str]:
    """The events that were kept."""
    return [row[0] for row in tx.all(SEEN)]


def names_in(folder: Path) -> list[str]:
    """The files in that folder."""
    return [path.name for path in folder.iterdir()]


async def test_a_work_is_kept_and_its_outcome_returned(database: Database) -> None:
    """What a work wrote is there for the next one."""
    assert await database.run(lambda tx: inbox.first_time(tx, "web", "1", NOW))
    assert not await database.run(lambda tx: inbox.first_time(tx, "web", "1", NOW))


async def test_a_work_that_fails_is_undone(database: Database) -> None:
    """Nothing of a failing work stays, and the caller gets its very error."""

    def fail(tx: Tx) -> None:
        inbox.first_time(tx, "web", "1", NOW)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await database.run(fail)
    assert [] == await database.run(seen)


async def test_one_of_many_at_once_fails_alone(database: Database) -> None:
    """Works that run at the same time are kept or undone each for itself."""

    def work(number: int, tx: Tx) -> int:
        inbox.first_time(tx, "web", f"{number:03}", NOW)
        if number % 3 == 0:
            raise ValueError(number)
        return number

    outcomes = await asyncio.gather(
        *(database.run(lambda tx, number=number: work(number, tx)) for number in range(100)),  # type: ignore[misc]
        return_exceptions=True,
    )
    kept = [number for number in range(100) if number % 3]
    assert kept == [outcome for outcome in outcomes if isinstance(outcome, int)]
    assert [f"{number:03}" for number in kept] == await database.run(seen)


async def test_what_waits_together_is_committed_together(url: str, vault: Vault, engine: str) -> None:
    """On SQLite nobody hears of success before the commit, and the commit is shared by those who wait."""
    if engine == "postgresql":
        assert located(url).get_backend_name() == engine  # its server groups commits by itself
        return
    async with Database(url, vault) as database:
        gate, heard = Event(), []
        first = asyncio.ensure_future(database.run(lambda _: gate.wait(5)))
        reader = sqlite3.connect(str(located(url).database))
        rest = [
            asyncio.ensure_future(database.run(lambda tx, n=n: inbox.first_time(tx, "web", str(n), NOW)))
            for n in range(5)
        ]
        for one in rest:
            one.add_done_callback(lambda _: heard.append(reader.execute("SELECT count(*) FROM inbox").fetchone()[0]))
        await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(first, *rest)
        reader.close()
        assert [5] * 5 == heard


@given(st.lists(st.sampled_from(["keep", "fail", "refused"]), min_size=1, max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_mixture_keeps_exactly_what_succeeded(database: Database, kinds: list[str]) -> None:
    """Whatever fails, and however, the neighbours in the same commit are kept."""

    def work(number: int, kind: str, tx: Tx) -> None:
        inbox.first_time(tx, "web", f"{number:03}", NOW)
        if kind == "fail":
            raise ValueError(kind)
        if kind == "refused":
            addresses.link(tx, "nobody", "web", "a", NOW)

    await database.run(lambda tx: tx.execute(Statement(tables.inbox.delete())))
    works = [lambda tx, n=n, kind=kind: work(n, kind, tx) for n, kind in enumerate(kinds)]
    outcomes = await asyncio.gather(*map(database.run, works), return_exceptions=True)
    expected = {"keep": type(None), "fail": ValueError, "refused": Refused}
    assert [expected[kind] for kind in kinds] == [type(outcome) for outcome in outcomes]
    assert [f"{n:03}" for n, kind in enumerate(kinds) if kind == "keep"] == await database.run(seen)


async def test_sqlite_writes_in_one_thread(database: Database, engine: str) -> None:
    """On SQLite every work runs in the one writer; on PostgreSQL never in the loop's own thread."""
    names = set(await asyncio.gather(*(database.run(lambda _: current_thread().name) for _ in range(20))))
    assert current_thread().name not in names
    assert engine == "postgresql" or names == {"storage-writer"}


async def test_a_row_of_nobody_is_refused(database: Database) -> None:
    """A row without the row it belongs to is Refused: repeating does not help."""
    with pytest.raises(Refused):
        await database.run(lambda tx: addresses.link(tx, "nobody", "web", "a", NOW))


async def test_a_conflict_undoes_its_work(database: Database) -> None:
    """Conflict reaches the caller as it is, and nothing of the work stays."""

    def work(tx: Tx) -> None:
        inbox.first_time(tx, "web", "1", NOW)
        policies.put(tx, "company_c@1", "one", NOW)
        policies.put(tx, "company_c@1", "two", NOW)

    with pytest.raises(Conflict):
        await database.run(work)
    assert [] == await database.run(seen)


async def test_text_survives_as_it_was_written(database: Database) -> None:
    """Emoji, quotes and combining marks come back the same."""
    name = "Zoë 'x' \"y\" %s 👩‍🔧 é ﷽"
    await database.run(lambda tx: organisations.put(tx, Organisation("o", name, "p@1")))
    found = await database.run(lambda tx: organisations.get(tx, "o"))
    assert found is not None
    assert name == found.name


async def test_a_naive_moment_is_refused(database: Database) -> None:
    """A moment without a zone is a mistake of the caller, never a guess."""
    naive = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="no time zone"):
        await database.run(lambda tx: inbox.first_time(tx, "web", "1", naive))


async def test_a_moment_comes_back_in_utc(database: Database) -> None:
    """Whatever zone a moment was given in, it is the same moment in UTC, to the microsecond."""
    given_at = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
    await database.run(lambda tx: inbox.first_time(tx, "web", "1", given_at))
    ((at,),) = await database.run(lambda tx: tx.all(Statement(select(tables.inbox.c.at))))
    assert given_at == at
    assert UTC is at.tzinfo


async def test_closing_finishes_what_was_asked(url: str, vault: Vault) -> None:
    """Works handed over before the close are kept; later ones are Unavailable."""
    database = Database(url, vault)
    asked = [
        asyncio.ensure_future(database.run(lambda tx, n=n: inbox.first_time(tx, "web", str(n), NOW))) for n in range(20)
    ]
    await asyncio.sleep(0)
    await database.close()
    assert [True] * 20 == await asyncio.gather(*asked)
    with pytest.raises(Unavailable):
        await database.run(seen)
    await database.close()
    async with Database(url, vault) as again:
        assert 20 == len(await again.run(seen))


async def test_a_caller_that_went_away_stops_nobody(database: Database) -> None:
    """A cancelled caller neither blocks nor breaks the ones after."""
    gone = asyncio.ensure_future(database.run(seen))
    await asyncio.sleep(0)
    gone.cancel()
    assert await database.run(lambda tx: inbox.first_time(tx, "web", "1", NOW))
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_a_locked_file_is_unavailable(sqlite_path: Path, vault: Vault) -> None:
    """Somebody else holds the write lock: try later; once it is free everything goes on."""
    other = sqlite3.connect(sqlite_path, isolation_level=None)
    async with Database(f"sqlite:///{sqlite_path}", vault, patience=0.01) as database:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="locked"):
            await database.run(seen)
        other.execute("ROLLBACK")
        assert [] == await database.run(seen)
    other.close()


async def test_a_full_disk_is_unavailable(sqlite_path: Path, vault: Vault) -> None:
    """When the file may not grow, the works of that commit are Unavailable and reading goes on."""
    async with Database(f"sqlite:///{sqlite_path}", vault) as database:
        limit = "PRAGMA max_page_count = 1"  # the least: as large as the file is
        await database.run(lambda tx: tx._connection.execute(limit).fetchall())
        with pytest.raises(Unavailable, match="full"):
            await database.run(lambda tx: policies.put(tx, "p@1", "x" * 1_000_000, NOW))
        assert await database.run(lambda tx: policies.text(tx, "p@1")) is None


@pytest.mark.parametrize("content", [b"", b"no database at all" * 500])
async def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path, vault: Vault, content: bytes) -> None:
    """An empty or foreign file gives an error of ours, not a hang."""
    path = tmp_path / "odd.db"
    path.write_bytes(content)
    async with Database(f"sqlite:///{path}", vault) as database:
        with pytest.raises(Unavailable):
            await database.run(seen)


@pytest.mark.parametrize("name", ["gone.db", "nowhere/x.db"])
async def test_a_file_that_is_not_there_is_unavailable(tmp_path: Path, vault: Vault, name: str) -> None:
    """A database that got lost is not made anew and empty: only a migration makes one."""
    async with Database(f"sqlite:///{tmp_path}/{name}", vault) as database:
        with pytest.raises(Unavailable):
            await database.run(seen)
        with pytest.raises(Unavailable):
            await database.tidy()
    assert [] == names_in(tmp_path)


async def test_a_path_may_hold_any_character(sqlite_path: Path, vault: Vault) -> None:
    """Spaces, accents and signs that mean something in an address are only a name."""
    odd = str(sqlite_path.parent / "mijn bot é & co;x%20?#.db")
    shutil.move(sqlite_path, odd)
    async with Database(URL.create("sqlite", database=odd), vault) as database:
        assert [] == await database.run(seen)


async def test_a_server_that_is_gone_is_unavailable(tmp_path: Path, vault: Vault) -> None:
    """No server at the address: try later."""
    async with Database(f"postgresql://x@/none?host={tmp_path}", vault, pauses=()) as database:
        with pytest.raises(Unavailable):
            await database.run(seen)


async def test_a_broken_connection_is_replaced(postgres: Databases, postgres_template: str, vault: Vault) -> None:
    """The server ended every connection: the next work gets a new one and its caller notices nothing."""
    url = postgres.create("broken", postgres_template)
    try:
        async with Database(url, vault, pauses=(0, 0, 0, 0, 0)) as database:
            await asyncio.gather(*(database.run(seen) for _ in range(8)))
            postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'broken'")
            assert [True] * 8 == await asyncio.gather(
                *(database.run(lambda tx, n=n: inbox.first_time(tx, "web", str(n), NOW)) for n in range(8))
            )
    finally:
        postgres.drop("broken")


async def test_a_deadlock_is_run_again(postgres: Databases, postgres_template: str, vault: Vault) -> None:
    """Two works that wait for each other both succeed: the one PostgreSQL stops is run again."""
    url = postgres.create("deadlock", postgres_template)
    meeting, runs = Barrier(2), []

    def work(first: str, second: str, tx: Tx) -> None:
        runs.append(first)
        organisations.put(tx, Organisation(first, first, "p@1"))
        if len(runs) <= 2:
            meeting.wait(5)
        organisations.put(tx, Organisation(second, first, "p@1"))

    try:
        async with Database(url, vault) as database:
            await database.run(settle_people)
            await asyncio.gather(
                database.run(lambda tx: work("acme", "other", tx)), database.run(lambda tx: work("other", "acme", tx))
            )
            assert 3 == len(runs)
    finally:
        postgres.drop("deadlock")


async def test_a_work_is_not_run_for_ever(postgres: Databases, postgres_template: str, vault: Vault) -> None:
    """After five new tries the caller hears Unavailable."""
    url = postgres.create("again", postgres_template)
    runs = []

    def work(_tx: Tx) -> None:
        runs.append(1)
        raise psycopg.errors.SerializationFailure("could not serialize access")

    try:
        async with Database(url, vault, pauses=(0, 0, 0, 0, 0)) as database:
            with pytest.raises(Unavailable):
                await database.run(work)
    finally:
        postgres.drop("again")
    assert 6 == len(runs)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y"])
def test_a_database_of_another_kind_is_refused_at_once(url: str, vault: Vault) -> None:
    """Only a file or a PostgreSQL can keep what we promise."""
    with pytest.raises(ValueError, match="sqlite:////path"):
        Database(url, vault)
