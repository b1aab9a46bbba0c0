"""Words that belong to no dialogue are said somewhere; those of dialogues are the explorer's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import bot
import conversations
import messages

WORDS = Path(messages.__file__).parent / "templates" / "nl"
HOUSE = [Path(folder.__file__ or "").parent for folder in (bot, conversations, messages)]
CODE = "\n".join(
    file.read_text(encoding="utf-8")
    for folder in HOUSE
    for kind in ("py", "html")
    for file in folder.rglob(f"*.{kind}")
)
NAMED = set(re.findall(r"\"(?:\w+/)*(\w+)(?:\.md|\.html)?\"", CODE))


@pytest.mark.parametrize(
    "file",
    sorted(file for folder in ("problems", "talking", "privacy", "pages") for file in (WORDS / folder).iterdir()),
)
def test_words_are_said_somewhere(file: Path) -> None:
    """What no code names is read by nobody."""
    assert file.stem in NAMED
