"""Messages of which nobody knows whether they arrived, on a channel where that can be looked up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.channels import Receipt, TryLater, Unsure
from messages.message import Message, Paragraph, Run, to_json
from storage import outbox, sending
from storage.database import Tx
from storage.outbox import Row
from tests.world import World


@dataclass
class Traceable:
    """A channel whose line drops before or after it took the message, and that can be asked what it has."""

    name: str = "traceable"
    drops: list[str] = field(default_factory=list)
    has: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    silent: bool = False

    async def send(self, address: str, message: Message, key: str) -> Receipt:  # noqa: ARG002 - the words do not matter
        """Take it, or not, and say so, or not."""
        drop = self.drops.pop(0) if self.drops else ""
        if drop != "before":
            self.has[key] = self.has.get(key, 0) + 1
        if drop:
            raise Unsure(drop)
        return Receipt(address, key)

    async def edit(self, receipt: Receipt, message: Message) -> None:
        """Nothing looks different here."""

    async def find(self, address: str, key: str, since: datetime, until: datetime) -> Receipt | None:
        """What it has under that key."""
        self.asked.append((key, since, until))
        if self.silent:
            raise TryLater("silent")
        return Receipt(address, f"found-{key}") if key in self.has else None


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The small world on a Monday at nine, with a channel that can be asked."""
    made = await World(tmp_path).people()
    made.app.channels["traceable"] = Traceable()
    yield made
    await made.close()


def channel(world: World) -> Traceable:
    """The channel."""
    found = world.app.channels["traceable"]
    assert isinstance(found, Traceable)
    return found


async def sent(world: World, kind: str = "nudge") -> None:
    """Queue a message and take it to the channel."""
    row = Row(
        id="r1", organisation="stad", person="sofie", kind=kind, channel="traceable", address="sofie",  # type: ignore[arg-type] # a kind
        body=to_json(Message((Paragraph((Run("Dag."),)),))), not_before=world.clock, created_at=world.clock,
    )  # fmt: skip
    await world.app.database.run(lambda tx: outbox.queue(tx, row))
    await world.app.deliver()


async def state(world: World) -> tuple[str, int, str | None]:
    """State, number of attempts, receipt."""
    row = await world.app.database.run(lambda tx: outbox.get(tx, "r1"))
    assert row is not None
    return row.state, row.attempts, row.receipt


@pytest.mark.parametrize("kind", ["nudge", "reply"])
async def test_it_had_arrived(world: World, kind: str) -> None:
    """After it settled it is looked up, found, and not sent again; HR hears nothing."""
    channel(world).drops = ["after"]
    await sent(world, kind)
    assert "unsure" == (await state(world))[0]
    await world.go_to("2026-11-02 09:01")
    assert [] == channel(world).asked
    await world.go_to("2026-11-02 09:03")
    assert ("sent", 1, "found-r1") == await state(world)
    assert {"r1": 1} == channel(world).has
    assert [] == world.to("els")


@pytest.mark.parametrize("kind", ["nudge", "reply"])
async def test_it_had_not_arrived(world: World, kind: str) -> None:
    """It is not there after it settled, so it goes out once more."""
    channel(world).drops = ["before"]
    await sent(world, kind)
    await world.go_to("2026-11-02 09:03")
    assert ("sent", 2, "r1") == await state(world)
    assert {"r1": 1} == channel(world).has


async def test_it_never_arrives(world: World) -> None:
    """After five attempts it is given up, and HR hears it once."""
    channel(world).drops = ["before"] * 9
    await sent(world)
    for minute in range(0, 60, 2):
        await world.go_to(f"2026-11-02 11:{minute:02}")
    assert ("failed", 5, None) == await state(world)
    assert 1 == len(world.to("els"))


async def test_it_cannot_be_looked_up(world: World) -> None:
    """Nothing is sent again while the platform cannot be asked; after a day HR hears it, once."""
    channel(world).drops, channel(world).silent = ["after"], True
    await sent(world)
    await world.go_to("2026-11-03 08:55")
    assert [] == world.to("els")
    for day in (3, 4, 5):
        await world.go_to(f"2026-11-0{day} 12:00")
    assert ("unsure", 1, None) == await state(world)
    assert 1 == len(world.to("els"))


async def test_it_looks_a_little_further_back(world: World) -> None:
    """The platform's clock may be minutes off, so the look is a bit wider than the attempt; and no wider."""
    channel(world).drops = ["after"]
    began = world.clock
    await sent(world)
    await world.go_to("2026-11-02 09:03")
    ((_, since, until),) = channel(world).asked
    assert (began - timedelta(minutes=5), began + timedelta(minutes=10)) == (since, until)


async def test_a_process_that_was_killed_is_settled_from_its_end(world: World) -> None:
    """What a dead process was sending settles from the moment another took over, and not from when its lease ends."""
    row = Row(
        id="r1", organisation="stad", person="sofie", kind="nudge", channel="traceable", address="sofie",
        body=to_json(Message((Paragraph((Run("Dag."),)),))), not_before=world.clock, created_at=world.clock,
    )  # fmt: skip

    def dies(tx: Tx) -> None:
        outbox.queue(tx, row)
        sending.claim(tx, world.clock, timedelta(minutes=2), 10, "dead")
        sending.begin_attempts(tx, "dead", world.clock)

    await world.app.database.run(dies)
    channel(world).has["r1"] = 1
    world.app._alone = True
    await world.app.open()
    assert "unsure" == (await state(world))[0]
    await world.go_to("2026-11-02 09:01")
    assert [] == channel(world).asked
    world.clock += timedelta(seconds=31)
    await world.app.tick()
    assert ("sent", 1, "found-r1") == await state(world)


async def test_stopped_for_days_in_the_middle_of_a_doubt(world: World) -> None:
    """After a stop of days it is looked up before anybody says that there is no telling."""
    channel(world).drops = ["after"]
    await sent(world)
    world.clock += timedelta(days=3)
    await world.app.tick()
    assert ("sent", 1, "found-r1") == await state(world)
    assert [] == world.to("els")


async def test_what_is_due_does_not_wait_for_a_look(world: World) -> None:
    """What can go out goes out before what is in doubt is looked up, which may take its time."""
    channel(world).drops = ["after"]
    await sent(world)
    world.clock += timedelta(minutes=3)
    now = Row(
        id="r2", organisation="stad", person="sofie", kind="nudge", channel="memory", address="sofie",
        body=to_json(Message((Paragraph((Run("Dag."),)),))), not_before=world.clock, created_at=world.clock,
    )  # fmt: skip
    await world.app.database.run(lambda tx: outbox.queue(tx, now))
    found = channel(world).find
    before: list[bool] = []

    async def find(address: str, key: str, since: datetime, until: datetime) -> Receipt | None:
        before.append("r2" in {one.id for one in world.to("sofie")})
        return await found(address, key, since, until)

    channel(world).find = find  # type: ignore[method-assign] # only watched
    await world.app.tick()
    assert [True] == before
