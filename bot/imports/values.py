"""What a cell means: dates, addresses, working days, roles.

A reader returns the value or raises Unclear, and never guesses. What is wrong is said without the value, because it
ends up on screens and in tickets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from bot.imports.columns import folded

if TYPE_CHECKING:
    from conversations.case import Office


class Unclear(ValueError):  # noqa: N818 - named by what it is, like the other problems of the house
    """A cell cannot be read. `kind` is the code it is counted under."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?")
_BELGIAN = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?: 0?0:00(?::00)?)?")
_SHORT_YEAR = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}")
_FIRST, _LAST = date(1990, 1, 1), date(2100, 1, 1)
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_DAYS = {
    "maandag": 1, "dinsdag": 2, "woensdag": 3, "donderdag": 4, "vrijdag": 5, "zaterdag": 6, "zondag": 7,
    "ma": 1, "di": 2, "wo": 3, "do": 4, "vr": 5, "za": 6, "zo": 7,
    "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "7": 7,
}  # fmt: skip
_RANGE = re.compile(
    r"\b([a-z]+|\d)\s*(?:-|–|\bt/m\b|\bt\.?e\.?m\.?|\btot en met\b|\btot\b)\s*([a-z]+|\d)\b", re.IGNORECASE
)
_ROLES: Mapping[str, Office] = {
    "medewerker": "employee", "werknemer": "employee", "personeelslid": "employee", "employee": "employee",
    "leidinggevende": "manager", "manager": "manager", "verantwoordelijke": "manager", "line manager": "manager",
    "hr": "hr", "personeelsdienst": "hr", "p o": "hr", "hr medewerker": "hr",
    "coach": "coach", "terugkeercoach": "coach", "return coach": "coach",
    "audit": "audit", "dpo": "audit", "functionaris voor gegevensbescherming": "audit", "auditor": "audit",
    "admin": "admin", "beheerder": "admin", "technisch beheerder": "admin", "administrator": "admin",
}  # fmt: skip
_STATUTES = {
    "contractueel": "contractual", "contractuele": "contractual", "contractual": "contractual",
    "arbeider": "contractual", "bediende": "contractual",
    "statutair": "statutory", "statutaire": "statutory", "statutory": "statutory", "vastbenoemd": "statutory",
    "vast benoemd": "statutory", "ambtenaar": "statutory",
}  # fmt: skip
_YES = frozenset({"ja", "j", "yes", "y", "1", "true", "waar", "x"})
_NO = frozenset({"nee", "neen", "n", "no", "0", "false", "onwaar", ""})
_WITHDRAWN = frozenset({"geannuleerd", "ingetrokken", "verwijderd", "geschrapt", "withdrawn", "cancelled", "storno"})
_SICKNESS = frozenset({"ziekte", "ziek", "arbeidsongeschiktheid", "arbeidsongeschikt", "ziekteverlof", "sickness"})
_LEAVE = frozenset({
    "vakantie", "verlof", "jaarlijkse vakantie", "jaarlijks verlof", "adv", "recup", "recuperatie", "feestdag",
    "klein verlet", "ouderschapsverlof", "tijdskrediet", "telewerk", "opleiding", "leave", "holiday",
})  # fmt: skip
_OTHER_CLOCKS = {
    "arbeidsongeval": "work_accident", "work accident": "work_accident", "beroepsziekte": "work_accident",
    "moederschapsverlof": "maternity", "moederschapsrust": "maternity", "bevallingsrust": "maternity",
    "bevallingsverlof": "maternity", "maternity": "maternity",
}  # fmt: skip


def day(text: str) -> date | None:
    """A date as ISO or as dd/mm/yyyy (also with . or -); None for an empty cell. What needs a guess is refused."""
    if not text:
        return None
    if found := _ISO.fullmatch(text):
        year, month, of_month = (int(part) for part in found.groups())
    elif found := _BELGIAN.fullmatch(text):
        of_month, month, year = int(found[1]), int(found[3]), int(found[4])
        if month > 12 >= of_month:
            raise Unclear("date_order", "looks like month/day/year; export dates as dd/mm/yyyy or yyyy-mm-dd")
    elif _SHORT_YEAR.fullmatch(text):
        raise Unclear("date_year", "a year of two digits is ambiguous; export dates as dd/mm/yyyy or yyyy-mm-dd")
    else:
        raise Unclear("date", "not a date; export dates as dd/mm/yyyy or yyyy-mm-dd")
    try:
        read = date(year, month, of_month)
    except ValueError as error:
        raise Unclear("date_exists", "this date does not exist") from error
    if not _FIRST <= read < _LAST:
        raise Unclear("date_far", "this date is too far away to be right")
    return read


def email(text: str) -> str:
    """An address in lower case. Raises Unclear for what cannot be one."""
    address = unicodedata.normalize("NFC", text).lower()
    if not _EMAIL.fullmatch(address):
        raise Unclear("email", "not an e-mail address" if address else "an e-mail address is needed")
    return address


def workdays(text: str) -> frozenset[int]:
    """ISO weekdays out of "ma-vr", "ma, di en do", "ma t.e.m. do", "1,2,4" or "maandag dinsdag"."""
    days: set[int] = set()

    def spread(found: re.Match[str]) -> str:
        first, last = _DAYS.get(found[1].lower()), _DAYS.get(found[2].lower())
        if first is None or last is None or first > last:
            raise Unclear("workdays", "not working days such as ma-vr or ma,di,do")
        days.update(range(first, last + 1))
        return " "

    for word in folded(_RANGE.sub(spread, text)).split():
        if word in _DAYS:
            days.add(_DAYS[word])
        elif word not in {"en", "and"}:
            raise Unclear("workdays", "not working days such as ma-vr or ma,di,do")
    if not days:
        raise Unclear("workdays", "no working day at all")
    return frozenset(days)


def roles(text: str) -> frozenset[Office]:
    """The roles in a cell; everybody is an employee too."""
    read: set[Office] = {"employee"}
    for part in re.split(r"[,;/+|]|\ben\b|\band\b", text):
        if not (plain := folded(part)):
            continue
        if plain not in _ROLES:
            raise Unclear("role", "not a role; one of medewerker, leidinggevende, hr, terugkeercoach, dpo, beheerder")
        read.add(_ROLES[plain])
    return frozenset(read)


def statute(text: str) -> frozenset[str]:
    """The fact contractual or statutory; nothing for an empty cell."""
    if not text:
        return frozenset()
    if (plain := folded(text)) not in _STATUTES:
        raise Unclear("statute", "not a statute; known are contractueel, statutair, arbeider, bediende")
    return frozenset({_STATUTES[plain]})


def yes(text: str) -> bool:
    """Ja or nee; empty is nee."""
    plain = folded(text)
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise Unclear("yes_no", "neither ja nor nee")


def withdrawn(text: str) -> bool:
    """Whether the status of an absence says that it never was."""
    return folded(text) in _WITHDRAWN


def absence_type(text: str) -> frozenset[str] | None:
    """The facts that a type of absence brings; None where it is no sickness and the row is passed over."""
    plain = folded(text)
    if not plain or plain in _SICKNESS:
        return frozenset()
    if plain in _OTHER_CLOCKS:
        return frozenset({_OTHER_CLOCKS[plain]})
    if plain in _LEAVE:
        return None
    raise Unclear("absence_type", "not a known type; export sickness only, or use ziekte, arbeidsongeval, vakantie")
