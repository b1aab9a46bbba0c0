"""The composition root: where everything meets, starts and stops. The only place that reads the clock."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot import adopting, confirming, metrics, packs
from bot.audit import Found, audit
from bot.channels import Listening
from bot.channels.web import Web
from bot.counting import Previews
from bot.deliver import deliver, findable, send, take_over
from bot.doubt import look_up
from bot.glance import glance
from bot.handle import Handled, handle
from bot.house import BRUSSELS, House, dialogues
from bot.redraw import redraw, show
from bot.silence import Silence
from bot.straight import Straight, Taken
from bot.tick import look_at, tick
from storage import cases, outbox, retention
from storage.database import Conflict, Database, Unavailable
from storage.vault import Vault

if TYPE_CHECKING:
    from datetime import date

    from bot.channels import Channel
    from bot.settings import Settings
    from conversations.incoming import Incoming
    from messages.message import Message
    from storage.database import Tx

Done = TypeVar("Done")
Clock = Callable[[], datetime]
log = structlog.get_logger()

QUIET = 3  # o'clock: the hour from which the work of the night is done
BATCH = 100  # cases a transaction of the tick looks at
REST = timedelta(hours=1)  # before a case that could not be decided is looked at again
PATIENCE = 60  # seconds before a platform that could not be reached is tried again
AGAIN = 3  # tries when somebody else wrote the same row first


def wall_clock() -> datetime:
    """The moment it is."""
    return datetime.now(UTC)  # noqa: TID251 - here and nowhere else


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
        self.house = House(dialogues(), new_id, packs.load(), settings.base_url)
        self.previews = Previews(self.database, self.house)
        self._clock = clock
        self._scheduler: AsyncIOScheduler | None = None
        self._ticking = asyncio.Lock()
        self._alone = False  # just started on a database of its own, where a killed process may have left calls
        self._silence = Silence()
        self._closing = asyncio.Event()
        self._night: date | None = None  # the last one that was done
        self._under_way: set[asyncio.Future[Any]] = set()

    def now(self) -> datetime:
        """The moment it is, aware, in UTC."""
        return self._clock()

    async def hear(self, incoming: Incoming) -> None:
        """Handle what somebody did. When this returns it is kept; its answers go out on their own.

        Raises storage's Unavailable when nothing was kept and it should be tried again. Once it is kept nothing is
        raised any more: answers that cannot go out now wait in the outbox.
        """
        handled = await self._keep(incoming)
        if handled is not None:
            self._begun(self._answer(incoming.channel, handled))

    async def converse(self, incoming: Incoming) -> None:
        """The same, and the answers were sent as far as they can go now when this returns."""
        handled = await self._keep(incoming)
        if handled is not None:
            await self._answer(incoming.channel, handled)

    async def home(self, channel: str, address: str) -> Message | None:
        """What whoever is at that address sees at a glance. None for a stranger."""
        return await self.database.run(lambda tx: glance(tx, self.house, channel, address, self.now()))

    async def _keep(self, incoming: Incoming) -> Handled | None:
        for attempt in range(AGAIN):
            try:
                handled = await self.database.run(lambda tx: handle(tx, self.house, incoming))
                break
            except Conflict as problem:
                if attempt == AGAIN - 1:
                    raise Unavailable("Others keep writing the same rows.") from problem
        if handled is not None:
            metrics.TURNS.labels(incoming.channel).inc()
            log.info("heard", channel=incoming.channel, kind=incoming.kind, person=handled.person)
        return handled

    async def _answer(self, channel: str, handled: Handled) -> None:
        try:
            await self.deliver()
        except Unavailable:
            log.warning("answers_wait", channel=channel)
        if handled.stranger is not None:
            await self._tell_stranger(channel, *handled.stranger)
        for row, said in handled.answered:  # after what follows on it, so that a page goes from question to question
            await show(self.database, self.channels, row, said, self.settings.base_url)

    async def _tell_stranger(self, channel: str, address: str, message: Message) -> None:
        """Best effort, once: nothing is kept of somebody we do not know."""
        try:
            await self.channels[channel].send(address, message, self.house.new_id())
        except Exception as problem:  # noqa: BLE001 - whatever it is, nobody waits for it
            log.warning("stranger_not_told", channel=channel, problem=type(problem).__name__)

    async def tick(self) -> int:
        """Look at the clock, until nothing is due; how many cases were looked at."""
        async with self._ticking:
            await self._take_over()
            await self._adopt()
            seen = some = await self._look()
            if some == BATCH:  # only then with several hands: what is little is said together
                seen += sum(await asyncio.gather(*(self._look_on() for _ in range(self.database.hands))))
        if seen:
            log.info("ticked", count=seen)
        await self._silence.look(self.database, self.channels, self.house, self.now())
        await self.deliver()
        settle = timedelta(seconds=self.settings.settle_seconds)
        if await self._begun(look_up(self.database, self.channels, self.now, self.house, settle)):
            await self.deliver()
        await self._begun(redraw(self.database, self.channels, self.now(), self.settings.base_url))
        return seen

    async def _take_over(self) -> None:
        if self._alone:
            await self.database.run(lambda tx: take_over(tx, self.house, self.now(), findable(self.channels)))
            self._alone = False

    async def _adopt(self) -> None:
        """Let running cases follow a cadence that HR adopted, before anything is said by the one before."""
        try:
            moved = await adopting.go_on(self.database, self.house, self.now())
        except Unavailable:
            raise
        except Exception:
            log.exception("adoption_failed")  # the cases that are left follow what they followed
        else:
            if moved:
                log.info("adopted", count=moved)

    async def _look_on(self) -> int:
        """Look until nothing is due any more, or the bot stops; how many cases were looked at."""
        seen, some = 0, BATCH
        while some == BATCH and not self._closing.is_set():
            some = await self._look()
            seen += some
        return seen

    async def _look(self) -> int:
        """Look at a batch of cases, and send what there is to say; how many cases were looked at.

        Once begun it is finished, whoever stops waiting for it: what was decided was claimed as well.
        """
        return await asyncio.shield(self._begun(self._decide_and_send(self.now())))

    async def _decide_and_send(self, now: datetime) -> int:
        """Where one case cannot be decided, look at each alone, so that it holds up no other."""

        def work(tx: Tx) -> tuple[int, Taken]:
            straight = Straight(self.house.new_id(), now)
            seen = tick(tx, self.house, now, BATCH, straight)
            return seen, straight.taken(tx)

        try:
            seen, taken = await self.database.run(work)
        except Unavailable:
            raise
        except Exception:
            log.exception("tick_failed")
        else:
            if taken.rows:
                await send(self.database, self.channels, self.now, self.house, taken)
            return seen
        found = await self.database.run(lambda tx: [case.id for case in cases.due(tx, now, BATCH)])
        for case in found:
            await self._look_alone(case, now)
        return len(found)

    async def _look_alone(self, case: str, now: datetime) -> None:
        def work(tx: Tx) -> None:
            cases.reschedule(tx, case, now)  # which takes the row, so that nobody else decides meanwhile
            one = cases.load(tx, case)
            if one is not None:
                look_at(tx, self.house, [one], now)

        try:
            await self.database.run(work)
        except Unavailable:
            raise
        except Exception:
            log.exception("case_not_decided", case=case)
            await self.database.run(lambda tx: cases.reschedule(tx, case, now + REST))

    async def deliver(self) -> int:
        """Send what waits; how many messages went out. Once begun it is finished, whoever stops waiting for it."""
        return await asyncio.shield(self._begun(deliver(self.database, self.channels, self.now, self.house)))

    def _begun(self, work: Coroutine[Any, Any, Done]) -> asyncio.Task[Done]:
        """Under way, and waited for when the bot stops."""
        task = asyncio.ensure_future(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def next_due(self) -> datetime | None:
        """When there is something to do again: a case to look at, or a message that waits for its hour."""
        found = await self.database.run(lambda tx: (cases.first_due(tx), outbox.first_ready(tx)))
        return min((moment for moment in found if moment is not None), default=None)

    async def audit(self) -> Found:
        """Check that what should have gone out went out, and repair what is looked at too late."""
        found = await audit(self.database, self.house, self.now())
        log.info("audited", count=found.cases, missed=found.forgotten, repaired=found.repaired)
        return found

    async def night(self) -> bool:
        """What is done once a night: audit, forget what is past its term, and tidy the files. False: not now.

        The night is over when all of it was done; until then it is tried again at every call, also by day.
        """
        now = self.now()
        local = now.astimezone(BRUSSELS)
        if local.hour < QUIET or local.date() == self._night:
            return False
        await self.audit()
        await confirming.look(self.database, self.house, now)
        forgotten = await self.database.run(lambda tx: retention.sweep(tx, now))
        await self.database.tidy()
        self._night = local.date()
        log.info("swept", count=sum(forgotten.values()))
        return True

    @property
    def listening(self) -> tuple[Listening, ...]:
        """The channels that people come in by, besides our own pages."""
        return tuple(channel for channel in self.channels.values() if isinstance(channel, Listening))

    async def open(self) -> None:
        """Begin to listen. A platform that cannot be reached now is tried again, and holds up no other."""
        with contextlib.suppress(Unavailable):  # then the first tick does it
            async with self._ticking:
                await self._take_over()  # before there are calls of our own
        await asyncio.gather(*(self._open(channel) for channel in self.listening))

    async def _open(self, channel: Listening) -> None:
        try:
            await channel.open(self)
        except Exception as problem:  # noqa: BLE001 - the others must go on, whatever it is
            log.warning("channel_not_opened", channel=channel.name, problem=type(problem).__name__)
            self._begun(self._open_later(channel))

    async def _open_later(self, channel: Listening) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), PATIENCE)
        if not self._closing.is_set():
            await self._open(channel)

    def start(self) -> None:
        """Begin to tick: interval jobs in UTC, because what is due is data and not a trigger.

        They run by the clock on the wall also when another one says what is due.
        """
        self._alone = self.database.kind == "sqlite"
        scheduler = AsyncIOScheduler(timezone=UTC)
        once = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        scheduler.add_job(
            self.tick, IntervalTrigger(seconds=self.settings.tick_seconds), next_run_time=wall_clock(), **once
        )
        scheduler.add_job(self.night, IntervalTrigger(hours=1), **once)
        scheduler.start()
        self._scheduler = scheduler

    async def stop(self) -> None:
        """Take up nothing new, finish what is under way, then close."""
        self._closing.set()
        self.previews.close()
        for channel in self.listening:
            await channel.close()
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is not None:
            scheduler.pause()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.settings.drain_seconds):
                async with self._ticking:
                    pass
                while self._under_way:
                    await asyncio.wait(self._under_way)
        if scheduler is not None:
            scheduler.shutdown(wait=False)  # cancels its jobs, so only now
        await self.database.close()
