"""Both fakes with everybody on them, and a bot between them that can be started and killed."""

from __future__ import annotations

import random
import signal
import socket
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.fakes.slack import Workspace
from tests.fakes.slack_limits import Limits as SlackLimits
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_clock import Limits as TelegramLimits
from tests.killing_nursery import Clock, Nursery
from tests.killing_people import Act, Chance, Place
from tests.killing_town import settle_in, wishes_of

BEGAN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)  # a Monday at nine in Brussels
UNDER_WAY = 0.5  # seconds a message may be on its way, or its answer, in the fakes
# Longer than the longest time a call can still be under way when its maker is dead. The clock of the bots runs as ours
# does but for leaps, and those are only made when nothing is under way.
SETTLE = 2 * UNDER_WAY
TICK = 0.15
MODES = [(slack, telegram) for slack in ("http", "socket") for telegram in ("webhook", "polling")]
WAITING = """
SELECT (SELECT count(*) FROM outbox WHERE ready_at <= :now OR state IN ('later', 'claimed'))
     + (SELECT count(*) FROM outbox WHERE state = 'unsure' AND channel = 'slack')
     + (SELECT count(*) FROM cases WHERE next_due <= :now)
"""
DUE = """
SELECT min(at) FROM (SELECT min(next_due) AS at FROM cases UNION ALL SELECT min(ready_at) FROM outbox) WHERE at > :now
"""


@dataclass
class Figures:
    """What happened."""

    seed: int
    kills: int = 0
    moments: dict[str, int] = field(default_factory=dict)
    leaps: int = 0
    seconds: float = 0.0


class Stage:
    """Both fakes, everybody on them, and the bot that does not live long."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - moments, no secrets
        self.figures = Figures(seed)
        self.file = folder / "bot.db"
        self.clock = Clock(folder / "clock", BEGAN)
        self.nursery = Nursery(folder)
        self.slack = Workspace(now=self.clock, retries=(0.3, 0.6, 1.2), limits=SlackLimits(on=False))
        self.telegram = FakeTelegram(limits=TelegramLimits(10_000, 10_000, 10_000), webhook_retry=0.1)
        self.slack.start()
        self.telegram.__enter__()
        self.places: list[Place] = settle_in(self.slack, self.telegram)
        self.acts: list[Act] = []
        self.chance = Chance(self.random, wishes_of, lambda: self.clock().date())
        self.mode = MODES[0]
        self.settled_at = 0.0  # by the clock of this process: from then on nothing is under way any more
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.home = f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Let go of everything."""
        self.nursery.close()
        self.telegram.__exit__()
        self.slack.close()

    # --- The bot ---------------------------------------------------------------------------------------

    def settings(self) -> dict[str, Any]:
        """Of a bot in the mode of now."""
        slack, telegram = self.mode
        chosen = {"slack_app_token": self.slack.app_token} if slack == "socket" else {}
        chosen |= {"telegram_secret": "s" * 40} if telegram == "webhook" else {}
        return chosen | {
            "database_url": f"sqlite:///{self.file}", "port": self.port, "base_url": self.home, "tick_seconds": TICK,
            "settle_seconds": SETTLE, "slack_bot_token": self.slack.bot_token, "slack_teams": self.slack.team.id,
            "slack_signing_secret": self.slack.signing_secret, "slack_api_url": self.slack.api_url,
            "telegram_token": self.telegram.token, "telegram_api_url": self.telegram.url,
        }  # fmt: skip

    def switch(self, mode: tuple[str, str]) -> None:
        """Another way to listen, as an operator chooses it between two runs."""
        self.mode = mode
        slack, telegram = mode
        self.slack.courier.urls.clear()
        self.slack.courier.socket_mode = slack == "socket"
        if slack == "http":
            self.slack.listens_at(f"{self.home}/slack/events")
        if telegram == "polling":
            self.telegram.do(lambda: self.telegram.updates.set_webhook(None))

    def start(self, *, wait: bool = True) -> None:
        """A new bot; usually it is waited for until it listens."""
        before = len(self.slack.calls)
        self.nursery.start(self.settings())
        if wait:
            listens = self.slack.courier.sockets if self.mode[0] == "socket" else (True,)
            self.until(lambda: len(self.slack.calls) > before and bool(listens), 2.0)

    def kill(self) -> None:
        """Kill -9."""
        assert -signal.SIGKILL == self.nursery.end(signal.SIGKILL), "it ended by itself, see the log"
        self.figures.kills += 1

    @staticmethod
    def until(true: Callable[[], bool], seconds: float) -> bool:
        """Wait until it is so, or not any longer."""
        late = time.monotonic() + seconds
        while not true():
            if time.monotonic() > late:
                return False
            time.sleep(0.002)
        return True

    # --- People ----------------------------------------------------------------------------------------

    def act(self) -> Act:
        """Somebody does something."""
        done = self.random.choice(self.places).acts(self.chance)
        self.acts.append(done)
        return done

    def go_on(self) -> None:
        """It is the moment at which something is due next. Not while a call may still be under way."""
        time.sleep(max(0.0, self.settled_at - time.monotonic()))
        with closing(sqlite3.connect(self.file)) as reader:
            ((due,),) = reader.execute(DUE, {"now": f"{self.clock():%Y-%m-%d %H:%M:%S.%f}"})
        if due is not None:
            self.clock.go_to(datetime.fromisoformat(due).replace(tzinfo=UTC) + timedelta(seconds=1))
            self.figures.leaps += 1

    def is_quiet(self) -> bool:
        """Nothing is on its way to the bot, and it has nothing left to do."""
        return not self.telegram.pending() and self.slack.quiet() and not self.waiting()

    def waiting(self) -> int:
        """How much the bot still has to do."""
        with closing(sqlite3.connect(self.file)) as reader:
            ((waiting,),) = reader.execute(WAITING, {"now": f"{self.clock():%Y-%m-%d %H:%M:%S.%f}"})
        return int(waiting)
