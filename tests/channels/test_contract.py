"""Every talk reads on every channel as it is written, and no platform has anything to complain of.

What a channel may do in its own way is in its stage, and nowhere else: boxes on Telegram end with a button of their
own, a day that cannot be picked is typed and confirmed, nobody is named in full on Telegram.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.channels.on_slack import OnSlack
from tests.channels.on_telegram import OnTelegram
from tests.channels.on_terminal import OnTerminal
from tests.channels.on_web import OnWeb
from tests.channels.stage import by_reader, written_in
from tests.talk import FOLDER, Talk, steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.channels.stage import Stage

TALKS = sorted(path.stem for path in FOLDER.glob("*.talk"))
CHANNELS: dict[str, Callable[[Path, str], Stage]] = {
    "web": OnWeb,
    "terminal": OnTerminal,
    "slack": OnSlack,
    "telegram": OnTelegram,
}
# The other way in of the two platforms: what comes and goes is the same, so a few talks that have every control, every
# role, a clock that moves and a day typed between them.
OTHER_WAYS: dict[str, Callable[[Path, str], Stage]] = {
    "slack-socket": partial(OnSlack, socket_mode=True),
    "telegram-polling": partial(OnTelegram, webhook=False),
}
SOME = ("progressive_return", "check_ins_by_choice", "hr_late_and_reminds", "away_without_a_deputy", "half_sentences")
# Every talk, every time, on paper (and on a memory, in test_talks). Elsewhere, where a talk takes three to six times as
# long, those above, which have all that a channel draws in its own way; every talk there in `make long`.
AT_ONCE = ("terminal",)


@pytest.mark.parametrize(
    ("talk", "channel"),
    [
        pytest.param(talk, channel, marks=() if channel in AT_ONCE or talk in SOME else pytest.mark.long)
        for talk in TALKS
        for channel in CHANNELS
    ],
)
async def test_a_talk(talk: str, channel: str, tmp_path: Path) -> None:
    """What everybody reads is what stands in the file; what was answered looks answered."""
    await plays(Talk.read(FOLDER / f"{talk}.talk"), CHANNELS[channel], tmp_path)


@pytest.mark.parametrize("way", OTHER_WAYS)
@pytest.mark.parametrize("talk", SOME)
async def test_a_talk_that_comes_in_another_way(talk: str, way: str, tmp_path: Path) -> None:
    """The same over Socket Mode, and by asking Telegram for updates."""
    await plays(Talk.read(FOLDER / f"{talk}.talk"), OTHER_WAYS[way], tmp_path)


async def plays(talk: Talk, on: Callable[[Path, str], Stage], folder: Path) -> None:
    """Play it, and look at everything."""
    async with on(folder, talk.start) as stage:
        await stage.people(talk.policy)
        expected = iter(talk.steps)
        async for line, speaker, read in steps(talk, stage):
            _, said = next(expected)
            if not line.startswith("quietly"):
                wanted = by_reader(stage.as_read(one) for one in written_in(said, speaker))
                assert wanted == by_reader(read), f"after: {line}"
        assert [] == await stage.unsettled()
        assert [] == stage.troubles()
