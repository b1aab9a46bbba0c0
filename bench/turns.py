"""Durable chat turns per second through `handle`, beside the bare driver doing the same statements in the same round.

The talk is the contact agreement, from typing its name to the case saved with its line in the journal, by as many
line managers as speak at once, each in an employer of twenty. What `handle` said to the database is written down
once and then repeated by the bare driver on a fresh copy: the same rows, the same reads, the same sealed values, one
commit a turn. So the ratio is what the conversation itself costs: understanding, replaying, wording, sealing.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import psycopg

from bench.stage import MORNING, Site, employ, on_postgres, on_sqlite, spread, stage
from bot.handle import handle
from conversations.incoming import Incoming
from storage import cases
from storage.sqlite import PRAGMAS, connect

if TYPE_CHECKING:
    from bench.stage import Stage
    from storage.database import Tx

AT_ONCE = (1, 32)
EMPLOYERS = 64
ROUNDS = 3
SAID = ("contactafspraak met Jan0", ".0", ".0", ".0", ".1", ".i newsletter team_event", ".0", ".i 2026-11-10", ".0")

Said = list[tuple[str, Any]]  # the statements of one turn


class Listening:
    """A connection that writes down what is said to it."""

    def __init__(self, connection: Any, said: Said) -> None:
        self._connection, self._said = connection, said

    def execute(self, sql: str, values: Any) -> Any:
        """The same, written down."""
        self._said.append((sql, values))
        return self._connection.execute(sql, values)


@dataclass
class Speaker:
    """A line manager in a chat: what was said to the database in each turn, and how long each took."""

    person: str
    count: int = 0
    said: list[Said] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    last: str = ""

    def new_id(self) -> str:
        """An id that is remembered: the last one made in a turn is that of the message with the buttons."""
        self.count += 1
        self.last = f"{self.person}-{self.count}".ljust(22, "x")
        return self.last

    def event(self, number: int, words: str) -> Incoming:
        """What the channel brings in."""
        same = {"channel": "count", "id": f"{self.person}-{number}", "address": self.person, "at": MORNING}
        if not words.startswith("."):
            return Incoming(kind="text", text=words, **same)  # type: ignore[arg-type] # the fields of an event
        button, *values = words.split()
        kind = "pick" if values else "press"
        return Incoming(kind=kind, button=self.last + button, values=tuple(values), **same)  # type: ignore[arg-type]

    async def talk(self, one: Stage, *, listening: bool = False) -> None:
        """The whole talk."""
        house = replace(one.app.house, new_id=self.new_id)
        for number, words in enumerate(SAID):
            event, said = self.event(number, words), []  # type: tuple[Incoming, Said]

            def work(tx: Tx, event: Incoming = event, said: Said = said) -> object:
                if listening:
                    said.clear()
                    tx._connection = Listening(tx._connection, said)  # noqa: SLF001 - to write down what passes
                return handle(tx, house, event)

            began = time.perf_counter()
            await one.app.database.run(work)
            self.seconds.append(time.perf_counter() - began)
            self.said.append(said)


def speakers() -> list[Speaker]:
    """One in every employer."""
    return [Speaker(f"m{number}") for number in range(EMPLOYERS)]


async def ours(url: str, at_once: int, *, listening: bool = False) -> tuple[list[Speaker], float]:
    """Everybody's talks, so many people at the same time; who spoke, and in how many seconds."""
    crowd = speakers()
    gate = asyncio.Semaphore(at_once)

    async def go(one: Stage, speaker: Speaker) -> None:
        async with gate:
            await speaker.talk(one, listening=listening)

    async with stage(url, migrated=True) as one:
        began = time.perf_counter()
        await asyncio.gather(*(go(one, speaker) for speaker in crowd))
        seconds = time.perf_counter() - began
        assert await one.app.database.run(_agreed) == EMPLOYERS, "a talk did not come to its end"
        return crowd, seconds


def bare(open_one: Callable[[], Any], at_once: int, heard: list[list[Said]]) -> float:
    """The same statements by the driver alone, each thread with a connection of its own; seconds."""
    connections = [open_one() for _ in range(at_once)]
    begin = "BEGIN IMMEDIATE" if isinstance(connections[0], sqlite3.Connection) else "BEGIN"

    def speak(connection: Any, mine: list[list[Said]]) -> None:
        for turns in mine:
            for said in turns:
                connection.execute(begin)
                for sql, values in said:
                    cursor = connection.execute(sql, values)
                    if cursor.description:
                        cursor.fetchall()
                connection.execute("COMMIT")

    threads = [threading.Thread(target=speak, args=(one, heard[n::at_once])) for n, one in enumerate(connections)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    for connection in connections:
        connection.close()
    return seconds


def measured(site: Site, bare_threads: int) -> Iterator[dict[str, Any]]:
    """The figures of one kind of database."""
    asyncio.run(_prepare(site.url))
    turns = EMPLOYERS * len(SAID)
    crowd, _ = asyncio.run(ours(site.copy(), 1, listening=True))
    heard = [speaker.said for speaker in crowd]
    statements = sum(len(said) for turns_of in heard for said in turns_of) / turns
    for at_once in AT_ONCE:
        mine, theirs, seconds = [], [], []
        for _ in range(ROUNDS):
            crowd, taken = asyncio.run(ours(site.copy(), at_once))
            mine.append(turns / taken)
            seconds += [each for speaker in crowd for each in speaker.seconds]
            copy = site.copy()
            theirs.append(turns / bare(lambda copy=copy: _open(copy), min(at_once, bare_threads), heard))  # type: ignore[misc]
        ratio = median(a / b for a, b in zip(mine, theirs, strict=True))
        yield {"figure": f"turns_{site.kind}_{at_once}", "value": round(median(mine)), "unit": "turns/s",
               "driver": round(median(theirs)), "ratio": round(ratio, 2), "statements": round(statements, 1),
               **spread(seconds)}  # fmt: skip


def _agreed(tx: Tx) -> int:
    """With how many people contact was agreed."""
    found = (cases.open_of(tx, f"e{number}-0") for number in range(EMPLOYERS))
    return sum(case is not None and case.contact.agreed_on is not None for case in found)


async def _prepare(url: str) -> None:
    async with stage(url) as one:
        for number in range(EMPLOYERS):
            await one.app.database.run(lambda tx, number=number: employ(tx, one, number))  # type: ignore[misc]


def _open(url: str) -> Any:
    """A bare connection, set as ours are."""
    if url.startswith("sqlite"):
        connection = connect(str(Path(url.removeprefix("sqlite:///"))), 30.0)
        connection.close()
        bare_one = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
        for pragma in PRAGMAS:
            bare_one.execute(f"PRAGMA {pragma}")
        return bare_one
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def figures() -> Iterator[dict[str, Any]]:
    """Both kinds of database. SQLite has one writer however many speak; PostgreSQL as many as our pool."""
    with on_sqlite() as site:
        yield from measured(site, 1)
    with on_postgres() as site:
        yield from measured(site, 4)
