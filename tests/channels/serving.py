"""The site of the bot on a port of its own, with the doors that platforms post to."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.commands.serve import server
from bot.web.site import build

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator

    from bot.app import App
    from bot.channels import Listening


@asynccontextmanager
async def served(app: App, channel: Listening, door: socket.socket) -> AsyncIterator[None]:
    """As `terugkeer run` serves it."""
    serving = server(build(app, extra=channel.routes(app)), app.settings)
    task = asyncio.create_task(serving.serve([door]))
    try:
        yield
    finally:
        serving.should_exit = True
        await task
        door.close()
