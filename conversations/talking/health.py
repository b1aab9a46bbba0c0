"""What people write about health. Data only, folded.

Words are whole words; a star at the end stands for any ending. Phrases are regular expressions over folded text.
"""

from __future__ import annotations

# --- Health ------------------------------------------------------------------------------------------------

ILLNESSES = """
kunstheup kunstknie bloedklonter* bloedverlies tbc tinnitus keizersnede vruchtbaarheid* hoogsensitief
hooggevoelig hsp dyslexie stotter* eczeem psoriasis huiduitslag glaucoom netvlies* gehoorverlies
gehoorproblem* hoorapparaat* bekkeninstabiliteit spierscheur peesontsteking kruisband* hielspoor amandelen
poliep* schildklier* prostaat* baarmoeder* eierstok* stent* brace braces wandelstok* rollator looprek
steunkous* spuitje spuitjes spuiten chemokuur ziekenhuisopname* ziekbed dagkliniek daghospitaal polikliniek
raadpleging* herstelperiode euthanasie levensverwachting prikkelgevoelig* nachtmerrie* flashback* paniekerig*
overgegeven buikloop hoest* mankt hinkt strompelt beeft trilt kortademigheid adem geknakt gekraakt oncolog*
burnoutje gezondheidsklachten adhd add ass autisme autist* bipolair* borderline ptss burnout* bore?out
depressie depressies depressief depressieve depri psychose psychotisch* neurose schizo* manisch* anorexia
boulimia eetstoornis* stoornis* dementie alzheimer parkinson kanker kankers borstkanker* longkanker*
darmkanker* huidkanker* leukemie lymfoom tumor* gezwel* metastas* uitzaaiing* carcinoom melanoom chemo chemos
chemotherapie bestraling* radiotherapie immunotherapie hormoontherapie diabetes diabeet diabeticus
suikerziekte epilep* migraine migraines hersenschudding* hersenbloeding* beroerte* cva tia hartinfarct*
hartaanval* hartfalen hartritme* hartkwaal hartproblem* hartpatient* hartoperatie* bypass pacemaker hernia
hernias lumbago lumbalgie ischias scoliose reuma* fibromyalgie artrose artritis jicht osteoporose whiplash
tendinitis slijmbeurs* meniscus kruisband* tenniselleboog carpaal carpale frozenshoulder astma copd bronchitis
longontsteking* pneumonie longembolie trombose embolie griep buikgriep corona covid covid19 verkoud* sinusitis
angina klierkoorts tuberculose hiv aids hepatitis meningitis zona gordelroos lyme crohn colitis coeliakie
maagzweer* gastritis galstenen nierstenen nierfalen dialyse anemie bloedarmoede endometriose menopauze
overgang?klachten myoom cyste* ms cvs chronischevermoeidheid bloedsuiker* slechthorend* slechtziend* doof dove
blind blinde verzwakt ondervoed* vermagerd bedlegerig zwanger zwangere zwangerschap* miskraam* bevalling ivf
fertiliteits* verslaafd* verslaving* alcoholi* alcoholprobleem alcoholverslav* afkick* ontwenning* drugs
druggebruik drugsprobleem ziektebeeld aandoening* syndroom* infectie* ontsteking* ontstoken allerg* handicap
gehandicapt* invalide fractuur fracturen verlamd* verlamming blindedarm* appendicitis amputatie*
zenuwinzinking zenuwziek* overspannen* oververmoeid* zelfverminking trauma traumas getraumatiseerd*
"""
SYMPTOMS = """
pijn pijnen moe vermoeid vermoeidheid doodmoe uitgeput uitputting slapeloos* insomnia paniek paniekaanval*
paniekstoornis angst angsten angstig* angstaanval* angststoornis* hyperventil* huilbui* weent huilt koorts
misselijk* duizelig* flauwgevallen flauw?gevallen hoge?bloeddruk bloeddruk hartkloppingen braken diarree jeuk
kortademig* labiel prikkelbaar verward* emotioneel neerslachtig* somber* futloos lusteloos suicidaal stress
gestresseerd* concentratie concentratieproblem* concentratiestoornis* geheugenproblem* geheugenverlies
overprikkeld* moedeloos* hopeloos symptomen bedrust genezen geneest genezing litteken hechtingen wonde
wondzorg zwakjes tandvlees psychisch* psychologisch* mentaal mentale lichamelijk*
"""
CARE = """
psycholoog psychologe psychologen psychiater* psychiatrisch* psychotherapeut* psychotherapie therapeut
therapeute therapie kinesist* kine kinesitherap* kinesie osteopaat* fysio fysiotherap* chiropractor revalid*
logopedist* ergotherap* huisarts* chirurg oncoloog oncologe cardioloog neuroloog orthopedist gynaecoloog
uroloog reumatoloog dermatoloog internist radioloog gastroenteroloog endocrinoloog anesthesist medicatie
medicament* medicijn* antidepressiva antibiotica pijnstiller* pillen slaappil* slaapmiddel* kalmeermiddel*
insuline cortisone infiltratie inspuiting* injectie* infuus morfine xanax rilatine sertraline valium operatie
operaties geopereerd* hersteloperatie kijkoperatie ingreep ingrepen prothese narcose transplantatie biopsie
mri scan scans scanner bloedonderzoek bloedafname rontgen* echografie diagnos* prognose ziekenwagen ambulance
spoedopname hospitalis* gehospitaliseerd* intensieve?zorgen palliatie* terminaal terminale ongeneeslijk*
herstelt hervallen herval quarantaine besmet* arbeidsongeval* beroepsziekte* ongeval ongeluk verkeersongeval
"""

