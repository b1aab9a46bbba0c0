"""What the clock says and its call: one transaction, each once, and to everybody in the order in which it was said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import straight
from bot.channels import Receipt, TryLater
from bot.deliver import send
from bot.straight import Straight, Taken
from bot.tick import tick
from messages.message import Message, Paragraph, Run, as_text, from_json, to_json
from storage import addresses, outbox
from storage.database import Database, Tx
from storage.outbox import Row
from storage.vault import Vault
from tests.talk import absent
from tests.world import World

WHO = ("sofie", "nadia")
Step = tuple[Literal["says", "clock says", "delivers", "waits"], int]
STEPS = st.lists(
    st.tuples(st.sampled_from(["says", "clock says", "delivers", "waits"]), st.integers(0, len(WHO) - 1)),
    max_size=16,
)  # fmt: skip


@dataclass
class Halting:
    """A channel that takes messages, or says "later" as often as it was told to."""

    name: str = "halting"
    refuses: int = 0
    taken: list[tuple[str, str]] = field(default_factory=list)

    async def send(self, address: str, message: Message, key: str) -> Receipt:
        """Take it, or not now."""
        if self.refuses:
            self.refuses -= 1
            raise TryLater("busy")
        self.taken.append((address, as_text(message)))
        return Receipt(address, key)

    async def edit(self, receipt: Receipt, message: Message) -> None:
        """Nothing looks different here."""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The small world on a Monday at nine; Jan fell ill, so that Sofie is to call him today."""
    made = await World(tmp_path).people()
    await absent(made, "jan", date(2026, 11, 2))
    yield made
    await made.close()


async def looked(world: World) -> Taken:
    """A look at the clock of which the calls were never made: its process died after the commit."""

    def work(tx: Tx) -> Taken:
        going = Straight(world.app.house.new_id(), world.clock)
        tick(tx, world.app.house, world.clock, straight=going)
        return going.taken(tx)

    return await world.app.database.run(work)


async def nudges(world: World) -> list[Row]:
    """What the clock said to Sofie, as it is kept."""
    rows = await world.app.database.run(lambda tx: outbox.transcript(tx, "sofie", 100))
    return [row for row in rows if row.kind == "nudge"]


def said(number: str, world: World, who: str = "sofie", channel: str = "memory") -> tuple[Row, Message]:
    """A message to somebody, for now."""
    message = Message((Paragraph((Run(f"Bericht {number}."),)),))
    row = Row(
        id=number, organisation="stad", person=who, kind="nudge", body=to_json(message), channel=channel, address=who,
        not_before=world.clock, created_at=world.clock, key=f"key-{number}",
    )  # fmt: skip
    return row, message


async def test_it_is_claimed_with_the_decision(world: World) -> None:
    """After the look the attempt stands in the same commit, and nobody else finds it in line."""
    taken = await looked(world)
    (row,) = await nudges(world)
    assert [row.id] == [one.id for one in taken.rows]
    assert (row.state, row.attempts, row.attempted_at, row.token) == ("claimed", 1, world.clock, taken.token)
    assert 0 == await world.app.deliver()
    assert [] == world.memory.sent


async def test_a_call_nobody_came_back_from_is_unsure(world: World) -> None:
    """Where the process died between the commit and the call the nudge is not said again, and HR hears of it."""
    await looked(world)
    world.clock += timedelta(minutes=3)
    await world.app.tick()
    assert ["unsure"] == [row.state for row in await nudges(world)]
    assert ["els"] == [sent.to for sent in world.memory.sent]


async def test_it_arrives_with_the_same_tick(world: World) -> None:
    """A tick decides, sends and notes: nothing is left for the next."""
    await world.app.tick()
    (row,) = await nudges(world)
    assert ("sent", row.id) == (row.state, row.receipt)
    assert ["sofie"] == [sent.to for sent in world.memory.sent]


@pytest.mark.parametrize("before", ["waits", "under way"])
async def test_it_waits_behind_what_was_said_before(world: World, before: str) -> None:
    """To an address where something waits, or is under way, it goes in line, and comes after it."""
    row, message = said("first", world)

    def work(tx: Tx) -> None:
        if before == "waits":
            outbox.queue(tx, row)
        else:
            going = Straight("another", world.clock)
            going.queue(tx, row, message)
            going.taken(tx)

    await world.app.database.run(work)
    assert [] == (await looked(world)).rows
    assert ["queued"] == [one.state for one in await nudges(world) if one.id != "first"]
    world.clock += timedelta(minutes=3)
    await world.app.tick()
    told = [sent.text for sent in world.memory.sent if sent.to == "sofie"]
    assert (["Bericht first."] if before == "waits" else []) == told[:-1]
    assert "Jan" in told[-1]


