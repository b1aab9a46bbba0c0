"""SQLite: one thread that writes, and commits what waits together.

One writer, because several connections wait for each other by sleeping (seconds of p99, performance.md B4). What
queued up while the disk was busy shares the next commit, each in a savepoint of its own, so that one which fails
goes alone. Nobody hears of success before the commit.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from storage.transaction import Refused, Tx, Unavailable, Work, carry_out

if TYPE_CHECKING:
    from storage.vault import Vault

TOGETHER = 64  # works in one commit: more gains nothing and lets the first wait (performance.md A5)
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",  # what is erased is overwritten, in the file too
    "temp_store=MEMORY",
    "wal_autocheckpoint=4000",  # pages: a turn writes about twenty, and 16 MB is still a small log
)


@dataclass(slots=True)
class Job:
    """A work, where its outcome goes, and that outcome once it is known."""

    work: Work[Any]
    future: asyncio.Future[Any]
    outcome: Any = None
    problem: BaseException | None = None

    def settle(self) -> None:
        """Tell the one who waits; runs in the loop of the future."""
        if self.future.done():  # the caller was cancelled meanwhile
            return
        if self.problem is None:
            self.future.set_result(self.outcome)
        else:
            self.future.set_exception(self.problem)


def translated(problem: BaseException) -> BaseException:
    """The problem by what the caller must do."""
    if isinstance(problem, sqlite3.IntegrityError | sqlite3.DataError):
        return Refused(str(problem))
    if isinstance(problem, sqlite3.ProgrammingError):
        return problem
    if isinstance(problem, sqlite3.Error):
        return Unavailable(str(problem))
    return problem


def connect(path: str, patience: float) -> sqlite3.Connection:
    """A connection as every one of ours must be. `patience`: seconds to wait for another process's lock.

    The file must exist: a database that got lost must not come back empty and go on as if nothing had happened.
    """
    place = f"{Path(path).absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(place, uri=True, timeout=patience, isolation_level=None, cached_statements=256)
    try:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


class Writer:
    """The thread and its queue."""

    def __init__(self, path: str, vault: Vault, patience: float) -> None:
        self._path, self._vault, self._patience = path, vault, patience
        self._dialect = SQLiteDialect_pysqlite()
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._gate = Lock()
        self._open = True
        self._connection: sqlite3.Connection | None = None
        self._thread = Thread(target=self._serve, name="storage-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work[Any]) -> asyncio.Future[Any]:
        """Put the work in the queue; the future hears of it after the commit."""
        future = asyncio.get_running_loop().create_future()
        with self._gate:
            if not self._open:
                raise Unavailable("The database was closed.")
            self._queue.put(Job(work, future))
        return future

    def close(self) -> None:
        """Finish what is in the queue, then stop."""
        with self._gate:
            if self._open:
                self._open = False
                self._queue.put(None)
        self._thread.join()

    def tidy(self) -> None:
        """Write the log into the database and empty it; what was erased is then gone from both."""
        try:
            with closing(connect(self._path, self._patience)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as problem:
            raise translated(problem) from problem

    def _serve(self) -> None:
        last = False
        while not last:
            batch, last = self._next()
            waiting = [job for job in batch if not job.future.cancelled()]
            if waiting:
                self._write(waiting)
                _settle(waiting)
        if self._connection is not None:
            self._connection.close()

    def _next(self) -> tuple[list[Job], bool]:
        batch: list[Job] = []
        job = self._queue.get()
        while job is not None:
            batch.append(job)
            if len(batch) == TOGETHER:
                return batch, False
            try:
                job = self._queue.get_nowait()
            except Empty:
                return batch, False
        return batch, True

    def _write(self, batch: Sequence[Job]) -> None:
        try:
            if self._connection is None:
                self._connection = connect(self._path, self._patience)
            self._together(self._connection, batch)
        except BaseException as problem:  # noqa: BLE001 - whoever waits must hear of it, and the thread go on
            for job in batch:
                job.problem = job.problem or translated(problem)
            self._start_afresh()

    def _together(self, connection: sqlite3.Connection, batch: Sequence[Job]) -> None:
        execute = connection.execute
        execute("BEGIN IMMEDIATE")
        if len(batch) == 1:
            batch[0].outcome = carry_out(batch[0].work, Tx(connection, self._dialect, self._vault))
        else:
            for job in batch:
                execute("SAVEPOINT work")
                try:
                    job.outcome = carry_out(job.work, Tx(connection, self._dialect, self._vault))
                except BaseException as problem:
                    job.problem = translated(problem)
                    if not connection.in_transaction:  # a full disk takes the whole transaction with it
                        raise
                    execute("ROLLBACK TO work")
                execute("RELEASE work")
        execute("COMMIT")

    def _start_afresh(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()  # rolls back what was open


def _settle(jobs: Sequence[Job]) -> None:
    """One call a loop, because waking a loop costs more than the work."""
    loops: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in jobs:
        loops.setdefault(job.future.get_loop(), []).append(job)
    for loop, mine in loops.items():
        try:
            loop.call_soon_threadsafe(_tell, mine)
        except RuntimeError:  # the loop was closed: nobody waits any more
            continue


def _tell(jobs: Sequence[Job]) -> None:
    for job in jobs:
        job.settle()
