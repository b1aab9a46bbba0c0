"""Numbers, percentages and hours a week, as people type them in Flanders."""

from __future__ import annotations

import re

from conversations.talking.lexicon import CARDINALS, ORDINALS
from conversations.talking.spelling import plain

_FIGURE = re.compile(r"(?<![\w.,/])([-−]?\d{1,6}(?:[.,]\d{1,3})?)(?![\d/]|[.,]\d)")
_THOUSANDS = re.compile(r"(?<!\d)(\d{1,3})\.(\d{3})(?!\d)")
_WORD = re.compile(r"[a-z]+")
_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*(?:%|(?:perc|proc)\w*|pct\b)")
_FRACTION = re.compile(r"(?<![\d/])(\d)\s*/\s*(\d{1,2})(?![\d/])")
_CLOCK = re.compile(r"(?<![\d.,])(\d{1,3})\s*(?:uur|uren|u|h)\s*(\d{1,2})?(?![\d.,])(?:\s*min\w*)?")
_PER_DAY = re.compile(r"\b(?:per|elke|iedere|a) dag\b|\bdag(?:en)?\b|\bdaags\b|\bnamiddag|\bvoormiddag|/\s*dag")
_PARTS = {
    "halftijds": 0.5, "halftijdse": 0.5, "halftime": 0.5, "half time": 0.5, "de helft": 0.5, "halve tijd": 0.5,
    "voltijds": 1.0, "voltijdse": 1.0, "fulltime": 1.0, "full time": 1.0, "volledig": 1.0,
    "viervijfde": 0.8, "vier vijfde": 0.8, "4 5de": 0.8, "drie vierde": 0.75, "driekwart": 0.75, "drie kwart": 0.75,
    "drievierde": 0.75, "een vijfde": 0.2, "twee vijfde": 0.4, "drie vijfde": 0.6, "een derde": 1 / 3,
    "twee derde": 2 / 3, "een vierde": 0.25, "een kwart": 0.25,
}  # fmt: skip
_PART = re.compile(r"\b(" + "|".join(sorted(_PARTS, key=len, reverse=True)) + r")\b")


def read_numbers(text: str) -> list[float]:
    """Every number in the text, in figures ("2,5", "1.000") or words ("vijfentwintig")."""
    said = _THOUSANDS.sub(r"\1\2", plain(text))
    found = [(match.start(), float(match[1].replace(",", ".").replace("−", "-"))) for match in _FIGURE.finditer(said)]
    for match in _WORD.finditer(said):
        word = match[0]
        # "een" is an article far more often than a number: only when it is all there is.
        if word in CARDINALS and (word != "een" or said.strip() == "een"):
            found.append((match.start(), float(CARDINALS[word])))
    return [number for _, number in sorted(found)]


def read_number(text: str) -> float | None:
    """The one number in the text; None when there is none or more than one, or a percentage: of what is not known."""
    if _PERCENT.search(plain(text)):
        return None
    numbers = read_numbers(text)
    return numbers[0] if len(numbers) == 1 else None


def count(word: str) -> int | None:
    """A whole number in figures or words."""
    if word.isdecimal() and len(word) <= 4:
        return int(word)
    return CARDINALS.get(word)


def ordinal(word: str) -> int | None:
    """A rank: "24ste", "3e", "derde"."""
    if match := re.fullmatch(r"(\d{1,2})(?:e|de|ste)", word):
        return int(match[1])
    return ORDINALS.get(word)


def read_hours(text: str, full: float) -> float | None:
    """Hours a week out of "19 uur", "19u30", "50%", "halftijds", "4/5"; None when not clear ("3 halve dagen").

    Parts of a full week are taken of `full` hours. A bare number is hours.
    """
    said = plain(text)
    if _PER_DAY.search(said):
        return None
    found: list[float] = [float(match[1].replace(",", ".")) / 100 * full for match in _PERCENT.finditer(said)]
    said = _PERCENT.sub(" ", said)
    for match in _FRACTION.finditer(said):
        part, whole = int(match[1]), int(match[2])
        if not 0 < part <= whole <= 10:
            return None
        found.append(part / whole * full)
    said = _FRACTION.sub(" ", said)
    found += [_PARTS[match[1]] * full for match in _PART.finditer(said)]
    said = _PART.sub(" ", said)
    for match in _CLOCK.finditer(said):
        minutes = int(match[2] or 0)
        if minutes >= 60:
            return None
        found.append(int(match[1]) + minutes / 60)
    found += read_numbers(_CLOCK.sub(" ", said))
    hours = {round(number, 2) for number in found}
    return hours.pop() if len(hours) == 1 else None
