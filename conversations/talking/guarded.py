"""What people ask that has one fixed answer; most of it is not ours to do or to know. Data only, folded."""

from __future__ import annotations

from conversations.talking.commands import QUIET

_AWAY = r"(?:ziek|afwezig|thuis|weg|out|uitgevallen|er niet)"
_WHOM = r"(?:hij|ze|zij|die|iemand|(?!ik\b|je\b|jij\b)\w+(?: (?!nodig|liever|graag|afgesproken|ge\w+(?:d|t|en)\b)\w+)?)"
_JUST = r"(?: (?:eigenlijk|juist|precies|nu|dan|toch|weer|nog|allemaal|echt))*"
GUARDED: tuple[tuple[str, bool, str], ...] = (
    (
        "guarded/dismissal",
        False,
        (
            r"medische overmacht|overmacht|ontslaan|ontslag|buiten ?(?:zetten|smijten|gooien|krijgen)|(?:van"
            r"|vanaf) \w+ (?:af|vanaf) ?(?:geraken|raken|komen|te geraken|te raken|te komen)|op straat zetten"
            r"|contract (?:\w+ )?(?:stopzetten|beeindigen|verbreken|opzeggen)|\bc4\b|(?:hem"
            r"|haar) kwijt ?(?:raken|spelen)"
        ),
    ),
    (
        "guarded/doubt",
        False,
        (
            r"(?:wel )?(?:echt|werkelijk) ziek|controlearts|controle arts|controledokter|twijfel(?:en)? (?:of(?! ik\b)"
            r"|aan)|(?:klopt|is) (?:dat|het|die) (?:attest|ziekte) wel|doet alsof|profiteert|liegt|veinst|simuleert"
            r"|controle (?:sturen|laten doen)"
        ),
    ),
    (
        "guarded/pay",
        False,
        (
            r"\b(?:loon|lonen|uitkering\w*|vergoeding|salaris|wedde|vakantiegeld|ziektegeld|maaltijdcheques?"
            r"|eindejaarspremie|gewaarborgd|bedrijfswagen|premie|wettelijke? verlof|vakantiedagen)\b"
            r"|betaald? (?:wordt|krijgt|krijg|ik|hij|ze)|wie betaalt|(?:wordt|word|krijgt"
            r"|krijg) \w+ (?:\w+ )?(?:door)?betaald|recht op verlof"
        ),
    ),
    # Why somebody is absent is nobody's to ask (domain.md d.2); the one who is absent hears it in other words.
    (
        "guarded/own_reason",
        False,
        (
            rf"\bwat ik{_JUST} heb$|\bwaarom ik (?:\w+ )?{_AWAY}|\b(?:mijn|mn) diagnose\b"
            rf"|\bwat er{_JUST} met mij\b|\bwat (?:ik|mij) (?:scheelt|mankeer\w*)"
        ),
    ),
    (
        "guarded/reason",
        False,
        (
            rf"\bwat {_WHOM}{_JUST} heeft$|\bwat heeft {_WHOM}{_JUST}$"
            rf"|\bwaarom (?:is|zit|blijft|was|ligt) (?!dit\b|dat\b|het\b)(?:\w+ ){{1,3}}?{_AWAY}\b"
            rf"|\bwaarom (?!ik\b)(?:\w+ ){{1,3}}?{_AWAY} (?:is|zit|blijft|was|ligt)\b"
            r"|\bwat (?:\w+ ){0,4}?(?:scheelt|mankeert|scheelde|mankeerde)\b|\bdiagnoses?\b"
            r"|\b(?:soort|welke|naar de) ziekte"
            r"|\b(?:reden|oorzaak) (?:van|voor|achter|waarom)\b|\bnaar de (?:reden|oorzaak)\b"
            r"|\bwat is (?:de|zijn|haar) (?:reden|oorzaak)\b"
            r"|\bwat is er (?:\w+ ){0,4}met (?!de\b|het\b|dit\b|dat\b)\w+(?: \w+)?$"
            r"|\bwat er (?:\w+ ){0,3}mis (?:is|was)\b"
            r"|\baan de hand\b|\bis (?:het|dat) (?:\w+ ){0,2}(?:ernstig|erg|zwaar|psychisch|mentaal|lichamelijk)"
            r"|\b(?:op|in) (?:\w+ ){0,2}(?:attest|\w*briefje) (?:staat|stond)\b"
            r"|\bwat (?:staat|stond) er (?:\w+ ){0,2}(?:op|in) (?:\w+ ){0,2}(?:attest|\w*briefje)"
        ),
    ),
    # No work while somebody is ill (f.3, 18), and to the team only what was agreed (f.3, 28).
    (
        "guarded/work",
        False,
        (
            r"\b(?:zijn|haar|hun|de|mijn|wat|al|eens) (?:\w+ ){0,2}mail(?:s|box|tjes)? (?:\w+ ){0,4}"
            r"(?:lezen|bekijken|beantwoorden|checken|doen|volgen|opvolgen|nakijken)\b"
            r"|\b(?:mag|kan|laten|laat) (?:\w+ ){0,4}(?:van ?thuis(?: uit)?|intussen|tijdens (?:\w+ )?ziekte)"
            r" (?:\w+ ){0,3}(?:werken|doen)\b|\b(?:mag|kan) ik (?:\w+ ){0,2}(?:al|wat|toch) (?:\w+ ){0,2}werken\b"
            r"|\b(?:mag|kan) (?:\w+ ){0,4}thuis ?werken\b|\blaten werken\b"
        ),
    ),
    (
        "guarded/team",
        False,
        (
            r"\b(?:mag|moet|kan|zal) ik (?:\w+ ){0,4}(?:tegen|aan) (?:de |het |mijn |ons |onze )?(?:team|collega|ploeg)"
            r"|\bwat (?:zeg|vertel) ik (?:\w+ ){0,2}(?:tegen|aan) (?:de |het |mijn |ons |onze )?(?:team|collega|ploeg)"
            r"|\b(?:collega(?: ?s)?|team|ploeg) (?:\w+ ){0,4}(?:vra(?:agt|gen)|weten|roddel\w*)\b"
            r"|\bwat mag (?:het|de|mijn) (?:team|collega|ploeg)"
        ),
    ),
    # What is no sickness (f.3, 14), or goes another way (f.3, 15); and what a third push is not (f.3, 2).
    (
        "guarded/birth",
        False,
        r"\bzwanger\w*|\bbevalling\w*|\b(?:moeder|vader|ouder)schaps\w*|\bgeboorteverlof\b|\bborstvoeding\w*",
    ),
    ("guarded/accident", False, r"\barbeidsongeval\w*|\bong(?:eval|eluk) op het werk|\bberoepsziekte\w*"),
    (
        "guarded/not_reached",
        False,
        r"\b(?:als|stel dat|indien) (?:\w+ ){1,4}(?:niet (?:op ?neemt|antwoordt|reageert)|geen (?:antwoord|contact))",
    ),
    (
        "guarded/hospital",
        False,
        r"\bziekenhuis\w*|\bkliniek\b|\bhospitaal\b|\bis (?:\w+ ){0,2}opgenomen\b|\bopgenomen is\b",
    ),
    (
        "guarded/less",
        False,
        (
            r"\b(?:stuur|sturen) (?:me|mij) (?:\w+ ){0,2}(?:niks|niets|geen)\b"
            r"|\bgeen (?:berichten|meldingen|herinneringen) meer"
            r"|\b(?:laat|laten) (?:me|mij) (?:\w+ )?(?:met rust|gerust)|\bte veel (?:berichten|meldingen|vragen)"
            r"|\b(?:meldingen|berichten|herinneringen) (?:af|uit|stoppen|afzetten|uitzetten)\b"
            r"|\bstop (?:met )?(?:\w+ ){0,2}(?:herinner\w*|storen|meldingen|berichten|sturen|lastig\w*)"
            r"(?! over\b| rond\b| van\b)"
            rf"|^(?!.*\balles\b){QUIET}$"
        ),
    ),
    (
        "guarded/data",
        False,
        (
            r"\b(?:wis|verwijder|delete|schrap) (?:\w+ ){0,3}(?:gegevens|data|alles)\b"
            r"|\bmijn rechten|\bwelke gegevens\b"
            r"|\bgdpr\b|\bavg\b|\bprivacy\b|\bwat (?:bewaar|onthoud|hou) je\b"
            r"|\bwat (?:staat|wordt) er (?:\w+ ){0,3}bewaard"
        ),
    ),
    (
        "guarded/somebody",
        False,
        (
            r"\bmet (?:iemand|wie) (?:\w+ )?(?:praten|spreken|babbelen)"
            r"|\b(?:wie|bij wie) kan ik (?:\w+ )?(?:terecht|spreken|bellen)"
            r"|\bvertrouwenspersoon|\bnood aan (?:een )?(?:gesprek|babbel)"
        ),
    ),
    (
        "guarded/pages",
        False,
        (
            r"\bexporteer\w*|\bimporteer\w*|\bstatistiek\w*|\brapportering|\bcadans\w*"
            r"|\b(?:wijzig|verander) (?:\w+ )?ritme"
            r"|\bnieuwe? (?:medewerker|werknemer|gebruiker) (?:toevoegen|aanmaken)|\bvoeg \w+ toe\b"
        ),
    ),
    (
        "guarded/undo",
        False,
        r"^(?:dat |dit )?(?:ongedaan maken|maak (?:dat |dit |het )?ongedaan|verkeerde persoon|was verkeerd|was fout)$",
    ),
    (
        "meaning/doctor",
        False,
        (
            r"\b(?:afspraak|contact|onderzoek|gegevens|nummer) (?:\w+ ){0,3}"
            r"(?:arbeidsarts|preventiedienst|preventieadviseur)"
            r"|\b(?:contacteer|bereik|bel) (?:ik )?(?:de )?(?:arbeidsarts|preventiedienst|preventieadviseur)"
        ),
    ),
    (
        "guarded/pass_on",
        False,
        (
            r"^(?:\w+ ){0,2}(?:stuur|sturen|schrijf|zend) (?!me\b|mij\b|geen\b)(?:\w+ ){1,2}een (?:\w+ )?"
            r"(?:berichtje|bericht|mailtje|mail|smsje|sms|kaartje)"
            r"|^(?:\w+ )?(?:zeg|meld|vertel) (?:tegen|aan) (?:\w+ ){1,3}dat\b"
            r"|^(?:\w+ ){0,2}laat (?!me\b|mij\b)(?:\w+ ){1,3}weten dat\b|^(?:\w+ ){0,2}doe (?:\w+ ){1,3}de groeten"
        ),
    ),
)
