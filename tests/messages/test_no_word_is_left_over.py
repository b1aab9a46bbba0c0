"""Every dialogue is walked by an explorer, and every file of words is said by something."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

import conversations
import messages
from conversations.upcoming import rules
from messages.own_words import FIELDS

WORDS = Path(messages.__file__).parent / "templates" / "nl"
CORE = Path(conversations.__file__).parent
DIALOGUES = {file.stem for file in (CORE / "dialogues").glob("*.py")} - {"__init__"}
PACKS = "\n".join(file.read_text(encoding="utf-8") for file in sorted((CORE / "policies").glob("*.yaml")))
CODE = "\n".join(
    file.read_text(encoding="utf-8")
    for folder in (CORE, CORE.parent / "bot", WORDS.parents[1])
    for file in sorted(folder.rglob("*.py"))
)  # fmt: skip
TEMPLATES = "\n".join(
    file.read_text(encoding="utf-8") for file in sorted(WORDS.rglob("*")) if file.suffix in (".md", ".html")
)
NO_SCRIPT = {"notice"}  # says the words of whoever sent it; group C holds every notice against its words
SAID_BY_NAME = ("delivery", "guarded", "linking", "meaning", "privacy", "problems", "reasons", "talking")
# A review date of the plan; what goes before a reminder, or before what was put off; what is no third push.
NOT_OF_A_PACK = {"agreement_review", "reminder", "again", "instead", "unanswered"}


def _stems(folder: str) -> set[str]:
    return {file.stem for file in (WORDS / folder).glob("*.md")}


def test_every_dialogue_is_explored() -> None:
    """The three groups of dialogues together are all of them."""
    modules = (import_module(f"tests.conversations.test_dialogues_{group}") for group in "abc")
    assert DIALOGUES - NO_SCRIPT == {name for module in modules for name in module.SCENES}


def test_every_folder_has_an_owner() -> None:
    """A folder of words belongs to a dialogue, or to one of the parts that are not a dialogue."""
    folders = {folder.name for folder in WORDS.iterdir() if folder.is_dir()}
    assert folders == DIALOGUES | {*SAID_BY_NAME, "mistakes", "nudges", "own_words", "pages", "sources", "terms"}


def test_every_nudge_is_of_a_milestone() -> None:
    """No words for a milestone that no pack has any more."""
    milestones = set(re.findall(r"^  ([a-z]\w+):", PACKS, re.MULTILINE)) | set(re.findall(r"\bid: (\w+)", PACKS))
    assert set() == _stems("nudges") - milestones - NOT_OF_A_PACK


def test_every_source_is_named() -> None:
    """No explanation of a rule that nothing rests on; "own" is for a rule an organisation wrote itself."""
    named = {
        rule.strip("'\"}")
        for line in PACKS.splitlines()
        if "source:" in line
        for rule in rules(line.split("source:")[1])
    }
    assert set() == _stems("sources") - named - {"own"}


@pytest.mark.parametrize("folder", SAID_BY_NAME)
def test_every_fixed_line_is_said(folder: str) -> None:
    """Somewhere in the code, or in other words, each of these lines is named."""
    unsaid = {
        stem
        for stem in _stems(folder)
        if not re.search(rf"\"(?:{folder}/)?{stem}\"|{folder}/{stem}\.md", CODE)
        and f'"{folder}/{stem}"' not in TEMPLATES
    }
    assert set() == unsaid


@pytest.mark.parametrize("folder", ["mistakes", *(f"own_words/{kind}" for kind in ("mistakes", "hints", "samples"))])
def test_every_mistake_is_made(folder: str) -> None:
    """Each mistake in a cadence or its words has words, and none has words that is not made."""
    assert set() == {stem for stem in _stems(folder) if f'"{stem}"' not in CODE}


def test_every_field_is_explained() -> None:
    """What words of one's own may use is listed with what it stands for."""
    assert set(FIELDS) == _stems("own_words/fields")


def test_every_term_is_included() -> None:
    """What words share is used by words, or by a page."""
    assert set() == {stem for stem in _stems("terms") if f"terms/{stem}." not in TEMPLATES}
