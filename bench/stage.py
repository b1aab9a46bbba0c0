"""An organisation of any size, for the figures: as many teams of one as asked, every case due or none."""

from __future__ import annotations

import contextlib
import logging
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import structlog

from bot.app import App
from bot.channels import Receipt
from bot.desk import open_case
from bot.settings import Settings
from conversations.case import Person
from conversations.talking.dialogue import OpenCase
from storage import organisations, people
from storage.migrations import migrate
from storage.organisations import Organisation

if TYPE_CHECKING:
    from messages.message import Message
    from storage.database import Tx

START = date(2026, 11, 2)
MORNING = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)  # nine o'clock in Brussels, a Monday
PAGE = 250


@dataclass
class Counting:
    """A channel that only counts."""

    name: str = "count"
    count: int = 0

    async def send(self, address: str, message: Message, key: str) -> Receipt:  # noqa: ARG002 - it only counts
        """One more."""
        self.count += 1
        return Receipt(address, key)

    async def edit(self, receipt: Receipt, message: Message) -> None:
        """Nothing to count."""


@dataclass
class Stage:
    """A running bot with a clock that can be set."""

    app: App
    channel: Counting
    clock: list[datetime] = field(default_factory=lambda: [MORNING])


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A place on disk for a database, gone afterwards."""
    path = Path(tempfile.mkdtemp(prefix="terugkeer-bench-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.asynccontextmanager
async def stage(url: str) -> AsyncIterator[Stage]:
    """The bot on that database, migrated, with an organisation in it and nobody else."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    migrate(url)
    clock = [MORNING]
    channel = Counting()
    app = App(Settings(database_url=url, keys={"bench": b"k" * 32}), lambda: clock[0], (channel,))
    organisation = Organisation("bench", "Bench", "company_c@1", frozenset({"staff_of_20"}))
    await app.database.run(lambda tx: organisations.put(tx, organisation))
    try:
        yield Stage(app, channel, clock)
    finally:
        await app.stop()


async def fill(stage: Stage, teams: int) -> None:
    """So many line managers, each with one colleague who is absent from the first day."""
    for first in range(0, teams, PAGE):
        numbers = range(first, min(first + PAGE, teams))

        def work(tx: Tx, numbers: range = numbers) -> None:
            for number in numbers:
                manager = Person(f"m{number}", "bench", f"Mia{number} Claes", f"m{number}@bench.example",
                                 frozenset({"employee", "manager"}))  # fmt: skip
                employee = Person(f"e{number}", "bench", f"Jan{number} Peeters", f"e{number}@bench.example",
                                  manager=manager.id)  # fmt: skip
                people.put(tx, manager)
                people.put(tx, employee)
                people.link(tx, manager.id, "count", manager.id, MORNING)
                open_case(tx, stage.app.house, employee, OpenCase(employee.id, START, START), manager, MORNING)

        await stage.app.database.run(work)


def spread(seconds: list[float]) -> dict[str, float]:
    """Median and 99th percentile, in milliseconds."""
    ordered = sorted(seconds)
    worst = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return {"p50_ms": round(median(ordered) * 1000, 3), "p99_ms": round(worst * 1000, 3)}
