"""The hour in a phrase: "10u30", "half drie", "om 14 uur", "kwart voor vier"."""

from __future__ import annotations

import re
from datetime import time

from conversations.talking.lexicon import UNITS
from conversations.talking.spelling import plain

_HOUR = "(" + "|".join([r"\d{1,2}", *(word for word, n in UNITS.items() if 1 <= n <= 12)]) + ")"
_MORNING = r"(?:'?s ?)?(?:ochtends|morgens|voormiddags?|ochtend)\b"
_FIGURES = re.compile(
    r"(?:\bom )?(?<![\d/.,-])(\d{1,2}) ?(?:u|h|uur)(\d{2})?(?![a-z\d/])|(?<![\d/.-])(\d{1,2}):(\d{2})(?!\d)"
)
_AT = re.compile(rf"\bom (\d{{1,2}})[.](\d{{2}})\b|\bom {_HOUR}\b(?! ?[/.-]\d)(?: uur| u)?")
_MONTH = "(?:jan|feb|maart|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec)"
_IN_WORDS = re.compile(rf"\b(?:om )?(half|kwart voor|kwart na|kwart over) {_HOUR}\b(?: uur| u)?(?! {_MONTH})")
_WHOLE = re.compile(rf"(?<!over )(?<!binnen )(?<!in )\b{_HOUR} uur\b")
_SHIFT = {"half": -30, "kwart voor": -15, "kwart na": 15, "kwart over": 15}


_BARE = re.compile(r"(\d{1,2})(?:[.:,](\d{2}))?")


def read_time(text: str) -> time | None:
    """The hour that somebody was asked for: there "14", "9.30" and "drie" are enough. None for what is no hour."""
    said = " ".join(plain(text).split())
    if _BARE.fullmatch(said):
        said = "om " + said.replace(",", ".").replace(":", ".")
    elif said in UNITS:
        said = "om " + said
    return take_time(said)[1]


def take_time(said: str) -> tuple[str, time | None]:
    """The phrase without its hour, and the hour. An hour from 1 to 6 is in the afternoon unless said otherwise."""
    early = re.search(_MORNING, said) is not None
    for pattern in (_IN_WORDS, _FIGURES, _AT, _WHOLE):
        match = pattern.search(said)
        if match is None:
            continue
        at = _read(match, early=early)
        if at is not None:
            return f"{said[: match.start()]} {said[match.end() :]}", at
    return said, None


def _read(match: re.Match[str], *, early: bool) -> time | None:
    groups = [group for group in match.groups() if group is not None]
    shift = _SHIFT.get(groups[0], 0)
    if match.re is _IN_WORDS:
        groups = groups[1:]
    hour = int(groups[0]) if groups[0].isdecimal() else UNITS[groups[0]]
    minutes = hour * 60 + (int(groups[1]) if len(groups) > 1 else 0) + shift
    exact = match[0].lstrip("om ")[:1] == "0"  # "03:00" is written by somebody who means the night
    if 30 <= minutes < 7 * 60 and not early and not exact:
        minutes += 12 * 60
    if len(groups) > 1 and int(groups[1]) > 59:
        return None
    return time(minutes // 60, minutes % 60) if 0 <= minutes < 24 * 60 else None
