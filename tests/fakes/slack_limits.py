"""How much Slack takes, and how fast: a bucket for every conversation, for the workspace, and for every method.

Source: docs.slack.dev/apis/web-api/rate-limits. Where Slack gives no number ("short bursts", "several hundred a
minute") the one here is on the careful side: who stays within it stays within Slack's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

TIERS = {"2": 20, "3": 50, "4": 100, "special": 300}  # calls a minute


@dataclass
class Bucket:
    """So many a second in the long run, and at most `burst` at once."""

    rate: float
    burst: float
    level: float = field(init=False)
    at: float | None = None

    def __post_init__(self) -> None:
        self.level = self.burst

    def wait(self, at: float) -> float:
        """Seconds until one more is allowed; 0 when one is now."""
        self.level = min(self.burst, self.level + self.rate * (at - (self.at if self.at is not None else at)))
        self.at = at
        return 0.0 if self.level >= 1 else (1 - self.level) / self.rate


@dataclass
class Limits:
    """The limits of one app in one workspace. `speed` lets time run faster, `on` switches them off."""

    on: bool = True
    speed: float = 1.0
    a_second_per_conversation: float = 1.0
    burst_per_conversation: float = 4.0
    a_minute_per_workspace: float = 300.0
    burst_per_workspace: float = 30.0
    tiers: dict[str, int] = field(default_factory=lambda: dict(TIERS))
    refused: int = 0
    _buckets: dict[str, Bucket] = field(default_factory=dict)

    def wait(self, method: str, tier: str, whom: str | None, at: float) -> int:
        """Whole seconds to stay away, 0 when this call is allowed; `at` is in seconds of a clock that only goes on."""
        if not self.on:
            return 0
        asked = self._asked(method, tier, whom)
        waits = [bucket.wait(at * self.speed) for bucket in asked]
        if not any(waits):
            for bucket in asked:
                bucket.level -= 1
            return 0
        self.refused += 1
        return max(1, math.ceil(max(waits)))

    def _asked(self, method: str, tier: str, whom: str | None) -> list[Bucket]:
        if method != "chat.postMessage":
            a_minute = self.tiers[tier]
            return [self._bucket(method, a_minute / 60, max(1.0, a_minute / 5))]
        whole = self._bucket("workspace", self.a_minute_per_workspace / 60, self.burst_per_workspace)
        one = self._bucket(f"to {whom}", self.a_second_per_conversation, self.burst_per_conversation)
        return [whole, one]

    def _bucket(self, name: str, rate: float, burst: float) -> Bucket:
        return self._buckets.setdefault(name, Bucket(rate, burst))
