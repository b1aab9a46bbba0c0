"""Starting, stopping and the work of the night, on the real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conversations.case import Case
from conversations.incoming import Incoming
from storage import accounts, cases, inbox, outbox, sending, sessions
from storage.database import Unavailable
from tests.talk import absent
from tests.world import World, at

if TYPE_CHECKING:
    from storage.database import Tx


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The small world on a Monday morning."""
    made = await World(tmp_path).people()
    yield made
    await made.close()


async def test_it_ticks_by_itself(world: World) -> None:
    """Once started, what is due is said without anybody asking; once stopped, nothing is."""
    await absent(world, "jan", date(2026, 11, 2))
    world.clock = at("2026-11-02 10:00")
    world.app.start()
    heard = asyncio.Event()
    send = world.memory.send

    async def tells(*arguments: object) -> object:
        heard.set()
        return await send(*arguments)  # type: ignore[arg-type] # passed on

    world.memory.send = tells  # type: ignore[method-assign,assignment] # the channel is the test's own
    async with asyncio.timeout(20):
        await heard.wait()
    await world.app.stop()
    assert ["sofie"] == [sent.to for sent in world.memory.sent]
    with pytest.raises(Unavailable):
        await world.app.tick()


async def test_stopped_twice(world: World) -> None:
    """Stopping what was never started, and stopping again, is no problem."""
    await world.app.stop()
    await world.app.stop()


async def test_the_work_of_the_night_is_done_once(world: World) -> None:
    """Nothing before three o'clock; then once, and again the next night, over both changes of the clock too."""
    done = []
    for night in ("2026-11-03", "2027-03-28", "2027-10-31"):
        for hour in ("00:30", "01:59", "03:00", "04:00", "12:00", "23:59"):
            world.clock = at(f"{night} {hour}")
            done.append(await world.app.night())
    assert [False, False, True, False, False, False] * 3 == done


async def test_a_night_that_failed_is_done_later(world: World) -> None:
    """Without a database the night is not over: the next hour does it."""
    world.clock = at("2026-11-03 03:10")
    database = world.app.database
    world.app.database = type(database)(
        f"sqlite:///{world.url.removeprefix('sqlite:///')}.gone", database._keeper._vault
    )  # type: ignore[union-attr] # SQLite
    with pytest.raises(Unavailable):
        await world.app.night()
    await world.app.database.close()
    world.app.database = database
    world.clock = at("2026-11-03 04:10")
    assert await world.app.night()


async def test_forgotten_in_time(world: World, tmp_path: Path) -> None:
    """What was said goes after its term, a case two years after it ended, ids of events after a month."""
    await world.say("sofie", "jan is ziek")
    await world.say("sofie", "stop")
    ended = Case(
        "c1", "stad", "jan", "sofie", "company_c@1", status="closed", anchors={"case_closed": date(2026, 11, 2)}
    )  # fmt: skip
    await world.app.database.run(lambda tx: cases.add(tx, ended, "els", world.clock, None))

    async def left(moment: str) -> tuple[bool, int, bool]:
        world.clock = at(moment)
        assert await world.app.night()
        assert 0 == (tmp_path / "world.db-wal").stat().st_size

        def look(tx: Tx) -> tuple[bool, int, bool]:
            known = not inbox.first_time(tx, "memory", "1", world.clock)
            return known, len(outbox.transcript(tx, "sofie", 10)), cases.load(tx, "c1") is not None

        return await world.app.database.run(look)

    assert (True, 2, True) == await left("2026-11-20 03:30")
    assert (False, 2, True) == await left("2026-12-20 03:30")
    assert (0, True) == (await left("2027-02-20 03:30"))[1:]
    heard = at("2028-10-01 09:00")  # or she is asked whether that chat is still hers
    await world.app.database.run(lambda tx: accounts.confirm(tx, "memory", "sofie", heard))
    assert (0, True) == (await left("2028-10-20 03:30"))[1:]
    assert (0, False) == (await left("2028-11-20 03:30"))[1:]
    assert [] == await world.app.database.run(lambda tx: sessions.open_of(tx, "sofie"))


async def test_next_due_is_not_what_waits_behind_another(world: World) -> None:
    """The clock of the demo is not sent to a message that must wait for one before it."""
    await world.app.converse(Incoming("memory", "1", "sofie", "text", world.clock, text="help"))
    (row,) = await world.app.database.run(lambda tx: outbox.transcript(tx, "sofie", 1))

    def work(tx: Tx) -> None:
        for number in ("a", "b"):
            outbox.queue(tx, replace(row, id=number))
        sending.claim(tx, world.clock, timedelta(minutes=1), 1, "token")
        sending.begin_attempts(tx, "token", world.clock)
        sending.finish(tx, "a", "token", "later", world.clock, retry_at=world.clock + timedelta(minutes=5))

    await world.app.database.run(work)
    assert world.clock + timedelta(minutes=5) == await world.app.next_due()
