"""The words people read: Flemish, warm, short, and never about health."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

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


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})", re.IGNORECASE)


def _wrong(files: Iterable[str], problems: Callable[[str], list[str]]) -> dict[str, list[str]]:
    """What is wrong in each of these files. All at once: the words are a thousand files, and reading them is quick."""
    return {file: found for file in files if (found := problems((FILES | PAGES)[file]))}


def _branches(text: str) -> list[str]:
    """The text once for each way through its conditions: of "if a, elif b, else c" one is said."""
    opened = re.search(r"\{% if (?:(?!\{% (?:if|endif)).)*?%\}(?:(?!\{% if ).)*?\{% endif %\}", text, re.DOTALL)
    if opened is None:
        return [JINJA.sub(" ", text)]
    parts = re.split(r"\{% (?:if|elif|else|endif)[^%]*%\}", opened[0])[1:-1]
    return [way for part in parts for way in _branches(text[: opened.start()] + part + text[opened.end() :])][:512]


def test_the_words_are_flemish() -> None:
    """No term that only exists across the border, on the pages neither."""
    foreign = _any(FOREIGN)
    assert {} == _wrong(FILES | PAGES, lambda text: foreign.findall(_prose(text)))


def test_nobody_is_asked_about_health() -> None:
    """No medical question, in no words; what a manager should not ask may be quoted after "niet" or "liever niet"."""
    medical, quoted = _any(MEDICAL), re.compile(r"\"[^\"]*\"|“[^”]*”|„[^”“]*[”“]")
    assert {} == _wrong(FILES, lambda text: medical.findall(quoted.sub("", _prose(text))))


def test_je_and_not_u() -> None:
    """Everybody is je."""
    polite = re.compile(r"(?<!\d )(?<!\d)\b(?:u|uw|uzelf)\b", re.IGNORECASE)
    assert {} == _wrong(FILES, lambda text: polite.findall(_prose(text)))


def test_what_lists_name_has_a_subject() -> None:
    """The first line says what it is about, for lists and for "waarom krijg ik dit?"; questions are the explorer's."""
    listed = [file for file in FILES if file.split("/")[0] in CALLED_BY_SUBJECT]
    assert [] == [file for file in listed if not re.match(r"# \S", FILES[file])]


def _marks(text: str) -> list[str]:
    """The ways through a text on which more than one question mark or exclamation mark is read."""
    too_many = []
    for way in _branches(text.partition("\n")[2]):
        said = re.sub(r"\{\{.*?\}\}|\"[^\"]*\"|“[^”]*”|^\s*\[.*\]\(choice:.*$", "", way, flags=re.MULTILINE)
        said = re.sub(r"\? (?=(?:Sla|Typ|Leg|Zeg|Vraag|Kies)\b)", ": ", said)
        if max(said.count("?"), said.count("!")) > 1:
            too_many.append(said)
    return too_many


def test_one_question_at_a_time() -> None:
    """Whichever way the conditions fall, at most one question mark and one exclamation mark is read.

    "Nog niet geweten? Sla dit dan over." asks nothing: it says what to do.
    """
    assert {} == _wrong(FILES, _marks)


def test_labels_fit_on_a_button() -> None:
    """At most 24 characters, which is what a phone shows; a box to tick has a line of its own."""
    too_long = {}
    for file, text in FILES.items():
        labels = LABEL.findall(text)
        for mapping in LABELS.findall(text):
            labels += re.findall(r":\s*\"([^\"]+)\"", mapping)
        most = 56 if file in BOXES else 24
        too_long[file] = [label for label in labels if len(label) > most]
    assert {} == {file: labels for file, labels in too_long.items() if labels}
