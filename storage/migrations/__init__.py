"""From any older shape of the database to the one of tables.py."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError

from storage.database import Unavailable, located

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

FOLDER = Path(__file__).parent
LOCK = 0x7E_72_75_67  # any number, as long as it is ours: one migration at a time


def config(connection: Connection, folder: Path = FOLDER) -> Config:
    """Alembic's settings for that connection; there is no file of them."""
    settings = Config()
    settings.set_main_option("script_location", str(folder))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


def migrate(url: str | URL, folder: Path = FOLDER) -> None:
    """Bring the database to the last revision, all or nothing. Two at once: the second waits and finds it done."""
    address = located(url)
    engine = create_engine(address)
    sqlite = address.get_backend_name() == "sqlite"
    if sqlite:
        event.listen(engine, "connect", _by_hand)
        event.listen(engine, "begin", _immediately)
    try:
        with engine.begin() as connection:
            if not sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            command.upgrade(config(connection, folder), "head")
            if sqlite:
                _check(connection)
    finally:
        engine.dispose()


def up_to_date(url: str | URL) -> bool:
    """Whether the database is there and of the last revision. Unavailable when nobody answers."""
    address = located(url)
    sqlite = address.get_backend_name() == "sqlite"
    if sqlite and not Path(address.database or "").is_file():
        return False  # connecting would make an empty one
    engine = create_engine(address, connect_args={} if sqlite else {"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            scripts = ScriptDirectory.from_config(config(connection))
            return set(MigrationContext.configure(connection).get_current_heads()) == set(scripts.get_heads())
    except OperationalError as problem:
        raise Unavailable("The database does not answer.") from problem
    finally:
        engine.dispose()


def _by_hand(connection: Any, _record: object) -> None:
    """A table that is rebuilt is dropped first; with foreign keys on, its children would go with it."""
    connection.isolation_level = None
    for pragma in ("foreign_keys=OFF", "journal_mode=WAL", "secure_delete=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _immediately(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _check(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"The migration left {len(broken)} rows without the row they belong to: nothing is kept.")
