"""The small world with more channels: what people do on each, and what they are told there."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from bot.linking import make_code
from conversations.incoming import Incoming
from storage import addresses
from tests.world import Memory

if TYPE_CHECKING:
    from tests.world import Sent, World

NUMBERS = count(1)


def several(world: World) -> World:
    """With Slack and Telegram, which remember too."""
    for name in ("slack", "telegram"):
        world.app.channels[name] = Memory(lambda: world.clock, name)
    return world


def sent(world: World, channel: str) -> list[Sent]:
    """What went to that channel."""
    found = world.app.channels[channel]
    assert isinstance(found, Memory)
    return found.sent


async def hear(world: World, channel: str, address: str, kind: str = "text", **what: object) -> list[Sent]:
    """Somebody does something there; what is said there on it."""
    before = len(sent(world, channel))
    event = Incoming(channel, f"e{next(NUMBERS)}", address, kind, world.clock, **what)  # type: ignore[arg-type] # by name
    await world.app.converse(event)
    return sent(world, channel)[before:]


async def code_of(world: World, who: str) -> str:
    """A fresh code, a while later."""
    world.clock += timedelta(minutes=1)
    return await world.app.database.run(lambda tx: make_code(tx, who, world.clock))


async def link(world: World, who: str, channel: str, address: str) -> list[Sent]:
    """Somebody links that account."""
    return await hear(world, channel, address, text=await code_of(world, who))


async def ways(world: World, who: str) -> list[tuple[str, str]]:
    """Where somebody can be reached, the first first."""
    found = await world.app.database.run(lambda tx: addresses.ways_to(tx, who))
    return [(way.channel, way.address) for way in found if way.reachable]
