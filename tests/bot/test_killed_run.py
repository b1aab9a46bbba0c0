"""`terugkeer run`, killed in the middle of a re-integratiegesprek, and stopped as it should be."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import pytest

from tests.killing import Bot, judge, play


@pytest.mark.long
async def test_killed_in_the_middle_of_a_talk(tmp_path: Path) -> None:
    """After each kill -9 the talk goes on where it was: nothing lost, nothing doubled; SIGTERM ends with 0."""
    bot = Bot(tmp_path)
    bot.begin()
    try:
        count = await judge(bot, play(bot, 2, 7, random.Random(7)))  # noqa: S311 - moments, no secrets
        open_one = bot.ask()
        bot.kill()
        bot.start()
        assert open_one == bot.ask()
        assert bot.process is not None
        bot.process.send_signal(signal.SIGTERM)
        assert 0 == bot.process.wait(timeout=30)
    finally:
        bot.kill()
        bot.browser.close()
    assert (2, 7, 0, 0) == (count.kills, len(count.pressed) + len(count.typed), count.lost, count.doubled)