# Endings that nearly only illnesses have, and the ordinary words that have them too.
ENDINGS = ("itis", "ose", "algie", "pathie", "fobie", "plegie", "ectomie", "emie")
NOT_ENDINGS = frozenset({
    "glucose", "lactose", "virtuose", "roose", "cellulose", "apotheose", "nostalgie", "sympathie", "empathie",
    "antipathie", "telepathie", "academie", "chemie", "alchemie", "pandemie", "epidemie", "premie", "hypnose",
    "metamorfose", "simbiose", "symbiose", "rose", "close", "jose", "bose", "those", "whose", "osmose", "biochemie",
    "polemie", "dose", "apathie", "prose", "fructose", "sucrose",
})  # fmt: skip

BODY = (
    "rug", "onderrug", "knie", "knieen", r"schouder", "schouders", "nek", "maag", "darmen", "darm", "heup", "heupen",
    "enkel", "enkels", "pols", "polsen", "elleboog", "ellebogen", "longen", "nieren", r"nier", r"lever", "prostaat",
    "rib", "ribben", "kaak", "buik", "keel", "gal", "blaas", "wervels", "wervel", "ruggengraat",
    "gewrichten", "spieren",
    "achillespees", "pees", "huid", "zenuwen", "hersenen", r"baarmoeder", "borsten", r"schildklier",
)  # fmt: skip
# These mean too much else ("aan de hand", "op de been", "hoofd van de dienst"): only with zijn, haar or mijn.
BODY_OF_SOMEBODY = (
    "hand", "handen", "voet", "voeten", "hart", "hoofd", "kop", "been", "benen", "arm", "armen", "oog",
    "ogen", r"oor",
    "oren", "borst", r"vinger", "vingers", "duim", "teen", "tenen", "tanden", "stem", "gezicht", "lichaam", "lijf",
)  # fmt: skip
# Two words in one: rugklachten, kniepijn, schouderoperatie.
COMPOUND = (
    r"(?:rug|knie|schouder|nek|hoofd|maag|darm|heup|enkel|pols|voet|hand|arm|been|long|nier|hart|borst"
    r"|buik|keel|oog|oor|"
    r"spier|gewrichts|huid|kaak|tand|rib|bekken|wervel|slaap|angst|stress|gezondheids|psychische)"
    r"(?:klacht|klachten|pijn|pijnen|probleem|problemen|problematiek|last|operatie|breuk|letsel|kanker|patient|kwaal|"
    r"aandoening|ontsteking|stoornis|stoornissen|infectie|redenen)"
)
_WHOSE = r"(?:zijn|haar|mijn|mn|zn|z n|m n|d r|hun|je|uw)"
_BODY = "(?:(?:linker|rechter|linkse |rechtse )?(?:" + "|".join(BODY) + "))"
_BODY_OF = "(?:(?:linker|rechter|linkse |rechtse )?(?:" + "|".join((*BODY, *BODY_OF_SOMEBODY)) + "))"
_WRONG = (
    r"(?:op|kapot|versleten|stuk|gebroken|pijn|zeer|problemen?|geopereerd|vast|geblokkeerd|ontstoken"
    r"|gescheurd|verstuikt|"
    r"verzwikt|gekneusd|verrekt|geforceerd|overbelast|begeven|klachten|in het gips|lam|slecht|niet goed|niet in orde|"
    r"niet meer (?:mee|goed)|wil niet (?:meer )?mee|werkt niet mee|scheef|opgezwollen|gezwollen"
    r"|uit de kom|naar de (?:vaantjes|knoppen))"
)

