"""What an answer does to the message that asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.world import World

if TYPE_CHECKING:
    from pathlib import Path


async def test_an_answered_question_keeps_the_choice_and_loses_its_buttons(tmp_path: Path) -> None:
    """Who scrolls back reads what was asked and what was chosen, and can tap nothing any more."""
    world = await World(tmp_path).people()
    try:
        await world.say("sofie", "Jan is ziek")
        await world.press("sofie", "Gisteren")
        asked = world.to("sofie")[0]
        assert ("Sinds wanneer is Jan afwezig? De eerste dag volstaat.\n\nzondag 1 november", ()) == (
            asked.text,
            asked.message.buttons,
        )
    finally:
        await world.close()


@pytest.mark.parametrize(
    ("then", "said"), [("> Ja", "Ja"), ("> Nee", "Nee"), ("ja", "Ja"), ("neen, gisteren", "Nee"), ("stop", None)]
)
async def test_a_day_that_was_read_back_can_be_confirmed_once(tmp_path: Path, then: str, said: str | None) -> None:
    """Confirmed or not, by a tap or in words: what was said stays readable there too, and its buttons go."""
    world = await World(tmp_path).people()
    try:
        await world.say("sofie", "Jan is ziek")
        await world.say("sofie", "vrijdag")
        read_back = world.to("sofie")[1].id
        await (world.press("sofie", then[2:]) if then.startswith(">") else world.say("sofie", then))
        (now,) = [one for one in world.to("sofie") if one.id == read_back]
        expected = ("Ja", "Nee") if said is None else ()
        assert expected == tuple(button.label for button in now.message.buttons)
        assert f"Vrijdag 30 oktober, klopt dat?\n\n{said or '[Ja] [Nee]'}" == now.text
    finally:
        await world.close()
