"""Every .talk file goes as it is written. `TALKS=write make pytest` writes down what the bot says now, to be read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.talk import FOLDER, Talk, play

if TYPE_CHECKING:
    from pathlib import Path

TALKS = sorted(FOLDER.glob("*.talk"))


@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
async def test_talk(path: Path, tmp_path: Path) -> None:
    """The bot says to the letter what stands in the file."""
    talk = Talk.read(path)
    played = await play(talk, tmp_path)
    if os.environ.get("TALKS") == "write":
        lines = []
        for line, said in played:
            begins = line.split(" ")[0] in {"at", "quietly"} or not line[:1].isspace()
            lines += ([""] if lines and begins and not line.startswith(("#", "policy")) else []) + [line, *said]
        write(path, lines)
    assert [said for _, said in talk.steps] == [said for _, said in played] or os.environ.get("TALKS") == "write"


def write(path: Path, lines: list[str]) -> None:
    """The file as the bot would have it."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
