"""At a glance: what a platform's own page shows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.changing import open_case
from conversations.talking.dialogue import OpenCase
from messages.message import as_text
from storage import people
from storage.database import Tx
from tests.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """An organisation in which Jan is absent since today."""
    made = await World(tmp_path).people()

    def work(tx: Tx) -> None:
        jan, sofie = people.get(tx, "jan"), people.get(tx, "sofie")
        assert jan is not None
        assert sofie is not None
        open_case(tx, made.app.house, jan, OpenCase("jan", made.today, made.today), sofie, made.clock)

    await made.app.database.run(work)
    yield made
    await made.close()


async def test_a_line_manager_sees_cases_and_next_steps(world: World) -> None:
    """The running case is listed with its next step; every button, when typed, is understood."""
    message = await world.app.home("memory", "sofie")
    assert message is not None
    assert "Jan" in as_text(message)
    assert [button.choice for button in message.buttons] == ["dossier Jan", "nieuwe afwezigheid"]
    for button in message.buttons:
        (said, *_) = await world.say("sofie", button.choice)
        assert "niet begrepen" not in said.text
        await world.say("sofie", "stop")


async def test_a_stranger_sees_nothing(world: World) -> None:
    """Nobody in particular gets no page at all."""
    assert await world.app.home("memory", "somebody") is None
