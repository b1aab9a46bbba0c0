"""Milliseconds of a tick with nothing due, at ten thousand, a hundred thousand and a million cases.

The cases are copies of one real row, put there by SQL with the foreign keys off: what is sealed in them is never
opened, because nothing is due. The sizes take turns, so that what else the machine does touches each alike.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, closing
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

import psycopg

from bench.stage import fill, on_postgres, on_sqlite, stage
from bot.tick import tick

if TYPE_CHECKING:
    from bench.stage import Site, Stage

SIZES = (10_000, 100_000, 1_000_000)
TICKS = 300
COPIED = ("organisation", "manager", "coach", "status", "closed_on", "opened_at", "changed_at", "version", "content")
# Spread over a year from a month on, as cases are.
NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {most}) ",
    "postgresql": "WITH n AS (SELECT generate_series(1, {most}) AS i) ",
}
LATER = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S.000000', '2027-01-01', (i % 525600) || ' minutes')",
    "postgresql": "timestamptz '2027-01-01' + (i % 525600) * interval '1 minute'",
}


def crowd(kind: str, most: int) -> list[str]:
    """The statements that fill the table of cases."""
    columns = ", ".join(COPIED)
    some = f"{NUMBERS[kind].format(most=most)}INSERT INTO cases (id, employee, next_due, {columns}) "
    chosen = f"SELECT 'x' || i, 'x' || i, {LATER[kind]}, {columns} FROM n, (SELECT * FROM cases LIMIT 1) AS one"
    if kind == "sqlite":
        return [f"INSERT INTO cases (id, employee, next_due, {columns}) {NUMBERS[kind].format(most=most)}{chosen}"]
    return ["SET session_replication_role = replica", some + chosen, "ANALYZE cases"]


def run(url: str, statements: list[str]) -> None:
    """Those statements by the bare driver."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()
        return
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


async def ticks(sites: dict[int, Stage]) -> dict[int, list[float]]:
    """Seconds of each tick, the sizes one after the other."""
    seconds: dict[int, list[float]] = {size: [] for size in sites}
    for _ in range(TICKS):
        for size, one in sites.items():
            now = one.clock[0]
            began = time.perf_counter()
            await one.app.database.run(lambda tx, one=one, now=now: tick(tx, one.app.house, now))  # type: ignore[misc]
            seconds[size].append(time.perf_counter() - began)
    return seconds


async def measured(site: Site, filled: Callable[[str, list[str]], None]) -> dict[int, list[float]]:
    """One real case, copied as often as each size asks, and then the ticks."""
    async with stage(site.url) as one:
        await fill(one, 1)
        one.clock[0] += timedelta(hours=1)
        await one.app.tick()
    async with AsyncExitStack() as stack:
        sites = {}
        for size in SIZES:
            url = site.copy()
            filled(url, crowd(site.kind, size))
            sites[size] = await stack.enter_async_context(stage(url, migrated=True))
        await ticks(sites)  # once to warm up
        return await ticks(sites)


def figures() -> Iterator[dict[str, Any]]:
    """Both kinds of database; the ratio is inside each round of the three sizes."""
    for place in (on_sqlite, on_postgres):
        with ExitStack() as stack:
            site = stack.enter_context(place())
            seconds = asyncio.run(measured(site, run))
            least, most = seconds[SIZES[0]], seconds[SIZES[-1]]
            ratio = median(b / a for a, b in zip(least, most, strict=True))
            yield {"figure": f"idle_tick_{site.kind}", "value": round(median(most) * 1000, 3), "unit": "ms",
                   **{f"at_{size}": round(median(seconds[size]) * 1000, 3) for size in SIZES},
                   "ratio": round(ratio, 2)}  # fmt: skip
