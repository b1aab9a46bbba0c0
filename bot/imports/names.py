"""How a name is written that an export has in capitals: "Els WOUTERS" is Els Wouters.

Only words at the end that have no small letter at all, because a family name is what such exports write so. Initials
stay, also those without dots (JP): a word without a vowel is one. In Flanders the article goes small after "Van".
"""

from __future__ import annotations

import re

from conversations.talking.spelling import fold

WORD = re.compile(r"[^\W\d_]+")
SMALL = re.compile(r"\b(Van|Op|Uit|Aan) (De|Den|Der|Het|'T)\b")
VOWEL = re.compile(r"[aeiouy]")


def written(name: str) -> str:
    """The name, with a family name in capitals as people write it."""
    words = name.split()
    first = len(words)
    while first and words[first - 1].upper() == words[first - 1]:
        first -= 1
    family = " ".join(words[first:])
    return " ".join([*words[:first], _written(family)] if family else words)


def _written(family: str) -> str:
    return SMALL.sub(lambda found: f"{found[1]} {found[2].lower()}", WORD.sub(lambda found: _word(found[0]), family))


def _word(word: str) -> str:
    if len(word) == 1 or not VOWEL.search(fold(word)):
        return word
    start = 2 if word.startswith("IJ") else 1
    if word.startswith("MC") and len(word) > 3:
        return f"Mc{word[2]}{_small(word[3:])}"
    return word[:start] + _small(word[start:])


def _small(letters: str) -> str:
    return letters.lower().replace("i\u0307", "i")  # what a Turkish İ becomes
