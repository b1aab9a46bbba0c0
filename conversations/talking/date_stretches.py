"""Rules of the date grammar for weeks, months and feasts, and for days counted in a month."""

from __future__ import annotations

from datetime import date, timedelta

from conversations.talking import days
from conversations.talking.date_words import PARTS, SHIFT, Phrase, month_range, weekday_of, year_named
from conversations.talking.numbers import count, ordinal


def nth_weekday(phrase: Phrase, at: int) -> int:
    """As in "eerste maandag van december", "laatste vrijdag van de maand", "laatste dag van november"."""
    rank = -1 if phrase.word(at) == "laatste" else ordinal(phrase.word(at))
    name = phrase.word(at + 1)
    weekday = weekday_of(name)
    if rank is None or rank > 4 or (weekday is None and name not in ("dag", "werkdag")):
        return 0
    if phrase.word(at + 2) not in ("van", "in"):
        return 0
    span, taken = month_range(phrase, at + 3)
    if span is None:
        return 0
    first, last = span
    all_days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    fitting = [
        day for day in all_days if (day.weekday() < 5 if name == "werkdag" else weekday in (None, day.weekday()))
    ]
    phrase.exact.append(fitting[rank - 1 if rank > 0 else rank])
    phrase.sure = phrase.sure and name != "werkdag"
    return 3 + taken


def stretch(phrase: Phrase, at: int) -> int:
    """Volgende week, eind volgende week, begin december, in maart, dit weekend, eind van het jaar, week 50."""
    start = at
    part = PARTS.get(phrase.word(at))
    if part:
        at += 1
    span, taken = month_range(phrase, at)
    if span is None:
        while phrase.word(at) in ("de", "het", "van", "in", "loop") and part:
            at += 1
        span, taken = _week_or_year(phrase, at)
    if span is None:
        return 0
    first, last = days.part_of(*span, part) if part else span
    if phrase.tense == "future" and first < phrase.today <= last:
        first = phrase.today
    if phrase.tense == "past" and first <= phrase.today < last:
        last = phrase.today
    phrase.ranges.append((first, last))
    return at - start + taken


def _week_or_year(phrase: Phrase, at: int) -> tuple[tuple[date, date] | None, int]:
    word, behind = phrase.word(at), phrase.word(at + 1)
    shift = SHIFT.get(word)
    if word in ("week", "weekend", "jaar", "weekeinde"):
        number = count(behind) if word == "week" else None
        if number is not None and 1 <= number <= 53:
            return _week_number(phrase, number), 2
        if phrase.word(at - 1) not in ("de", "het", "van", "in", "t"):
            return None, 0
        shift, behind, taken = 0, word, 1
    else:
        taken = 2
    if shift is None:
        return None, 0
    if behind == "week":
        late = shift == 0 and phrase.today.weekday() > 4
        return (days.in_week(phrase.today, shift), days.in_week(phrase.today, shift, 6 if late else 4)), taken
    if behind in ("weekend", "weekeinde"):
        if phrase.word(at - 2) == "na" or phrase.word(at - 1) == "na":
            monday = days.in_week(phrase.today, shift + 1)
            return (monday, monday), taken
        return (days.in_week(phrase.today, shift, 5), days.in_week(phrase.today, shift, 6)), taken
    if behind == "jaar":
        year = phrase.today.year + shift
        return (date(year, 1, 1), date(year, 12, 31)), taken
    return None, 0


def _week_number(phrase: Phrase, number: int) -> tuple[date, date] | None:
    year = phrase.today.isocalendar().year
    if number > 52 and date(year, 12, 28).isocalendar().week < number:
        return None
    monday = date.fromisocalendar(year, number, 1)
    if phrase.tense == "future" and monday + timedelta(days=6) < phrase.today:
        monday = date.fromisocalendar(year + 1, min(number, 52), 1)
    return monday, monday + timedelta(days=4)


def feast(phrase: Phrase, at: int) -> int:
    """paasmaandag, Kerstmis, "na Pasen", "voor nieuwjaar"."""
    for name in days.FEASTS:
        words = name.split()
        if phrase.words[at : at + len(words)] != words:
            continue
        year, taken = year_named(phrase, at + len(words))
        years = (year,) if year else range(phrase.today.year - 1, phrase.today.year + 2)
        found = days.pick([days.feast(name, y) for y in years], phrase.today, "any" if year else phrase.tense)
        if found is None:
            return 0
        before = phrase.word(at - 1)
        if before == "na":
            phrase.ranges.append((found + timedelta(days=1), found + timedelta(days=14)))
        elif before == "voor":
            phrase.ranges.append((max(phrase.today, found - timedelta(days=14)), found - timedelta(days=1)))
        else:
            phrase.exact.append(found)
        return len(words) + taken
    return 0
