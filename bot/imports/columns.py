"""Which column is which: the names HR packages give them, and the columns that are never read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from bot.imports.problems import Problems
from bot.imports.table import Table

# Ours, and what it is called in exports (folded: lower case, no accents, words separated by one blank).
PEOPLE: Mapping[str, tuple[str, ...]] = {
    "email": ("e mail", "email", "mail", "e mailadres", "emailadres", "mailadres", "email address", "e mail werk",
              "werkmail", "professioneel e mailadres"),
    "name": ("naam", "name", "volledige naam", "full name", "naam medewerker", "medewerker", "werknemer",
             "personeelslid"),
    "first_name": ("voornaam", "first name", "firstname"),
    "last_name": ("familienaam", "achternaam", "last name", "lastname", "surname"),
    "manager": ("leidinggevende", "manager", "verantwoordelijke", "direct leidinggevende", "directe leidinggevende",
                "rechtstreeks leidinggevende", "e mail leidinggevende", "line manager", "chef"),
    "deputy": ("plaatsvervanger", "vervanger", "deputy", "backup", "back up", "e mail plaatsvervanger"),
    "team": ("team", "afdeling", "dienst", "departement", "department", "ploeg", "organisatie eenheid"),
    "roles": ("rol", "rollen", "role", "roles", "functie in de opvolging"),
    "statute": ("statuut", "statute", "personeelscategorie", "type contract", "contracttype"),
    "workdays": ("werkdagen", "workdays", "werkrooster", "rooster", "uurrooster dagen"),
    "surveillance": ("gezondheidstoezicht", "health surveillance", "onder gezondheidstoezicht"),
    "active": ("actief", "active", "in dienst"),
}  # fmt: skip
ABSENCES: Mapping[str, tuple[str, ...]] = {
    "employee": ("medewerker", "werknemer", "personeelslid", "employee", "e mail", "email", "e mailadres",
                 "emailadres", "e mail medewerker", "naam", "naam medewerker", "name"),
    "start": ("eerste dag", "eerste dag afwezigheid", "eerste ziektedag", "startdatum", "start", "begindatum",
              "begin", "van", "vanaf", "datum van", "afwezig van", "afwezig vanaf", "first day", "start date", "from"),
    "last_day": ("laatste dag", "laatste dag afwezigheid", "laatste ziektedag", "einddatum", "einde", "eind", "tot",
                 "tot en met", "t e m", "tem", "datum tot", "afwezig tot", "afwezig tot en met", "last day",
                 "end date", "until"),
    "certificate": ("attest tot", "attest tot en met", "attest t e m", "einde attest", "einddatum attest",
                    "ziektebriefje tot", "certificate until", "certificate end"),
    "back": ("terug op", "terug sinds", "terug aan het werk op", "werkhervatting", "datum werkhervatting", "hervat op",
             "back on", "returned on"),
    "expected": ("verwachte terugkeer", "vermoedelijke terugkeer", "verwachte werkhervatting", "expected return"),
    "reported": ("gemeld op", "datum melding", "meldingsdatum", "reported on"),
    "status": ("status", "toestand"),
    "type": ("soort", "soort afwezigheid", "type", "type afwezigheid", "afwezigheidstype", "afwezigheidscode",
             "absence type"),
}  # fmt: skip

# Columns that say something about health, or that nobody needs here: their cells are not looked at.
_MEDICAL = re.compile(
    r"reden|oorzaak|diagnose|ziekte|aandoening|klacht|symptom|medis|arts|dokter|behandel|medicat|icd|letsel|herstel"
    r"|hospita|ziekenhuis|zwanger|handicap|beperking|opmerking|commentaar|toelichting|nota|reason|diagnos|illness"
    r"|comment|remark|note"
)
_NUMBER_OF_A_PERSON = re.compile(r"rijksregister|\binsz\b|\brrn\b|\bbis nummer\b|national number|\bssn\b")


@lru_cache(maxsize=1024)
def folded(text: str) -> str:
    """Text to compare by: no case, no accents, every run of other signs one blank."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[a-z0-9]+", "".join(sign for sign in plain if not unicodedata.combining(sign))))


def known_as(header: str, names: Mapping[str, tuple[str, ...]]) -> str | None:
    """Our name for that column; None for one that is not read."""
    plain = folded(header)
    return next((ours for ours, others in names.items() if plain == folded(ours) or plain in others), None)


def is_absences(table: Table) -> bool:
    """Whether this file lists absences rather than people: only absences have a first day."""
    return any(known_as(header, {"start": ABSENCES["start"]}) for header in table.header)


def recognised(table: Table, names: Mapping[str, tuple[str, ...]], problems: Problems) -> dict[str, int]:
    """The position of each column we know. Warns about ignored ones; a column that is there twice is a problem."""
    found: dict[str, int] = {}
    for position, header in enumerate(table.header):
        ours = known_as(header, names)
        plain = folded(header)
        if ours is None and _MEDICAL.search(plain):
            text = "looks medical or like remarks: ignored, not read, not kept. Leave it out of the export"
            problems.warn(table.source, 1, header, "medical_column", text)
        elif ours is None and _NUMBER_OF_A_PERSON.search(plain):
            problems.warn(table.source, 1, header, "national_number", "a national number: ignored, not read, not kept")
        elif ours is None:
            problems.warn(table.source, 1, header or str(position + 1), "unknown_column", "not known; ignored")
        elif ours not in found:
            found[ours] = position
        elif names is ABSENCES and ours == "employee":  # name and e-mail side by side: the address says who it is
            if "mail" in plain:
                found[ours] = position
        else:
            problems.add(table.source, 1, header, "column_twice", f"a second column for {ours}")
    return found
