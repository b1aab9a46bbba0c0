"""The composition root: where everything meets, starts and stops. The only place that reads the clock."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot import metrics, packs
from bot.audit import Found, audit
from bot.channels.web import Web
from bot.deliver import deliver
from bot.handle import handle
from bot.house import House, dialogues
from bot.tick import tick
from storage import cases, outbox
from storage.database import Conflict, Database
from storage.vault import Vault

if TYPE_CHECKING:
    from bot.channels import Channel
    from bot.settings import Settings
    from conversations.incoming import Incoming

Clock = Callable[[], datetime]
log = structlog.get_logger()

BATCH = 200  # cases a transaction of the tick looks at
AGAIN = 3  # tries when somebody else wrote the same row first


def wall_clock() -> datetime:
    """The moment it is."""
    return datetime.now(UTC)


def new_id() -> str:
    """An id nobody can guess: 128 bits, 22 characters."""
    return secrets.token_urlsafe(16)


class App:
    """The bot, running. Everything it does is one of: hear somebody, look at the clock, deliver what waits."""

    def __init__(self, settings: Settings, clock: Clock = wall_clock, channels: tuple[Channel, ...] = ()) -> None:
        self.settings = settings
        self.database = Database(settings.database_url, Vault(settings.keys, settings.current_key))
        self.web = Web()
        self.channels: dict[str, Channel] = {channel.name: channel for channel in (self.web, *channels)}
        self.house = House(dialogues(), new_id, packs.load())
        self._clock = clock
        self._scheduler: AsyncIOScheduler | None = None
        self._ticking = asyncio.Lock()

    def now(self) -> datetime:
        """The moment it is, aware, in UTC."""
        return self._clock()

    async def hear(self, incoming: Incoming) -> None:
        """Handle what somebody did. When this returns it is kept, and the answers are on their way.

        Raises storage's Unavailable when nothing was kept and it should be tried again.
        """
        for attempt in range(AGAIN):
            try:
                person = await self.database.run(lambda tx: handle(tx, self.house, incoming))
                break
            except Conflict:
                if attempt == AGAIN - 1:
                    raise
        if person is not None:
            metrics.TURNS.labels(incoming.channel).inc()
        log.info("heard", channel=incoming.channel, kind=incoming.kind, person=person)
        await self.deliver()

    async def tick(self) -> int:
        """Look at the clock, until nothing is due; how many cases were looked at."""
        async with self._ticking:
            seen = 0
            while True:
                now = self.now()
                some = await self.database.run(lambda tx, now=now: tick(tx, self.house, now, BATCH))  # type: ignore[misc]
                seen += some
                if some < BATCH:
                    break
        if seen:
            log.info("ticked", count=seen)
        await self.deliver()
        return seen

    async def deliver(self) -> int:
        """Send what waits; how many messages went out."""
        return await deliver(self.database, self.channels, self.now, self.house.new_id)

    async def next_due(self) -> datetime | None:
        """When there is something to do again: a case to look at, or a message that waits for its hour."""
        found = await self.database.run(lambda tx: (cases.first_due(tx), outbox.first_ready(tx)))
        return min((moment for moment in found if moment is not None), default=None)

    async def audit(self) -> Found:
        """Check that what should have gone out went out, and repair what is looked at too late."""
        found = await audit(self.database, self.house, self.now())
        log.info("audited", count=found.cases, missed=found.forgotten, repaired=found.repaired)
        return found

    def start(self) -> None:
        """Begin to tick: one interval job in UTC, because what is due is data and not a trigger."""
        scheduler = AsyncIOScheduler(timezone=UTC)
        once = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        scheduler.add_job(
            self.tick, IntervalTrigger(seconds=self.settings.tick_seconds), next_run_time=self.now(), **once
        )
        scheduler.add_job(self.audit, IntervalTrigger(hours=24), **once)
        scheduler.start()
        self._scheduler = scheduler

    async def stop(self) -> None:
        """Finish what is under way, then close."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.settings.drain_seconds):
                async with self._ticking:
                    pass
        await self.database.close()
