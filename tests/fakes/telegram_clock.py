"""The time in the fake Telegram and its limits on sending: what a second is, and how many messages fit in one."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


class Clock:
    """Runs `speed` times as fast as real time and leaps forward when a test says so."""

    def __init__(self, speed: float = 1.0, began: datetime | None = None) -> None:
        self.speed = speed
        self._began = began or datetime.now(UTC)
        self._origin = time.monotonic()
        self._leapt = 0.0

    def seconds(self) -> float:
        """Seconds since the fake began."""
        return (time.monotonic() - self._origin) * self.speed + self._leapt

    def unix(self) -> int:
        """The date that messages carry."""
        return int((self._began + timedelta(seconds=self.seconds())).timestamp())

    def real(self, seconds: float) -> float:
        """How long somebody outside really waits for so many seconds in here."""
        return seconds / self.speed

    def leap(self, by: timedelta) -> None:
        """Go forward at once."""
        self._leapt += by.total_seconds()


@dataclass
class Bucket:
    """So many a second, and so many at once after a pause."""

    rate: float
    burst: float
    _left: float = field(init=False)
    _at: float = 0.0
    shut: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        self._left = self.burst

    def wait(self, now: float) -> float:
        """Seconds until one fits (0: now)."""
        self._left = min(self.burst, self._left + (now - self._at) * self.rate)
        self._at = now
        return max(0.0, (1.0 - self._left) / self.rate, self.shut[1] - now)

    def take(self) -> None:
        """Use one up."""
        self._left -= 1.0


@dataclass
class Limits:
    """What Telegram allows, for messages and edits together.

    About 30 a second overall, one a second in a chat with short bursts, 20 a minute in a group (bots FAQ; that edits
    count too is what Telegram's developers say). `grace`: seconds in which calls already under way may still come in
    after a 429 without being a breach.
    """

    overall: float = 30.0
    per_chat: float = 1.0
    burst: float = 5.0
    group_minute: float = 20.0
    grace: float = 0.2
    _all: Bucket = field(init=False)
    _chats: dict[int, list[Bucket]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._all = Bucket(self.overall, self.overall)

    def admit(self, chat: int, now: float) -> tuple[int, bool]:
        """Seconds to wait before sending to this chat (0: go), and whether the bot was told before and came anyway."""
        buckets = [self._all, *self._chats.setdefault(chat, self._fresh(chat))]
        impatient = any(began + self.grace < now < end for began, end in (bucket.shut for bucket in buckets))
        waits = [bucket.wait(now) for bucket in buckets]
        if max(waits) > 1e-9:
            seconds = math.ceil(max(waits) - 1e-9)
            for bucket, wait in zip(buckets, waits, strict=True):
                if wait > 1e-9 and bucket.shut[1] <= now:
                    bucket.shut = (now, now + seconds)
            return seconds, impatient
        for bucket in buckets:
            bucket.take()
        return 0, False

    def _fresh(self, chat: int) -> list[Bucket]:
        group = [Bucket(self.group_minute / 60, self.group_minute)] if chat < 0 else []
        return [Bucket(self.per_chat, self.burst), *group]
