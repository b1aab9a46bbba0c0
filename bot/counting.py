"""Previews under way: counted beside everything else, once for whoever looks, and shown by themselves when ready.

They are kept in memory and nowhere else: what they tell is old news as soon as a case changes, and soon counted anew.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot import previewing

if TYPE_CHECKING:
    from collections.abc import Hashable
    from datetime import datetime

    from bot.house import House
    from bot.previewing import Preview
    from conversations.timing.policy import Policy
    from storage.database import Database

PATIENCE = 0.5  # seconds that somebody who looks waits for it
KEPT = 300  # seconds that it stays when somebody had to come back for it
log = structlog.get_logger()


@dataclass(eq=False, slots=True)
class Counting:
    """One preview: how many of the cases were looked at, and what came of it. `began` is when somebody asked."""

    state: Hashable
    cases: int
    began: datetime
    seen: int = 0
    preview: Preview | None = None
    failed: bool = False
    missed: bool = False  # somebody who looked left before it was ready

    def told(self, seen: int) -> None:
        """It is as far as that."""
        self.seen = seen


class Previews:
    """What is being counted, by organisation and by what would be adopted."""

    def __init__(self, database: Database, house: House) -> None:
        self._database, self._house = database, house
        self._known: dict[tuple[str, str], tuple[Counting, asyncio.Task[None]]] = {}

    async def look(
        self, organisation: str, ref: str, state: Hashable, after: Policy, cases: int, now: datetime
    ) -> Counting:
        """How far the preview of `after` is: begun when it is not there, and waited for no longer than a moment.

        `ref` names what would be adopted, and `state` tells whether that is still the same: another one takes its
        place. It begins anew for every look that finds it ready in that moment; else it is kept for some minutes.
        """
        key = (organisation, ref)
        counting, task = self._known.get(key, (None, None))
        if counting is None or task is None or counting.state != state:
            self.forget(organisation, ref)
            counting = Counting(state, cases, now)
            task = asyncio.create_task(self._count(organisation, counting, after))
            self._known[key] = counting, task
            task.add_done_callback(lambda _: self._keep(key, counting))
        await asyncio.wait({task}, timeout=PATIENCE)
        counting.missed = counting.missed or not task.done()
        return counting

    def forget(self, organisation: str, ref: str) -> None:
        """The next look begins anew."""
        _, task = self._known.pop((organisation, ref), (None, None))
        if task is not None:
            task.cancel()

    def close(self) -> None:
        """Count no further."""
        for organisation, ref in list(self._known):
            self.forget(organisation, ref)

    async def _count(self, organisation: str, counting: Counting, after: Policy) -> None:
        try:
            counting.preview = await previewing.preview(
                self._database, self._house, organisation, after, counting.began, counting.told
            )
        except Exception:
            log.exception("preview_failed", organisation=organisation)
            counting.failed = True

    def _keep(self, key: tuple[str, str], counting: Counting) -> None:
        """Until it is old; not at all when whoever asked has it."""
        if counting.missed:
            asyncio.get_running_loop().call_later(KEPT, self._drop, key, counting)
        else:
            self._drop(key, counting)

    def _drop(self, key: tuple[str, str], counting: Counting) -> None:
        known, _ = self._known.get(key, (None, None))
        if known is counting:
            del self._known[key]
