"""The Flemish words people type: yes and no, skipping, numbers, days and months. Data only, folded."""

from __future__ import annotations

YES = frozenset({
    "ja", "jaa", "jaaa", "jaja", "ja ja", "jawel", "jep", "yep", "yes", "jup", "joa", "jah", "ok", "oke", "okay",
    "okee", "okido", "oki", "zeker", "zeker en vast", "tuurlijk", "natuurlijk", "uiteraard", "absoluut",
    "inderdaad", "klopt",
    "dat klopt", "het klopt", "correct", "juist", "dat is juist", "akkoord", "goed", "is goed", "da s goed",
    "das goed", "tis goed", "t is goed", "dat is goed", "in orde", "prima", "perfect", "top", "doe maar", "graag",
    "voila", "vast en zeker",
    "allez ja", "allee ja", "dat is zo", "helemaal akkoord", "voor mij ok", "y", "j",
})  # fmt: skip
NO = frozenset({
    "nee", "neen", "nope", "nee nee", "neenee", "nein", "neeje", "neent", "no", "nop", "toch niet", "niet",
    "zeker niet", "absoluut niet", "helemaal niet", "bijlange niet", "bijlange na niet", "nog niet", "nooit",
    "niet akkoord", "klopt niet", "dat klopt niet", "niet juist", "dat is niet juist", "fout", "dat is fout",
    "geenszins", "allez nee", "allee nee", "niet nodig", "hoeft niet", "n",
})  # fmt: skip
# What a yes and a no choose, by the ids of two options that answer one question, where the labels do not say it.
PAIRS = (
    ("yes", "no"), ("yes", "not_yet"), ("ok", "adapt"), ("save", "drop"), ("usual", "other"), ("known", "other"),
    ("agreed", "differs"), ("held", "not_yet"), ("all", "each"),
)  # fmt: skip
# Words before what is meant: "via mail", "zijn vrouw", "hij nam niet op".
BEFORE = r"^(?:(?:ja|via|per|met|een|de|van|zijn|z n|haar|hij|zij|ze|ik) )+"
# Words around what is chosen: "eerst jan", "met jan", "nee elke week toch".
AROUND_A_CHOICE = frozenset({"eerst", "met", "doe", "begin", "neem", "maar", "dan", "toch", "liever", "nee", "neen"})
# Other ways to say a label (or, where that is a name, an option), folded and without such words.
ALSO = {
    label: frozenset(said.split("|"))
    for label, said in {
        "meer": "nog meer|meer tonen|toon meer|toon alles|alles|alles tonen|de rest|de andere|volgende|de volgende",
        "ja bewaren": "bewaar|bewaren|opslaan",
        "bewaren": "bewaar|opslaan",
        "ikzelf": "ik|ikke|mezelf|mijzelf|doe dat|doe het zelf",
        "self": "hijzelf|zijzelf|zelf|hemzelf|haarzelf|zelf gebeld",
        "familie": "vrouw|man|partner|vriendin|vriend|moeder|vader|mama|papa|zoon|dochter|broer|zus|ouders",
        "gebeld": "gesproken|heb gesproken|gehoord|bereikt",
        "geen gehoor": "nam niet op|niet opgenomen|neemt niet op|niet bereikt|geen antwoord|voicemail|kreeg voicemail"
        "|niet kunnen bereiken",
        "telefoon": "bellen|telefonisch|gsm|opbellen",
        "sms": "bericht|berichtje|berichtjes|sms je|sms jes",
        "e mail": "mail|mailen|mailtje|email",
        "chat": "whatsapp|messenger|teams|appen|app",
        "een bezoek": "bezoekje|langsgaan|langs gaan|op bezoek",
        "elke week": "wekelijks|1x per week|keer per week|1 keer per week|iedere week|1 maal per week",
        "om de twee weken": "om de 2 weken|tweewekelijks|2 wekelijks|om de veertien dagen|om de 14 dagen"
        "|elke twee weken|elke 2 weken|iedere twee weken|iedere 2 weken|om de week",
        "elke maand": "maandelijks|1x per maand|keer per maand|1 keer per maand|iedere maand",
        "gaat": "het gaat|ging wel|gaat wel|het ging|het ging wel|redelijk|matig",
        "moeilijk": "lastig|slecht|niet goed|niet zo goed|zwaar|moeizaam|het was zwaar",
        "verlengd": "langer|nog langer|verlenging|wordt verlengd|is verlengd",
    }.items()
}
# Words that add nothing to a yes or a no.
POLITE = frozenset({
    "hoor", "graag", "zeker", "dank", "je", "u", "jou", "bedankt", "merci", "klopt", "dat", "is", "goed", "ze", "se",
    "zo", "toch", "wel", "eigenlijk", "allez", "allee", "he", "eh", "absoluut", "natuurlijk", "tuurlijk", "correct",
    "juist", "prima", "super", "akkoord", "inderdaad", "voor", "mij", "het", "doe", "maar", "helaas", "jammer",
    "spijtig", "sorry", "ok", "oke", "ja", "nee", "neen", "alsjeblieft", "aub", "ik", "denk", "vind", "in", "orde",
})  # fmt: skip
AGAINST = frozenset({"niet", "geen", "nooit", "nee", "neen", "zonder", "niets", "niks", "behalve", "noch"})

# Who is content: not the beginning of what should be otherwise.
CONTENT = frozenset({
    "akkoord", "goed", "prima", "klopt", "ok", "oke", "ja", "fijn", "perfect", "top", "super", "tevreden", "bedankt",
    "merci", "dank",
})  # fmt: skip

