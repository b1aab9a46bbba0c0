"""Cutting text where a reader sees a boundary: between two characters as they are read, never inside one.

The rules are those of Unicode's UAX 29, erring on the side of keeping together. Lengths are in UTF-16 units, in which
both platforms count (and never fewer than code points).
"""

from __future__ import annotations

import unicodedata

MORE = "…"
_JOINER = "\u200d"
_PREPENDED = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd")
_SPACING = frozenset("\u0e33\u0eb3\uff9e\uff9f\u200c")
_VIRAMA = 9  # the combining class of what ties two consonants together


def width(text: str) -> int:
    """How long the text is, in UTF-16 units."""
    return len(text) if text.isascii() else len(text) + sum(char > "\uffff" for char in text)


def cut(text: str, most: int) -> str:
    """The text, or as much of its beginning as fits with a mark that there was more."""
    return text if width(text) <= most else text[: _fitting(text, most - width(MORE))] + MORE


def pieces(text: str, most: int) -> list[str]:
    """The text in pieces that fit, cut after a space where there is one in the last quarter. Joined, they are it."""
    found: list[str] = []
    while width(text) > most:
        end = _fitting(text, most)
        space = text.rfind(" ", end - end // 4, end) + 1
        end = space if space > 0 and is_boundary(text, space) else end
        found.append(text[:end])
        text = text[end:]
    return [*found, text] if text else found


def _fitting(text: str, most: int) -> int:
    """The last boundary at which the text before it fits; where one character is longer than that, as far as fits."""
    end = used = 0
    for char in text:
        used += 2 if char > "\uffff" else 1
        if used > most:
            break
        end += 1
    at = end
    while at > 0 and not is_boundary(text, at):
        at -= 1
    return at or end


def is_boundary(text: str, at: int) -> bool:
    """Whether the text may be cut before its character number `at`."""
    if not 0 < at < len(text):
        return True
    before, after = text[at - 1], text[at]
    if before.isascii() and after.isascii():
        return (before, after) != ("\r", "\n")
    return not (
        _extends(after)
        or before == _JOINER
        or before in _PREPENDED
        or (unicodedata.combining(before) == _VIRAMA and unicodedata.category(after) == "Lo")
        or (_is_flag(before) and _is_flag(after) and _flags_before(text, at) % 2 == 1)
        or _is_one_syllable(before, after)
    )


def _extends(char: str) -> bool:
    return (
        unicodedata.category(char) in ("Mn", "Me", "Mc")
        or char == _JOINER
        or char in _SPACING
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flags_before(text: str, at: int) -> int:
    start = at
    while start > 0 and _is_flag(text[start - 1]):
        start -= 1
    return at - start


def _is_one_syllable(before: str, after: str) -> bool:
    """Whether two Korean letters are read as one: what follows a letter is a later part of its syllable."""
    return _korean(before) != "" and _korean(before) + _korean(after) in (
        "LL",
        "LV",
        "LS",
        "VV",
        "VT",
        "SV",
        "ST",
        "TT",
    )


def _korean(char: str) -> str:
    if "\u1100" <= char <= "\u115f" or "\ua960" <= char <= "\ua97c":
        return "L"
    if "\u1160" <= char <= "\u11a7" or "\ud7b0" <= char <= "\ud7c6":
        return "V"
    if "\u11a8" <= char <= "\u11ff" or "\ud7cb" <= char <= "\ud7fb":
        return "T"
    return "S" if "\uac00" <= char <= "\ud7a3" else ""
