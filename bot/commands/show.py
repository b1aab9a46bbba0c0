"""`terugkeer demo`: the real bot on an invented organisation, in a folder of its own, with a clock to move."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from bot import logs
from bot.app import App, wall_clock
from bot.cast import PAST
from bot.clock import Clock
from bot.commands.serve import listen, serve, server
from bot.demo import Demo
from bot.settings import Settings, load, new_key
from bot.web.site import build
from storage.migrations import migrate

KEY = "key"  # the file with the demo's own key, beside its database


def _settings(folder: Path, port: int) -> Settings:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / KEY
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(new_key("demo", secrets.token_bytes(32)))
    return load(
        keys=file.read_text(), database_url=f"sqlite:///{folder.resolve() / 'demo.db'}", demo=True,
        host="127.0.0.1", port=port, base_url=f"http://127.0.0.1:{port}", drain_seconds=2, log_level="warning",
    )  # fmt: skip


async def _tick(app: App) -> None:
    while True:
        await asyncio.sleep(app.settings.tick_seconds)
        await app.tick()


async def _show(settings: Settings) -> None:
    door = listen(settings)
    clock = Clock(PAST[0].at, wall_clock)
    app = App(settings, clock)
    demo = Demo(app, clock)
    await demo.begin()
    ticking = asyncio.create_task(_tick(app))
    print(f"Terugkeerbot demo: http://127.0.0.1:{door.getsockname()[1]}/demo  (Ctrl-C stops it)", flush=True)
    try:
        await serve(app, server(build(app, show=demo), settings), door)
    finally:
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking


def demo(keep: Path | None, port: int) -> None:
    """The command."""
    with tempfile.TemporaryDirectory(prefix="terugkeer-") as temporary:
        settings = _settings(keep or Path(temporary), port)
        logs.configure(settings.log_level)
        migrate(settings.database_url)
        asyncio.run(_show(settings))
