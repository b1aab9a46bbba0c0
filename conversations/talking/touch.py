"""How people speak of keeping in touch: how a call went, and what somebody would rather have. Data only, folded."""

from __future__ import annotations

from conversations.talking.particulars import DECLINED, HEARD_FROM, NOT_YET

# How somebody wants to be reached.
_RATHER = r"(?:\w+ ){0,3}(?:liever|liefst|niet|minder|vaker|alleen|enkel|geen|elke|iedere) "
_TOUCH = (
    r"(?:gebeld|bellen|telefoon\w*|belletjes?|gemaild|mails?|mailtjes?|sms\w*|bericht(?:je|jes|en)?|whatsapp\w*|chat\w*"
    r"|kaartjes?|bezoek\w*|contact|gecontacteerd|bel|bellen)\b"
)
_NOT_NONE = r"(?!.*\b(?:geen contact|niet meer werken)\b)"
CHECK_IN = r"check ?ins?\b|^(?:mijn )?contact (?:aanpassen|anders)"
AGREEMENT = (
    r"contactafspraak|contactafspraken|afspraken over contact|hoe (?:we )?contact houden|manier van contact"
    rf"|^ik (?:(?:wil|zou) {_RATHER}|(?:heb|hoor|word) liever )(?:\w+ ){{0,3}}{_TOUCH}"
    r"(?: (?:worden|krijgen|hebben|nu|meer))*$|^ik wil niet dat \w+ (?:me|mij)\b|^ik (?:wil|heb) liever iemand anders$"
    rf"|\b(?:(?:wil|wou|zou) {_NOT_NONE}{_RATHER}|(?:heeft|hoort|krijgt) {_NOT_NONE}liever |verkiest )"
    rf"(?:\w+ ){{0,3}}{_TOUCH}"
    rf"|\bvra(?:agt|oeg) (?:\w+ ){{0,3}}om (?:\w+ ){{0,2}}(?:niet|minder|vaker) (?:\w+ )?te\b"
    r"|\bwil (?:\w+ ){0,2}(?:dat (?:iemand anders|een ander|\w+ (?:belt|mailt|contact))|iemand anders)"
    rf"|\b(?:afgesproken|spraken|spreken|sprak) (?:\w+ ){{0,5}}(?:elke|iedere|om de|wekelijks|maandelijks)\b"
)
CONTACT = (
    r"\b(?:heb|had|hebben) (?:\w+ ){0,4}(?:gebeld|gesproken|gehoord|gecontacteerd|gemaild|ge ?sms t"
    r"|bezocht|gezien|geappt|opgebeld|gestuurd|geschreven|geprobeerd|langs geweest)|geen gehoor"
    r"|(?:nam|neemt) (?:\w+ ){0,2}niet op|niet (?:opnam|opneemt)"
    r"|\bis (?:\w+ ){0,2}niet (?:bereikbaar|te bereiken)"
    r"|contact (?:gehad|noteren|registreren|invullen|doorgeven)"
    r"|gebeld (?:met|naar)|ga (?:\w+ )?(?:nu )?bellen|ik bel(?:de)? \w+|niet kunnen bereiken"
    r"|^(?:(?:net|al|zonet|daarnet|vandaag|gisteren) )*(?:gebeld|gesproken|gehoord|gemaild)$"
    rf"|bereik\w* \w+ niet|{NOT_YET}|{DECLINED}"
    r"|\bmag ik (?:\w+ ){0,3}(?:bellen|opbellen|mailen|contacteren|schrijven|bezoeken|langs ?(?:gaan|komen)"
    r"|horen|sturen)\b"
    r"|\b(?:wat|hoe) (?:moet|kan|mag|zal|zou) ik (?:\w+ ){0,4}(?:zeggen|vragen|beginnen|bellen)\b"
    r"|\b(?:wat (?:zeg|vraag)|hoe begin) ik\b|\bdurf (?:\w+ ){0,4}(?:bellen|niet)\b"
    rf"|(?!.*\b(?:ziek|af|dat)\b){HEARD_FROM}|langs ?geweest|op bezoek\b|\b(?:geantwoord|gereageerd) (?:\w+ )?niet\b"
    r"|\bbij \w+ (?:langs )?geweest\b|\baan de (?:lijn|telefoon) gehad\b|\bgebabbeld\b"
    r"|\b(?:hoor|hoorde|hoort|gehoord) (?:\w+ ){0,3}van\b|\b(?:antwoordt|reageert) (?:\w+ ){0,4}niet\b"
    r"|geen (?:antwoord|reactie)|niet te pakken|niet opgenomen|\bwas (?:er )?niet thuis\b|\bheb (?:\w+ ){0,2}gemist\b"
    r"|\bniet bereiken\b|\b(?:telefoon|gsm) (?:staat|ligt) (?:af|uit)\b"
    r"|weet niet (?:\w+ ){0,2}(?:wat|hoe) (?:\w+ ){0,3}(?:zeggen|vragen|beginnen|bellen)\b"
)
