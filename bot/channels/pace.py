"""How fast a platform may be spoken to: a bucket for each conversation and one for all of them together.

Waiting is done here and only for a moment: whoever calls holds rows on a lease, so a long wait is the outbox's to do.
The time is the event loop's own.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.channels import TryLater

LONGEST_WAIT = 5.0  # seconds in each of the two buckets; a batch of rows is leased for 120
LONGEST_PAUSE = 3600.0
FORGET_OVER = 4096  # conversations remembered before the idle ones are dropped
EVERYTHING = ""  # the key under which all of it can be paused


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second, and so many at once after a silence."""

    per_second: float
    burst: int = 1


class _Bucket:
    """A token bucket, kept as the moment at which it is full again."""

    def __init__(self, rate: Rate) -> None:
        self._interval = 1 / rate.per_second
        self._slack = self._interval * (rate.burst - 1)
        self.full_at = 0.0

    def wait(self, now: float) -> float:
        """How long until there is a token."""
        return max(0.0, self.full_at - self._slack - now)

    def take(self, now: float) -> None:
        """Take the next token, which may only be there after `wait(now)`."""
        self.full_at = max(self.full_at, now) + self._interval


class Pace:
    """Whose turn it is. Callers with the same key get their turn in the order in which they asked."""

    def __init__(self, each: Rate, together: Rate, longest_wait: float = LONGEST_WAIT) -> None:
        self._each = each
        self._together = _Bucket(together)
        self._buckets: dict[str, _Bucket] = {}
        self._paused: dict[str, float] = {}
        self._longest_wait = longest_wait

    async def turn(self, key: str) -> None:
        """Come back when something may be sent under this key. Raises TryLater when that would take long."""
        await self._pass(key, self._bucket(key))
        await self._pass(key, self._together)

    def pause(self, key: str, seconds: float) -> None:
        """Send nothing under this key for so long (at most an hour); under EVERYTHING: nothing at all."""
        until = asyncio.get_running_loop().time() + min(max(seconds, 0.0), LONGEST_PAUSE)
        self._paused[key] = max(until, self._paused.get(key, 0.0))

    @property
    def paused(self) -> int:
        """How many conversations are paused now."""
        now = asyncio.get_running_loop().time()
        return sum(until > now for until in self._paused.values())

    def resume(self, key: str) -> None:
        """End a pause before its time."""
        self._paused.pop(key, None)

    async def _pass(self, key: str, bucket: _Bucket) -> None:
        now = asyncio.get_running_loop().time()
        self._check(key, now)
        wait = bucket.wait(now)
        if wait > self._longest_wait:
            raise TryLater("busy", wait)
        bucket.take(now)
        if wait:
            await asyncio.sleep(wait)
            self._check(key, asyncio.get_running_loop().time())  # paused while we waited

    def _check(self, key: str, now: float) -> None:
        left = max(self._paused.get(key, 0.0), self._paused.get(EVERYTHING, 0.0)) - now
        if left > 0:
            raise TryLater("paused", left)

    def _bucket(self, key: str) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            self._forget()
            bucket = self._buckets[key] = _Bucket(self._each)
        return bucket

    def _forget(self) -> None:
        """Drop what is idle: a full bucket is a new one, and a pause that ended is none."""
        now = asyncio.get_running_loop().time()
        if len(self._buckets) > FORGET_OVER:
            self._buckets = {key: bucket for key, bucket in self._buckets.items() if bucket.full_at > now}
        if len(self._paused) > FORGET_OVER:
            self._paused = {key: until for key, until in self._paused.items() if until > now}
