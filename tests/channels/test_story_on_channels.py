"""The whole story, from the sick report to the final evaluation, through each platform's library in both its ways."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from storage import cases
from tests.channels.on_slack import OnSlack
from tests.channels.on_telegram import OnTelegram

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from storage.database import Tx
    from tests.channels.stage import Read, Stage

WAYS: dict[str, Callable[[Path], Stage]] = {
    "slack-http": OnSlack,
    "slack-socket": partial(OnSlack, socket_mode=True),
    "telegram-webhook": OnTelegram,
    "telegram-polling": partial(OnTelegram, webhook=False),
}
# One way in of each platform every time; the other too in `make long`. What comes in is the same, and test_contract has
# talks that come in the other way every time.
AT_ONCE = ("slack-http", "telegram-webhook")
ASIDES = ("Overslaan", "Later bekijken")
# Where the first answer would lead past the middle of the story.
RATHER = {"Ja, een tijd volle rust": "Nee", "Een afgesproken zin": "Afwezig, tot wanneer"}
READ_ON_THE_WAY = (
    "Een kort telefoontje naar Jan", "inschatting van het arbeidspotentieel van Jan", "De afspraken met Jan",
    "Jan is twee weken terug", "Jan is anderhalve maand terug",
)  # fmt: skip
MOMENTS = 150
ANSWERS = 60  # in a row, before the clock moves


class Everybody:
    """People who answer whatever they are asked the way most would, and keep all they read."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.open: list[Read] = []
        self.read: list[str] = []

    def hears(self, messages: list[Read]) -> list[Read]:
        """Read it, and remember what is asked."""
        self.read += [line for one in messages for line in one.words]
        self.open += [one for one in messages if one.boxes or one.buttons]
        return messages

    async def settle(self) -> None:
        """Answer until nobody is asked anything."""
        for _ in range(ANSWERS):
            if not self.open:
                return
            await self.answer(self.open.pop())
        raise AssertionError(f"no end to it: {self.read[-20:]}")

    async def answer(self, asked: Read) -> None:
        """A box, the first answer, or words; what cannot be answered with those is skipped."""
        loud = [label for label in asked.buttons if label not in ASIDES]
        if asked.boxes:
            self.hears(await self.stage.pick(asked.to, asked.boxes[0]))
        elif loud:
            label = next((RATHER[label] for label in loud if label in RATHER), loud[0])
            self.hears(await self.stage.press(asked.to, label))
        else:
            said = await self.stage.say(asked.to, "Drie voormiddagen aan het onthaal.")
            if any("Dat begreep ik niet goed" in line for one in said for line in one.words):
                said = await self.stage.press(asked.to, ASIDES[0])
            self.hears(said)


async def is_followed_up(stage: Stage) -> bool:
    """Whether Jan's case runs."""

    def work(tx: Tx) -> bool:
        return cases.open_of(tx, "jan") is not None

    return await stage.app.database.run(work)


@pytest.mark.parametrize("way", [pytest.param(way, marks=() if way in AT_ONCE else pytest.mark.long) for way in WAYS])
async def test_from_sick_report_to_evaluation(way: str, tmp_path: Path) -> None:
    """Every question can be answered there, nothing gets stuck, and at the end the case is closed."""
    async with WAYS[way](tmp_path) as stage:
        await stage.people()
        everybody = Everybody(stage)
        everybody.hears(await stage.say("sofie", "Jan is ziek"))
        await everybody.settle()
        for _ in range(MOMENTS):
            if not await is_followed_up(stage):
                break
            everybody.hears(await stage.next_moment())
            await everybody.settle()
        else:
            raise AssertionError(f"after {MOMENTS} moments Jan is still followed up: {everybody.read[-20:]}")
        story = "\n".join(everybody.read)
        assert [] == [words for words in READ_ON_THE_WAY if words not in story]
        assert [] == await stage.unsettled()
        assert [] == stage.troubles()
