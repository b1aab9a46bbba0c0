"""PostgreSQL: a few threads, a connection for each, and another try when the database asks for one."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from storage.transaction import Refused, Tx, Unavailable, Work, carry_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import URL

    from storage.vault import Vault

TRY_AGAIN = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)  # 40001, 40P01


def connection_options(patience: float) -> dict[str, Any]:
    """How every connection is made. `patience`: seconds to wait for a lock, or for the server to answer."""
    wait = int(patience * 1000)
    settings = {"timezone": "UTC", "lock_timeout": wait, "idle_in_transaction_session_timeout": 60_000}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return {"options": options, "connect_timeout": max(2, int(patience))}


class Lost(Exception):  # noqa: N818 - never leaves this module
    """The connection broke before the commit was asked for: nothing happened, so the work may run again."""


class Pool:
    """Runs works in threads. `pauses` are the seconds before each new try; when they are used up, Unavailable."""

    def __init__(self, url: URL, vault: Vault, patience: float, threads: int, pauses: Sequence[float]) -> None:
        self._vault, self._pauses = vault, tuple(pauses)
        self._engine = create_engine(url, pool_size=threads, max_overflow=0, connect_args=connection_options(patience))
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="storage")
        self._open = True

    def submit(self, work: Work[Any]) -> asyncio.Future[Any]:
        """Hand the work to a thread."""
        if not self._open:
            raise Unavailable("The database was closed.")
        return asyncio.get_running_loop().run_in_executor(self._threads, self._persist, work)

    def close(self) -> None:
        """Finish what was handed over, then let every connection go."""
        self._open = False
        self._threads.shutdown(wait=True)
        self._engine.dispose()

    def tidy(self) -> None:
        """PostgreSQL tidies by itself (autovacuum)."""

    def _persist(self, work: Work[Any]) -> Any:
        for pause in (*self._pauses, None):
            try:
                return self._once(work)
            except (*TRY_AGAIN, Lost) as problem:
                if pause is None:
                    raise Unavailable(str(problem)) from problem
                time.sleep(pause)
            except (psycopg.IntegrityError, psycopg.DataError) as problem:
                raise Refused(str(problem)) from problem
            except psycopg.OperationalError as problem:
                raise Unavailable(str(problem)) from problem
        raise AssertionError("the last pause is None")

    def _once(self, work: Work[Any]) -> Any:
        try:
            pooled = self._engine.raw_connection()
        except (psycopg.Error, SQLAlchemyError) as problem:
            raise Unavailable(str(problem)) from problem
        connection: Any = pooled.driver_connection
        try:
            try:
                outcome = carry_out(work, Tx(connection, self._engine.dialect, self._vault))
            except psycopg.OperationalError as problem:
                if connection.broken:
                    raise Lost(str(problem)) from problem
                raise
            connection.commit()
        except BaseException:
            if connection.broken:
                pooled.invalidate()
            raise
        else:
            return outcome
        finally:
            pooled.close()  # rolls back what was not committed
