"""An employee who says stop hears nothing more, whatever was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.talk import step
from tests.world import World

if TYPE_CHECKING:
    from pathlib import Path

STOPS = (
    "stop", "stop de check-ins", "laat me met rust", "geen berichten meer", "stuur mij niets meer",
    "Stop met berichten sturen!", "ik wil niets meer horen", "ik doe niet meer mee", "stop alles",
)  # fmt: skip
# What stands open when it is said.
OPEN = {
    "nothing": (),
    "a check-in": ("jan: ik wil minder contact",),
    "who may know": ("jan: check-ins", "jan > Minder"),
    "a day": ("jan: check-ins", "jan > Even niet"),
    "a menu about nobody": ("jan: hallo",),
    "the own case": ("jan: mijn dossier",),
    "the agreements": ("plan jan 2027-01-18", "jan: mijn plan"),
    "words of their own": ("plan jan 2027-01-18", "jan: mijn plan", "jan > Ik wil iets anders", "jan = Iets anders"),
    "an older check-in": ("at 2026-11-30 12:00", "jan: mijn dossier"),
    "a check-in, and something else since": ("at 2026-11-30 12:00", "jan: mijn dossier", "jan > Waarom krijg ik dit?"),
}


@pytest.mark.parametrize("lines", OPEN.values(), ids=OPEN)
async def test_stop(tmp_path: Path, lines: tuple[str, ...]) -> None:
    """No check-in comes any more, nothing that was asked stays open, and it is said kindly."""
    for number, said in enumerate(STOPS):
        folder = tmp_path / str(number)
        folder.mkdir()
        world = await World(folder, "2026-11-04 10:00").people()
        for line in ("absent jan since 2026-11-02", "joins jan", *lines):
            await step(world, line)
        (answer,) = await world.say("jan", said)
        assert answer.text.startswith("Oké, ik stuur niets meer. "), said
        assert "[" not in answer.text, said
        assert (await world.case("jan")).checkins == "no", said
        before = len(world.to("jan"))
        await world.go_to(world.after(days=60))
        assert len(world.to("jan")) == before, said
        await world.close()
