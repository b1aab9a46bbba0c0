"""Whether a sentence names somebody, where it names nobody we know: "ik heb lotte gebeld", "hoe zit het met Lotte".

Only words that stand where a name stands are looked at, and no list of names is: whoever is not among the people
somebody may name is treated as if nobody was called so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from conversations.talking import lexicon
from conversations.talking.names import PARTICLES
from conversations.talking.vocabulary import VOCABULARY

_NAME = r"([a-z]{3,})\b"
_DOES = (
    r"(?:is|nam|neemt|heeft|had|komt|wil|blijft|werkt|herneemt|hervat|begint|belt|belde|start|zit|antwoordt|antwoordde"
    r"|liet|vraagt|zegt|zei)"
)
_PLACES = tuple(
    re.compile(place)
    for place in (
        rf"\b(?:met|van|bij|dossier|attest|plan)(?= {_NAME}(?! \d))",
        rf"\b(?:heb|hebben|had|hadden) (?:(?:al|net|nu|ook|met|gisteren|vandaag|daarnet|nog|eens|even|wel) )*{_NAME}",
        rf"^(?:(?:ja|en|maar|nee|neen|ok) )*{_NAME} {_DOES}\b",
        rf"\b(?:bel|belde|bereik|bereikte|sprak|hoorde|mailde|verleng|sluit|nodig|neem|draag) {_NAME}",
    )
)
# What stands there too, and is no name.
_ORDINARY = """
alles allemaal allen andere anderen antwoord anders baas bericht berichtje bezoek briefje broer buurman buurvrouw
chef daarmee daarover daarvan dank deze dezelfde dochter dokter echtgenoot echtgenote elkaar familie gesprek goed
hallo hare hemzelf heel hele hier hun huisarts iedereen iemand iets jou jullie kaartje kort lang liever mail
mailtje man mama mens mensen moeder moed mij mijne moeite nicht niemand niets niks nieuws onze ons oma opa
ouders papa partner pas plezier rust samen snel sms spijt succes team telefoon tijd toch uur vader veel
verder voicemail vorige vriend vriendin vrouw waarom wat weinig werk zelf zelfde zich zoon zus gsm
dossiers gegevens contacten werknemer personeel dienst afdeling ziekenfonds arbeidsarts coach bot hoe hr
"""
_KNOWN = frozenset().union(
    VOCABULARY, _ORDINARY.split(), PARTICLES, lexicon.AROUND_A_DATE, lexicon.POLITE, lexicon.YES, lexicon.NO,
    lexicon.WEEKDAYS, lexicon.WEEKDAYS_SHORT, lexicon.MONTHS, lexicon.MONTHS_SHORT, lexicon.CARDINALS, lexicon.ORDINALS,
)  # fmt: skip
_NO_NAME = re.compile(
    r"(?:tjes?|jes|ing|ingen|lijks?|heid|atie|ige?|morgen|middag|avond|nacht|dag|ochtend|week|weken)$"
    r"|^ge\w{3,}(?:d|t|en)$|^ver"
)


def named(said: Sequence[str]) -> str:
    """The first word, of a sentence in folded words, that stands as a name there and is no other word; or ""."""
    text = " ".join(said)
    for place in _PLACES:
        for match in place.finditer(text):
            if match[1] not in _KNOWN and not _NO_NAME.search(match[1]):
                return match[1]
    return ""
