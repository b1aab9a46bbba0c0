"""Drawing a message anew may be repeated without harm: it is tried a few times before whoever asked hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.channels import TryLater, Unsure

TRIES = 3
PAUSE = 0.5  # seconds, where nobody said how long
LONGEST = 20.0  # seconds; what must wait for longer is done later, by whoever asked


async def insist(change: Callable[[], Awaitable[object]]) -> None:
    """Do it, three times at most. Raises TryLater when it may not have worked; Refused and Unreachable go through."""
    for left in reversed(range(TRIES)):
        try:
            await change()
        except (TryLater, Unsure) as problem:
            after = problem.after if isinstance(problem, TryLater) else PAUSE
            if not left or after > LONGEST:
                raise TryLater(str(problem), after) from None
            await asyncio.sleep(after)
        else:
            return
