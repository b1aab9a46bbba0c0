"""The bot on Slack and Telegram, killed at thousands of moments nobody chose: nothing lost, nothing doubled.

`make kill-test` runs it. Both platforms are the fakes, in this process with the people; the bot is `terugkeer run`'s
own, in a process that is killed with -9 while people press, type and pick and while messages fall due. In the end one
bot lives on until all is quiet, and killing_verdict.py compares what people did and saw with what is in the database.
"""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import signal
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path

from bot import logs
from tests.fakes import slack_faults, telegram_faults
from tests.killing_stage import MODES, TICK, UNDER_WAY, Figures, Stage
from tests.killing_town import found
from tests.killing_verdict import Verdict, judge

LEFT = Path(__file__).parents[1] / "build" / "killed"
LONGEST_LIFE = 0.4
BLOCK = 10  # kills before another mode
LEAP_AFTER = 4  # kills before the clock leaps to what is due next
CALM_AFTER = 15  # kills before a life that lasts until all is done, or this long:
CALM = 5.0
QUIET_WITHIN = 600.0
MOMENTS = {"whenever": 6, "starting": 1, "acknowledged": 4, "taken": 2, "on its way": 2}


class Lives(Stage):
    """Short lives, and a long one."""

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
            case "calm":
                self.until(self.is_quiet, CALM)
            case "acknowledged":
                self.until(self.act().acknowledged, LONGEST_LIFE)
                time.sleep(self.random.uniform(0, 0.004))
            case _:
                seen = self._taken if moment == "taken" else self._called
                before = seen()
                self.act()
                self.act()
                self.until(lambda: seen() > before, LONGEST_LIFE)
                time.sleep(self.random.uniform(0, UNDER_WAY / 4))
        self.kill()
        self.figures.moments[moment] = self.figures.moments.get(moment, 0) + 1
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
            self.live(moment if (number + 1) % CALM_AFTER else "calm")

    def live_on(self) -> None:
        """One more, that lives until all is quiet and is then told to end."""
        self.switch(self.random.choice(MODES))
        self.start()
        late = time.monotonic() + QUIET_WITHIN
        calm = 0
        while calm < 5:
            assert time.monotonic() < late, f"not quiet after {QUIET_WITHIN} s: {self.waiting()} wait"
            time.sleep(TICK)
            calm = calm + 1 if self.is_quiet() else 0
        assert 0 == self.nursery.end(signal.SIGTERM), "it did not drain"


def run(folder: Path, kills: int, seed: int, block: int = BLOCK) -> tuple[Figures, Verdict]:
    """So many kills, and what came of them."""
    began = time.monotonic()
    town = Lives(folder, seed)
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
    logs.configure("warning")
    with tempfile.TemporaryDirectory() as folder:
        figures, verdict = run(Path(folder), kills, seed)
        if verdict.broken:  # what it left, to look at
            shutil.copytree(folder, LEFT, dirs_exist_ok=True)
    for broken in verdict.broken:
        print(broken)  # noqa: T201 - idem
    print(json.dumps({**vars(figures), **verdict.figures}))  # noqa: T201 - idem
    return 1 if verdict.broken else 0


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    sys.exit(main(*(given[:1] or [2000]), *(given[1:2] or [random.SystemRandom().randrange(10**6)])))
