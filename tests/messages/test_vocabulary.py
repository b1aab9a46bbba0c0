"""The words people read: Flemish, warm, short, and never about health."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import conversations
import messages

WORDS = Path(messages.__file__).parent / "templates" / "nl"
FILES = {str(file.relative_to(WORDS)): file.read_text(encoding="utf-8") for file in sorted(WORDS.rglob("*.md"))}
PAGES = {str(file.relative_to(WORDS)): file.read_text(encoding="utf-8") for file in sorted(WORDS.rglob("*.html"))}
CALLED_BY_SUBJECT = {"nudges", "notice", "sources", "problems"}

# Terms of the Netherlands (domain.md e): right words there, strange ones here.
FOREIGN = (
    r"bedrijfsarts", r"arbodienst", r"arbo", r"uwv", r"poortwachter", r"wia", r"wga", r"plan van aanpak",
    r"(?:eerste|tweede|1e|2e) spoor", r"spoor [12]", r"probleemanalyse", r"ziek ?meld\w*", r"ziekgemeld",
    r"beter ?meld\w*", r"betergemeld", r"verzuim\w*", r"loonsanctie", r"zorgverzekeraar", r"huisartsenpost",
    r"casemanager", r"inzetbaarheid\w*",
)  # fmt: skip
# Questions about health are never asked (domain.md d.2, f.1).
MEDICAL = (
    r"hoe voel je je", r"voel(?:t|en)? .{0,30}(?:je|zich) (?:al )?(?:beter|goed)", r"wat scheelt",
    r"wat heb je precies", r"welke (?:ziekte|klachten|behandeling|medicatie)", r"(?:neem|neemt) .{0,20}medicatie",
    r"naar de dokter geweest", r"wat zegt de (?:dokter|huisarts|specialist)",
    r"waarom (?:is|ben) .{0,20}(?:ziek|afwezig)", r"dezelfde ziekte", r"diagnose\?", r"psychisch of fysiek",
)  # fmt: skip
LABEL = re.compile(r"^\s*\[((?:\\.|[^\]\\{])+)\]\(choice:", re.MULTILINE)
LABELS = re.compile(r"\{% set labels = \{(.*?)\} %\}", re.DOTALL)
# The files of words of questions with boxes to tick.
BOXES = {
    f"{file.stem}/{name}.md" if file.parent.name == "dialogues" else f"{dialogue}/{name}.md"
    for file in Path(conversations.__file__).parent.rglob("*.py")
    for name in re.findall(r"\"(\w+)\",\s*(?:kind=)?\"several\"", file.read_text(encoding="utf-8"))
    for dialogue in ("prepare_talk", "reintegration_talk", "report")  # a chapter is part of one of these
}
JINJA = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
VALUE = re.compile(r"\{\{.*?\}\}")


def _prose(text: str) -> str:
    """What may be read: without the logic of the templates and without addresses."""
    return re.sub(r"\(choice:[^)]*\)|https?://\S+", "", VALUE.sub("0", JINJA.sub(" ", text)))


def _found(patterns: tuple[str, ...], text: str) -> list[str]:
    return [pattern for pattern in patterns if re.search(rf"\b{pattern}", text, re.IGNORECASE)]


def _branches(text: str) -> list[str]:
    """The text once for each way through its conditions: of "if a, elif b, else c" one is said."""
    opened = re.search(r"\{% if (?:(?!\{% (?:if|endif)).)*?%\}(?:(?!\{% if ).)*?\{% endif %\}", text, re.DOTALL)
    if opened is None:
        return [JINJA.sub(" ", text)]
    parts = re.split(r"\{% (?:if|elif|else|endif)[^%]*%\}", opened[0])[1:-1]
    return [way for part in parts for way in _branches(text[: opened.start()] + part + text[opened.end() :])][:512]


@pytest.mark.parametrize("file", FILES | PAGES)
def test_the_words_are_flemish(file: str) -> None:
    """No term that only exists across the border, on the pages neither."""
    assert [] == _found(FOREIGN, _prose((FILES | PAGES)[file]))


@pytest.mark.parametrize("file", FILES)
def test_nobody_is_asked_about_health(file: str) -> None:
    """No medical question, in no words; what a manager should not ask may be quoted after "niet" or "liever niet"."""
    quoted = re.sub(r"\"[^\"]*\"|“[^”]*”|„[^”“]*[”“]", "", _prose(FILES[file]))
    assert [] == _found(MEDICAL, quoted)


@pytest.mark.parametrize("file", FILES)
def test_je_and_not_u(file: str) -> None:
    """Everybody is je."""
    assert [] == re.findall(r"(?<!\d )(?<!\d)\b(?:u|uw|uzelf)\b", _prose(FILES[file]), re.IGNORECASE)


@pytest.mark.parametrize("file", [file for file in FILES if file.split("/")[0] in CALLED_BY_SUBJECT])
def test_what_lists_name_has_a_subject(file: str) -> None:
    """The first line says what it is about, for lists and for "waarom krijg ik dit?"; questions are the explorer's."""
    assert re.match(r"# \S", FILES[file])


@pytest.mark.parametrize("file", FILES)
def test_one_question_at_a_time(file: str) -> None:
    """Whichever way the conditions fall, at most one question mark and one exclamation mark is read.

    "Nog niet geweten? Sla dit dan over." asks nothing: it says what to do.
    """
    for way in _branches(FILES[file].partition("\n")[2]):
        said = re.sub(r"\{\{.*?\}\}|\"[^\"]*\"|“[^”]*”|^\s*\[.*\]\(choice:.*$", "", way, flags=re.MULTILINE)
        said = re.sub(r"\? (?=(?:Sla|Typ|Leg|Zeg|Vraag|Kies)\b)", ": ", said)
        assert said.count("?") <= 1
        assert said.count("!") <= 1


@pytest.mark.parametrize("file", FILES)
def test_labels_fit_on_a_button(file: str) -> None:
    """At most 24 characters, which is what a phone shows; a box to tick has a line of its own."""
    labels = LABEL.findall(FILES[file])
    for mapping in LABELS.findall(FILES[file]):
        labels += re.findall(r":\s*\"([^\"]+)\"", mapping)
    most = 56 if file in BOXES else 24
    assert [] == [label for label in labels if len(label) > most]
