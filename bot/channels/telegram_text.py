"""Text as it may travel to Telegram, and shortened between words."""

from __future__ import annotations

import re
import unicodedata

from bot.channels.graphemes import MORE, cut

LAST_WORD = 40  # characters given up at most, so that a text ends after a word
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def legible(text: str) -> str:
    """The text without half characters, without controls, with nothing that turns the direction of reading."""
    return _CONTROL.sub(" ", _SURROGATE.sub("\ufffd", text))


def is_visible(text: str) -> bool:
    """Whether there is anything to see: Telegram finds a text of blanks and invisible characters empty."""
    return any(unicodedata.category(char)[0] not in "ZC" for char in text)


def shortened(text: str, most: int) -> str:
    """The text, or its beginning and three dots in so many UTF-16 units, after a word when one ends near."""
    kept = cut(text, most)
    if kept == text:
        return text
    kept = kept.removesuffix(MORE)
    word = kept.rfind(" ", max(0, len(kept) - LAST_WORD))
    return (kept[:word] if word > len(kept) // 2 else kept).rstrip() + MORE
