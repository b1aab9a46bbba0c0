"""Reading an answer: what was typed or picked becomes a value in canonical form, or a reason to ask again.

An answer is read once, on the day it is given; replay only decodes what was stored. Dates are kept as ISO text
(a timed one with its hour: "2026-11-24T14:30"), hours and numbers as float, a time as "14:30", choices and people as
ids, several as a list of ids, a skipped question as None and a parked one as PARKED_AS. Whatever `hear` gives fits
its question (`fits`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from conversations.talking.dates import Vague, read_date
from conversations.talking.dialogue import PARKED, PARKED_AS, Ask, Json
from conversations.talking.lexicon import CONTENT, NEEDLESS, PARK, SKIP, WENT_WELL
from conversations.talking.names import who
from conversations.talking.numbers import read_hours, read_number
from conversations.talking.options import one_of, some_of
from conversations.talking.privacy import screen
from conversations.talking.spelling import LONGEST, LONGEST_TYPED, clean, fold, graphemes
from conversations.talking.times import read_time
from conversations.talking.vocabulary import in_full

_AFTERWARDS = re.compile(r"\bna (?:nog )?(?:\d+|\w+) (?:dagen|we\w+|maand\w*)\b|\b(?:later|erna|daarna)\b")
HOUR = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")

Reason = Literal[
    "not_understood", "ambiguous", "vague", "required", "too_long",
    "too_early", "too_late", "too_small", "too_big",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """A value as it is stored. `confirm`: read it back before it is kept (typed dates, names with a typo)."""

    value: Json
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class Misread:
    """Why there is no answer. `candidates` are ids to offer again; `between` the days of a vague date."""

    reason: Reason
    candidates: tuple[str, ...] = ()
    between: tuple[date, date] | None = None


def hear(ask: Ask, text: str, today: date, labels: Mapping[str, str]) -> Answer | Misread:
    """What a typed text answers. `labels` are the words on the buttons, by id, in the order shown."""
    if len(text) > LONGEST_TYPED:
        return Misread("too_long")
    text = clean(text)
    said = fold(text)
    offered = _offered(ask, labels)
    if not is_offered(ask, text, labels):
        if {said, in_full(said)} & SKIP or (said in NEEDLESS and ask.kind not in ("choice", "several")):
            return Misread("required") if ask.required else Answer(None)
        if ask.park and said in PARK:
            return Answer(PARKED_AS)
    if not text:
        return Misread("not_understood")
    heard = _read(ask, text, today, offered)
    return heard if isinstance(heard, Misread) else _within(ask, heard)


def is_offered(ask: Ask, text: str, labels: Mapping[str, str]) -> bool:
    """Whether the text is just what a button says. That goes before any command: "Aanpassen", "Weet ik niet"."""
    said = fold(text[:LONGEST_TYPED])
    return any(said == fold(label) for label in _offered(ask, labels).values())


def _offered(ask: Ask, labels: Mapping[str, str]) -> dict[str, str]:
    return {option: labels.get(option) or ask.labels.get(option) or option for option in ask.choices}


def _read(ask: Ask, text: str, today: date, offered: Mapping[str, str]) -> Answer | Misread:
    match ask.kind:
        case "choice":
            return _choice(ask, text, offered)
        case "several":
            some = some_of(text, offered)
            return Misread("not_understood") if some is None else Answer(list(some))
        case "person":
            return _person(text, offered)
        case "date":
            return _date(ask, text, today)
        case "number":
            number = read_number(text)
            return Misread("not_understood") if number is None else Answer(number)
        case "hours":
            hours = read_hours(text, ask.full)
            return Misread("not_understood") if hours is None else Answer(hours)
        case "time":
            at = read_time(text)
            return Misread("not_understood") if at is None else Answer(at.isoformat("minutes"))
        case "text":
            return Misread("too_long") if graphemes(text) > LONGEST else Answer(text)


def _choice(ask: Ask, text: str, offered: Mapping[str, str]) -> Answer | Misread:
    found = one_of(text, offered)
    if len(found) > 1:
        return Misread("ambiguous", found)
    meant = found[0] if found else ask.sentence if _is_a_sentence(text) else None
    if meant is None and "reached" in ask.choices and fold(text) in WENT_WELL:
        meant = "reached"
    return Answer(meant) if meant else Misread("not_understood")


def _is_a_sentence(text: str) -> bool:
    """Whether somebody tells in own words what should be otherwise: no question, nothing delicate, not content."""
    words = set(fold(text).split())
    return len(words) > 3 and "?" not in text and not words & CONTENT and screen(text).verdict == "fine"


def _person(text: str, offered: Mapping[str, str]) -> Answer | Misread:
    meant = who(text, offered)
    if len(meant.candidates) > 1:
        return Misread("ambiguous", meant.candidates)
    if meant.candidates:
        return Answer(meant.candidates[0], confirm=not meant.sure)
    found = one_of(text, offered)  # "2", or an option that is no person: "iemand anders"
    if len(found) > 1:
        return Misread("ambiguous", found)
    return Answer(found[0]) if found else Misread("not_understood")


def _date(ask: Ask, text: str, today: date) -> Answer | Misread:
    if text in map(str, range(1, len(ask.suggest) + 1)):  # the number of a day that is offered, no day of the month
        return Answer(str(ask.suggest[int(text) - 1]), confirm=True)
    from_day = ask.follows if ask.follows and _AFTERWARDS.search(fold(text)) else today
    found = read_date(text, from_day, ask.tense)
    if found is None:
        return Misread("not_understood")
    if isinstance(found, Vague):
        return Misread("vague", between=(found.first, found.last))
    at = f"T{found.at:%H:%M}" if ask.timed and found.at else ""
    return Answer(f"{found.date}{at}", confirm=True)


def _within(ask: Ask, answer: Answer) -> Answer | Misread:
    """The answer, unless it lies outside the bounds of its question."""
    if ask.required and answer.value in ([], ""):
        return Misread("required")
    reason = _out_of_bounds(ask, decode(ask, answer.value))
    return Misread(reason) if reason else answer


def _out_of_bounds(ask: Ask, value: Any) -> Reason | None:
    least, most = ask.least, ask.most
    if isinstance(value, tuple):
        value, _ = value
    if isinstance(value, date):
        if isinstance(least, date) and value < least:
            return "too_early"
        return "too_late" if isinstance(most, date) and value > most else None
    if isinstance(value, float):
        if ask.kind == "hours":
            least, most = 0.0 if least is None else least, ask.full if most is None else most
        if isinstance(least, int | float) and value < least:
            return "too_small"
        return "too_big" if isinstance(most, int | float) and value > most else None
    return None


def hear_values(ask: Ask, values: Sequence[str]) -> Answer | Misread:
    """What was picked from a control (date picker, checkboxes, buttons), held to the same bounds. Never confirmed."""
    if ask.kind in ("text", "time") and len(values) == 1:
        return hear(ask, values[0], date.min, {})
    value: Json
    if ask.kind == "several":
        value = [option for option in ask.choices if option in values]
        if len(value) != len(set(values)):
            return Misread("not_understood")
    elif not values:
        return Misread("required") if ask.required else Answer(None)
    else:
        value = _figure(values[0]) if ask.kind in ("number", "hours") else values[0]
    if (len(values) > 1 and ask.kind != "several") or not _is_shaped(ask, value):
        return Misread("not_understood")
    return _within(ask, Answer(value))


def _figure(value: str) -> float | None:
    """The number a control sent, or None for what is no number."""
    try:
        return float(value.strip().replace(",", "."))
    except ValueError:
        return None


def decode(ask: Ask, stored: Json) -> Any:
    """What a script gets for a stored answer that fits: a date (with its hour), a float, id(s), None or PARKED."""
    if stored is None:
        return None
    if stored == PARKED_AS:
        return PARKED
    if ask.kind == "date":
        day, _, at = str(stored).partition("T")
        return (date.fromisoformat(day), at or None) if ask.timed else date.fromisoformat(day)
    if ask.kind in ("number", "hours"):
        assert isinstance(stored, int | float), "a stored number that fits"
        return float(stored)
    return list(stored) if isinstance(stored, list) else stored


def fits(ask: Ask, stored: Json) -> bool:
    """Whether a stored answer can be replayed for this question as it is asked now.

    Choices may have gone and bounds may have moved since it was given; then the question is asked again.
    """
    if stored is None or stored == PARKED_AS:
        return not ask.required
    return _is_shaped(ask, stored) and isinstance(_within(ask, Answer(stored)), Answer)


def _is_shaped(ask: Ask, stored: Json) -> bool:
    match ask.kind:
        case "choice" | "person":
            return isinstance(stored, str) and stored in ask.choices
        case "several":
            return isinstance(stored, list) and len(set(stored)) == len(stored) and set(stored) <= set(ask.choices)
        case "date":
            return isinstance(stored, str) and _is_day(stored, timed=ask.timed)
        case "number" | "hours":
            return isinstance(stored, int | float) and not isinstance(stored, bool) and math.isfinite(stored)
        case "time":
            return isinstance(stored, str) and HOUR.fullmatch(stored) is not None
        case "text":
            return isinstance(stored, str) and 0 < graphemes(stored) <= LONGEST and clean(stored) == stored


def _is_day(stored: str, *, timed: bool) -> bool:
    day, between, at = stored.partition("T")
    if between and not (timed and HOUR.fullmatch(at)):
        return False
    try:
        return date.fromisoformat(day).isoformat() == day
    except ValueError:
        return False
