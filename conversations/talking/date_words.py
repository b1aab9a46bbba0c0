"""The words of the date grammar, and the phrase that its rules walk over."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from conversations.talking import days
from conversations.talking.days import Part, Tense
from conversations.talking.lexicon import MONTHS, MONTHS_SHORT, WEEKDAYS
from conversations.talking.numbers import count, ordinal
from conversations.talking.spelling import near

SHIFT = {
    "volgende": 1, "komende": 1, "aanstaande": 1, "deze": 0, "vorige": -1, "verleden": -1, "afgelopen": -1,
    "voorbije": -1, "volgend": 1, "komend": 1, "dit": 0, "vorig": -1, "voorbij": -1, "lopende": 0,
}  # fmt: skip
_LONG_SHIFTS = ("volgende", "komende", "aanstaande", "vorige", "verleden", "afgelopen")
PARTS: dict[str, Part] = {
    "begin": "begin", "midden": "middle", "half": "middle", "medio": "middle", "eind": "end", "einde": "end",
}  # fmt: skip


@dataclass(slots=True)
class Phrase:
    """What is being read, and what was found in it so far."""

    words: list[str]
    today: date
    tense: Tense
    exact: list[date] = field(default_factory=list)  # a date that stands by itself
    relative: list[date] = field(default_factory=list)  # "volgende week dinsdag", "over 14 dagen"
    weekdays: list[int] = field(default_factory=list)
    ranges: list[tuple[date, date]] = field(default_factory=list)
    sure: bool = True
    wrong: bool = False  # a date that does not exist
    without_year: bool = False  # some date had a day and a month only

    def word(self, at: int) -> str:
        """The word at that place; nothing before the first and after the last."""
        return self.words[at] if 0 <= at < len(self.words) else ""

    def add(self, day: date | None, into: list[date]) -> None:
        """Note a day that was named; None is a day that does not exist."""
        if day is None:
            self.wrong = True
        else:
            into.append(day)


def as_written(word: str) -> str:
    """The word; of "volgnde" and the like, without the typo."""
    return word if word in SHIFT or len(word) < 6 else near(word, _LONG_SHIFTS) or word


def weekday_of(word: str) -> int | None:
    """The weekday a word is, 0 for Monday, with a typo or two."""
    if word in WEEKDAYS:
        return WEEKDAYS.index(word)
    if len(word) > 5 and (close := near(word, WEEKDAYS)):
        return WEEKDAYS.index(close)
    return None


def month_of(word: str, *, beside_a_number: bool) -> int | None:
    """A month; short forms and typos only beside a number or "eind", so that Jan stays a name."""
    if word in MONTHS:
        return MONTHS.index(word) + 1
    if not beside_a_number:
        return None
    if word in MONTHS_SHORT:
        return MONTHS_SHORT[word]
    close = near(word, MONTHS) if len(word) > 4 else None
    return MONTHS.index(close) + 1 if close else None


def day_of(word: str) -> int | None:
    """A day of the month: "3", "drie", "24ste", "derde"."""
    number = ordinal(word) or count(word)
    return number if number is not None and 1 <= number <= 31 else None


def on(year: int, month: int, day: int) -> date | None:
    """That date, if it exists and is of our time."""
    if not (1900 <= year <= 2200 and 1 <= month <= 12 and 1 <= day <= days.days_in(year, month)):
        return None
    return date(year, month, day)


def add_yearly(phrase: Phrase, day: int, month: int) -> None:
    """Note a day and month said without a year."""
    found = days.in_some_year(day, month, phrase.today, phrase.tense)
    phrase.without_year = True
    phrase.add(found, phrase.exact)
    if found is not None and abs((found - phrase.today).days) > 300:
        phrase.sure = False  # rather last month than in eleven months


def weekday_alone(phrase: Phrase, weekday: int) -> date:
    """One weekday by itself ("maandag"): the coming one, or the last one in a question about the past."""
    if phrase.tense == "past":
        return phrase.today - timedelta(days=(phrase.today.weekday() - weekday - 1) % 7 + 1)
    return days.coming(weekday, phrase.today)


def month_range(phrase: Phrase, at: int) -> tuple[tuple[date, date] | None, int]:
    """The month that stands there: "december 2026", "volgende maand", "de maand"."""
    start = at
    while phrase.word(at) in ("de", "het", "van", "maand") and phrase.word(at + 1) in (
        *SHIFT,
        "maand",
        *MONTHS,
    ):
        at += 1
    if phrase.word(at) == "maand" or (phrase.word(at) in SHIFT and phrase.word(at + 1) == "maand"):
        shift = 0 if phrase.word(at) == "maand" else SHIFT[phrase.word(at)]
        taken = 1 if phrase.word(at) == "maand" else 2
        day = days.add_months(phrase.today.replace(day=1), shift)
        return days.month(day.year, day.month), at - start + taken
    number = month_of(phrase.word(at), beside_a_number=phrase.word(start - 1) in PARTS)
    if number is None:
        return None, 0
    year, taken = year_named(phrase, at + 1)
    if year is None:
        year = _year_of_month(phrase, number)
    return days.month(year, number), at - start + 1 + taken


def _year_of_month(phrase: Phrase, number: int) -> int:
    here = (phrase.today.year, number)
    now = (phrase.today.year, phrase.today.month)
    if phrase.tense == "past":
        return phrase.today.year - (here > now)
    return phrase.today.year + (here < now)


def year_named(phrase: Phrase, at: int) -> tuple[int | None, int]:
    """The year that stands there ("2027", "'27", "volgend jaar"), and how many words it takes."""
    word = phrase.word(at)
    if re.fullmatch(r"(?:19|20|21)\d\d", word):
        return int(word), 1
    if re.fullmatch(r"'\d\d", word):
        return 2000 + int(word[1:]), 1
    if word in ("volgend", "vorig", "dit") and phrase.word(at + 1) == "jaar":
        return phrase.today.year + SHIFT[word], 2
    return None, 0