# How a call went, said of the call: somebody was heard.
WENT_WELL = frozenset({
    "goed", "heel goed", "alles goed", "goed gegaan", "ging goed", "het ging goed", "dat ging goed", "ging goe",
    "prima", "vlot", "het was goed", "was goed", "fijn gesprek", "goed gesprek", "goed gesprek gehad",
})  # fmt: skip

SKIP = frozenset({
    "overslaan", "sla over", "sla maar over", "skip", "liever niet", "liever geen antwoord", "weet ik niet",
    "ik weet het niet", "weet het niet", "weet niet", "geen idee", "geen antwoord", "niet van toepassing", "nvt",
    "n v t", "volgende", "volgende vraag", "pas", "ik pas", "dat zeg ik liever niet", "zeg ik liever niet",
    "sla deze over", "sla deze vraag over", "ga verder", "weet ik nog niet", "dat weet ik niet", "geen commentaar",
    "nog niet geweten", "niet geweten", "nog niet bekend", "niet bekend", "onbekend", "nog geen datum", "geen datum",
    "ik weet het nog niet", "nog niet zeker", "dat weet ik nog niet", "weten we nog niet", "dat weten we nog niet",
    "weten we niet", "ik heb geen idee", "tweet ik niet", "ik weet niet",
    "geen gedacht",
})  # fmt: skip
# The same where it is no answer by itself.
NEEDLESS = frozenset(
    {"hoeft niet", "dat hoeft niet", "dat moet niet", "niet nodig", "is niet nodig", "dat is niet nodig"}
)
PARK = frozenset({
    "later", "later bekijken", "parkeer", "parkeren", "kom ik op terug", "daar kom ik op terug", "later antwoorden",
})  # fmt: skip

# The buttons under a refused text, typed.
INSISTING = frozenset({
    "dit is niet medisch", "dat is niet medisch", "niet medisch", "is niet medisch", "zo was het niet bedoeld",
    "niet zo bedoeld", "dit mag je bewaren", "dat mag je bewaren",
})  # fmt: skip

ALL = frozenset({"alle", "alles", "allemaal", "alle opties", "allebei", "ze allemaal", "beide", "alle twee"})
NONE = frozenset({
    "geen", "geen enkele", "geen enkel", "geen van alle", "geen van allemaal", "geen van deze", "geen van beide",
    "niets", "niks", "geen een", "niets van dit alles", "nee", "neen", "geen van die", "niks van dat",
})  # fmt: skip

UNITS = {
    "nul": 0, "een": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "negen": 9,
    "tien": 10, "elf": 11, "twaalf": 12, "dertien": 13, "veertien": 14, "vijftien": 15, "zestien": 16,
    "zeventien": 17, "achttien": 18, "negentien": 19,
}  # fmt: skip
TENS = {
    "twintig": 20, "dertig": 30, "veertig": 40, "vijftig": 50, "zestig": 60, "zeventig": 70, "tachtig": 80,
    "negentig": 90,
}  # fmt: skip
CARDINALS = {
    **UNITS,
    **TENS,
    **{f"{unit}en{ten}": tens + ones for ten, tens in TENS.items() for unit, ones in UNITS.items() if 0 < ones < 10},
    "honderd": 100,
}
_ODD_ORDINALS = {"eerste": 1, "derde": 3, "achtste": 8}
ORDINALS = {
    **_ODD_ORDINALS,
    **{
        word + ("ste" if number >= 20 else "de"): number
        for word, number in CARDINALS.items()
        if number not in (0, 1, 3, 8)
    },
}

WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
WEEKDAYS_SHORT = {"ma": 0, "di": 1, "wo": 2, "woe": 2, "do": 3, "vr": 4, "za": 5, "zo": 6}
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
MONTHS_SHORT = {
    "jan": 1, "feb": 2, "febr": 2, "mrt": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "okt": 10,
    "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
# Words that stand around a date without changing it. Anything else makes a date less sure.
AROUND_A_DATE = frozenset({
    "op", "om", "de", "het", "den", "van", "tot", "tem", "vanaf", "sinds", "sedert", "en", "met", "ik", "denk", "dat",
    "is", "was", "al", "dus", "bij", "aan", "in", "dag", "datum", "tegen", "uiterlijk", "graag", "liefst", "best",
    "past", "mij", "ons", "zou", "goed", "zijn", "voor", "pas", "terug", "weer", "start", "begint", "begin",
    "loopt", "attest", "certificaat", "ziektebriefje", "briefje", "zij", "hij", "ze", "we", "wij", "afwezig", "thuis",
    "ziek", "out", "eerste", "laatste", "rond", "ja", "oke", "ok", "hoor", "dan", "wordt", "komt", "gebeld",
    "gesproken",     "heb", "hebben", "samen", "afgesproken", "afspraak", "gesprek", "nu", "nog", "blijft",
    "s", "er", "werd",
    "ergens", "loop", "aub", "alstublieft", "alsjeblieft", "vroeg", "ochtend", "voormiddag", "middag", "namiddag",
    "avond", "ochtends", "voormiddags", "middags", "namiddags", "avonds", "morgens", "vroege", "late", "kan", "mag",
    "dit", "deze", "jaar", "tijdens", "gaat", "vertrekt", "einde", "eind", "weg", "toch", "wel", "misschien",
    "mogelijk",
})  # fmt: skip
