"""What the process itself costs: memory after the start and after a thousand turns, and how long starting takes.

Each is measured in a process of its own, because memory is never given back and an import happens once.
"""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from bench.stage import employ, on_sqlite, stage

STARTS = 5
TURNS = 1000


def resident() -> float:
    """Megabytes of this process that are in memory now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def started(*command: str) -> float:
    """Milliseconds until that command has ended; the median of a few."""
    seconds = []
    for _ in range(STARTS):
        began = time.perf_counter()
        subprocess.run([sys.executable, *command], check=True, capture_output=True)
        seconds.append(time.perf_counter() - began)
    return median(seconds) * 1000


def turned() -> tuple[float, float]:
    """Megabytes of a bot that was started, and of the same after a thousand turns of talks."""
    from bench import turns  # noqa: PLC0415 - what this loads is what is measured

    turns.EMPLOYERS = TURNS // len(turns.SAID) + 1

    async def work() -> tuple[float, float]:
        with on_sqlite() as site:
            async with stage(site.url) as one:
                before = resident()
                for number in range(turns.EMPLOYERS):
                    await one.app.database.run(lambda tx, number=number: employ(tx, one, number))  # type: ignore[misc]
                for speaker in turns.speakers():
                    await speaker.talk(one)
                return before, resident()

    return asyncio.run(work())


def figures() -> Iterator[dict[str, Any]]:
    """Memory, then the starts beside that of Python with nothing."""
    memory = "from bench.process import turned; print(*turned())"
    said = subprocess.run([sys.executable, "-c", memory], check=True, capture_output=True, text=True).stdout.split()
    before, after = map(float, said[-2:])
    yield {"figure": "memory", "value": round(before), "unit": "MB", "after_1000_turns": round(after)}
    yield {"figure": "start", "value": round(started("-c", "import bot.app")), "unit": "ms",
           "help": round(started("-m", "bot", "--help")), "python": round(started("-c", ""))}  # fmt: skip
