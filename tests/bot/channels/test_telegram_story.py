"""The whole bot on Telegram: what somebody types and taps, and what stands on the screen afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.channels.pace import Pace, Rate
from bot.channels.telegram import Telegram
from storage import addresses, outbox
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_clock import Limits
from tests.fakes.telegram_user import Seen, User
from tests.talk import absent
from tests.world import World


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    """A Telegram in which nobody has to wait."""
    with FakeTelegram(limits=Limits(10_000, 10_000, 10_000)) as fake:
        yield fake
        assert [] == fake.violations


@pytest.fixture
async def world(tmp_path: Path, telegram: FakeTelegram) -> AsyncIterator[World]:
    """The small world, with Sofie on Telegram."""
    world = await World(tmp_path).people()
    quick = Pace(each=Rate(1000, 1000), together=Rate(1000, 1000))
    channel = Telegram(token=telegram.token, now=lambda: world.clock, api_url=telegram.url, pace=quick)
    world.app.channels["telegram"] = channel
    await world.app.database.run(lambda tx: addresses.link(tx, "sofie", "telegram", "101", world.clock))
    await channel.open(world.app)
    yield world
    await channel.close()
    await world.close()


async def answered(sofie: User, count: int) -> Seen:
    """The last message, when there are so many."""
    await sofie.telegram.until(lambda: len(sofie.sees_from_bot()) >= count)
    return sofie.sees_from_bot()[-1]


async def test_boxes_of_a_real_question(world: World, telegram: FakeTelegram) -> None:
    """What was ticked is the answer: it stays readable, the keyboard goes, and the next question comes."""
    await absent(world, "jan", world.today)
    sofie, count = telegram.user(101, "Sofie", started=True), 1
    sofie.types("afspraken over contact met Jan")
    while "Klaar" not in (seen := await answered(sofie, count)).labels:
        sofie.presses(seen.labels[0], seen)
        count += 1
    first, second = seen.labels[0], seen.labels[2]
    sofie.presses(first, seen)
    sofie.presses(second, seen)
    sofie.presses("Klaar", seen)
    following = await answered(sofie, count + 1)
    await telegram.until(lambda: not next(one for one in sofie.sees() if one.id == seen.id).labels)
    settled = next(one for one in sofie.sees() if one.id == seen.id)
    said = f"{first.removeprefix('⬜ ')} en {second.removeprefix('⬜ ')}"
    assert [said.lower()] == [text.lower() for text in settled.pieces("bold")][-1:]
    assert following.text.partition("\n")[0] != seen.text.partition("\n")[0]
    await telegram.until(lambda: not telegram.unanswered())


async def test_a_picture_gets_a_mild_answer(world: World, telegram: FakeTelegram) -> None:
    """Nothing of it is kept, and the question that is open stays open for what is typed."""
    sofie = telegram.user(101, "Sofie", started=True)
    sofie.types("Jan is ziek")
    asked = await answered(sofie, 1)
    sofie.sends_photo("attest van Jan")
    told = await answered(sofie, 2)
    assert "Dat kan ik niet openen. Typ het even, dan lukt het wel." == told.text
    assert asked.labels == next(one for one in sofie.sees() if one.id == asked.id).labels
    kept = await world.app.database.run(lambda tx: [row.body for row in outbox.transcript(tx, "sofie", 10)])
    assert "attest" not in str(kept)