MEDICAL_PHRASES = (
    rf"{_WHOSE} {_BODY_OF} (?:\w+ ){{0,3}}{_WRONG}",
    rf"(?:de|een) {_BODY} (?:\w+ ){{0,2}}{_WRONG}",
    rf"(?:last|hinder|pijn|problemen|klachten|miserie) (?:van|aan|in|met) (?:de |het |{_WHOSE} )?{_BODY_OF}",
    rf"(?:wegens|door|voor|vanwege|omwille van|met|aan) {_WHOSE} {_BODY_OF}",
    rf"(?:wegens|vanwege|omwille van|aan|sukkel\w* met|geopereerd aan) (?:de |een |{_WHOSE} )?{_BODY}",
    rf"(?:gebroken|gescheurde|versleten|verstuikte|ontstoken|stijve|zere|slechte|zwakke|kapotte) {_BODY_OF}",
    rf"{_BODY_OF} (?:gebroken|verstuikt|geopereerd|gescheurd|verzwikt|gekneusd|verbrand)",
    (
        rf"{_WHOSE} {_BODY_OF} (?:niet|kwijt|doet|doen|begint|laat|laten) (?:\w+ )?(?:meer|het|afweten|raar"
        rf"|moeilijk|bewegen)"
    ),
    rf"{_WHOSE} {_BODY_OF} (?:kwijt|verloren)",
    r"(?:heeft|met|lijdt aan) (?:ms|als)$",
    r"lijdt? (?:aan|onder)",
    r"lig(?:t|gen)? (?:\w+ ){0,3}(?:plat|te bed|in bed)",
    r"platte rust",
    r"(?:absolute|volledige|veel) rust (?:nemen|houden|nodig)",
    r"zwart in(?:zien)?$",
    r"bang (?:om|voor|van)",
    r"schrik (?:om|van) (?:buiten|mensen|onder)",
    r"hoort stemmen",
    r"ee?te?n? (?:bijna |amper |haast |nog )?(?:niets|niks|niet|weinig)(?: meer)?$",
    r"(?:kilo|kg) (?:afgevallen|vermagerd|kwijt)",
    r"(?:op|voor|ter) controle(?: bij| in| naar|$)",
    r"(?:naar|in) het (?:uz|az)",
    r"resultaten? van (?:de|het|haar|zijn) (?:scan|onderzoek|bloed|test)\w*",
    r"zichzelf niet(?: meer)?",
    r"suiker (?:staat|is|te)",
    r"(?:van de|uit de) (?:trap|fiets|ladder|zetel) (?:gevallen|gedonderd)",
    r"val (?:met|van) (?:de|haar|zijn)",
    r"(?:geen|weinig|nog geen) (?:energie|fut|kracht|levenslust)",
    r"nog (?:te )?zwak",
    r"in de war",
    r"van (?:haar|zijn|de) (?:melk|kaart)",
    r"de kluts kwijt",
    r"overstuur",
    r"(?:hij|ze|zij) (?:is|zit) kapot",
    r"(?:ziet|hoort) (?:nog )?(?:slecht|dubbel|niets meer)",
    r"wachtlijst (?:bij|voor|van) (?:een|de|het|psych\w+|therap\w+)",
    rf"{_WHOSE} {_BODY_OF} (?:\w+ ){{0,5}}(?:hoog leggen|laten rusten|ontzien|opereren|genezen|herstellen)",
    rf"{_WHOSE} (?:hoofd|kop|lichaam|lijf) (?:\w+ ){{0,3}}(?:niet|vol|moe|leeg)",
    r"(?:speelt|spelen) (?:weer |terug )?op",
    rf"(?:weer|terug|opnieuw|altijd|hetzelfde liedje) (?:\w+ )?(?:met|aan) {_WHOSE} {_BODY_OF}",
    r"nieuwe (?:heup|knie|nier|lever)",
    r"van (?:haar|zijn|mijn) stokje",
    r"(?:de )?(?:dokters|artsen|specialisten) (?:weten|zeggen|vinden|denken|willen)",
    r"(?:een )?ander mens geworden",
    r"lacht nooit meer",
    r"niet doorslaapt?",
    r"slaapt? (?:niet )?(?:meer )?door",
    r"(?:ligt|lag) (?:\w+ ){0,2}wakker",
    r"zwart gat",
    r"naar (?:de )?spoed(?:gevallen)?",
    r"iets gevonden (?:in|aan|op) (?:haar|zijn|de)",
    r"ziet (?:\w+ ){0,2}wazig",
    r"ziet er (?:\w+ )?(?:slecht|moe|bleek|ziek|mager) uit",
    r"durft? (?:de \w+ |het \w+ )?niet (?:meer )?(?:buiten|de|onder|alleen|naar|op)",
    r"(?:haar|zijn) bed niet (?:meer )?uit",
    r"over (?:haar|zijn) (?:toeren|limiet|grenzen)",
    r"(?:haar|zijn|volledig|verder|traag|voor het) herstel",
    r"(?:wordt|werd|laten|onder) behandel(?:d|en|ing)(?: voor| door| in| tegen|$)",
    r"kan niet (?:meer )?tegen prikkels",
    r"niet meer plaatsen",
    r"burn out",
    r"bore out",
    r"bloedwaarden?",
    r"hoge bloeddruk",
    r"intensieve zorgen",
    r"frozen shoulder",
    r"long covid",
    r"multiple sclerose",
    r"chronische? (?:ziek\w*|vermoeid\w*|pijn\w*)",
    (
        r"last van (?!(?:het |de |een |die |dat |veel |te veel )*(?:lawaai|geluid|licht|verkeer|file|files"
        r"|collega|drukte|warmte|hitte|koude|kou|tocht|stof|geroezemoes|werken|zon))\w+"
    ),
    (
        r"(?:volgt|krijgt|ondergaat|start|gestart met) (?:een |de |haar |zijn |nog |intensieve "
        r"|dag)*(?:behandeling\w*|kuur|rustkuur)"
    ),
    r"(?:is|nog|zit|was|blijft) in behandeling",
    r"behandeling (?:bij|tegen) \w+",
    r"in dagopname",
    r"rustkuur",
    (
        r"(?:volgens|van|bij|naar|door|met) (?:de|haar|zijn|een|den) (?:dokter|arts|specialist|tandarts"
        r"|behandelende? arts)"
    ),
    r"(?:dokter|arts|specialist) (?:zegt|zei|vindt|denkt|heeft gezegd|schrijft|wil)",
    r"doorverwezen naar",
    (
        r"(?:ligt|lag|zit|verblijft|verbleef|opgenomen|beland\w*|gaat|moet|binnengebracht|terug|thuis"
        r"|ontslagen)(?: \w+){0,4} (?:in|naar|uit) (?:het|een|de|t) (?:\w+ )?(?:ziekenhuis|kliniek"
        r"|hospitaal|psychiatrie|inrichting)"
    ),
    r"(?:in|naar) een (?:instelling|inrichting|ontwenningskliniek|rustoord|herstelcentrum)",
    r"(?:is|werd|wordt) opgenomen",
    r"(?:naar|op|via|langs) (?:de )?spoed(?:gevallen|dienst|afdeling)?$",
    r"onder het mes",
    r"in (?:het|de) gips",
    r"op krukken",
    r"slaapt? (?:\w+ )?(?:slecht|niet|amper|weinig|nauwelijks|moeilijk)",
    r"(?:slecht|niet|amper|weinig) (?:kunnen )?slapen",
    (
        r"(?:voelt?|voelde|voelen) (?:zich|me|mij|haar|hem) (?!veilig|welkom|gesteund|betrokken|gehoord"
        r"|thuis|gewaardeerd)(?:\w+ ){0,3}(?:beter|slecht\w*|goed|ziek\w*|rot|down|ellendig|zwak|leeg"
        r"|niet lekker|minder)"
    ),
    r"(?:test|testte|getest)(?: \w+)? positief",
    r"positief getest",
    r"positief op \w+",
    r"drinkt? (?:weer|terug|opnieuw|te ?veel|stevig|nogal|veel)",
    r"(?:aan|van) de (?:drank|drugs|alcohol|pillen|fles)",
    r"(?:zelfde|dezelfde|haar|zijn|een|ernstige|zware|mijn) ziekte(?:n)?",
    r"ziekte van \w+",
    r"(?:ernstig|zwaar|chronisch|erg|heel|zeer) ziek",
    r"(?:haar|zijn|mijn) (?:gezondheid|klachten|aanvallen|symptomen)",
    r"(?:fysieke|psychische|lichamelijke|mentale|medische|psychosomatische) \w+",
    r"gezondheidsred\w+",
    r"zit er (?:\w+ )?(?:helemaal |volledig |compleet )?door",
    r"zit(?: \w+)? (?:heel |erg |zeer |nogal )?diep",
    (
        r"(?:hij|ze|zij|ik|die) (?:is|zit|was) (?:helemaal |volledig |totaal |compleet |gewoon "
        r"|echt )?op(?: en|$| van)"
    ),
    r"(?:is|helemaal|volledig|totaal) opgebrand",
    r"in(?:ge)?stort(?:ing|te)?",
    r"gecrasht",
    r"batterij(?:en)? (?:is|zijn|was|waren|staa?n?t?) (?:\w+ )?(?:leeg|plat|op)",
    r"(?:in|uit) (?:een|de) (?:diepe )?(?:put|dal)",
    r"tegen (?:de|een) muur (?:gelopen|gebotst)",
    r"onderdoor(?: gegaan)?",
    r"(?:goed|lekker|slecht) in (?:haar|zijn|mijn|zn) vel",
    r"trekt het niet meer",
    r"(?:kan|kon) het niet meer aan",
    r"(?:kan|kon) niet meer$",
    r"in verwachting",
    r"(?:pas|is|net) bevallen van",
    r"wenen",
    r"huilen",
    r"sukkelt? (?:al|nog|wat|weer|met (?:haar|zijn|de) gezondheid)",
    r"(?:is|blijft) (?:nog )?ziekjes",
    r"(?:zwarte|donkere|sombere) gedachten",
    r"aan het (?:herstellen|revalideren)",
    r"herstellen? van",
    r"kopje onder",
    r"(?:hoofd|kop) (?:zit|loopt|staat) (?:te )?(?:vol|over|niet)",
    r"niet meer (?:de oude|zichzelf)",
)

