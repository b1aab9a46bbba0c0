"""Nudges per second through `tick` and `deliver`, beside APScheduler with its SQL job store in the same round.

Both render the same words and keep a row of what was sent; ours also decides, seals, queues, claims and accounts for
the attempt. APScheduler 3.11 forgets the job when it starts it.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bench.stage import MORNING, fill, folder, stage
from conversations.talking.dialogue import Tell
from messages.message import to_json
from messages.render import render

NUDGES = 2000
ROUNDS = 3
_sent: list[sqlite3.Connection] = []


def job(number: int) -> None:
    """What an APScheduler job does: render the words, keep the row, hand it over."""
    said = Tell("nudges/first_call", {"employee": f"Jan{number}", "manager": "Mia", "due": date(2026, 11, 2), "nth": 1,
                                      "agreement": ""})  # fmt: skip
    body = to_json(render("", said, "nl", date(2026, 11, 2)))
    connection = _sent[0]
    connection.execute("INSERT INTO sent (id, person, body) VALUES (?, ?, ?)", (f"j{number}", f"m{number}", body))
    connection.commit()


async def apscheduler(path: Path) -> float:
    """Jobs a second: all due at once, run by the scheduler, until the last row is there."""
    connection = sqlite3.connect(path / "sent.db")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE sent (id TEXT PRIMARY KEY, person TEXT, body TEXT)")
    _sent[:] = [connection]
    store = SQLAlchemyJobStore(url=f"sqlite:///{path / 'jobs.db'}")
    scheduler = AsyncIOScheduler(jobstores={"default": store}, timezone=UTC, executors={"default": _Direct()})
    scheduler.start(paused=True)
    soon = datetime.now(UTC) - timedelta(seconds=1)
    for number in range(NUDGES):
        scheduler.add_job(job, "date", run_date=soon, args=(number,), misfire_grace_time=None)
    began = time.perf_counter()
    scheduler.resume()
    while connection.execute("SELECT count(*) FROM sent").fetchone()[0] < NUDGES:
        await asyncio.sleep(0)
    seconds = time.perf_counter() - began
    scheduler.shutdown(wait=False)
    connection.close()
    return NUDGES / seconds


def _Direct() -> Any:  # noqa: N802 - it stands for a class
    """An executor that runs a job where it is: no threads to pay for."""
    from apscheduler.executors.debug import DebugExecutor  # noqa: PLC0415 - the peer's, loaded when it is measured

    return DebugExecutor()


async def ours(url: str) -> float:
    """Nudges a second: every case due at once, until the last was handed to the channel."""
    async with stage(url) as one:
        await fill(one, NUDGES)
        one.clock[0] = MORNING + timedelta(minutes=1)
        began = time.perf_counter()
        await one.app.tick()
        seconds = time.perf_counter() - began
        assert one.channel.count == NUDGES, f"{one.channel.count} of {NUDGES} nudges arrived"
        return NUDGES / seconds


def figures() -> Iterator[dict[str, Any]]:
    """Both, a few rounds, and their ratio inside a round."""
    mine, theirs = [], []
    for _ in range(ROUNDS):
        with folder() as path:
            mine.append(asyncio.run(ours(f"sqlite:///{path / 'bench.db'}")))
        with folder() as path:
            theirs.append(asyncio.run(apscheduler(path)))
    ratio = median(a / b for a, b in zip(mine, theirs, strict=True))
    yield {"figure": "nudges_sqlite", "value": round(median(mine)), "unit": "nudges/s",
           "apscheduler": round(median(theirs)), "ratio": round(ratio, 2)}  # fmt: skip
