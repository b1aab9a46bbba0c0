"""A clock that is moved: for the demo, where it runs on from where it was put, and for talks that are piped in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.app import App


class Clock:
    """Says what it was told. With `beside`, another clock, it runs on as that one runs; without, it stands still."""

    def __init__(self, start: datetime, beside: Callable[[], datetime] | None = None) -> None:
        self._beside = beside
        self.set(start)

    def set(self, at: datetime) -> None:
        """From now on it is this moment."""
        self._at = at
        self._since = self._beside() if self._beside else at

    def __call__(self) -> datetime:
        """The moment it is."""
        return self._at if self._beside is None else self._at + (self._beside() - self._since)


async def travel(app: App, clock: Clock, goal: datetime) -> None:
    """Go to that moment: every tick on the way that has something to do happens at its own time. Never back."""
    last = None
    while (following := await app.next_due()) is not None and following <= goal and following != last:
        clock.set(max(clock(), following))
        await app.tick()
        last = following  # still due after its tick: it would be for ever
    clock.set(max(clock(), goal))
    await app.tick()