# Taken out before anything is looked for.
ORDINARY = (
    r"kanker(?:en|t|de) (?:over|op)",
    r"griepvaccin\w*",
    r"griepprik",
    r"op de been",
    r"goed ter been",
    r"burn ?out ?preventie\w*",
    r"(?:\w+ )?depressie (?:boven|op de noordzee|aan de kust|vanuit)",
    r"economische depressie",
    r"overgang naar",
    r"(?:dienst|afdeling|departement|vakgroep) \w+",
    (
        r"(?:op|van|naar) (?:onze|de) (?:oncologie|cardiologie|psychiatrie|spoed|radiologie|geriatrie"
        r"|materniteit|neurologie|pediatrie)(?: werken)?"
    ),
    r"stressbestendig\w*",
    r"stress ?test\w*",
    r"pijnpunt\w*",
    r"last minute",
    r"concentratie (?:van|stoffen)",
    r"mentale? weerbaarheid opleiding",
    r"mee op",
    r"ehbo",
    r"met spoed",
    r"fysieke (?:vergadering|aanwezigheid|arbeid|overleg\w*|opleiding|verplaatsing\w*)",
    r"medische (?:post|dienst|sector|secretari\w*|staf|hulpmiddelen)",
    r"medisch secretari\w*",
    r"(?:ms|MS) (?:teams|office|word|project|excel)",
)

