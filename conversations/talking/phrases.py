"""What people type to begin something: the words of the dialogues. Data only, folded.

The first pattern of a dialogue that is found in the text decides, so the narrower ones stand first.
"""

from __future__ import annotations

from conversations.talking import touch
from conversations.talking.guarded import GUARDED
from conversations.talking.meanings import MEANINGS

# Who somebody else's loss is about.
_KIN = (
    r"(?:(?:schoon|groot)?(?:vader|moeder|ouders?)|papa|mama|pa|ma|opa|oma|bompa|bomma|man|vrouw|partner|lief|kind"
    r"|kindje|baby|zoon|dochter|broer|zus|zusje|broertje|vriend|vriendin|neef|nicht|tante|nonkel|hond|kat)"
)
# Dialogue, whether it is about a case, pattern. Order matters.
_SICK = r"(?:ziek|afwezig|(?<!burn )out|uitgevallen|thuis|in ziekteverlof|ziekjes|arbeidsongeschikt)"
_WHERE_TO = (
    r"(?:liever|voortaan|graag|stuur|stuurt|sturen|zend|schrijf|schrijven|meld|bericht|berichten|het|alles|me|mij|je|ze"
    r"|mijn|dit|dat|maar|nu|vanaf|dan|eerst|altijd|wil|ik|kan|mag|de|verder|krijgen|krijg|ontvangen|hebben)"
)
_OF_A_CHAT = r"(?:ik|wil|graag|mag|kan|je|me|mij|mijn|deze|dit|de|chat|account|slack|telegram|weer|nu)"
DIALOGUES: tuple[tuple[str, bool, str], ...] = (
    # Before what sounds like it: leaving of one's own will is no dismissal, not having called is no absence.
    (
        "close",
        True,
        (
            r"\bheeft (?:\w+ ){0,2}ontslag (?:genomen|gegeven|ingediend)|\bheeft (?:\w+ ){0,2}opgezegd\b"
            r"|\bneemt (?:\w+ )?ontslag\b"
            r"|\bwerkt hier niet meer|\bkomt (?:hier )?niet meer terug|\b(?:gaat|is) uit dienst"
            r"|\bandere? (?:werk|job) gevonden|\bheeft (?:\w+ )?nieuwe? (?:job|werk|werkgever)\b"
        ),
    ),
    ("contact", True, r"\bniet (?:aan )?toe (?:gekomen|geraakt)\b"),
    *MEANINGS,
    (
        "why",
        True,
        (
            r"\bwat (?:weet|weten|ziet|zien|leest|lezen) (?:mijn |de |onze )?(?:baas|chef|leidinggevende|hr|werkgever"
            r"|team|collega)"
            r"|\b(?:ziet|zien|leest|lezen|weet) (?:mijn |de |onze )?(?:baas|chef|leidinggevende|hr|werkgever) "
            r"(?:\w+ )?(?:dit|dat|wat|mee)\b"
        ),
    ),
    *GUARDED,
    # A question whether it happened, or who does, is no news of it.
    (
        "case_menu",
        True,
        (
            r"^(?:heeft|hebben|heb (?:je|jij|ik)) .*\b(?:gebeld|gehoord|gesproken|contact)\b"
            r"|^is \w+ (?:al|ooit|nog) (?:\w+ )?gebeld\b"
            r"|^wie (?:volgt|belt|houdt contact|is (?:de|mijn) leidinggevende)\b|\bvolgende stap\b"
            r"|\bwat komt er (?:nu|nog|daarna)\b"
            r"|\bwat moet ik (?:\w+ )?doen (?:voor|met)\b"
        ),
    ),
    (
        "silence",
        True,
        (
            r"(?:stop|zwijg|stoppen|zwijgen) (?:met )?(?:alles|alle berichten|berichten"
            r"|volledig)?(?: \w+)? ?(?:over|rond|voor|van) |stop alles|alles stoppen|(?:geen|nooit meer"
            r"|niets meer|geen enkele?) (?:\w+ )?(?:berichten? )?(?:meer )?over |zwijg over"
            rf"|^(?!.*\b{_KIN}\b).*(?:\boverleden\b|\bgestorven\b|\bis dood\b|\boverlijden van\b)"
        ),
    ),
    (
        "remind",
        False,
        r"\bherinner(?:en|ing|ingen|t)?\b|\bhelp (?:me|mij) (?:er ?aan )?(?:onthouden|denken)\b",
    ),
    (
        "unlink",
        False,
        (
            rf"^(?:{_OF_A_CHAT} )*(?:ontkoppel(?:en)?|loskoppelen)(?: {_OF_A_CHAT})*$"
            rf"|^(?:koppel|maak) (?:{_OF_A_CHAT} )+los$"
        ),
    ),
    (
        "channel",
        False,
        (
            rf"^(?:{_WHERE_TO} )*(?:op|via|in|langs|naar|per) (?:de |het )?(?:slack|telegram|web\w*|(?:web)?site)"
            rf"(?: {_WHERE_TO})*$|^(?:(?:kies|ander|welk|wissel|verander|wijzig|mijn|een|van|het) )*kana(?:al|len)$"
            r"|^koppel(?:en)?(?: (?:mijn|een|chat|account|slack|telegram|nog))*$|^(?:\w+ ){0,3}koppelcode$"
        ),
    ),
    (
        "away",
        False,
        (
            r"^ik ben (?:\w+ ){0,3}niet (?:bereikbaar|te bereiken)"
            r"|^ik ben (?:\w+ ){0,6}(?:met|op|in) (?:verlof|vakantie|conge|reis)\b|^ik ben er (?:\w+ ){0,3}niet\b"
            r"|\bben ik (?:\w+ ){0,2}(?:er niet|weg|(?:met|op|in) (?:verlof|vakantie|conge|reis))|vervangt (?:mij|me)\b"
            r"|^ik ben (?:\w+ )?(?:weg|er niet|afwezig|met (?:verlof|vakantie|congé|conge)|op (?:verlof"
            r"|vakantie|conge|reis)|in (?:verlof|vakantie)|out of office|er (?:weer|terug)|terug|weer terug"
            r"|weer daar|ziek|vrij)|^ik ga (?:\w+ ){0,3}(?:op|met|in) (?:verlof|vakantie|reis|conge)"
            r"|ik (?:neem|heb) (?:\w+ ){0,3}(?:verlof|vakantie|conge)|mijn vervanger|wie vervangt mij"
            r"|^(?:afwezigheid|vakantie|verlof) van mij|^ik (?:kom|kan) (?:\w+ ){0,3}niet (?:komen "
            r"|gaan )?werken|^(?:ik val uit|ik meld me ziek|ik meld mij ziek)|^(?:op|met) (?:verlof|vakantie)"
            r"|^ik (?:kom|start|begin|herneem|hervat) (?:\w+ ){0,4}(?:terug|weer|opnieuw|\w+dag|morgen)$"
        ),
    ),
    # A question about what comes is no news of it.
    (
        "case_menu",
        True,
        (
            r"^(?:sinds )?(?:wanneer|hoe ?(?:lang|vaak|dikwijls))"
            r" (?:is|moet|was|loopt|blijft|komt|mag|zie|bel\w*|hoor|kan|nog|al)\b|^hoeveel (?:dagen|weken|maanden)\b"
        ),
    ),
    (
        "new_spell",
        True,
        (
            rf"(?:opnieuw|weer|terug|nog eens|alweer) (?:(?:\w+ )?{_SICK}\b|uit$)|herval|hervallen|opnieuw (?:gestopt"
            rf"|gestaakt)"
        ),
    ),
    (
        r"hand_over",
        False,
        (
            r"overdragen|overdracht|draag \w+ (?:\w+ )?over|andere leidinggevende|nieuwe leidinggevende"
            r"|leidinggevende niet meer|(?:in|naar) een andere? (?:team|dienst|afdeling)"
            r"|doorgeven aan|geef \w+ (?:\w+ )?door|dossier (?:\w+ )?(?:aan|naar) (?:een )?collega"
        ),
    ),
    (r"take_over", True, r"overnemen|neem \w+ (?:\w+ ){0,3}over|ik neem het over|overname"),
    ("care", True, r"zorgmodus|zorg modus|modus zorg"),
    (
        "readers",
        False,
        (
            r"\bwie (?:\w+ ){0,4}(?:keek|keken|kijkt|kijken|bekeek|bekeken|bekijkt|gekeken|inkeek|las|lazen|leest"
            r"|opende|openden) .*\b(?:dossier|gegevens)|\bwie .*\b(?:dossier|gegevens) (?:\w+ ){0,4}(?:bekeken|gelezen"
            r"|geopend|ingekeken|gezien|geraadpleegd)|\bwie (?:\w+ ){0,4}(?:in|naar) mijn (?:dossier|gegevens)"
        ),
    ),
    (
        "invite",
        True,
        (
            r"uitnodig(?:en|ing)|nodig \w+ (?:\w+ ){0,3}uit\b|laat \w+ meedoen|(?:wil|mag|kan) \w+ meedoen"
            r"|meedoen met de bot"
        ),
    ),
    ("check_in", True, touch.CHECK_IN),
    ("contact_agreement", True, touch.AGREEMENT),
    ("contact", True, touch.CONTACT),
    (
        "change_dates",
        True,
        (
            r"\beerste dag (?:\w+ ){0,4}(?:fout|verkeerd|niet juist|klopt niet)\b|(?:foute|verkeerde) eerste dag"
            r"|\bverwacht\w* (?:\w+ ){0,3}(?:terug|op|tegen|rond)\b|terug verwacht|verwachte terugk"
            r"|langer (?:afwezig|ziek|thuis|out|weg|weg dan)|verleng\w*|nieuwe? (?:attest|ziektebriefje"
            r"|ziekenbriefje|briefje)|(?:attest|ziektebriefje|briefje) (?:\w+ )?(?:tot|loopt|is|gekregen"
            r"|binnen)|(?:vroeger|eerder|later) terug|(?:komt|kan|mag) (?:\w+ )?(?:vroeger|eerder)"
            r"|(?:verkeerde|foute|andere) datum|dat(?:um|a|ums) (?:\w+ )?(?:klopt niet|kloppen niet|is fout"
            r"|aanpassen|wijzigen|veranderen)|blijft (?:\w+ )?(?:thuis|afwezig|ziek|out|weg)"
            r"|\b(?:kan|komt|mag) (?:(?:toch|nog|voorlopig|zeker|dan|nu) )*niet (?:\w+ )?terug"
            r"|\bis niet terug|\bis nog (?:altijd |steeds )?(?:niet terug|ziek|afwezig|thuis|out|weg)"
            r"|\b(?:toch|helemaal|is) niet (?:ziek|afwezig)|\b(?:was een|is een) vergissing"
            r"|\bper ongeluk (?:gemeld|afwezig)"
            r"|nog (?:een )?(?:\w+ )?(?:week|weken|maand|maanden|dagen) (?:thuis|afwezig|ziek|weg)"
        ),
    ),
    (
        "returned",
        True,
        (
            r"\b(?:is|zijn|was) (?:\w+ ){0,3}(?:terug|back|hervat|herbegonnen|herstart|begonnen)\b"
            r"|komt (?:(?!niet\b)\w+ ){0,3}terug|\bterug ?komt\b|werkt (?:\w+ ){0,2}(?:weer|terug|opnieuw)"
            r"|(?:herneemt|hervat|herbegint"
            r"|herstart|hernam)|hervatt?ing|werkhervatting|(?:begint|start|begon) (?:\w+ ){0,4}(?:terug|weer"
            r"|opnieuw|halftijds|deeltijds|voltijds|maandag|dinsdag|woensdag|donderdag|vrijdag|morgen|vandaag"
            r"|progressief)|halftijds|deeltijds terug|progressieve? |terug aan het werk|weer aan de slag"
            r"|terug op het werk|\bwerkt (?:\w+ ){0,3}(?:halve dagen|\d+ (?:dagen|uur|uren|procent))"
            r"|\bkomt (?:\w+ ){0,3}\d+ (?:dagen|uur|uren) (?:\w+ ){0,3}(?:werken|terug)"
        ),
    ),
    ("late", False, r"te laat|achterstand|achterstallig|laattijdig|loopt (?:er )?achter|over tijd|niet gebeurd"),
    (
        "my_cases",
        False,
        (
            r"\bhoeveel (?:\w+ ){0,4}(?:ziek\w*|afwezig\w*|dossiers)"
            r"|wie is (?:er )?(?:nu |allemaal |momenteel |vandaag )*(?:afwezig|ziek|out|weg|thuis)|(?:mijn|alle"
            r"|de|toon|lijst) dossiers|^(?:mijn )?dossiers?$|^overzicht$|(?:mijn|de) (?:zieken|afwezigen|mensen|team"
            r"|ploeg)$|wie (?:zit|zijn) (?:er )?(?:thuis|ziek|afwezig)|(?:overzicht|lijst) (?:van )?(?:de "
            r"|mijn )?(?:afwezig\w*|dossiers|zieken|team)|wie volg ik op|afwezige (?:collega s|medewerkers)"
        ),
    ),
    (
        "prepare_talk",
        True,
        (
            r"voorbereid\w*|bereid (?:\w+ ){1,5}voor\b|gesprek (?:\w+ ){0,3}(?:in)?plannen|plan (?:\w+ )?gesprek"
            r"|(?:in)?plannen (?:\w+ ){0,3}gesprek|gesprek (?:\w+ ){0,3}(?:gepland|ingepland|vastgelegd)"
            r"|\bplan (?:\w+ ){0,3}(?:maken|opstellen|opmaken)\b"
        ),
    ),
    (
        "report",
        True,
        (
            r"\b(?:toon|bekijk|open|geef|laat|zie|stuur) (?:\w+ ){0,3}(?:plan|verslag|afspraken|rapport)"
            r"|^(?:het |de |mijn )?(?:plan|verslag|afspraken)$|(?:plan|verslag|afspraken) (?:van|met|voor) "
            r"|welke afspraken|wat (?:is|zijn|hebben|was) (?:\w+ )?(?:afgesproken|de afspraken|het plan)"
        ),
    ),
    (
        "evaluation",
        True,
        r"\bevaluatie\w*|\bevalueren\b",
    ),
    (
        "follow_up",
        True,
        r"opvolg(?:ings?)? ?gesprek\w*|^opvolging\b|\bde opvolging van\b",
    ),
    ("first_steps", True, r"\beerste (?:stap(?:pen|jes)?|gesprek)\b|\bgesprek over (?:de |het )?terugk"),
    (
        "reintegration_talk",
        True,
        (
            r"re ?integratie ?gesprek|terugkeergesprek|gesprek (?:\w+ ){0,3}(?:houden|starten|voeren|beginnen"
            r"|gehad|invullen)|start (?:het|een) gesprek"
        ),
    ),
    (
        "close",
        True,
        (
            r"afsluiten|sluit \w+ (?:\w+ ){0,3}af|dossier (?:\w+ )?(?:sluiten|dicht|toe|stoppen)"
            r"|sluit (?:het )?dossier"
        ),
    ),
    (
        "new_absence",
        False,
        (
            rf"\b(?:is|zijn|zit|ligt|blijft|belt|belde|meldt|meldde|heeft|valt|viel) (?:\w+ ){{0,5}}{_SICK}\b"
            rf"|valt (?:\w+ )?uit|viel (?:\w+ )?uit|komt (?:\w+ ){{0,4}}niet (?:werken|binnen|af|naar het werk"
            rf"|naar kantoor|opdagen)|ziek ?gemeld|zieke? melden|(?:nieuwe|een) (?:afwezigheid|zieke)"
            rf"|afwezigheid (?:melden|registreren|doorgeven|invoeren|ingeven)|(?:iemand|collega"
            rf"|medewerker) (?:\w+ )?(?:ziek|afwezig)|^(?!enkel|alleen|gewoon)\w+(?: \w+)? (?:ziek|afwezig|out)$"
            rf"|kan (?:\w+ ){{0,3}}niet komen werken|ziekmelding|mensen ziek|\bbelt (?:\w+ )?af$|\bafgebeld\b"
            rf"|^(?!ik\b)\w+(?: \w+)? is er (?:(?:vandaag|morgen|nu|ook) )*niet\b"
            rf"|^(?!ik\b)\w+(?: \w+)? is (?:\w+ )?weg (?:voor|tot|sinds)\b"
            rf"|^(?!ik\b)\w+(?: \w+)? komt (?:vandaag|morgen) niet"
        ),
    ),
    ("estimate", True, r"inschatting|arbeidspotentieel"),
    ("formal_track", True, r"formeel traject|re ?integratietraject|\brit\b"),
    (
        "today",
        False,
        (
            r"wat moet ik (?:\w+ )?doen|^vandaag$|wat staat er|^(?:mijn )?(?:taken|agenda|to do|todo"
            r"|takenlijst)$|wat is er te doen|nog iets te doen"
        ),
    ),
    (
        "resume",
        False,
        (
            r"^(?:verder|verder gaan|ga verder|doe verder|doorgaan|ga door|hervat(?:ten)?|voortdoen|doe voort"
            r"|waar waren we|verder met .*|hernemen)$"
        ),
    ),
    (
        "hello",
        False,
        (
            r"^(?:hallo|dag|hey|hoi|hai|goeiemorgen|goedemorgen|goeie ?dag|goedendag|goeiemiddag|goedemiddag"
            r"|goeienavond|goedenavond|salut|yo|begin|start)(?: bot| terugkeerbot| allemaal| daar)?$"
        ),
    ),
    (
        "case_menu",
        True,
        (
            r"^(?:toon |open |geef |bekijk )?(?:het )?dossier (?:van )?\w+|^hoe (?:zit|gaat|staat) het"
            r" met\b(?! (?:jou|u|je)\b)"
            r"|^(?:toon|open|bekijk) \w+"
        ),
    ),
)