async def test_a_tick_that_is_stopped_ends_what_it_decided(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for a tick may stop waiting in the middle of a call: what became of it is kept."""
    called, goes_on = asyncio.Event(), asyncio.Event()
    send_now = world.memory.send

    async def slow(address: str, message: Message, key: str) -> Receipt:
        called.set()
        await goes_on.wait()
        return await send_now(address, message, key)

    monkeypatch.setattr(world.memory, "send", slow)
    waiting = asyncio.create_task(world.app.tick())
    await called.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    goes_on.set()
    await world.app.stop()
    async with Database(world.url, Vault({"test": b"k" * 32}, "test")) as again:
        rows = await again.run(lambda tx: outbox.transcript(tx, "sofie", 100))
    assert ["sent"] == [row.state for row in rows if row.kind == "nudge"]


async def test_a_long_line_takes_everybody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where so much waits that nobody looks for whom, everything goes in line, and arrives."""
    monkeypatch.setattr(straight, "MOST", 1)
    row, _ = said("other", world, who="nadia")
    await world.app.database.run(lambda tx: outbox.queue(tx, row))
    assert [] == (await looked(world)).rows
    await world.app.tick()
    assert {"nadia", "sofie"} == {sent.to for sent in world.memory.sent}


async def test_what_was_queued_under_its_key_stands(world: World) -> None:
    """A second one under a key is neither written nor called for."""
    row, message = said("one", world)
    await world.app.database.run(lambda tx: outbox.queue(tx, row))
    await world.app.deliver()

    def again(tx: Tx) -> Taken:
        going = Straight("again", world.clock)
        going.queue(tx, replace(row, id="two"), message)
        return going.taken(tx)

    assert [] == (await world.app.database.run(again)).rows
    assert 1 == len(world.memory.sent)


async def test_not_before_its_hour(world: World) -> None:
    """What is meant for later waits until then."""
    row, message = said("later", world)
    row = replace(row, not_before=world.clock + timedelta(hours=1))

    def work(tx: Tx) -> Taken:
        going = Straight("early", world.clock)
        going.queue(tx, row, message)
        return going.taken(tx)

    assert [] == (await world.app.database.run(work)).rows
    assert 0 == await world.app.deliver()


async def test_on_telegram_nobody_is_named_in_full(world: World) -> None:
    """Two of a first name in a team are told apart by the name; on Telegram by as little of it as that takes."""
    await absent(world, "fatima", date(2026, 11, 2))
    await world.app.database.run(lambda tx: addresses.link(tx, "sofie", "telegram", "7", world.clock))
    row, _ = said("named", world, channel="telegram")
    message = Message((Paragraph((Run("Bel Jan Peeters even."),)),))

    def work(tx: Tx) -> Taken:
        going = Straight("named", world.clock)
        going.queue(tx, replace(row, body=to_json(message)), message)
        return going.taken(tx)

    taken = await world.app.database.run(work)
    assert {} == taken.said
    assert ["Bel Jan even."] == [as_text(from_json(one.body)) for one in taken.rows]


@given(STEPS)
@settings(max_examples=40, deadline=None)
async def test_to_everybody_in_order(tmp_path_factory: pytest.TempPathFactory, steps: list[Step]) -> None:
    """However queueing, the clock, delivery and a platform that says "later" alternate: once each, and in order."""
    world = await World(tmp_path_factory.mktemp("order")).people()
    channel = world.app.channels["halting"] = Halting()
    expected: dict[str, list[str]] = {who: [] for who in WHO}
    try:
        for number, (what, which) in enumerate(steps):
            who = WHO[which]
            row, message = said(str(number), world, who, "halting")
            if what == "says":
                await world.app.database.run(lambda tx, row=row: outbox.queue(tx, row))
            elif what == "clock says":
                await by_the_clock(world, row, message)
            elif what == "delivers":
                channel.refuses = which
                await world.app.deliver()
                channel.refuses = 0
            else:
                world.clock += timedelta(seconds=3)
            if what in ("says", "clock says"):
                expected[who].append(f"Bericht {number}.")
        world.clock += timedelta(hours=1)
        await world.app.deliver()
        await world.app.deliver()
        assert expected == {who: [text for to, text in channel.taken if to == who] for who in WHO}
    finally:
        await world.close()


async def by_the_clock(world: World, row: Row, message: Message) -> None:
    """Queued and sent as a tick does it."""

    def work(tx: Tx) -> Taken:
        going = Straight(world.app.house.new_id(), world.clock)
        going.queue(tx, row, message)
        return going.taken(tx)

    taken = await world.app.database.run(work)
    await send(world.app.database, world.app.channels, world.app.now, world.app.house, taken)
