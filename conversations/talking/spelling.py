"""How typed text is made comparable: cleaned for keeping, folded for matching, and forgiven its small typos."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from rapidfuzz.distance import OSA

LONGEST = 280  # graphemes of a short text
LONGEST_TYPED = 2000  # characters; whatever is longer is refused before anything looks at it
_SURROGATE = re.compile("[\ud800-\udfff]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u2060\u202a-\u202e\u2066-\u2069\ufeff]"
)
_NOT_A_WORD = re.compile(r"[\W_]+")


def clean(text: str) -> str:
    """Text as it may be kept: one line, NFC, without NUL, control and direction characters or lone surrogates.

    Cleaning twice changes nothing.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    text = _INVISIBLE.sub("", _SURROGATE.sub("\ufffd", text))
    return unicodedata.normalize("NFC", " ".join(text.split()))


def graphemes(text: str) -> int:
    """How many characters a reader would count: marks, joiners and skin tones belong to what they follow."""
    count, joined = 0, False
    for char in text:
        if char == "\u200d":
            joined = True
            continue
        extends = unicodedata.category(char) in ("Mn", "Me", "Mc") or "\U0001f3fb" <= char <= "\U0001f3ff"
        count += not (extends or joined)
        joined = False
    return count


def plain(text: str) -> str:
    """Lower case without accents, length and punctuation otherwise as typed."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def fold(text: str) -> str:
    """Words in lower case, without accents and punctuation, one space apart. Folding twice changes nothing."""
    return _NOT_A_WORD.sub(" ", plain(text)).strip()


def slack(word: str) -> int:
    """How many typos a word of that length may hold: none up to three letters, one up to seven, then two."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def near(word: str, known: Iterable[str]) -> str | None:
    """The one known word closest to `word` within its slack, or None when there is none or more than one."""
    best, distance = None, slack(word) + 1
    for other in known:
        allowed = min(slack(word), slack(other))
        found = OSA.distance(word, other, score_cutoff=allowed)
        if found > allowed or found > distance:
            continue
        best, distance = (other, found) if found < distance else (None, distance)
    return best
