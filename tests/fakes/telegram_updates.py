"""How updates reach the bot: a queue that getUpdates empties, or posts to a webhook until it answers 2xx."""

from __future__ import annotations

import asyncio
import copy
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp

from tests.fakes import telegram_rules
from tests.fakes.telegram_clock import Clock
from tests.fakes.telegram_model import JSON, Refusal

DAY = 24 * 3600.0


@dataclass
class Waiting:
    """An update nobody confirmed yet. `again`: a repeat, shown once whatever the offset says."""

    id: int
    update: JSON
    chat: int
    at: float
    again: bool = False
    shown: bool = False


@dataclass(frozen=True)
class Webhook:
    """Where updates are posted."""

    url: str
    secret: str | None
    connections: int = 40


@dataclass(frozen=True)
class Delivery:
    """One post to the webhook; status 0 when nobody answered."""

    update_id: int
    status: int


@dataclass
class Updates:
    """Lives on the server's loop."""

    clock: Clock
    changed: Callable[[], None]
    retry: float = 1.0
    patience: float = 60.0
    pending: list[Waiting] = field(default_factory=list)
    made: list[JSON] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    conflicts: int = 0
    allowed: frozenset[str] = field(default_factory=lambda: telegram_rules.kinds([]))
    webhook: Webhook | None = None
    last_error: tuple[int, str] | None = None
    next_id: int = field(default_factory=lambda: random.randint(100_000_000, 900_000_000))  # noqa: S311 - no secret
    _poller: asyncio.Future[None] | None = None
    _workers: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _session: aiohttp.ClientSession | None = None

    def add(self, kind: str, body: JSON, chat: int) -> JSON | None:
        """Something happened; None when the bot does not want this kind."""
        if kind not in self.allowed:
            return None
        update = {"update_id": self.next_id, kind: body}
        self.made.append(update)
        self._put(Waiting(self.next_id, update, chat, self.clock.seconds()))
        self.next_id += 1
        return update

    def repeat(self, update: JSON, chat: int) -> None:
        """Send an update again, as if the confirmation of it got lost."""
        self._put(Waiting(update["update_id"], update, chat, self.clock.seconds(), again=True))

    def restart(self, at: int | None) -> None:
        """Updates go on at another id, as after a week of silence: what was waiting is gone."""
        self.pending.clear()
        self.next_id = at if at is not None else random.randint(1, 2_000_000_000)  # noqa: S311 - no secret

    def wake(self) -> None:
        """Let a waiting poll look again."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)

    def _put(self, waiting: Waiting) -> None:
        self.pending.append(waiting)
        self.wake()
        self._work(waiting.chat)

    async def poll(self, offset: int, limit: int, timeout: float) -> list[JSON]:  # noqa: ASYNC109 - Telegram's name
        """GetUpdates: everything below the offset is confirmed. A poll that still waits gives way to this one."""
        if self.webhook is not None:
            self.conflicts += 1
            why = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise Refusal(409, f"Conflict: {why}")
        self._dismiss("terminated by other getUpdates request; make sure that only one bot instance is running")
        found = self._look(offset, limit)
        if found or timeout <= 0:
            return found
        mine = self._poller = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self.clock.real(timeout)):
                await mine
        except TimeoutError:
            return []
        finally:
            if self._poller is mine:
                self._poller = None
        return self._look(offset, limit)

    def _dismiss(self, why: str) -> None:
        if self._poller is not None and not self._poller.done():
            self.conflicts += 1
            self._poller.set_exception(Refusal(409, f"Conflict: {why}"))
            self._poller = None

    def _look(self, offset: int, limit: int) -> list[JSON]:
        now = self.clock.seconds()
        self.pending = [one for one in self.pending if now - one.at < DAY]
        if offset < 0:
            self.pending = self.pending[offset:]
        elif 0 < offset <= self.next_id:  # an offset from before a restart means nothing
            self.pending = [one for one in self.pending if (not one.shown if one.again else one.id >= offset)]
        found = self.pending[:limit]
        for one in found:
            one.shown = True
        self.changed()
        return [copy.deepcopy(one.update) for one in found]

    def set_webhook(self, webhook: Webhook | None) -> None:
        """Post updates from now on; None: wait for polls."""
        self.webhook, self.last_error = webhook, None
        if webhook is not None:
            self._dismiss("terminated by setWebhook request")
            for chat in {one.chat for one in self.pending}:
                self._work(chat)

    def _work(self, chat: int) -> None:
        worker = self._workers.get(chat)
        if self.webhook is not None and (worker is None or worker.done()):
            self._workers[chat] = asyncio.get_running_loop().create_task(self._deliver(chat))

    async def _deliver(self, chat: int) -> None:
        """One chat's updates in order: the next only when the one before it was taken."""
        delay = self.retry
        while self.webhook is not None:
            waiting = next((one for one in self.pending if one.chat == chat), None)
            if waiting is None:
                return
            status = await self._post(self.webhook, waiting.update)
            self.deliveries.append(Delivery(waiting.id, status))
            if 200 <= status <= 299:
                self.pending = [one for one in self.pending if one is not waiting]
                delay = self.retry
                self.changed()
                continue
            self.last_error = self.clock.unix(), f"Wrong response from the webhook: {status}"
            self.changed()
            await asyncio.sleep(self.clock.real(delay))
            delay = min(delay * 2, 60.0)
            self.pending = [one for one in self.pending if self.clock.seconds() - one.at < DAY]

    async def _post(self, webhook: Webhook, update: JSON) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))
        patience = aiohttp.ClientTimeout(total=self.clock.real(self.patience))
        try:
            async with self._session.post(
                webhook.url, json=update, headers=headers, timeout=patience, allow_redirects=False
            ) as response:
                await response.read()
                return response.status
        except (aiohttp.ClientError, TimeoutError):
            return 0

    async def close(self) -> None:
        """Stop delivering."""
        self.webhook = None
        for worker in self._workers.values():
            worker.cancel()
        await asyncio.gather(*self._workers.values(), return_exceptions=True)
        if self._session is not None:
            await self._session.close()
