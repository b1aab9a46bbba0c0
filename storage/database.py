"""The database: `await database.run(work)` runs `work(tx)` as one transaction.

A work is a plain function, so the network cannot get in between; it may run more than once on PostgreSQL, so it
changes nothing but the database.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self, TypeVar

from sqlalchemy import URL, make_url

from storage.postgres import Pool
from storage.sqlite import Writer
from storage.transaction import Conflict, Refused, Tx, Unavailable, Work

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from storage.vault import Vault

__all__ = ["Conflict", "Database", "Refused", "Tx", "Unavailable", "Work", "located"]

Outcome = TypeVar("Outcome")
PAUSES = (0.01, 0.03, 0.07, 0.15, 0.3)  # seconds before each new try: five of them (reliability.md C4)


def located(url: str | URL) -> URL:
    """The address of the database with the driver we use; ValueError for another kind of database."""
    address = make_url(url)
    kind = address.get_backend_name()
    if kind == "postgres":
        kind = "postgresql"
    if kind == "sqlite":
        if not address.database or address.database == ":memory:":
            raise ValueError("SQLite needs a file: sqlite:////path/to/terugkeer.db")
        return address.set(drivername="sqlite")
    if kind == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    raise ValueError(f"{kind} is not supported: use sqlite:////path/to/file or postgresql://user@host/name")


class Database:
    """Where everything is kept. `patience`: seconds to wait for a lock; `threads` and `pauses` are PostgreSQL's."""

    def __init__(
        self,
        url: str | URL,
        vault: Vault,
        *,
        patience: float = 5.0,
        threads: int = 4,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self.url = located(url)
        self.kind = self.url.get_backend_name()
        self.hands = 1 if self.kind == "sqlite" else 2  # how many may work at once and be quicker together
        self._keeper: Writer | Pool
        if self.kind == "sqlite":
            self._keeper = Writer(str(self.url.database), vault, patience)
        else:
            self._keeper = Pool(self.url, vault, patience, threads, pauses)

    async def run(self, work: Work[Outcome]) -> Outcome:
        """What the work returned, once it is durable.

        Raises what the work raised, of which nothing is kept, or Unavailable or Refused (see transaction.py).
        """
        outcome: Outcome = await self._keeper.submit(work)
        return outcome

    async def tidy(self) -> None:
        """Let what was erased disappear from the files of SQLite too: after a sweep, and once a night."""
        await asyncio.to_thread(self._keeper.tidy)

    async def close(self) -> None:
        """Finish what was asked, then stop. What is asked afterwards is Unavailable."""
        await asyncio.to_thread(self._keeper.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
