"""Seconds for a preview of a changed cadence over the running cases, and for all of them to follow it.

A thousand and fifty thousand cases on each database, begun on the days of a year with courses of their own: no two of
the thousand are alike, and of the fifty thousand one in seven. Seven milestones differ, as after an afternoon of HR's
work. `beside` is what somebody else waits who asks the database something meanwhile, over and over, and before.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.stage import Site, Stage, analysed, on_postgres, on_sqlite, spread, stage
from bot import adopting, packs, previewing, publishing
from conversations.case import Attempt, Case, Person, Spell
from conversations.timing import cadence as cadences
from storage import cases, people

if TYPE_CHECKING:
    from bot.previewing import Preview
    from conversations.timing.cadence import Cadence
    from conversations.timing.policy import Policy
    from storage.database import Tx

SIZES = (1000, 50_000)
ADOPTED = 1000  # the rest is more of the same
ROUNDS = 3
EVERY = 0.005  # seconds between two questions of somebody else
PAGE = 500
NOW = datetime(2026, 11, 3, 10, tzinfo=UTC)
FIRST = date(2025, 12, 1)
DAYS = 330


def edited() -> Cadence:
    """The pack for companies with seven changes."""
    found = cadences.begin("own_bench", packs.load()["company_c@1"])
    for milestone, fields in (
        ("check_in", {"every": "2w"}), ("first_steps", {"at": "absence_start + 8w"}),
        ("personal_talk", {"at": "absence_start + 1m, absence_start + 3m"}),
        ("evaluation", {"at": "back_at_work + 6w"}),
        ("after_2_weeks", {"remind": "3wd"}), ("welcome_ready", {"off": "true"}),
    ):  # fmt: skip
        found = cadences.change(found, milestone, fields)
    return cadences.change(found, "pre_return_talk", {"at": "expected_return - 3w"})


def case(number: int) -> Case:
    """An absence of its own: another first day, another contact, a return in sight or behind, or neither."""
    start = FIRST + timedelta(days=number % DAYS)
    met = start + timedelta(days=3 + number // DAYS % 20)
    anchors = {"absence_start": start, "absence_reported": start, "contact": met}
    if number % 3 == 0:
        anchors["expected_return"] = NOW.date() + timedelta(days=5 + number % 60)
    if number % 4 == 0:
        anchors["actual_return"] = max(start + timedelta(days=20), NOW.date() - timedelta(days=number % 50))
    done = frozenset({"first_call#0"} if number % 2 else ())
    return Case(f"c{number:06}", "bench", f"e{number}", f"m{number // 5}", "company_c@1", anchors=anchors,
                spells=(Spell(start),), done=done, checkins="yes" if number % 2 else "no",
                attempts=(Attempt(met, "reached"),))  # fmt: skip


async def fill(town: Stage, size: int) -> None:
    """So many cases, five to a line manager."""
    for first in range(0, size, PAGE):

        def work(tx: Tx, first: int = first) -> None:
            for number in range(first, first + PAGE):
                if number % 5 == 0:
                    people.put(tx, Person(f"m{number // 5}", "bench", "Mia Claes", f"m{number}@bench.example",
                                          frozenset({"manager"})))  # fmt: skip
                people.put(tx, Person(f"e{number}", "bench", "Jan Peeters", f"e{number}@bench.example"))
                cases.add(tx, case(number), "e0", NOW, None)

        await town.app.database.run(work)


async def previewed(town: Stage, after: Policy) -> tuple[float, Preview, list[float]]:
    """Seconds of one preview, what it found, and how long others waited for the database meanwhile."""
    waits: list[float] = []
    asking = asyncio.create_task(_ask(town, waits))
    began = time.perf_counter()
    seen = await previewing.preview(town.app.database, town.app.house, "bench", after, NOW)
    took = time.perf_counter() - began
    asking.cancel()
    return took, seen, waits


async def _ask(town: Stage, waits: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await town.app.database.run(lambda tx: people.get(tx, "e7"))
        waits.append(time.perf_counter() - began)
        await asyncio.sleep(EVERY)


async def taken(site: Site, size: int) -> list[dict[str, Any]]:
    """The figures of one size."""
    async with stage(site.url) as town:
        await fill(town, size)
        analysed(site)
        app, after, alone = town.app, edited().policy, list[float]()
        asking = asyncio.create_task(_ask(town, alone))
        await asyncio.sleep(1)
        asking.cancel()
        rounds = [await previewed(town, after) for _ in range(ROUNDS)]
        beside = [one for _, _, waits in rounds for one in waits]
        seen = rounds[0][1]
        found: list[dict[str, Any]] = [
            {"figure": f"preview_{size}", "on": site.kind, "value": round(median(one for one, _, _ in rounds), 3),
             "unit": "s", "affected": seen.affected, "moves": seen.moves},
            {"figure": f"beside_preview_{size}", "on": site.kind, **spread(beside), "alone": spread(alone)},
        ]  # fmt: skip
        if size == ADOPTED and site.kind == "sqlite":
            organisation = await app.database.run(lambda tx: app.house.organisation(tx, "bench"))
            policy = await app.database.run(
                lambda tx: publishing.publish(tx, app.house, organisation, edited(), "e0", NOW)
            )
            began = time.perf_counter()
            await app.database.run(lambda tx: adopting.begin(tx, app.house, "bench", policy.ref, "all", "e0", NOW))
            await adopting.go_on(app.database, app.house, NOW, pages=adopting.AT_ONCE)
            took = time.perf_counter() - began
            found.append({"figure": f"adopt_{size}", "value": round(took, 3), "unit": "s"})
        return found


def figures() -> Iterator[dict[str, Any]]:
    """A preview at each size on each database, and the switch of a thousand cases."""
    for size in SIZES:
        for place in (on_sqlite, on_postgres):
            with place() as site:
                yield from asyncio.run(taken(site, size))
