"""What a wish says already, so that it is not asked again: how a call went, what changes. Data only, folded."""

from __future__ import annotations

# What is meant for the bot whatever is asked; "liever via Slack" may be how a colleague wants to be reached.
WRITE_THERE = r"^(?:stuur|zend|schrijf|meld)\b|\bvoortaan\b|\bkana|\bkoppel"
# Which of a person's channels is meant, by the names we keep them under.
CHANNELS = {"slack": r"\bslack\b", "telegram": r"\btelegram\b", "web": r"\bweb\w*|\bsite\b"}

# Who else calls or writes: that is no contact with the one who is absent.
ANOTHER = (
    r"\b(?:\w*arts|dokter|hr|coach|ziekenfonds|mutualiteit|verzekering|klant|collega|vrouw|man|partner|vriendin|moeder"
    r"|vader|mama|papa|zoon|dochter|broer|zus|preventieadviseur)\b"
)
_BY_ITSELF = r"(?:(?:mij|me|ons|zelf|net|daarnet|vandaag|vanmorgen|gisteren|ook|al|nu|terug|kort) ){0,3}"
HEARD_FROM = (
    rf"^(?!.*{ANOTHER}).*(?:\bheeft {_BY_ITSELF}(?:gebeld|teruggebeld|gemaild|geantwoord|gereageerd)\b|\blaten horen\b"
    r"|\b(?:belde|mailde|stuurde) (?:mij|me|ons|een)\b|\b(?:antwoordde|reageerde)\b(?! niet))"
)
# How a contact went, when the wish to note it says so already.
REACHED = (
    r"(?<!niks )(?<!niets )\b(?:gesproken|gehoord|gezien|langs ?geweest|bezocht|op bezoek"
    r"|aan de (?:lijn|telefoon) gehad|gebabbeld)\b"
    rf"|{HEARD_FROM}"
)
NO_ANSWER = (
    r"geen gehoor|(?:nam|neemt) (?:\w+ ){0,2}niet op|niet (?:op(?:genomen|nam|neemt)|kunnen bereiken|bereik(?:t|baar))"
    r"|niet te bereiken|voicemail|bereik\w* \w+ niet|geen (?:antwoord|reactie)"
    r"|(?:antwoordt|reageert|geantwoord|gereageerd) (?:\w+ ){0,4}niet|niet (?:geantwoord|gereageerd|te pakken|bereiken)"
    r"|\b(?:telefoon|gsm) (?:staat|ligt) (?:af|uit)\b|\bwas (?:er )?niet thuis\b|\bheb (?:\w+ ){0,2}gemist\b"
)
DECLINED = (
    r"\b(?:wil|heeft liever) (?:\w+ ){0,2}geen contact|\bmet rust (?:gelaten|laten)\b|\bwil (?:\w+ ){0,2}rust\b"
    r"|\b(?:wil|hoort) (?:\w+ ){0,2}(?:niks|niets|niemand)\b"
)
CALLED = r"\b(?:gebeld|opgebeld|gecontacteerd|gemaild|geappt|gestuurd|geschreven|ge ?sms t|geprobeerd|contact gehad)\b"

_SOON = r"(?:morgen|overmorgen|straks|deze (?:middag|namiddag|avond|week)|volgende week|\w+dag)"
NOT_YET = (
    r"\bniet (?:\w+ ){0,2}(?:gebeld|opgebeld|gesproken|gehoord|gemaild|gecontacteerd|geraakt|gelukt|aan toe gekomen)"
    rf"|\b(?:ik|k) (?:bel|zal|ga) (?:\w+ ){{0,3}}{_SOON}|\b(?:bel|zal|ga) ik (?:\w+ ){{0,3}}{_SOON}|^{_SOON} bel ik\b"
    r"|geen tijd (?:gehad|om)|\b(?:niet aan toe|er niet toe) gekomen|vergeten (?:te|om te) bellen"
    r"|\bmoet (?:\w+ ){0,3}nog (?:\w+ ){0,2}bellen\b|\bwou (?:\w+ ){0,2}bellen\b|\bbelt (?:mij|me) (?:\w+ ){0,2}terug\b"
)
# What is asked did not happen.
ASKS = (
    r"^(?:en )?(?:heeft|hebben|heb (?:ik|je|jij)|is \w+ (?:al|ooit|nog)|als|wat|hoe|mag|moet|wanneer|wie|kan"
    r"|zal ik|stel)\b|\bwat als\b"
)

# What changes, when the wish for other dates says so already.
CHANGES = {
    "withdrawn": r"vergissing|per ongeluk|\btoch niet (?:ziek|afwezig)",
    "first_day": r"\beerste dag\b.*\b(?:fout|verkeerd|juist|klopt)|(?:foute|verkeerde) eerste dag",
    "expected": r"\bverwacht",
    "longer": r"\blanger\b|verleng|nieuwe? (?:attest|\w*briefje)|blijft (?:\w+ )?(?:thuis|afwezig|ziek|out|weg)",
    "earlier": r"\b(?:vroeger|eerder)\b",
}

# How somebody comes back, and whether that day is behind us.
PARTLY = (
    r"\b(?:half|deel)tijds|\bgedeeltelijk|\bprogressief|\bopbouw|\bstapsgewijs|\bhalve dagen|\bvoor (?:de helft|\d\d)\b"
    r"|\b\d+ (?:dagen|uur|uren|procent)\b"
)
FULLY = r"(?<!niet )\b(?:voltijds|volledig|helemaal|fulltime)\b"
BACK = r"^ik ben (?:er )?(?:\w+ ){0,2}terug\b"
IS_PAST = r"\b(?:sinds|gisteren|eergisteren|vorige|afgelopen|daarnet|vanmorgen|deze morgen)\b"
