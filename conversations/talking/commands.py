"""What people type that means the same anywhere: commands, thanks, and that something was read. Data only, folded."""

from __future__ import annotations

COMMANDS: dict[str, tuple[str, ...]] = {
    "back": (
        "foutje", "oeps", "verkeerd getypt", "verkeerde knop", "ik heb me vergist", "heb me vergist", "ik vergis me",
        "ongedaan maken", "maak ongedaan", "maak dat ongedaan", "verkeerd", "verkeerd geklikt", "verkeerd getikt",
        "terug", "vorige", "vorige vraag", "ga terug", "een terug", "een vraag terug", "stap terug", "een stap terug",
        "keer terug", "back", "naar de vorige vraag", "terug naar de vorige vraag", "terug naar vorige",
    ),
    "skip": (
        "overslaan", r"sla over", r"sla maar over", "skip", "liever niet", "weet ik niet", "ik weet het niet",
        "weet het niet", "geen idee", "volgende vraag", r"sla deze over", r"sla deze vraag over", "vraag overslaan",
        "dat zeg ik liever niet", "liever geen antwoord", "dat weet ik niet", r"ik sla over", "deze vraag overslaan",
    ),
    "later": (
        "ben bezig", "ik ben bezig", "ben in vergadering", "ik ben in vergadering", "zit in vergadering",
        "ik zit in vergadering", "ik zit in een vergadering", "zit in meeting", "zit in een meeting", "druk",
        "druk druk", "heel druk", "te druk", "heb geen tijd", "ik heb geen tijd", "ik heb nu geen tijd",
        "heb nu geen tijd", "kan dat later", "kan dat later ook",
        "kan ik dat later doen", "kan dit later",
        "komt nu niet uit", "past nu niet", "het past nu niet", "dat past nu niet", "nu even niet", "even niet nu",
        "ik doe het later", "ik doe dat later", "doe ik later", "ik doe het straks", "ik doe dat straks",
        "doe ik straks",
        r"later verder", "straks", r"straks verder", r"ik doe later verder", "later verder doen", "niet nu",
        "nu niet",
        "geen tijd", "geen tijd nu", "nu geen tijd", r"een andere keer", "doe later voort", "later voortdoen",
        "ik kom er later op terug", "pauze", "even pauze", "straks misschien", r"morgen verder", "een ander moment",
    ),
    "stop": (
        "stop", "stoppen", r"stop maar", r"annuleer", "annuleren", r"laat maar", "laat maar zitten",
        "cancel", "ik stop",
        "ik wil stoppen", "stop ermee", "hou op", "afbreken", "stop dit gesprek", "stop met dit gesprek",
    ),
    "help": (
        "wie ben je", "wie ben jij", "wat ben jij", "wat ben je", "ben je een robot",
        "ben jij een robot", "ben je een mens", "ben jij een mens",
        "hoe heet je", "help mij", "ik snap er niks van", "ik snap er niets van", "ik begrijp er niks van",
        "help", "hulp", "help me", "wat kan je", "wat kan je doen", "wat kan je allemaal", "wat kan jij",
        "wat kan ik doen", "wat kan ik zeggen", "wat kan ik typen", "hoe werkt dit", "hoe werk je", "menu", "uitleg",
        "info", "commando s", "ik snap het niet", "ik begrijp het niet", "wat nu",
        "wat weet je over mij", "wat weet je van mij", "wat bewaar je", "wat bewaar je over mij",
    ),
    "summary": (
        "samenvatting", "overzicht van mijn antwoorden", "vat samen", "wat heb ik geantwoord", "wat heb ik al gezegd",
        "geef een samenvatting", "toon samenvatting", "toon de samenvatting", "mijn antwoorden", "samenvatten",
    ),
    "why": (
        "is dat verplicht", "is dit verplicht", "ben ik dat verplicht", "moet dat", "moet dit", "moet dat echt",
        "moet dit echt", "moet ik dat doen", "moet ik dit doen", "is dat nodig", "is dit nodig", "waarom is dat nodig",
        "wat zegt de wet",
        "waarom", "waarom krijg ik dit", "waarom vraag je dit", "waarom krijg ik deze vraag", "waarom moet dit",
        "waarom moet ik dit doen", "waarom nu", "waarvoor is dit", "waarom krijg ik dit bericht", "waarom dit",
        "waarom krijg ik deze melding", "waarom stuur je dit", "waarom vraag je dat", "waar komt dit vandaan",
        "hoezo", "hoezo dit", "wat is dit", "wat is dit hier", "wie ziet dit", "wie ziet dat", "wie ziet dit allemaal",
        "wie ziet dat allemaal", "wie kan dit zien", "wie kan dit lezen", "wie leest dit", "wie leest mee",
        "wie ziet wat ik antwoord", "wie ziet mijn antwoord", "wie ziet mijn antwoorden", "wie leest mijn antwoorden",
        "wie leest wat ik antwoord", "wie ziet wat ik zeg", "wie krijgt mijn antwoord te zien",
    ),
}  # fmt: skip
# What stops no more than the talk it is said in.
HERE = frozenset({
    "annuleer", "annuleren", "laat maar", "laat maar zitten", "cancel", "afbreken", "stop dit gesprek",
    "stop met dit gesprek",
})  # fmt: skip
CHANGE = (
    r"(?:ik wil |kan ik |graag )?(?:wijzig(?:en)?|aanpassen|pas aan|verander(?:en)?|corrigeer|corrigeren"
    r"|pas(?=.* aan$))"
    r"(?: (?:mijn|het|de))?(?: (?:antwoord|vraag)(?: (?:op|van|over|nummer))?)?(?: (?:vraag|de"
    r"|het))?(?: (?P<which>.+?))?(?: aan)?"
)
POLITE = frozenset(
    {"aub", "alsjeblieft", "alstublieft", "graag", "even", "svp", "eens", "maar", "hoor", "bot", "he", "zeg"}
)

