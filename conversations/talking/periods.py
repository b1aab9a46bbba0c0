"""The days in a sentence such as "Jan is ziek sinds vrijdag" or "ik ben weg tot 20 november".

They are offered back, never taken for granted.
"""

from __future__ import annotations

import re
from datetime import date

from conversations.talking.dates import Found, read_date
from conversations.talking.days import Tense

_SINCE = re.compile(
    r"\b(?:(?:sinds|sins|sedert|vanaf|van(?=\s+\d))\s+(?P<day>.+?)(?:\s+(?:tot|t/m|tem)\b.*)?[.!]*$"
    r"|(?P<near>vandaag|gisteren|eergisteren))",
    re.IGNORECASE,
)
_ON = re.compile(
    r"\b(?P<day>(?:(?:volgende|komende|vorige|deze) (?:week )?)?(?:maan|dins|woens|donder|vrij|zater|zon)dag"
    r"(?: \d{1,2} [a-z]+)?|overmorgen|morgen|\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?"
    r"|\d{1,2} (?:jan|feb|maart|apr|mei|jun|jul|aug|sep|okt|nov|dec)[a-z]*)\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\b(?:tot(?: en met)?|t/m|tem|t\.e\.m\.?)\s+(?P<day>.+?)[.!]*$", re.IGNORECASE)


def last_day(text: str, today: date) -> date | None:
    """The day after "tot" or "tot en met" at the end of a sentence, or None where there is no clear one."""
    match = _UNTIL.search(text[:300])
    return _clear(match["day"], today, "future") if match else None


def first_day(text: str, today: date, tense: Tense = "past") -> date | None:
    """The day after "sinds" or "vanaf", or "gisteren" by itself; None where there is no clear one."""
    match = _SINCE.search(text[:300])
    return _clear(match["day"] or match["near"], today, tense) if match else None


def one_day(text: str, today: date, tense: Tense) -> date | None:
    """A day that is named anywhere in a sentence ("jan komt maandag terug"), or None where there is no clear one."""
    match = _ON.search(text[:300])
    return first_day(text, today, tense) or (_clear(match["day"], today, tense) if match else None)


def _clear(said: str, today: date, tense: Tense) -> date | None:
    found = read_date(said, today, tense)
    return found.date if isinstance(found, Found) else None
