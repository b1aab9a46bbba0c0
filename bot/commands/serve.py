"""`terugkeer run`: pages, tick and delivery in one process, until SIGTERM, which drains."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
import uvicorn

from bot import logs
from bot.app import App, Clock, wall_clock
from bot.commands.opening import Stop, checked
from bot.configured import configured
from bot.web.site import build

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from bot.channels import Channel
    from bot.settings import Settings

log = structlog.get_logger()


class Server(uvicorn.Server):
    """Uvicorn, that ends when it is told to and not by a signal: a process that drained says 0."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to us."""
        yield


def server(site: ASGIApp, settings: Settings) -> Server:
    """A server for the site that logs nothing itself: addresses of sign-in links are secrets."""
    config = uvicorn.Config(
        site, log_config=None, access_log=False, server_header=False, lifespan="off",
        timeout_graceful_shutdown=max(1, int(settings.drain_seconds)),
    )  # fmt: skip
    return Server(config)


def listen(settings: Settings) -> socket.socket:
    """The socket people come to. Raises Stop when another program has it."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((settings.host, settings.port))
        door.listen()
    except OSError as error:
        door.close()
        raise Stop(f"Port {settings.port} cannot be used: {error.strerror}. Choose another.") from error
    return door


async def serve(app: App, serving: Server, door: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT; then take nothing new, end the open streams and finish what is under way."""

    def end() -> None:
        serving.should_exit = True
        app.web.close()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    try:
        await serving.serve([door])
    finally:
        app.web.close()
        await app.stop()


async def work(
    settings: Settings,
    clock: Clock = wall_clock,
    channels: Callable[[Settings, Clock], tuple[Channel, ...]] = configured,
) -> None:
    """The whole bot, from its start until it was told to end and has drained."""
    door = listen(settings)
    app = App(settings, clock, channels(settings, clock))
    site = build(
        app,
        extra=[route for channel in app.listening for route in channel.routes(app)],
        channels=lambda: {channel.name: channel.ready for channel in app.listening},
    )
    app.start()
    await app.open()
    gc.freeze()  # what was loaded stays: to go through it for garbage takes a pause of 75 ms each time
    log.info("started", port=settings.port)
    await serve(app, server(site, settings), door)
    log.info("stopped")


def run() -> None:
    """The command. A database that is down at the start is waited for: the pages say so meanwhile."""
    settings = checked(patient=True)
    logs.configure(settings.log_level)
    asyncio.run(work(settings))