# Who asks to hear nothing more, as a whole. Of an employee that ends the check-ins, whatever is asked.
_WORDS_OF_MINE = r"(?:check ?ins?|berichten|berichtjes|meldingen|herinneringen|mails|mailtjes)"
_THESE = r"(?:(?:met|al|alle|de|die|deze|jouw|mij|nu) )*"
QUIET = (
    r"(?:(?:ik|wil|wil je|kan je|mag je|nee|neen|nu|liever|gelieve|gewoon|toch) )*(?:"
    rf"(?:stop|stoppen|hou op) {_THESE}(?:(?:{_WORDS_OF_MINE}|alles|vragen)(?: (?:te )?(?:sturen|stellen))?|sturen)"
    rf"|{_THESE}(?:{_WORDS_OF_MINE}|alles) (?:stop|stoppen|stopzetten|afzetten|uitzetten)"
    r"|(?:laat|laten) (?:me|mij) (?:(?:nu|gewoon|toch) )*(?:met rust|gerust)"
    rf"|(?:geen|nooit meer) {_WORDS_OF_MINE}(?: meer)?(?: (?:krijgen|ontvangen|sturen|van jou))*"
    r"|(?:niets|niks) meer (?:van jou )?(?:sturen|krijgen|ontvangen|horen)"
    rf"|(?:stuur|schrijf|zend|vraag) (?:(?:me|mij) )?(?:niets|niks|geen {_WORDS_OF_MINE}) meer"
    r"|niet meer meedoen|doe niet meer mee|(?:schrijf|meld) (?:me|mij) (?:uit|af)|uitschrijven|afmelden)"
)

# Said at the end, as a whole and without asking anything.
THANKS = frozenset({
    "bedankt", "bedankt voor de hulp", "dank je", "dank je voor de hulp", "dank je wel", "dank u",
    "dank u wel", "dankje", "dankjewel", "danku", "heel erg bedankt", "merci", "mercikes", "ok bedankt",
    "ok merci", "oke bedankt", "oke merci", "super bedankt", "thanks", "thx", "tof bedankt", "top bedankt",
    "top merci",
})  # fmt: skip
HOW_ARE_YOU = frozenset({
    "hoe gaat het", "hoe gaat het met jou", "hoe gaat het met je", "hoe is het", "hoe is het met jou", "alles goed",
    "alles goed met jou", "hoe gaat t", "hoe ist", "alles ok",
})  # fmt: skip
GOODBYES = frozenset({
    "prettig weekend", "fijn weekend", "goed weekend", "fijne avond", "fijne dag", "slaapwel", "salukes",
    "tot binnenkort", "tot dan", "tot gauw", "tot later", "tot maandag", "tot morgen", "tot straks",
    "tot volgende week", "tot ziens",
})  # fmt: skip
NODS = GOODBYES | {
    "begrepen", "dat is goed", "duidelijk", "fijn", "goed", "goed zo", "haha", "in orde", "is goed", "ja", "jep",
    "lol", "mooi", "nee", "nee bedankt", "nee dank je", "nee hoor", "nee merci", "neen", "ok", "okay", "oke", "okee",
    "okido", "perfect", "prima", "super", "tof", "top", "zeker",
}  # fmt: skip
KIND = {
    **dict.fromkeys(THANKS, "thanks"),
    **dict.fromkeys(HOW_ARE_YOU, "fine"),
    **dict.fromkeys(GOODBYES, "noted"),
}
