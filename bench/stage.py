"""Where the figures are taken: a running bot on a fresh database of each kind, with as many people as asked."""

from __future__ import annotations

import contextlib
import gc
import logging
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import psycopg
import structlog

from bot.app import App
from bot.changing import open_case
from bot.channels import Receipt
from bot.settings import Settings
from conversations.case import Person
from conversations.talking.dialogue import OpenCase
from storage import addresses, organisations, people
from storage.migrations import migrate
from storage.organisations import Organisation
from tests.postgres import serving

if TYPE_CHECKING:
    from messages.message import Message
    from storage.database import Tx

START = date(2026, 11, 2)
MORNING = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)  # nine o'clock in Brussels, a Monday
PAGE = 250
EMPLOYED = 20  # from so many workers on an employer has the duties of L-06


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


@dataclass(frozen=True, slots=True)
class Site:
    """A place for databases: `url` is an empty one, `copy` makes one that holds the same by now."""

    kind: str
    url: str
    copy: Callable[[], str]


@contextlib.contextmanager
def on_sqlite() -> Iterator[Site]:
    """Files on the disk of the machine."""
    with folder() as path:
        first, numbers = path / "first.db", count()

        def copy() -> str:
            return f"sqlite:///{shutil.copy(first, path / f'{next(numbers)}.db')}"

        yield Site("sqlite", f"sqlite:///{first}", copy)


@contextlib.contextmanager
def on_postgres() -> Iterator[Site]:
    """A server started for this, which waits for the disk; or the one of $TEST_DATABASE_URL."""
    with serving(more="") as databases:
        numbers = count()
        url = databases.create("bench")
        yield Site("postgresql", url, lambda: databases.create(f"bench_{next(numbers)}", "bench"))
        databases.drop("bench")


def analysed(site: Site) -> None:
    """PostgreSQL knows how much there is of what, as it does by itself within a minute."""
    if site.kind == "postgresql":
        with psycopg.connect(site.url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("ANALYZE")


@contextlib.asynccontextmanager
async def stage(url: str, *, migrated: bool = False) -> AsyncIterator[Stage]:
    """The bot on that database, with an organisation in it; nobody else, unless it was `migrated` and filled before."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if not migrated:
        migrate(url)
    clock = [MORNING]
    channel = Counting()
    app = App(Settings(database_url=url, keys={"bench": b"k" * 32}), lambda: clock[0], (channel,))
    organisation = Organisation("bench", "Bench", "company_c@1", frozenset({"staff_of_20"}))
    await app.database.run(lambda tx: organisations.put(tx, organisation))
    gc.freeze()  # as the process itself does when it starts
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
                addresses.link(tx, manager.id, "count", manager.id, MORNING)
                open_case(tx, stage.app.house, employee, OpenCase(employee.id, START, START), manager, MORNING)

        await stage.app.database.run(work)


def employ(tx: Tx, stage: Stage, number: int) -> None:
    """An employer of twenty: a line manager in the chat, one of the team absent, and somebody of HR."""
    name = f"o{number}"
    organisations.put(tx, Organisation(name, name, "company_c@1", frozenset({"staff_of_20"})))
    manager = Person(f"m{number}", name, "Mia Claes", f"m{number}@bench.example", frozenset({"employee", "manager"}))
    hr = Person(f"h{number}", name, "An Maes", f"h{number}@bench.example", frozenset({"employee", "hr"}))
    team = [
        Person(f"e{number}-{n}", name, f"Jan{n} Peeters", f"e{number}-{n}@bench.example", team="a", manager=manager.id)
        for n in range(EMPLOYED - 2)
    ]
    for person in (manager, hr, *team):
        people.put(tx, person)
    addresses.link(tx, manager.id, "count", manager.id, MORNING)
    open_case(tx, stage.app.house, team[0], OpenCase(team[0].id, START, START), manager, MORNING)


def spread(seconds: list[float]) -> dict[str, float]:
    """Median and 99th percentile, in milliseconds."""
    ordered = sorted(seconds)
    worst = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return {"p50_ms": round(median(ordered) * 1000, 3), "p99_ms": round(worst * 1000, 3)}
