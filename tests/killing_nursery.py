"""A process that has loaded everything and forks a bot whenever it is asked for one, so that a start costs little.

On standard input a line of JSON with the settings of a bot: it begins to live and its pid is written. An empty line:
the last one is waited for, and how it ended is written.
"""

from __future__ import annotations

import asyncio
import gc
import json
import mmap
import os
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import certifi

ROOT = Path(__file__).parents[1]
# What a bot would load only when it is alive.
MODULES = (
    "bot.commands.serve", "bot.channels.slack", "bot.channels.telegram", "httpcore", "anyio._backends._asyncio",
    "uvicorn.lifespan.off", "uvicorn.loops.auto", "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto",
)  # fmt: skip
LEAP = struct.Struct("d")


class Clock:
    """Runs as the one on the wall does, beside it by what stands in a file: leaps are seen in all processes."""

    def __init__(self, file: Path, start: datetime | None = None) -> None:
        if start is not None:
            file.write_bytes(LEAP.pack(start.timestamp() - time.time()))
        with file.open("r+b") as opened:
            self._leapt = mmap.mmap(opened.fileno(), LEAP.size)

    def __call__(self) -> datetime:
        """The moment it is."""
        return datetime.fromtimestamp(time.time() + LEAP.unpack(self._leapt)[0], UTC)

    def go_to(self, moment: datetime) -> None:
        """It is later at once."""
        self._leapt[:] = LEAP.pack(max(moment, self()).timestamp() - time.time())


class Nursery:
    """The process, seen from outside. What its bots say is in `log`."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "log"
        self.pid = 0
        one = certifi.contents().partition("-----END CERTIFICATE-----")  # reading all of them takes as long as a life
        (folder / "certificates").write_text("".join(one[:2]))
        environment = {**os.environ, "SSL_CERT_FILE": str(folder / "certificates")}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.killing_nursery", folder / "clock"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT,
                env=environment,
            )  # fmt: skip
        assert "ready" == self._answer()

    def _answer(self, *asked: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        for line in asked:
            print(line, file=self._process.stdin, flush=True)
        return self._process.stdout.readline().strip()

    def start(self, settings: dict[str, Any]) -> None:
        """A bot begins to live."""
        self.pid = int(self._answer(json.dumps(settings)))

    def end(self, how: int) -> int:
        """Send it that signal, and wait; how it ended, as `Popen.returncode` has it."""
        os.kill(self.pid, how)
        self.pid = 0
        return int(self._answer(""))

    def close(self) -> None:
        """No more of them."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if self.pid:
            os.kill(self.pid, 9)
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


async def _warm_up() -> None:
    """A turn and a tick of a small world, so that words, policies and statements were read when a bot is born."""
    world_of = import_module("tests.world").World
    with tempfile.TemporaryDirectory() as folder:
        world = await world_of(Path(folder)).people()
        for line in ("jan is ziek", "vandaag", "mijn dossiers", "help"):
            await world.say("sofie", line)
        await world.go_to("2026-12-24 12:00")
        await world.close()


def _in_a_hurry(settings: Any, clock: Clock) -> tuple[Any, ...]:
    """The channels as they are configured, but at no pace: the fakes set no limits here.

    A life is much shorter than the minutes over which limits are counted.
    """
    pace = import_module("bot.channels.pace")
    fast = pace.Pace(pace.Rate(1000, 1000), pace.Rate(1000, 1000))
    slack, telegram = import_module("bot.configured").configured(settings, clock)
    slack._calls._sending = telegram._pace = fast
    slack._calls._paces = dict.fromkeys(slack._calls._paces, fast)
    return slack, telegram


def _live(given: dict[str, Any], clock: Clock) -> None:
    """Be a bot, from birth to death."""
    settings = import_module("bot.settings").Settings(**given, keys={"test": b"k" * 32})
    code = 1
    try:
        asyncio.run(import_module("bot.commands.serve").work(settings, clock, _in_a_hurry))
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is, it is written down, and this is no nursery
        traceback.print_exc()
    finally:
        os._exit(code)


def _say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main(clock: Clock) -> None:
    """Fork, until nobody asks any more."""
    for module in MODULES:
        import_module(module)
    import_module("bot.logs").configure("warning")
    asyncio.run(_warm_up())
    assert threading.active_count() == 1, "who forks has one thread"
    gc.collect()
    gc.freeze()
    _say("ready")
    pid = 0
    for line in sys.stdin:
        if not line.strip():
            _, status = os.waitpid(pid, 0)
            _say(os.waitstatus_to_exitcode(status))
            continue
        pid = os.fork()
        if not pid:
            quiet = os.open(os.devnull, os.O_RDWR)
            os.dup2(quiet, 0)
            os.dup2(quiet, 1)
            _live(json.loads(line), clock)
        _say(pid)


if __name__ == "__main__":
    main(Clock(Path(sys.argv[1])))
