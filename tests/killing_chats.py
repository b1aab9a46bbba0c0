"""The bot on Slack and Telegram, killed at thousands of moments nobody chose: nothing lost, nothing doubled.

`make kill-test` runs it. Both platforms are the fakes, in this process with the people; the bot is `terugkeer run`'s
own, in a process that is killed with -9 while people press, type and pick and while messages fall due. In the end one
bot lives on until all is quiet, and killing_verdict.py compares what people did and saw with what is in the database.
"""

from __future__ import annotations

import asyncio
import json
import random
import signal
import socket
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from tests.fakes import slack_faults, telegram_faults
from tests.fakes.slack import Workspace
from tests.fakes.slack_limits import Limits as SlackLimits
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_clock import Limits as TelegramLimits
from tests.killing_nursery import Clock, Nursery
from tests.killing_people import Act, Chance, Place
from tests.killing_town import found, settle_in, wishes_of
from tests.killing_verdict import Verdict, judge

BEGAN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)  # a Monday at nine in Brussels
UNDER_WAY = 0.5  # seconds a message may be on its way, or its answer, in the fakes
# Longer than the longest time a call can still be under way when its maker is dead. The clock of the bots runs as ours
# does but for leaps, and those are only made when nothing is under way.
SETTLE = 2 * UNDER_WAY
TICK = 0.15
LONGEST_LIFE = 0.4
MODES = [(slack, telegram) for slack in ("http", "socket") for telegram in ("webhook", "polling")]
BLOCK = 10  # kills before another mode
LEAP_AFTER = 4  # kills before the clock leaps to what is due next
QUIET_WITHIN = 180.0
MOMENTS = {"whenever": 6, "starting": 1, "acknowledged": 4, "taken": 2, "on its way": 2}
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
    moments: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MOMENTS, 0))
    leaps: int = 0
    seconds: float = 0.0


class Town:
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

    # --- Moments to die --------------------------------------------------------------------------------

    def live(self, moment: str) -> None:
        """A life that ends at such a moment."""
        slow = moment in {"taken", "on its way"}
        if slow:
            self._slow_down(taken=moment == "taken")
        self.start(wait=moment != "starting")
        match moment:
            case "whenever":
                self._whenever(LONGEST_LIFE)
            case "starting":
                self._whenever(LONGEST_LIFE / 5)
            case "acknowledged":
                self.until(self.act().acknowledged, LONGEST_LIFE)
                time.sleep(self.random.uniform(0, 0.004))
            case _:
                seen = self._taken if moment == "taken" else self._called
                before = [seen(), self.act(), self.act()][0]
                self.until(lambda: seen() > before, LONGEST_LIFE)
                time.sleep(self.random.uniform(0, UNDER_WAY / 4))
        self.kill()
        self.figures.moments[moment] += 1
        if slow:
            self.settled_at = time.monotonic() + UNDER_WAY * 1.2
            self.slack.goes_well()
            self.telegram.heals()

    def _whenever(self, longest: float) -> None:
        end = time.monotonic() + self.random.uniform(0, longest)
        while (left := end - time.monotonic()) > 0:
            self.act()
            time.sleep(min(left, self.random.uniform(0.02, 0.15)))

    def _slow_down(self, *, taken: bool) -> None:
        """Messages are on their way for a while, or the answers to them are."""
        seconds = self.random.uniform(UNDER_WAY / 2, UNDER_WAY)
        slow = slack_faults.slow(seconds, after=taken)
        self.slack.goes_wrong_when(lambda method, _: method == "chat.postMessage", slow)
        self.telegram.fails("sendMessage", telegram_faults.slow(seconds, taken=taken), times=None)

    def _taken(self) -> int:
        """How many messages of the bot there are."""
        on_slack = self.slack.do(lambda: [one for some in self.slack.team.messages.values() for one in some])
        bot = self.telegram.world.bot
        on_telegram = self.telegram.do(lambda: sum(one.sender is bot for one in self.telegram.world.messages.values()))
        return sum(one.by_app for one in on_slack) + on_telegram

    def _called(self) -> int:
        """How many messages the bot tried to send."""
        return sum(one.method == "chat.postMessage" for one in self.slack.calls) + len(
            self.telegram.calls("sendMessage")
        )

    # --- From begin to end -----------------------------------------------------------------------------

    def play(self, kills: int, block: int) -> None:
        """So many lives; after a block of them the bot listens in another way."""
        modes = cycle(MODES)
        for number in range(kills):
            if number % block == 0:
                self.switch(next(modes))
            if number % LEAP_AFTER == 0:
                self.go_on()
            (moment,) = self.random.choices(list(MOMENTS), list(MOMENTS.values()))
            self.live(moment)

    def live_on(self) -> None:
        """One more, that lives until all is quiet and is then told to end."""
        self.switch(self.random.choice(MODES))
        self.start()
        late = time.monotonic() + QUIET_WITHIN
        calm = 0
        while calm < 5:
            assert time.monotonic() < late, f"not quiet after {QUIET_WITHIN} s: {self._waiting()} wait"
            time.sleep(TICK)
            calm = calm + 1 if self._is_quiet() else 0
        assert 0 == self.nursery.end(signal.SIGTERM), "it did not drain"

    def _is_quiet(self) -> bool:
        return not self.telegram.pending() and self.slack.quiet() and not self._waiting()

    def _waiting(self) -> int:
        with closing(sqlite3.connect(self.file)) as reader:
            ((waiting,),) = reader.execute(WAITING, {"now": f"{self.clock():%Y-%m-%d %H:%M:%S.%f}"})
        return int(waiting)


def run(folder: Path, kills: int, seed: int, block: int = BLOCK) -> tuple[Figures, Verdict]:
    """So many kills, and what came of them."""
    began = time.monotonic()
    town = Town(folder, seed)
    try:
        asyncio.run(found(town.file, town.places, town.clock, town.random))
        town.play(kills, block)
        town.live_on()
        verdict = asyncio.run(judge(town.file, town.home, town.clock, town.acts, town.slack, town.telegram))
    finally:
        town.close()
    verdict.read_log(town.nursery.log)
    town.figures.seconds = round(time.monotonic() - began, 1)
    return town.figures, verdict


def main(kills: int, seed: int) -> int:
    """Print what came of so many kills, as one line; 1 when a promise was broken."""
    print(f"seed {seed}", flush=True)  # noqa: T201 - a program of its own
    with tempfile.TemporaryDirectory() as folder:
        figures, verdict = run(Path(folder), kills, seed)
    for broken in verdict.broken:
        print(broken)  # noqa: T201 - idem
    print(json.dumps({**vars(figures), **verdict.figures}))  # noqa: T201 - idem
    return 1 if verdict.broken else 0


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    sys.exit(main(*(given[:1] or [2000]), *(given[1:2] or [random.SystemRandom().randrange(10**6)])))
