"""On Telegram nobody is named in full: not beside an absence, and so nowhere.

Names come into messages by many ways: the scripts, buttons with people, notices, texts people wrote, a message that
waited for another channel. They leave by one, so it is done there: whatever was written, this is what goes out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from messages.message import from_json, reworded, to_json
from storage import people

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from storage.database import Tx
    from storage.outbox import Row

FIRST_NAMES_ONLY = frozenset({"telegram"})
LONGEST = 6  # words in a name
_AROUND = re.compile(r"^\W+|\W+$")


def shortened(tx: Tx, row: Row) -> Row:
    """The message as it may leave on its channel: on Telegram with short names."""
    if row.channel not in FIRST_NAMES_ONLY or not row.body:
        return row
    message = from_json(row.body)
    texts: list[str] = [row.answered or ""]
    reworded(message, lambda text: texts.append(text) or text)  # type: ignore[func-returns-value] # only looks
    shorten = _shortener(tx, row.organisation, texts)
    if shorten is None:
        return row
    answered = None if row.answered is None else shorten(row.answered)
    return replace(row, body=to_json(reworded(message, shorten)), answered=answered)


def answered(tx: Tx, row: Row, said: str) -> tuple[Row, str]:
    """The question that was answered, and what was said, as they may stand on its channel."""
    seen = shortened(tx, replace(row, answered=said))
    return seen, seen.answered or ""


def _shortener(tx: Tx, organisation: str, texts: Iterable[str]) -> Callable[[str], str] | None:
    """What makes short names of the full names in these texts. None when there are none."""
    short = {name: _short(name, people.namesakes(tx, organisation, name)) for name in _named(tx, organisation, texts)}
    if not short:
        return None
    either = "|".join(re.escape(name) for name in sorted(short, key=len, reverse=True))
    full = re.compile(rf"(?<!\w)({either})(?!\w)(\.?)")
    return lambda text: full.sub(lambda found: short[found[1]].removesuffix(found[2]) + found[2], text)


def _named(tx: Tx, organisation: str, texts: Iterable[str]) -> list[str]:
    """The full names of people that stand in the texts: every run of words that may be one is looked up."""
    runs: set[str] = set()
    for text in texts:
        words = text.split()
        for at, first in enumerate(words):
            if not _AROUND.sub("", first)[:1].islower():
                runs.update(_AROUND.sub("", " ".join(words[at:end])) for end in range(at + 2, at + LONGEST + 1))
    return people.named(tx, organisation, runs)


def _short(name: str, namesakes: Iterable[str]) -> str:
    """The first name; with as much of the surname as tells it from the others of that first name."""
    first, _, rest = name.partition(" ")
    others = [other.partition(" ")[2] for other in namesakes if other != name]
    if not others:
        return first
    length = 1
    while length < len(rest) - 1 and any(other.startswith(rest[:length]) for other in others):
        length += 1
    return f"{first} {rest[:length].rstrip()}."
