"""Nudges per second through `tick` and `deliver`, beside APScheduler 3.11 with its SQL job store in the same round.

APScheduler runs as people run it in an asyncio program: AsyncIOScheduler, SQLAlchemyJobStore on the same kind of
database, one `date` job a reminder. Its jobs are coroutines, which its executor runs in the loop, so no thread costs
it anything. There are four kinds of job:

- same: the same work with our own functions: decide from the policy, word, seal, queue and claim with its attempt,
  commit, hand over, write the outcome, commit (`apscheduler`, `ratio`);
- in line: it only queues what it decided, and lets our `deliver` send all that waits by then, so what ours does
  together is done together for it as well (`in_line`, `ratio_in_line`);
- careful: look at the case, write the row as attempted, commit, hand over, write that it was sent, commit;
- plain: render the lines ours said, write them in a row with a unique key, commit, hand over. A crash between the two
  loses or repeats the message, and nobody knows.

The last two neither decide from a policy nor seal, and share one open connection. A job of APScheduler does not survive
in its pool, because it is deleted when it begins.
`on_disk_ms` is what one flush costs here: whoever commits one by one pays it for every job.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import psycopg
from apscheduler.events import EVENT_JOB_ERROR
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bench.stage import MORNING, Counting, fill, folder, on_postgres, on_sqlite, stage
from bot import desk
from bot.deliver import send
from bot.straight import Straight
from bot.tick import look_at, tick
from messages.message import joined, to_json
from messages.render import render
from storage import cases

if TYPE_CHECKING:
    from bench.stage import Site
    from bot.app import App
    from bot.straight import Taken
    from conversations.case import Case
    from messages.message import Message
    from storage.database import Tx

NUDGES = 1000
ROUNDS = 5
CREATE = (
    "CREATE TABLE sent (key TEXT PRIMARY KEY, person TEXT, body TEXT, state TEXT)",
    "CREATE TABLE absences (id TEXT PRIMARY KEY, content TEXT)",
)


class Peer:
    """What the jobs share: what to say, a connection, a channel that counts, and the end of it all."""

    said: list[Any]
    connection: Any
    careful: bool
    app: App
    channel: Counting
    ended: int
    over: asyncio.Event


def say(sql: str, *values: Any) -> Any:
    """One statement, in the words of either driver."""
    mark = "?" if isinstance(Peer.connection, sqlite3.Connection) else "%s"
    return Peer.connection.execute(sql.replace("?", mark), values)


async def job(number: int) -> None:
    """What an APScheduler job does: render the words, keep the row, hand it over."""
    key = f"c{number}/first_call"
    if Peer.careful:
        assert say("SELECT content FROM absences WHERE id = ?", f"c{number}").fetchone()
    message = joined(tuple(render(*said) for said in Peer.said))
    say("INSERT INTO sent VALUES (?, ?, ?, ?)", key, f"m{number}", to_json(message), "attempted")
    Peer.connection.commit()
    await Peer.channel.send(f"m{number}", message, key)
    if Peer.careful:
        say("UPDATE sent SET state = ? WHERE key = ?", "sent", key)
        Peer.connection.commit()
    if Peer.channel.count == NUDGES:
        Peer.over.set()


async def apscheduler(url: str, *, careful: bool) -> float:
    """Jobs a second: all due at once, until the last was handed over."""
    _open(url, careful=careful)
    try:
        return await _scheduled(url, job)
    finally:
        Peer.connection.close()


def _open(url: str, *, careful: bool) -> None:
    if url.startswith("sqlite"):
        Peer.connection = sqlite3.connect(url.removeprefix("sqlite:///").replace(".db", "-sent.db"))
        Peer.connection.execute("PRAGMA journal_mode=WAL")
    else:
        Peer.connection = psycopg.connect(url.replace("+psycopg", ""))
    Peer.careful = careful
    for table in CREATE:
        say(table)
    for number in range(NUDGES):
        say("INSERT INTO absences VALUES (?, ?)", f"c{number}", "x" * 600)
    Peer.connection.commit()
    Peer.channel = Counting()


async def same(number: int) -> None:
    """What an APScheduler job does that does the same work."""
    app = Peer.app

    def work(tx: Tx) -> Taken:
        straight = Straight(app.house.new_id(), app.now())
        look_at(tx, app.house, [_case(tx, number)], app.now(), straight)
        return straight.taken(tx)

    await send(app.database, app.channels, app.now, app.house, await app.database.run(work))
    _ended()


async def in_line(number: int) -> None:
    """What one does that leaves the sending to us."""
    app = Peer.app
    await app.database.run(lambda tx: look_at(tx, app.house, [_case(tx, number)], app.now()))
    await app.deliver()
    _ended()


def _case(tx: Tx, number: int) -> Case:
    case = cases.open_of(tx, f"e{number}")
    assert case is not None, "somebody is absent"
    return case


def _ended() -> None:
    Peer.ended += 1
    if Peer.ended == NUDGES:
        Peer.over.set()


async def alike(url: str, job: Callable[[int], Awaitable[None]]) -> float:
    """Jobs a second with our own functions."""
    async with stage(url, migrated=True) as one:
        one.clock[0] = MORNING + timedelta(minutes=1)
        Peer.app, Peer.channel, Peer.ended = one.app, one.channel, 0
        return await _scheduled(url, job)


async def _scheduled(url: str, job: Callable[[int], Awaitable[None]]) -> float:
    Peer.over = asyncio.Event()
    jobs = url.replace(".db", "-jobs.db") if url.startswith("sqlite") else url
    scheduler = AsyncIOScheduler(jobstores={"default": SQLAlchemyJobStore(url=jobs)}, timezone=UTC)
    scheduler.add_listener(lambda _: Peer.over.set(), EVENT_JOB_ERROR)
    scheduler.start(paused=True)
    soon = datetime.now(UTC) - timedelta(seconds=1)
    for number in range(NUDGES):
        scheduler.add_job(job, "date", run_date=soon, args=(number,), misfire_grace_time=None)
    began = time.perf_counter()
    scheduler.resume()
    await Peer.over.wait()
    seconds = time.perf_counter() - began
    assert Peer.channel.count == NUDGES, "a job failed"
    scheduler.shutdown(wait=False)
    return NUDGES / seconds


async def prepared(site: Site) -> None:
    """Every case due at once; and one of them said on a copy, to know which lines a nudge has."""
    async with stage(site.url) as one:
        await fill(one, NUDGES)
    heard: list[Any] = []

    def listening(*said: Any) -> Message:
        heard.append(said)
        return render(*said)

    async with stage(site.copy(), migrated=True) as one:
        desk.render = listening  # type: ignore[assignment,attr-defined] # for as long as it takes to hear one
        try:
            now = MORNING + timedelta(minutes=1)
            await one.app.database.run(lambda tx: tick(tx, one.app.house, now, 1))
        finally:
            desk.render = render  # type: ignore[attr-defined]
    Peer.said = heard


async def ours(url: str) -> float:
    """Nudges a second: until the last was handed to the channel and accounted for."""
    async with stage(url, migrated=True) as one:
        one.clock[0] = MORNING + timedelta(minutes=1)
        began = time.perf_counter()
        await one.app.tick()
        seconds = time.perf_counter() - began
        assert one.channel.count == NUDGES, f"{one.channel.count} of {NUDGES} nudges arrived"
        return NUDGES / seconds


def flush() -> float:
    """Milliseconds to bring a page to the disk."""
    with folder() as path, Path(path / "page").open("wb", buffering=0) as file:
        seconds = []
        for _ in range(50):
            file.write(bytes(8192))
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            seconds.append(time.perf_counter() - began)
        return median(seconds) * 1000


def measured(site: Site) -> dict[str, Any]:
    """Both, a few rounds, and their ratio inside a round."""
    asyncio.run(prepared(site))
    peers: dict[str, Callable[[str], Coroutine[Any, Any, float]]] = {
        "apscheduler": lambda url: alike(url, same),
        "in_line": lambda url: alike(url, in_line),
        "careful": lambda url: apscheduler(url, careful=True),
        "plain": lambda url: apscheduler(url, careful=False),
    }
    mine, flushes = [], []
    theirs: dict[str, list[float]] = {name: [] for name in peers}
    for _ in range(ROUNDS):
        mine.append(asyncio.run(ours(site.copy())))
        flushes.append(flush())
        for name, peer in peers.items():
            theirs[name].append(asyncio.run(peer(site.copy())))
    ratios = {name: [a / b for a, b in zip(mine, found, strict=True)] for name, found in theirs.items()}
    found: dict[str, Any] = {"figure": f"nudges_{site.kind}", "value": round(median(mine)), "unit": "nudges/s"}
    for name in peers:
        found[name] = round(median(theirs[name]))
        found[f"ratio_{name}" if name != "apscheduler" else "ratio"] = round(median(ratios[name]), 2)
    least, most = min(ratios["apscheduler"]), max(ratios["apscheduler"])
    return {**found, "ratios": [round(least, 2), round(most, 2)], "on_disk_ms": round(median(flushes), 2)}


def figures() -> Iterator[dict[str, Any]]:
    """Both kinds of database."""
    for place in (on_sqlite, on_postgres):
        with place() as site:
            yield measured(site)
