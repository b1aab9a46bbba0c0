"""Migrations."""

from __future__ import annotations

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, select, text

from storage import tables
from storage.database import located
from storage.migrations import FOLDER, migrate

if TYPE_CHECKING:
    from sqlalchemy import Engine


def differences(url: str) -> list[Any]:
    """What the database has and the tables have not, and the other way round."""
    engine = create_engine(located(url))
    with engine.connect() as connection:
        found: list[Any] = compare_metadata(MigrationContext.configure(connection), tables.metadata)
    engine.dispose()
    return found


def test_an_empty_database_migrates_to_the_tables(empty_url: str) -> None:
    """After every migration the database is what tables.py says."""
    migrate(empty_url)
    assert [] == differences(empty_url)


def test_a_migrated_database_has_every_partial_index(empty_url: str) -> None:
    """The indexes that keep looking for work cheap are there, over some rows only."""
    migrate(empty_url)
    engine = create_engine(located(empty_url))
    kept = {
        index["name"]: dict(index["dialect_options"])
        for table in tables.metadata.tables
        for index in inspect(engine).get_indexes(table)
    }
    engine.dispose()
    for table in tables.metadata.tables.values():
        for index in table.indexes:
            partial = index.dialect_options["sqlite"]["where"] is not None
            assert partial == any("where" in option for option in kept[str(index.name)]), index.name


def test_migrating_again_changes_nothing(empty_url: str) -> None:
    """A database that is up to date stays as it is."""
    migrate(empty_url)
    migrate(empty_url)
    assert [] == differences(empty_url)


def test_two_workers_migrate_at_once(empty_url: str) -> None:
    """Who comes second waits and finds the work done."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [empty_url] * 4))
    assert [] == differences(empty_url)


def test_a_rebuilt_table_keeps_its_children(empty_url: str, tmp_path: Path) -> None:
    """A later migration that rebuilds `people` on a populated database loses no row that belongs to it."""
    migrate(empty_url)
    engine = create_engine(located(empty_url))
    populate(engine)
    migrate(empty_url, with_a_later_one(tmp_path, REBUILD))
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT person FROM addresses")).scalars().all()
        grown = connection.execute(text("SELECT nickname FROM people")).scalars().all()
    engine.dispose()
    assert ["jan"] == kept
    assert ["-"] == grown


def test_a_chat_linked_long_ago_counts_as_heard_at_the_upgrade(empty_url: str, tmp_path: Path) -> None:
    """Nobody is asked whose it is in the first night after; of the page it stays unknown whether anybody came in."""
    before = Path(shutil.copytree(FOLDER, tmp_path / "before", ignore=shutil.ignore_patterns("__pycache__")))
    for file in (before / "versions").glob("*.py"):
        if re.findall(r'^revision = "(\d+)"', file.read_text(), re.MULTILINE)[0] >= "0008":
            file.unlink()
    migrate(empty_url, before)
    engine = create_engine(located(empty_url))
    populate(engine)
    chat = {"channel": "slack", "address": "U1", "person": "jan", "linked_at": datetime(2020, 1, 1, tzinfo=UTC)}
    with engine.begin() as connection:
        connection.execute(tables.addresses.insert(), chat)
    migrate(empty_url)
    with engine.connect() as connection:
        kept = dict(connection.execute(select(tables.addresses.c.channel, tables.addresses.c.confirmed_at)).all())  # type: ignore[arg-type] # pairs
    engine.dispose()
    assert kept["web"] is None
    assert datetime(2026, 1, 1, tzinfo=UTC) < kept["slack"]


def test_a_migration_that_leaves_orphans_is_undone(tmp_path: Path) -> None:
    """On SQLite, where foreign keys are off meanwhile, rows that lost their owner undo the whole migration."""
    url = f"sqlite:///{tmp_path / 'orphans.db'}"
    migrate(url)
    engine = create_engine(url)
    populate(engine)
    with pytest.raises(RuntimeError, match="1 rows without the row they belong to"):
        migrate(url, with_a_later_one(tmp_path, 'op.execute("DELETE FROM people")'))
    with engine.connect() as connection:
        assert ["jan"] == connection.execute(text("SELECT id FROM people")).scalars().all()
    engine.dispose()


REBUILD = """
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("nickname", sa.Text(), nullable=False, server_default="-"))
        people.alter_column("team", nullable=True)
"""
LATER = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None


def upgrade() -> None:
    {change}
"""


def with_a_later_one(tmp_path: Path, change: str) -> Path:
    """A copy of the migrations with one more, as a later release will bring."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "later", ignore=shutil.ignore_patterns("__pycache__")))
    head = ScriptDirectory(str(folder)).get_current_head()
    (folder / "versions" / "later.py").write_text(LATER.format(change=change.strip(), head=head))
    return folder


def populate(engine: Engine) -> None:
    """One organisation, one person, one address."""
    now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    acme = {"id": "acme", "name": "Acme", "policy": "c@1", "facts": "[]", "holidays": "[]"}
    jan = {
        "id": "jan", "organisation": "acme", "name": "Jan", "email": "", "roles": "", "team": "", "workdays": "12345",
        "opens": time(8, 30), "closes": time(17), "locale": "nl", "active": True,
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(tables.organisations.insert(), acme)
        connection.execute(tables.people.insert(), jan)
        connection.execute(
            tables.addresses.insert(), {"channel": "web", "address": "jan", "person": "jan", "linked_at": now}
        )
