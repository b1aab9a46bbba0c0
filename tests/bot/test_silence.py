"""A platform that refuses us: HR hears it in another place, once a day, and only while something waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.routing import BaseRoute

from bot.channels import Ear, Listening, Receipt, TryLater
from messages.message import Message
from storage import addresses
from tests.talk import absent
from tests.world import Memory, World

SILENT = "Slack neemt geen berichten van me aan."


@dataclass
class Refusing(Memory):
    """A platform that knows our token no more, until it does."""

    ready: bool = False

    async def send(self, address: str, message: Message, key: str) -> Receipt:
        """Not taken."""
        if not self.ready:
            raise TryLater("token_refused", 900)
        return await super().send(address, message, key)

    def routes(self, ear: Ear) -> list[BaseRoute]:  # noqa: ARG002 - the protocol's
        """None."""
        return []

    async def open(self, ear: Ear) -> None:
        """Nothing."""

    async def close(self) -> None:
        """Nothing."""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Sofie and HR are on Slack, HR elsewhere too; Jan is absent, so that a nudge waits for Sofie."""
    made = await World(tmp_path).people()
    slack = Refusing(lambda: made.clock, "slack")
    assert isinstance(slack, Listening)
    made.app.channels["slack"] = slack
    made.clock += timedelta(minutes=1)
    for who in ("sofie", "els"):
        await made.app.database.run(lambda tx, who=who: addresses.link(tx, who, "slack", who, made.clock))  # type: ignore[misc]
    yield made
    await made.close()


def told(world: World) -> list[str]:
    """The days on which HR heard it, elsewhere."""
    return [f"{sent.at:%d}" for sent in world.to("els") if SILENT in sent.text]


async def at_each_hour(world: World, hours: int) -> None:
    """The bot ticks every hour."""
    for _ in range(hours):
        world.clock += timedelta(hours=1)
        await world.app.tick()


async def test_hr_hears_it_once_a_day(world: World) -> None:
    """Not at once, in HR's own hours, on the way that is left; and no more once it is over."""
    await absent(world, "jan", world.today)
    world.clock += timedelta(minutes=61)
    await world.app.tick()
    assert [] == told(world)
    await at_each_hour(world, 5)
    assert ["02"] == told(world)
    await at_each_hour(world, 19)
    assert ["02", "03"] == told(world)
    channel = world.app.channels["slack"]
    assert isinstance(channel, Refusing)
    assert [] == channel.sent
    channel.ready = True
    await at_each_hour(world, 24)
    assert ["02", "03"] == told(world)


async def test_where_nothing_waits_nobody_is_told(world: World) -> None:
    """Nobody misses anything: the operator sees it in /ready."""
    await at_each_hour(world, 5)
    assert [] == told(world)


async def test_who_has_no_other_way_hears_nothing(world: World) -> None:
    """There is nowhere to say it."""
    await world.app.database.run(lambda tx: addresses.unlink(tx, "els", "memory", "els"))
    await absent(world, "jan", world.today)
    await at_each_hour(world, 5)
    assert [] == told(world)
