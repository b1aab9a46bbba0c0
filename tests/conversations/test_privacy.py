"""The screen before free text, on the labelled sentences of domain.md d.3 and on sets of our own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.talking import delicate, health
from conversations.talking.finding import Phrases
from conversations.talking.privacy import Screened, Verdict, screen
from conversations.talking.spelling import fold

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WORDS = ROOT / "messages" / "templates" / "nl" / "privacy"


def rows(name: str) -> list[list[str]]:
    """The lines of a labelled set, split at their tabs."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


KNOWN = rows("privacy_known.txt")


@pytest.mark.parametrize(("_number", "_label", "verdict", "keep", "text"), KNOWN, ids=[row[0] for row in KNOWN])
def test_the_known_sentences(_number: str, _label: str, verdict: str, keep: str, text: str) -> None:
    """Each of the 54 sentences of domain.md gets its verdict, and its half about work stays."""
    screened = screen(text)
    assert verdict == screened.verdict
    if verdict != "fine":
        assert (None if keep == "-" else keep) == screened.keep


def test_the_counts_of_the_known_sentences() -> None:
    """All 27 medical, 6 grey, 3 sensitive, 2 routed and 1 judging sentences are stopped; all 15 about work pass."""
    stopped: dict[str, int] = {}
    passed: dict[str, int] = {}
    for _, label, _, _, text in KNOWN:
        count = passed if screen(text).verdict == "fine" else stopped
        count[label] = count.get(label, 0) + 1
    assert {"MEDISCH": 27, "GREY": 6, "GEVOELIG": 3, "ROUTE": 2, "JUDGE": 1} == stopped
    assert {"FUNCT": 15} == passed


@pytest.mark.parametrize(
    "text",
    [
        "Het is een drukke periode.", "Ze werkt op het hoofdkantoor.", "Zijn rugzak staat nog hier.",
        "Hartelijk dank!",
        "Hij zit te kankeren over het eten.", "De griepvaccinatie op het werk is dinsdag.", "Ze is out.",
        "Iedereen is op de been.",
        "De dokter is klant bij ons.", "Een depressie boven de Noordzee brengt regen.",
        "Ze werkt op de dienst oncologie.",
        "Terug op maandag.", "Kan enkel maandag.", "Lever de dossiers in.", "Ik vermoed dat het lukt.",
        "Aan de hand van een lijst.", "Het hoofd van de dienst beslist.", "De facturen zijn klaar.",
        "Ze heeft als taak de post.",
        "Last van het lawaai in de gang.", "Hij volgt een opleiding.", "Het is met spoed te doen.",
        "De koffie is op.",
        "Wil geen avonddienst.", "De overgang naar het nieuwe programma.", "Resultaten van de enquête.",
        "Hij kan niet meer dan 5 kg tillen.",
    ],
)  # fmt: skip
def test_ordinary_words_pass(text: str) -> None:
    """Words that only look medical are left alone: "terug" is not "rug"."""
    assert screen(text).verdict == "fine"


@pytest.mark.parametrize(
    "text",
    [
        "b u r n o u t",
        "burn-out",
        "BURN OUT",
        "burnuot",
        "depresie",
        "bu\u200brnout",
        "Zijn RUG is kapot",
        "dépressie",
        "psycholoog.",
    ],
)
def test_disguises_are_seen_through(text: str) -> None:
    """Capitals, accents, hyphens, hidden characters, spelling out and a typo change nothing."""
    assert screen(text).verdict == "medical"


@pytest.mark.parametrize(
    "text",
    [
        "Ik zie het niet meer zitten en mijn chef pest me", "ik heb een depressie en wil niet meer leven",
        "ik maak er een eind aan",
        "Was ik maar dood.", "Ik heb geen reden meer om te leven.", "Ik wil er niet meer zijn.", "zelfmoord",
    ],
)  # fmt: skip
def test_a_crisis_goes_before_everything(text: str) -> None:
    """A cry for help is answered with help, whatever else the text says."""
    assert Screened("crisis") == screen(text)


def test_not_wanting_a_task_is_no_crisis() -> None:
    """Not seeing something through is about work when it says what."""
    assert screen("Ze ziet het niet meer zitten om nachten te doen.").verdict == "fine"


def test_every_proposal_and_verdict_has_its_words() -> None:
    """What the screen may propose or say is written down."""
    names = {name for name, _ in health.PROPOSALS} | {"needs_at_work"} | (set(get_args(Verdict)) - {"fine"})
    assert names <= {path.stem for path in WORDS.glob("*.md")}


@pytest.mark.parametrize("set_name", ["practice", "held_out"])
def test_the_figures_in_the_documentation_are_true(set_name: str) -> None:
    """docs/privacy.md says what the screen really does on each set."""
    stopped = wrongly = missed = 0
    for verdict, text in rows(f"privacy_{set_name}.txt"):
        fine = screen(text).verdict == "fine"
        stopped += not fine and verdict != "fine"
        wrongly += not fine and verdict == "fine"
        missed += fine and verdict != "fine"
    page = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    found = re.search(rf"\| {set_name} \| (\d+) \| (\d+) \| (\d+) \|", page)
    assert found is not None
    assert (stopped, wrongly, missed) == tuple(map(int, found.groups()))


def test_nobody_is_sent_on_for_a_functional_sentence() -> None:
    """No sentence about work in the sets is taken for a crisis or harassment."""
    for verdict, text in rows("privacy_practice.txt") + rows("privacy_held_out.txt"):
        if verdict == "fine":
            assert screen(text).verdict not in ("crisis", "harassment")


_SOME = st.sampled_from(
    [row[-1] for row in KNOWN] + ["wil rustig opbouwen", "max 5 kg tillen", ", ", " dus ", "\x00", "\n"]
)


@given(st.one_of(st.text(max_size=400), st.lists(_SOME, max_size=5).map(" ".join)))
def test_what_stays_is_fine(text: str) -> None:
    """No text breaks the screen, and the half it keeps passes the screen itself, unchanged."""
    screened = screen(text)
    if screened.keep is not None:
        again = screen(screened.keep)
        assert ("fine", screened.keep) == (again.verdict, again.keep)


SEARCHES = {
    phrases: (re.compile(r"(?<!\w)(?:" + "|".join(phrases) + r")(?!\w)"), Phrases(phrases))
    for phrases in (health.MEDICAL_PHRASES, delicate.CRISIS_PHRASES, delicate.SENSITIVE_PHRASES)
}


@given(st.lists(_SOME, max_size=6).map(" ".join))
def test_the_quick_search_finds_what_the_plain_one_finds(text: str) -> None:
    """Trying only phrases with the right first letter changes nothing in what is found."""
    said = fold(text)
    for plain, quick in SEARCHES.values():
        assert (plain.search(said) is not None) == quick.found_in(said)
