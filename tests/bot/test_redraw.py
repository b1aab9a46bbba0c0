"""Answered questions lose their buttons where they were sent, whatever happens between the answer and that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels import Receipt, TryLater
from bot.handle import handle
from conversations.incoming import Incoming
from messages.message import Message
from storage import addresses, outbox
from tests.talk import absent
from tests.world import Memory, World


@dataclass
class Screen(Memory):
    """A channel that counts what is drawn anew, and may take its time to send."""

    drawn: int = 0
    refuses: int = 0  # so many times it is too busy
    slow: asyncio.Event | None = None
    began: asyncio.Event | None = None

    async def send(self, address: str, message: Message, key: str) -> Receipt:
        """Arrived, in the end."""
        if self.slow is not None and self.began is not None:
            self.began.set()
            await self.slow.wait()
        return await super().send(address, message, key)

    async def edit(self, receipt: Receipt, message: Message) -> None:
        """Looks different."""
        self.drawn += 1
        if self.refuses:
            self.refuses -= 1
            raise TryLater("busy")
        await super().edit(receipt, message)


def begun(folder: Path, before: World | None = None) -> tuple[World, Screen]:
    """The small world on that database; after a restart people still see what they saw."""
    made = World(folder)
    screen = Screen(lambda: made.clock, sent=before.memory.sent if before else [])
    made.memory = made.app.channels["memory"] = screen  # type: ignore[assignment] # a channel for a channel
    return made, screen


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Sofie is asked since when Jan is ill."""
    made, _ = begun(tmp_path)
    await made.people()
    await made.say("sofie", "jan is ziek")
    yield made
    await made.close()


async def today(world: World) -> Incoming:
    """Sofie presses "Vandaag", the first button of the last question."""
    (asked,) = await world.app.database.run(lambda tx: outbox.transcript(tx, "sofie", 1))
    return Incoming("memory", f"press {asked.id}", "sofie", "press", world.clock, button=f"{asked.id}.0")


async def answered_and_killed(world: World) -> None:
    """The answer is kept, and nothing after that was done."""
    pressed = await today(world)
    await world.app.database.run(lambda tx: handle(tx, world.app.house, pressed))


async def test_killed_between_the_answer_and_the_screen(world: World, tmp_path: Path) -> None:
    """After the restart the tick draws it, once, and not before whoever heard it could have."""
    await answered_and_killed(world)
    again, screen = begun(tmp_path, before=world)
    seen = []
    for minutes in (1, 2, 10):
        again.clock = world.clock + timedelta(minutes=minutes)
        await again.app.tick()
        seen.append((bool(screen.sent[0].message.buttons), screen.drawn))
    assert [(True, 0), (False, 1), (False, 1)] == seen
    assert screen.sent[0].text.endswith("maandag 2 november")
    await again.close()


async def test_what_was_drawn_is_not_drawn_again(world: World) -> None:
    """The usual way: one edit, at once."""
    screen = world.app.channels["memory"]
    assert isinstance(screen, Screen)
    await world.press("sofie", "Vandaag")
    assert 1 == screen.drawn
    await world.go_to(world.after(minutes=30))
    assert 1 == screen.drawn


async def test_answered_while_it_was_on_its_way(world: World) -> None:
    """It left with its buttons and arrived after the answer: they go."""
    screen = world.app.channels["memory"]
    assert isinstance(screen, Screen)
    await world.say("sofie", "stop")
    screen.slow, screen.began = asyncio.Event(), asyncio.Event()
    again = Incoming("memory", "again", "sofie", "text", world.clock, text="fatima is ziek")
    await world.app.hear(again)
    await screen.began.wait()
    await world.app.hear(await today(world))
    screen.slow.set()
    await world.app.deliver()
    assert ["Vandaag", "Gisteren"] == [button.label for button in screen.sent[2].message.buttons]
    world.clock += timedelta(minutes=3)
    await world.app.tick()
    assert () == screen.sent[2].message.buttons
    assert screen.sent[2].text.endswith("maandag 2 november")


async def test_a_chat_that_was_let_go_stays_as_it_is(world: World, tmp_path: Path) -> None:
    """It may be somebody else's by now."""
    await answered_and_killed(world)
    await world.app.database.run(lambda tx: addresses.unlink(tx, "sofie", "memory", "sofie"))
    again, screen = begun(tmp_path, before=world)
    again.clock = world.clock + timedelta(minutes=3)
    await again.app.tick()
    assert 0 == screen.drawn
    await again.close()


async def test_it_is_not_tried_for_ever(world: World) -> None:
    """A day later nobody looks at it any more."""
    await answered_and_killed(world)
    world.clock += timedelta(hours=25)
    await world.app.tick()
    await world.app.tick()
    left = await world.app.database.run(lambda tx: outbox.redraw(tx, world.clock + timedelta(days=9), world.clock, 9))
    assert [] == left


async def test_jan_is_absent_and_nothing_is_drawn(world: World) -> None:
    """Nudges that nobody answered are left alone."""
    screen = world.app.channels["memory"]
    assert isinstance(screen, Screen)
    await absent(world, "fatima", world.today)
    await world.go_to(world.after(days=3))
    assert 0 == screen.drawn


async def test_what_could_not_be_drawn_is_drawn_later(world: World, tmp_path: Path) -> None:
    """After two minutes, four and eight, also by the process that comes after; then it is done."""
    screen = world.app.channels["memory"]
    assert isinstance(screen, Screen)
    screen.refuses = 2
    await world.press("sofie", "Vandaag")
    assert (1, True) == (screen.drawn, bool(screen.sent[0].message.buttons))
    began = world.clock
    world.clock = began + timedelta(minutes=2)
    await world.app.tick()
    world.clock = began + timedelta(minutes=3)
    await world.app.tick()
    assert (2, True) == (screen.drawn, bool(screen.sent[0].message.buttons))
    again, screen = begun(tmp_path, before=world)
    again.clock = began + timedelta(minutes=4)
    await again.app.tick()
    assert (1, False) == (screen.drawn, bool(screen.sent[0].message.buttons))
    again.clock = began + timedelta(hours=1)
    await again.app.tick()
    assert 1 == screen.drawn
    await again.close()


async def test_a_busy_platform_is_not_asked_for_ever(world: World) -> None:
    """Each time it waits twice as long, and after a day nobody asks any more."""
    screen = world.app.channels["memory"]
    assert isinstance(screen, Screen)
    screen.refuses = 10_000
    await world.press("sofie", "Vandaag")
    began = world.clock
    for minutes in range(1, 26 * 60, 7):
        world.clock = began + timedelta(minutes=minutes)
        await world.app.tick()
    assert 5 < screen.drawn < 12


async def test_a_platform_that_is_away_holds_up_nothing_else(world: World) -> None:
    """One try at a look: the others that must be drawn there come with the next one."""
    screen = world.app.channels["memory"]
    assert isinstance(screen, Screen)
    screen.refuses = 3
    await world.press("sofie", "Vandaag")
    await world.say("nadia", "lotte is ziek")
    await world.press("nadia", "Vandaag")
    assert 2 == screen.drawn
    began = world.clock
    seen = []
    for minutes in (3, 6, 9):
        world.clock = began + timedelta(minutes=minutes)
        await world.app.tick()
        seen.append(screen.drawn)
    assert [3, 5, 5] == seen
