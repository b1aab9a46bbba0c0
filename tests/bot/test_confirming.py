"""An account nobody was heard from for a year is let go, and asked a month before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from conversations.incoming import Incoming
from storage import addresses
from tests.several import hear, link, sent, several, ways
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

MINE = "Is die chat nog van jou?"


@pytest.fixture(params=["sqlite", "postgresql"])
async def world(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """The small world; Sofie has Telegram, and a page."""
    url = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    made = await several(World(tmp_path, url=url)).people()
    await made.app.database.run(lambda tx: addresses.link(tx, "sofie", "web", "sofie", made.clock))
    await made.app.database.run(lambda tx: addresses.unlink(tx, "sofie", "memory", "sofie"))
    await link(made, "sofie", "telegram", "77")
    yield made
    await made.close()


async def night(world: World, days: int) -> None:
    """So many days later, at night; and the morning after."""
    world.clock += timedelta(days=days)
    world.clock = world.clock.replace(hour=3)
    # Others must not come in between: of them only the memory is known.
    await world.app.database.run(lambda tx: [addresses.unlink(tx, one, "memory", one) for one in ("els", "nadia")])
    await world.app.night()
    await world.app.deliver()
    world.clock = world.clock.replace(hour=9) + timedelta(days=3 if world.clock.weekday() > 3 else 0)
    await world.app.deliver()


async def test_asked_after_eleven_months_and_let_go_after_twelve(world: World) -> None:
    """Once, in that chat; without an answer it is let go, and the page says so."""
    await night(world, 333)
    assert not [one for one in sent(world, "telegram") if MINE in one.text]
    await night(world, 3)
    await night(world, 3)
    (asked,) = [one for one in sent(world, "telegram") if MINE in one.text]
    assert "[Ja, nog van mij] [Nee, ontkoppel]" in asked.text
    assert ("telegram", "77") in await ways(world, "sofie")
    await night(world, 28)
    assert [("web", "sofie")] == await ways(world, "sofie")
    assert "Deze chat is ontkoppeld" in sent(world, "telegram")[-1].text
    before = len(sent(world, "telegram"))
    await night(world, 1)
    assert before == len(sent(world, "telegram"))


async def test_nobody_is_woken(world: World) -> None:
    """It is looked at by night, and said by day: what is asked, that it was let go, and what the other chat hears."""
    await link(world, "sofie", "slack", "U5")
    linked = {name: len(sent(world, name)) for name in ("telegram", "slack")}
    await night(world, 340)
    await hear(world, "slack", "U5", text="help")
    await night(world, 32)
    said = [one for name, count in linked.items() for one in sent(world, name)[count:]]
    assert {9} == {one.at.hour for one in said}
    assert [("Deze chat is ontkoppeld", 1), ("ontkoppeld, en ik schrijf je voortaan hier", 1)] == [
        (words, len([one for one in said if words in one.text]))
        for words in ("Deze chat is ontkoppeld", "ontkoppeld, en ik schrijf je voortaan hier")
    ]


@pytest.mark.parametrize("how", ["tap", "page", "typed"])
async def test_one_tap(world: World, how: str) -> None:
    """On the button there or on the page, or anything else in that chat: then it is quiet for another eleven months."""
    await night(world, 340)
    asked = sent(world, "telegram")[-1]
    assert MINE in asked.text
    if how == "tap":
        (said,) = await hear(world, "telegram", "77", "press", button=asked.message.buttons[0].id)
        assert "dan blijf ik je op Telegram schrijven" in said.text
    elif how == "typed":
        await hear(world, "telegram", "77", text="help")
    else:
        press = Incoming("web", "p1", "sofie", "press", world.clock, button=asked.message.buttons[0].id)
        await world.app.converse(press)
    count = len([one for one in sent(world, "telegram") if MINE in one.text])
    await night(world, 40)
    await night(world, 290)
    assert ("telegram", "77") in await ways(world, "sofie")
    assert count == len([one for one in sent(world, "telegram") if MINE in one.text])
    await night(world, 10)
    assert count + 1 == len([one for one in sent(world, "telegram") if MINE in one.text])


@pytest.mark.parametrize(
    ("typed", "next_said"), [("hallo, ik ben er nog", ""), ("jan is ziek", "Sinds wanneer is Jan afwezig?")]
)
async def test_anything_typed_there_is_a_yes(world: World, typed: str, next_said: str) -> None:
    """As the question says; what somebody wanted follows at once, and the question does not come back."""
    await night(world, 340)
    (said,) = await hear(world, "telegram", "77", text=typed)
    assert said.text.startswith("Fijn, dan blijf ik je op Telegram schrijven.")
    assert next_said in said.text
    assert MINE not in said.text
    (later,) = await hear(world, "telegram", "77", text="vandaag")
    assert MINE not in later.text
    asked = next(one for one in sent(world, "telegram") if MINE in one.text)
    assert () == asked.message.buttons


async def test_not_mine(world: World) -> None:
    """Let go at once."""
    await night(world, 340)
    asked = sent(world, "telegram")[-1]
    (said,) = await hear(world, "telegram", "77", "press", button=asked.message.buttons[1].id)
    assert "Telegram is ontkoppeld" in said.text
    assert [("web", "sofie")] == await ways(world, "sofie")


async def test_who_is_heard_is_never_asked(world: World) -> None:
    """Somebody who answers now and then."""
    for _ in range(5):
        await night(world, 200)
        await hear(world, "telegram", "77", text="help")
    assert not [one for one in sent(world, "telegram") if MINE in one.text]


async def test_a_chat_where_nothing_arrives(world: World) -> None:
    """It is not written to, and let go as quietly a month later."""
    await world.app.database.run(lambda tx: addresses.unreachable(tx, "telegram", "77", world.clock))
    before = len(sent(world, "telegram"))
    await night(world, 340)
    await night(world, 31)
    assert before == len(sent(world, "telegram"))
    found = await world.app.database.run(lambda tx: addresses.ways_to(tx, "sofie"))
    assert ["web"] == [way.channel for way in found]
