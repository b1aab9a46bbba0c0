"""Everything we ask of Slack, by the real channel, against a workspace of our own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from bot.channels.pace import Pace, Rate
from bot.channels.slack import Slack
from conversations.incoming import Incoming
from messages.message import Message
from tests.fakes import slack_faults as faults
from tests.fakes.slack import Workspace
from tests.fakes.slack_api import _typed
from tests.fakes.slack_limits import Limits
from tests.fakes.slack_methods import METHODS
from tests.payloads.messages import explored, talks
from tests.world import CAST, World

HOMES = ("sofie", "els", "jan")  # a line manager, HR, and somebody who leads nobody


class Glance:
    """Hears everything and does nothing, and knows what somebody sees on the Home tab of a world."""

    def __init__(self, addresses: dict[str, str]) -> None:
        self._who = {address: person for person, address in addresses.items()}
        self.world: World | None = None

    async def hear(self, incoming: Incoming) -> None:
        """Kept."""

    async def home(self, channel: str, address: str) -> Message | None:
        """As the app shows it."""
        return await self.world.app.home(channel, self._who[address]) if self.world is not None else None


async def calls() -> list[tuple[str, dict[str, Any]]]:
    """The method and the arguments of every call, in order."""
    with Workspace(limits=Limits(on=False), socket_mode=True) as workspace:
        addresses = {person.id: f"{workspace.team.id}:{workspace.add(person.name).id}" for person in CAST}
        glance = Glance(addresses)
        async with opened(workspace, glance) as channel:
            await said(workspace, channel, addresses, glance)
        assert [] == workspace.violations
        return [(call.method, as_arguments(call.method, call.arguments)) for call in workspace.calls]


def as_arguments(method: str, given: dict[str, Any]) -> dict[str, Any]:
    """The arguments before they were written in an address, where they all are text."""
    return _typed(given, METHODS[method], from_json=False) if METHODS[method].verb == "GET" else given


@asynccontextmanager
async def opened(workspace: Workspace, ear: Glance) -> AsyncIterator[Slack]:
    """The channel over Socket Mode, in a hurry."""
    quick = Pace(Rate(1e6, 1_000_000), Rate(1e6, 1_000_000))
    channel = Slack(
        token=workspace.bot_token, app_token=workspace.app_token, now=workspace.team.now, api_url=workspace.api_url,
        web="https://bot.example.be", pace=quick,
    )  # fmt: skip
    channel._calls._paces = dict.fromkeys(channel._calls._paces, quick)
    await channel.open(ear)
    try:
        yield channel
    finally:
        await channel.close()


async def said(workspace: Workspace, channel: Slack, addresses: dict[str, str], glance: Glance) -> None:
    """Every message there is, edits, Home tabs, and the rest of what we call."""

    async def look(world: World) -> None:
        glance.world = world
        for person in HOMES:
            await channel._publish(glance, addresses[person])
        glance.world = None

    await talks(channel, addresses, look)
    assert len(HOMES) == len(workspace.team.homes), "a Home tab that cannot be shown is only logged"
    where = addresses["sofie"]
    for message in explored():
        await channel.send(where, message, "row")
    workspace.goes_wrong("chat.postMessage", faults.error("invalid_blocks"))
    await channel.send(where, message, "row")
    await workspace.until(lambda: workspace.sockets == 1)
    await workspace.user(where.partition(":")[2]).types("Jan is ziek").over()  # who is that?
    channel._rooms.clear()  # as after a restart
    there = workspace.team.now()
    assert await channel.find(where, "a row that never was", there - timedelta(hours=1), there) is None
