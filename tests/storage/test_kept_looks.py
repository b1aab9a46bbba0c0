"""What audit and the administrator ask of the database: looks at cases, the chain in parts, what did not arrive."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, timedelta
from threading import Event
from typing import TYPE_CHECKING

from sqlalchemy import literal_column, select, text

from conversations.case import Case, Person
from conversations.changes import Closed
from storage import cases, delivery, journal, outbox, reading
from storage.transaction import Statement
from tests.storage.acme import LATER, NOW, TODAY, jans_case, message

if TYPE_CHECKING:
    from storage.database import Database, Tx

HOUR = timedelta(hours=1)
WAITS = Statement(select(literal_column("1")).select_from(text("pg_locks")).where(text("NOT granted")))
HILDE = Person("hilde", "acme", "Hilde Wouters", "hilde@acme.example", roles=frozenset({"hr"}))


async def test_looks_the_latest_first(acme: Database) -> None:
    """Whatever stands between them, from the end back, so many at a time, and no look of another organisation."""

    def work(tx: Tx) -> None:
        case = jans_case()
        for number in range(5):
            journal.write(tx, "acme", None, "an", NOW, [{"change": "BeginsAt"}])
            reading.note(tx, HILDE, case, NOW + timedelta(minutes=number), TODAY, "know")

    await acme.run(work)
    first, further = await acme.run(lambda tx: reading.before(tx, "acme", 10**9, 3))
    rest, end = await acme.run(lambda tx: reading.before(tx, "acme", further, 3))
    assert [4, 3, 2, 1, 0] == [(one.at - NOW) // timedelta(minutes=1) for one in (*first, *rest)]
    assert {("hilde", "c1")} == {(one.by, one.case) for one in (*first, *rest)}
    assert (3, 2, 0) == (len(first), len(rest), end)
    assert ([], 0) == await acme.run(lambda tx: reading.before(tx, "other", 10**9, 3))


async def test_a_look_of_an_erased_case_says_nothing(acme: Database) -> None:
    """What the journal said of it is gone, and so is that somebody looked."""

    def work(tx: Tx) -> tuple[int, int]:
        reading.note(tx, HILDE, jans_case(), NOW, TODAY)
        seen = len(reading.before(tx, "acme", 10**9, 9)[0])
        journal.forget(tx, "c1")
        return seen, len(reading.before(tx, "acme", 10**9, 9)[0])

    assert (1, 0) == await acme.run(work)


async def test_the_chain_in_parts(acme: Database) -> None:
    """It is followed over several transactions, also while lines are added; then it says what `verify` says."""

    def write(tx: Tx) -> None:
        journal.write(tx, "acme", None, "an", NOW, [{"change": "BeginsAt"}])

    await acme.run(write)
    first = await acme.run(lambda tx: journal.follow(tx, "acme", journal.Walk()))
    await acme.run(write)
    assert not first.done
    walk = first
    while not walk.done:
        walk = await acme.run(lambda tx, so_far=walk: journal.follow(tx, "acme", so_far))  # type: ignore[misc]
    number, _ = await acme.run(lambda tx: journal.head(tx, "acme"))
    assert (number, None) == (walk.number, walk.broken)
    wrong = replace(walk, link=b"x" * 32, done=False)
    assert number + 1 == (await acme.run(lambda tx: journal.follow(tx, "acme", wrong))).broken
    nothing = await acme.run(lambda tx: journal.follow(tx, "nowhere", journal.Walk()))
    assert (0, None, True) == (nothing.number, nothing.broken, nothing.done)


async def test_a_line_that_comes_as_the_end_is_reached(acme: Database, engine: str) -> None:
    """It is no line too many, though the last look at the lines did not see it."""
    written = Event()

    def write(tx: Tx) -> None:
        journal.write(tx, "acme", None, "an", NOW, [{"change": "BeginsAt"}])

    def slowly(tx: Tx) -> None:
        write(tx)
        written.set()
        while engine == "postgresql" and not tx.all(WAITS):
            pass

    def end(tx: Tx) -> journal.Walk:
        assert written.wait(20)
        return journal.follow(tx, "acme", walk)

    await acme.run(write)
    walk = await acme.run(lambda tx: journal.follow(tx, "acme", journal.Walk()))
    _, walk = await asyncio.gather(acme.run(slowly), acme.run(end))
    assert (None, False) == (walk.broken, walk.done)
    assert await acme.run(lambda tx: journal.verify(tx, "acme")) is None


async def test_every_case_of_somebody(acme: Database) -> None:
    """Running and ended, of this employee alone."""

    def work(tx: Tx) -> list[tuple[str, str]]:
        running = cases.open_of(tx, "jan")
        assert running is not None
        cases.save(tx, running, [Closed("returned", TODAY)], "an", NOW, None)
        cases.add(tx, Case("c2", "acme", "jan", "an", "company_c@1"), "an", NOW, None)
        return [(one.id, one.status) for one in cases.of_employee(tx, "jan")]

    assert [("c1", "closed"), ("c2", "open")] == await acme.run(work)
    assert [] == await acme.run(lambda tx: cases.of_employee(tx, "an"))


async def test_what_waits_and_what_did_not_arrive(acme: Database) -> None:
    """By channel: what should have gone out and since when, and what was lost these weeks; never whom or what."""

    def work(tx: Tx) -> tuple[list[delivery.Way], list[delivery.Lost]]:
        for row, fields in (
            ("m1", {}), ("m2", {"channel": "slack"}), ("m3", {"channel": "slack", "not_before": LATER + HOUR}),
            ("old", {"created_at": NOW - timedelta(days=15)}),
        ):  # fmt: skip
            outbox.queue(tx, message(row, **fields))
        outbox.strand(tx, "web", "an", NOW)
        return delivery.ways(tx, "acme", LATER), delivery.lost(tx, "acme", LATER)

    ways, lost = await acme.run(work)
    assert [("slack", 1, 0, 0, 0), ("web", 0, 0, 0, 1)] == [
        (one.channel, one.waiting, one.again, one.unsure, one.failed) for one in ways
    ]
    assert [NOW, None] == [one.since and one.since.astimezone(UTC) for one in ways]
    assert [("m1", "web", "failed")] == [(one.id, one.channel, one.state) for one in lost]
    assert ([], []) == await acme.run(lambda tx: (delivery.ways(tx, "x", LATER), delivery.lost(tx, "x", LATER)))