# --- The half that may stay ------------------------------------------------------------------------------

FUNCTION = (
    r"\b(?:uren?|uurtjes?|uurrooster|rooster|tillen|dozen|kg|kilo|staan|zitten|zit ?sta\w*|pauzes?"
    r"|rustige?|plek|werkplek|"
    r"opbouw\w*|dagen?|halftijds|deeltijds|thuiswerk\w*|telewerk\w*|thuis werken|minuten|maanden|weken"
    r"|loketwerk|nachten|"
    r"nachtdienst\w*|shiften?|wachtdienst\w*|bureaustoel|stoel|bureau|scherm\w*|trappen?|ladders?|rijden"
    r"|wagen|verplaats\w*|"
    r"taken|dossiers?|klanten|vergader\w*|contact|werken|starten|beginnen|herbegin\w*|eten|drinken|hulp"
    r"|collega|buddy|nodig|tillift|"
    r"attest|tot \d|vanaf \d|procent|lift|parking|zwaar|zware|lawaai|geluid|prikkel\w*|voormiddag\w*"
    r"|namiddag\w*)\b|\d ?%"
)

# --- What to propose instead: the name of a words file in privacy/ --------------------------------------

PROPOSALS = (
    (r"ask_hr", r"arbeidsongeval|beroepsziekte|epilep|drink|alcohol|drugs|verslaa?v|afkick|drank|zwanger|verwachting"),
    (r"contact_later", r"ziekenhuis|kliniek|hospita|opgenomen|instelling|spoed|intensieve"),
    ("available_hours", r"psycholo|psychiat|kine|therap|fysio|revalid|osteopa|dialyse|huisarts|infuus"),
    ("work_factors", r"van het werk|door het werk|op het werk|werkdruk"),
    (
        "absent_until",
        (
            r"(?:tot|duurt|nog)(?: \w+){0,3} (?:\d|jan|feb|maart|apr|mei|jun|jul|aug|sep|okt|nov|dec|maand"
            r"|wek)|herval|komt (?:\w+ ){0,2}in \w+ terug"
        ),
    ),
    ("breaks", r"\bmoe\b|vermoei|uitgeput|concentratie|slaapt?|slapen|energie|oververmoeid|doodmoe"),
    ("limits", r"rug|knie|schouder|nek|heup|hernia|pols|elleboog|voet|enkel|pijn|geopereerd|operatie|gebroken|lumba"),
)
