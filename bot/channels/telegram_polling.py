"""Asking Telegram for updates: what was asked for is confirmed only by asking for what comes after it.

So an update is confirmed after it was kept, in order. After some failures other people no longer wait for one that
fails; whoever sent it does, so that nobody's words change places.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter

from bot.channels.telegram_errors import TOKEN_PAUSE, seconds_of
from bot.channels.telegram_updates import WANTED

log = structlog.get_logger()

SUSPECT = 3  # failures after which other people no longer wait for an update
SHORTEST, LONGEST = 0.5, 30.0  # seconds between tries
AT_FIRST = 10.0  # seconds; then it is asked all the same
ELSEWHERE, ELSEWHERE_LONGEST = 30.0, 600.0  # the same, while somebody else listens with our token

Fetch = Callable[[int | None], Awaitable[list[Any]]]
Take = Callable[[Any], Awaitable[None]]
Times = Callable[[int], int]


class Pause:
    """Waiting, twice as long each time until something went well."""

    def __init__(self, shortest: float, longest: float) -> None:
        self._shortest, self._longest = shortest, longest
        self._next = shortest

    async def wait(self) -> None:
        """Wait, and the next time longer."""
        seconds, self._next = self._next, min(self._next * 2, self._longest)
        await asyncio.sleep(seconds)

    def over(self) -> None:
        """It went well."""
        self._next = self._shortest


class Polling:
    """The loop. `fetch` gives raw updates from an offset on, `take` returns once one is kept and raises when not.

    `times` says how often an update failed.
    """

    def __init__(self, fetch: Fetch, take: Take, times: Times) -> None:
        self._fetch = fetch
        self._take = take
        self._times = times
        self._network = Pause(SHORTEST, LONGEST)
        self._kept = Pause(SHORTEST, LONGEST)
        self._alone = Pause(ELSEWHERE, ELSEWHERE_LONGEST)
        self.well = True  # the last time Telegram answered, or it did not answer yet

    async def run(self, settled: asyncio.Event) -> None:
        """Ask and take, until cancelled; once it is `settled` that no webhook of ours stands in the way."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(settled.wait(), AT_FIRST)
        offset: int | None = None
        before: list[int] = []
        while True:
            batch = await self._ask(offset)
            if batch is None:
                continue
            numbers = [number for number in map(_number, batch) if number is not None]
            failed = await self._take_all(batch)
            after = numbers[-1] + 1 if numbers else None  # None: everything was confirmed, and ids may start anew
            offset = after if failed is None else failed
            if failed is None and (not batch or numbers != before):
                self._kept.over()
            else:
                await self._kept.wait()
            before = numbers

    async def _ask(self, offset: int | None) -> list[Any] | None:
        try:
            batch = await self._fetch(offset)
        except Conflict:
            self.well = False
            log.error("telegram_listened_to_elsewhere", channel="telegram")  # noqa: TRY400 - where from is no news
            await self._alone.wait()
        except InvalidToken:
            self.well = False
            await asyncio.sleep(TOKEN_PAUSE)
        except RetryAfter as problem:
            await asyncio.sleep(seconds_of(problem))
        except Exception as problem:  # noqa: BLE001 - whatever it is, it is asked again
            self.well = False
            log.warning("telegram_not_reached", channel="telegram", error=type(problem).__name__)
            await self._network.wait()
        else:
            self.well = True
            self._network.over()
            self._alone.over()
            return batch
        return None

    async def _take_all(self, batch: list[Any]) -> int | None:
        """Take them in order. The number of the first that was not kept; None when all are."""
        first: int | None = None
        waiting: set[object] = set()
        for raw in batch:
            number, sender = _number(raw), _sender(raw)
            if sender in waiting:
                continue
            try:
                await self._take(raw)
            except Exception:  # noqa: BLE001 - `take` said what it was
                first = number if first is None else first
                if number is None or self._times(number) < SUSPECT:
                    break  # more likely the database than this one: everybody's order stays
                waiting.add(sender)
        return first


def _number(raw: Any) -> int | None:
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) else None


def _sender(raw: Any) -> object:
    """Who did it, as Telegram numbers people; None for what we cannot read, which is nobody's words."""
    told = next((raw[kind] for kind in WANTED if kind in raw), None) if isinstance(raw, dict) else None
    user = told.get("from") if isinstance(told, dict) else None
    number = user.get("id") if isinstance(user, dict) else None
    return number if isinstance(number, int) else None
