"""What an answer does to the message that asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
