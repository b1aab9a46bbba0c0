"""Words of the trade that people ask the meaning of: "wat is een contactafspraak?". Data only, folded."""

from __future__ import annotations

_ASKED = (
    r"^(?:wat (?:is|zijn|doet|betekent|bedoel je met|houdt)|hoe werkt|wie is|leg (?:me )?(?:eens )?uit wat|uitleg over)"
)
_TERMS = {
    "contact_agreement": r"contactafspra\w+|afspraken over contact",
    "reintegration_talk": r"re ?integratie ?gesprek\w*|terugkeergesprek\w*",
    "partial_return": r"(?:progressie\w+|gedeeltelijk\w*|deeltijdse?) (?:werk\w*|hervatt\w+|terugkeer|arbeid)",
    "care": r"zorg ?modus",
    "formal_track": r"formeel (?:re ?integratie)?traject|re ?integratietraject|\brit\b",
    "estimate": r"arbeidspotentieel|inschatting",
    "check_ins": r"check ?ins?",
    "coach": r"terugkeercoach\w*",
    "doctor": r"arbeidsarts\w*|preventie ?adviseur\w*|bedrijfsarts\w*|arbeidsgeneesheer",
}
MEANINGS = tuple(
    (f"meaning/{name}", False, rf"{_ASKED} (?:\w+ ){{0,3}}?(?:{term})(?: (?:uit|in|precies|eigenlijk|juist|nu|nog))*$")
    for name, term in _TERMS.items()
)
