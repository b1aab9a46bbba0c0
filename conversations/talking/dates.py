"""Flemish dates: "volgende week dinsdag", "over 14 dagen", "do 3/12 14u". Always read back before they are kept.

An own grammar, because no library reads these well enough (platforms.md section 6). Figures are taken first, then
rules walk over the words (date_rules); what does not fit together is not sure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise

from conversations.talking.date_rules import RULES
from conversations.talking.date_words import Phrase, add_yearly, as_written, on, weekday_alone
from conversations.talking.days import Tense
from conversations.talking.lexicon import AROUND_A_DATE
from conversations.talking.spelling import plain
from conversations.talking.times import take_time

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Found:
    """A day, perhaps with an hour. Not `sure`: something in the phrase does not fit, or it can mean another day."""

    date: date
    sure: bool = True
    at: time | None = None


@dataclass(frozen=True, slots=True)
class Vague:
    """Some day between two (both included): "begin december", "3 of 4 maart"."""

    first: date
    last: date


_DAYPART = re.compile(r"\b(\w+dag)(?:s)?(ochtend|morgen|voormiddag|middag|namiddag|avond|vroeg|nacht)\b")
_UNTIL = re.compile(r"\bt\.? ?[e/]?\.? ?m\b\.?|\btot en met\b|\bt/m\b")
_ISO = re.compile(r"(?<!\d)(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)")
_NUMERIC = re.compile(
    r"(?<![\d/.,-])(\d{1,2}) ?([/.-]) ?(\d{1,2})(?: ?\2 ?(\d{4}|\d{2}))?"
    r"(?![\d/]|[.,-]\d| ?(?:[a-z]*ember|jan|feb|maart|mrt|apr|mei|juni|juli|aug|sep|okt|nov|dec))"
)
_TOKEN = re.compile(r"\d{1,2}(?:sten?|de|en?)\b|'?\d+|[a-z]+")
_DENIAL = frozenset({"niet", "geen", "nooit", "behalve", "fout", "foute", "verkeerd", "verkeerde"})
# A day that was read wrong, with the right one behind it: "nee, dat is fout, het is 17 november".
_CORRECTED = re.compile(
    r"^(?:(?:nee+n?|sorry|oei|ah|ja|maar|dat|dit|het|die|de|dag|datum|is|was|staat)[ ,.!]+)*"
    r"(?:fout|verkeerd|klopt niet|niet (?:juist|correct))(?: (?:getypt|gezegd|gelezen|verstaan|begrepen))?[ ,.:;!]+"
)


def read_date(text: str, today: date, tense: Tense) -> Found | Vague | None:
    """The day a phrase means, seen from today. `tense` tells where "maandag" and "3 maart" lie.

    Never an exception; None for what is no date, does not exist, or is longer than 300 characters.
    """
    if not 0 < len(text) <= LONGEST:
        return None
    said, at = take_time(" ".join(plain(text).replace("\u2019", "'").split()))
    said = _DAYPART.sub(r"\1 \2", _UNTIL.sub(" tem ", _CORRECTED.sub("", said)))
    phrase = Phrase([], today, tense)
    try:
        said = _NUMERIC.sub(lambda m: _numeric(phrase, m), _ISO.sub(lambda m: _iso(phrase, m), said))
        phrase.words = list(map(as_written, _TOKEN.findall(said)))
        if not _DENIAL.isdisjoint(phrase.words):
            return None
        _walk(phrase)
        found = _together(phrase, at)
        return None if _is_of_the_beginning(phrase, found) else found
    except (OverflowError, ValueError):  # today stands at an edge of the calendar
        return None


def _is_of_the_beginning(phrase: Phrase, found: Found | Vague | None) -> bool:
    """Whether somebody who is asked about later tells of the first day: "de eerste dag van Pieter was 17 november"."""
    told = any(pair == ("eerste", "dag") for pair in pairwise(phrase.words))
    return told and phrase.tense == "future" and not (isinstance(found, Found) and found.sure)


def _walk(phrase: Phrase) -> None:
    position = 0
    while position < len(phrase.words):
        for rule in RULES:
            if taken := rule(phrase, position):
                position += taken
                break
        else:
            word = phrase.words[position]
            phrase.sure = phrase.sure and word in AROUND_A_DATE
            phrase.wrong = phrase.wrong or (word.isdecimal() and len(word) < 4)  # "99 december"
            position += 1


def _together(phrase: Phrase, at: time | None) -> Found | Vague | None:
    """One answer out of all that was found: days that agree are sure, days that differ are a range."""
    if phrase.wrong:
        return None
    sure = phrase.sure
    found = sorted(set(phrase.exact or phrase.relative))
    if phrase.exact and any(day not in found for day in phrase.relative):
        sure = False
    if not found and phrase.weekdays and not phrase.ranges:
        found = sorted({weekday_alone(phrase, weekday) for weekday in phrase.weekdays})
        sure = sure and phrase.today.weekday() not in phrase.weekdays
        return Found(found[0], sure, at) if len(found) == 1 else Vague(found[0], found[-1])
    if not found:
        return _in_a_range(phrase, at)
    if len(found) > 1:
        return Vague(found[0], found[-1])
    day = _of_that_weekday(phrase, found[0])
    fits = all(day.weekday() == weekday for weekday in phrase.weekdays)
    in_range = all(first <= day <= last for first, last in phrase.ranges)
    return Found(day, sure and fits and in_range, at)


def _of_that_weekday(phrase: Phrase, day: date) -> date:
    """In a year in which it falls on the weekday that was named: "vrijdag 6 november" is no Thursday of last year."""
    if not phrase.without_year or len(phrase.weekdays) != 1 or day.weekday() == phrase.weekdays[0]:
        return day
    nearby = (on(year, day.month, day.day) for year in range(phrase.today.year - 1, phrase.today.year + 2))
    return next((other for other in nearby if other and other.weekday() == phrase.weekdays[0]), day)


def _in_a_range(phrase: Phrase, at: time | None) -> Found | Vague | None:
    if not phrase.ranges:
        return None
    first, last = min(r[0] for r in phrase.ranges), max(r[1] for r in phrase.ranges)
    inside = {
        first + timedelta(days=n)
        for n in range(min(7, (last - first).days + 1))
        if (first + timedelta(days=n)).weekday() in phrase.weekdays
    }
    if len(inside) == 1 and (last - first).days < 7:
        return Found(inside.pop(), phrase.sure, at)
    return Found(first, phrase.sure, at) if first == last else Vague(first, last)


# --- Dates in figures --------------------------------------------------------------------------------------


def _iso(phrase: Phrase, match: re.Match[str]) -> str:
    phrase.add(on(int(match[1]), int(match[2]), int(match[3])), phrase.exact)
    return " "


def _numeric(phrase: Phrase, match: re.Match[str]) -> str:
    day, month = int(match[1]), int(match[3])
    if match[4]:
        year = int(match[4])
        phrase.add(on(year + 2000 if year < 100 else year, month, day), phrase.exact)
    elif 1 <= month <= 12:
        add_yearly(phrase, day, month)
    else:
        phrase.wrong = True
    return " "
