"""The rules of the date grammar: each takes as many words as it knows and adds what they mean to the phrase."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from conversations.talking import days
from conversations.talking.date_stretches import feast, nth_weekday, stretch
from conversations.talking.date_words import (
    SHIFT,
    Phrase,
    add_yearly,
    day_of,
    month_of,
    month_range,
    on,
    weekday_of,
    year_named,
)
from conversations.talking.lexicon import AROUND_A_DATE, CARDINALS, WEEKDAYS_SHORT
from conversations.talking.numbers import count, ordinal
from conversations.talking.spelling import near

_TODAY = {
    "vandaag": 0, "nu": 0, "vanmorgen": 0, "vanochtend": 0, "vanvoormiddag": 0, "vanmiddag": 0, "vannamiddag": 0,
    "vanavond": 0, "gisteren": -1, "gister": -1, "gisteravond": -1, "gisterenavond": -1, "gisterennamiddag": -1,
    "eergisteren": -2, "eergister": -2, "morgen": 1, "morgenvroeg": 1, "morgenochtend": 1, "morgenmiddag": 1,
    "morgennamiddag": 1, "morgenavond": 1, "overmorgen": 2, "morge": 1, "overmorge": 2,
}  # fmt: skip
_TYPOS_OF_TODAY = ("vandaag", "gisteren", "eergisteren", "overmorgen")
_UNITS = {
    "dag": "d", "dagen": "d", "week": "w", "weken": "w", "maand": "m", "maanden": "m", "jaar": "y", "jaren": "y",
    "werkdag": "wd", "werkdagen": "wd", "dgn": "d", "wk": "w", "wkn": "w", "mnd": "m", "daagjes": "d", "weekjes": "w",
    "weekje": "w", "maandje": "m",
}  # fmt: skip
_AMOUNTS: dict[str, float] = {"paar": 2, "enkele": 2, "aantal": 2, "anderhalve": 1.5, "n": 1, "half": 0.5, **CARDINALS}


_JOINS = frozenset({"of", "en", "tot", "tem", "a"})


def _named_day(phrase: Phrase, at: int) -> int:
    """vandaag, gisteren, overmorgen, "deze morgen"; with "over een week" behind it."""
    word = phrase.word(at)
    if word in ("deze", "vandaag") and phrase.word(at + 1) in ("morgen", "ochtend", "voormiddag", "namiddag", "avond"):
        phrase.relative.append(phrase.today)
        return 2
    offset = _TODAY.get(word)
    if offset is None and len(word) > 6 and (close := near(word, _TYPOS_OF_TODAY)):
        offset = _TODAY[close]
    if offset is None or (word == "nu" and len(phrase.words) > 1) or phrase.word(at - 1) == "s":
        return 0
    later, taken = _span(phrase, at + 1)
    phrase.relative.append(phrase.today + timedelta(days=offset + later))
    return 1 + taken


def _span(phrase: Phrase, at: int) -> tuple[int, int]:
    """Behind a day: "over een week", "in 14 dagen", "binnen 8 dagen". How many days, how many words."""
    if phrase.word(at) not in ("over", "in", "binnen"):
        return 0, 0
    number, unit = count(phrase.word(at + 1)), phrase.word(at + 2)
    if number is None or number > 60:
        return 0, 0
    if unit in ("week", "weken"):
        return number * 7, 3
    if unit in ("dag", "dagen") and number in (7, 8, 14, 15, 21):
        return number // 7 * 7, 3  # a week is eight days in Flanders, two weeks fifteen
    return 0, 0


def _weekday_rule(phrase: Phrase, at: int) -> int:
    """dinsdag; volgende dinsdag; dinsdag over een week; dinsdag volgende week; do (beside a date)."""
    direction, start = SHIFT.get(phrase.word(at)), at
    if direction is None and phrase.word(at) in (
        "eerstvolgende",
        "eerstkomende",
        "laatste",
        "jongstleden",
        "voorlaatste",
    ):
        direction = 1 if phrase.word(at).startswith("eerst") else -1
    if direction is not None:
        at += 1
    weekday = weekday_of(phrase.word(at))
    if weekday is None and direction is not None and phrase.word(at) != "zo":
        weekday = WEEKDAYS_SHORT.get(phrase.word(at))  # "volgende do"
    if weekday is None:
        return _short_weekday(phrase, at) if direction is None else 0
    taken = at - start + 1
    if phrase.word(at + 1) in ("morgen", "ochtend", "vroeg", "middag", "nacht"):
        taken += 1
        at += 1
    later, more = _span(phrase, at + 1)
    if more:
        # On a Monday "maandag over 2 weken" is counted from that day itself.
        phrase.relative.append(days.coming(weekday, phrase.today - timedelta(days=1)) + timedelta(days=later))
        return taken + more
    if direction is None:
        phrase.weekdays.append(weekday)
    elif direction == -1:
        phrase.relative.append(phrase.today - timedelta(days=(phrase.today.weekday() - weekday - 1) % 7 + 1))
    else:
        soon = days.coming(weekday, phrase.today)
        if phrase.word(start) == "volgende" and (next_week := days.in_week(phrase.today, 1, weekday)) != soon:
            phrase.sure, soon = False, next_week  # "volgende dinsdag" on a Monday
        phrase.relative.append(soon)
    return taken


def _short_weekday(phrase: Phrase, at: int) -> int:
    """A short form ("do 3/12", "volgende week do", "ma"), when nothing but a date or a week stands beside it."""
    weekday = WEEKDAYS_SHORT.get(phrase.word(at))
    if weekday is None:
        return 0
    rest = [word for word in phrase.words if word not in ("op", "om", "de")]
    if not (len(rest) == 1 or phrase.exact or "week" in rest or day_of(phrase.word(at + 1))):
        return 0
    if rest == ["zo"] and not phrase.exact:
        return 0
    phrase.weekdays.append(weekday)
    return 1


def _day_and_month(phrase: Phrase, at: int) -> int:
    """3 december, drie december, de 24ste van volgende maand, 3 of 4 december, tussen 3 en 10 maart."""
    day = day_of(phrase.word(at))
    if day is None:
        return 0
    behind, last = at + 1, None
    if phrase.word(behind) in _JOINS and (last := day_of(phrase.word(behind + 1))) is not None:
        behind += 2
    elif last is None and (last := day_of(phrase.word(behind))) is not None:
        behind += 1  # "3-5 december"
    if phrase.word(behind) == "van":
        behind += 1
    number = month_of(phrase.word(behind), beside_a_number=True)
    if number is None:
        span, taken = month_range(phrase, behind)
        if span is None or last is not None:
            return 0
        phrase.add(on(span[0].year, span[0].month, day), phrase.exact)
        return behind - at + taken
    year, taken = year_named(phrase, behind + 1)
    for each in (day,) if last is None else (day, last):
        if year is not None:
            phrase.add(on(year, number, each), phrase.exact)
        else:
            add_yearly(phrase, each, number)
    return behind - at + 1 + taken


def _day_alone(phrase: Phrase, at: int) -> int:
    """De 24ste; "24" when nothing else was said."""
    word = phrase.word(at)
    rest = [other for other in phrase.words if other not in AROUND_A_DATE and weekday_of(other) is None]
    ranked = word[:1].isdigit() and not word.isdecimal() and ordinal(word) is not None
    if not ranked and not (len(rest) <= 1 and day_of(word) and word not in ("een", "eerste") and not phrase.exact):
        return 0
    day = day_of(word)
    short = WEEKDAYS_SHORT.get(phrase.word(at - 1)) is not None
    phrase.sure = phrase.sure and (ranked or short or bool(phrase.weekdays) or phrase.word(at - 1) in ("de", "den"))
    phrase.add(days.in_some_month(day or 0, phrase.today, phrase.tense), phrase.exact)
    return 1


def _counted(phrase: Phrase, at: int) -> int:
    """Over 14 dagen, binnen twee weken, over een paar weken, drie weken geleden, al twee weken."""
    start, word = at, phrase.word(at)
    direction = 1 if word in ("over", "binnen", "in", "na", "nog") else -1 if word in ("al", "sinds", "sedert") else 0
    at += 1 if direction else 0
    while phrase.word(at) in ("de", "ongeveer", "zo", "zon", "circa", "een") and phrase.word(at + 1) in _AMOUNTS:
        at += 1
    amount, unit = phrase.word(at), phrase.word(at + 1)
    days_of = _UNITS.get(unit)
    number = _AMOUNTS.get(amount) or (count(amount) if days_of else None)
    if days_of is None or number is None or number > 400:
        return 0
    at += 2
    if phrase.word(at) in ("geleden", "terug") and direction <= 0:
        direction = -1
        at += 1
    elif direction <= 0:
        phrase.sure = False  # "twee weken", "al twee weken": counted from today, as far as we know
        direction = direction or (-1 if phrase.tense == "past" else 1)
    if amount in ("paar", "enkele", "aantal"):
        low, high = sorted(_shift(phrase, direction * n, unit) for n in (2, 4))
        phrase.ranges.append((low, high))
    else:
        phrase.relative.append(_shift(phrase, direction * number, unit))
    return at - start


def _shift(phrase: Phrase, number: float, unit: str) -> date:
    kind = _UNITS[unit]
    if kind == "wd":
        phrase.sure = False  # the holidays of this employer are not known here
        return days.add_workdays(phrase.today, int(number))
    if kind in ("m", "y"):
        months = number * (12 if kind == "y" else 1)
        whole = days.add_months(phrase.today, int(months))
        return whole + timedelta(days=round((months - int(months)) * 30))
    return phrase.today + timedelta(days=round(number * (7 if kind == "w" else 1)))


Rule = Callable[[Phrase, int], int]
RULES: tuple[Rule, ...] = (
    _named_day, feast, nth_weekday, stretch, _counted, _day_and_month, _weekday_rule, _day_alone,
)  # fmt: skip
