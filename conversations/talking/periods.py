"""The last day in a sentence such as "ik ben weg tot 20 november": offered back, never taken for granted."""

from __future__ import annotations

import re
from datetime import date

from conversations.talking.dates import Found, read_date

_UNTIL = re.compile(r"\b(?:tot(?: en met)?|t/m|tem|t\.e\.m\.?)\s+(?P<day>.+?)[.!]*$", re.IGNORECASE)


def last_day(text: str, today: date) -> date | None:
    """The day after "tot" or "tot en met" at the end of a sentence, or None where there is no clear one."""
    match = _UNTIL.search(text[:300])
    found = read_date(match["day"], today, "future") if match else None
    return found.date if isinstance(found, Found) else None
