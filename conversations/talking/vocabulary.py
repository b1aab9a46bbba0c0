"""The words of wishes: corrected when typed with a slip, and never taken for a name. Data only, folded."""

from __future__ import annotations

import re

from conversations.talking.phrases import DIALOGUES

_OTHERS = """
ziek afwezig afwezigheid uitgevallen thuis terug weer opnieuw gebeld gesproken gehoord gecontacteerd gemaild
overdragen overnemen uitnodigen voorbereiden gesprek afsluiten dossier dossiers verlengd langer attest verlof
vakantie reis plan verslag afspraken toon bekijk stop stoppen alles over zwijg berichten werken komt vandaag
morgen maandag dinsdag woensdag donderdag vrijdag zaterdag zondag halftijds deeltijds voltijds begint start
herneemt hervat meldt zich ziekte zorgmodus medische overmacht ontslaan ontslag loon uitkering vergoeding
betaald controlearts waarom samenvatting wijzig overzicht iemand nieuwe nieuw medewerker collega collegas mijn
ik hij zij ze is er wie wat niet de het een van met op voor aan in uit tot en ben ga heb had heeft bel belde
bellen nog eens al dag volgende week weken maand maanden weg out geen gehoor contact afspraak wanneer hoe moet doen
laat te achter late mag kan wil zijn haar hem hen die dat dit deze doet nu even gewoon vervanger
leidinggevende team ploeg zit ligt valt blijft mee menu open geef sluit neem draag nodig re integratiegesprek
integratiegesprek terugkeergesprek inschatting arbeidspotentieel formeel traject krijgt krijg echt wel dossier
overdracht hallo hey eerder vroeger later januari februari maart april mei juni juli augustus september
oktober november december halve datum fout verkeerde aanpassen wijzigen laten zien als om bij naar helaas
sinds gisteren stap stappen stapjes
"""
_NO_LETTER = re.compile(r"\\[a-z]")  # "\b", "\w": of no word
VOCABULARY = frozenset(_OTHERS.split()).union(
    *(re.findall(r"[a-z]{3,}", _NO_LETTER.sub(" ", pattern)) for _, _, pattern in DIALOGUES)
)

# Words too short to measure a typo in, as they come out of a hasty thumb.
SLIPS = {
    "trug": "terug", "terg": "terug", "trg": "terug", "zik": "ziek", "zike": "ziek", "zeik": "ziek",
    "kmt": "komt", "kheb": "ik heb", "khb": "ik heb", "ni": "niet", "nie": "niet", "da": "dat", "mrgn": "morgen",
    "volgnd": "volgende", "vlgnde": "volgende", "morge": "morgen", "trugkomt": "terugkomt", "trugkomen": "terugkomen",
    "wa": "wat", "moek": "moet ik", "kga": "ik ga", "kzal": "ik zal", "kben": "ik ben", "kwil": "ik wil", "zn": "zijn",
    "kmoet": "ik moet", "kweet": "ik weet", "tis": "het is", "ist": "is het", "nen": "een", "nem": "hem", "em": "hem",
    "brieke": "briefje", "briefke": "briefje", "efkes": "even", "ge": "je", "gij": "jij", "hebt": "heb",
    "et": "het", "goe": "goed", "weke": "weken",
}  # fmt: skip


def in_full(said: str) -> str:
    """The folded words, with those that came out of a hasty thumb or mouth as they are written."""
    return " ".join(SLIPS.get(word, word) for word in said.split())
