"""The screen before free text: what is about work passes, what is about health is not ours to keep.

Word lists alone find about half of what people write (platforms.md section 7), so closed questions are the safeguard
and this is a help. What is recognised is not kept, logged or sent anywhere; see docs/privacy.md for its figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import OSA

from conversations.talking import delicate, health
from conversations.talking.finding import Phrases
from conversations.talking.spelling import LONGEST_TYPED, clean, fold

Verdict = Literal["fine", "medical", "sensitive", "crisis", "harassment", "judgement"]


@dataclass(frozen=True, slots=True)
class Screened:
    """What a text is about. `keep` is the half about work, if any; `proposal` names words in privacy/.

    Neither ever holds what was recognised. `verdict` "fine" means: nothing was recognised, not that nothing is there.
    """

    verdict: Verdict
    keep: str | None = None
    proposal: str | None = None


def _words(*lists: str) -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """Whole words, beginnings, and the few entries of more than one word, out of lists in text."""
    entries = [entry for words in lists for entry in words.split()]
    whole = frozenset(entry for entry in entries if entry.isalnum())
    starts = tuple(entry[:-1] for entry in entries if entry.endswith("*"))
    apart = tuple(entry.replace("?", " ?") for entry in entries if "?" in entry)
    return whole, starts, apart


_WHOLE, _STARTS, _APART = _words(health.ILLNESSES, health.SYMPTOMS, health.CARE)
_ABOUT_HEALTH = (*health.MEDICAL_PHRASES, health.COMPOUND, *_APART)
_MEDICAL = Phrases(_ABOUT_HEALTH)
_ORDINARY = re.compile(r"\b(?:" + "|".join(health.ORDINARY) + r")(?!\w)")
_CRISIS = Phrases(delicate.CRISIS_PHRASES)
_HARASSMENT = Phrases(delicate.HARASSMENT_PHRASES)
_JUDGEMENT = Phrases(delicate.JUDGEMENT_PHRASES)
_SENSITIVE = Phrases(delicate.SENSITIVE_PHRASES)
_ANY = Phrases((
    *_ABOUT_HEALTH, *delicate.CRISIS_PHRASES, *delicate.HARASSMENT_PHRASES, *delicate.JUDGEMENT_PHRASES,
    *delicate.SENSITIVE_PHRASES,
))  # fmt: skip
_THIRD_PARTY = re.compile(delicate.THIRD_PARTY)
_NAMED = re.compile(r"\s(?:bij|van|voor|met|aan) (?:de |het |een )?" + delicate.THIRD_PARTY)
_FUNCTION = re.compile(health.FUNCTION)
_PROPOSALS = tuple((name, re.compile(pattern)) for name, pattern in health.PROPOSALS)
_SPELLED_OUT = re.compile(r"\b(?:\w ){4,}\w\b")
_CLAUSE = re.compile(r"[.,;:!?()\n]+\s*|\s+(?:dus|daarom|daardoor|waardoor|maar|en|want|omdat)\s+|\s+[-–—]\s+")
_OPENING = re.compile(r"^(?:(?:dus|daarom|daardoor|en|maar|want)\s+)+", re.IGNORECASE)
_TAIL = re.compile(
    r"\s(?:van|voor|wegens|door|bij|met|vanwege|omwille van|aan)(?: (?:de|het|een|zijn|haar|mijn|die))? ([\w-]+)",
    re.IGNORECASE,
)


def _deletes(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


# Long words one typo away: looked up by what remains when one letter is left out, then measured.
_NOT_TYPOS = frozenset(
    {
        "verward",
        "ontwenning",
        "spuitje",
        "spuiten",
        "hoorapparaat",
        "vermoeid",
        "overgang",
        "mentaal",
        "mentale",
        "ongeval",
        "scanner",
        "fracturen",
        "fractuur",
    }
)
_ONE_LETTER_OUT: dict[str, str] = {
    rest: word
    for word in sorted({*_WHOLE, *_STARTS, "hernia"} - _NOT_TYPOS)
    if len(word) >= 7 or word == "hernia"
    for rest in _deletes(word)
}


def screen(text: str) -> Screened:
    """What the text is about; crisis and harassment before anything else. Never an exception."""
    text = clean(text[:LONGEST_TYPED])
    verdict = _verdict(text)
    if verdict == "fine":
        return Screened("fine", keep=text or None)
    if verdict not in ("medical", "sensitive"):
        return Screened(verdict)
    return Screened(verdict, keep=_work_half(text), proposal=_proposal(fold(text)) if verdict == "medical" else None)


def _verdict(text: str) -> Verdict:
    said = fold(text)
    suspect = _ANY.found_in(said)  # most texts stop here, after one look
    if suspect and _CRISIS.found_in(said):
        return "crisis"
    if suspect and _HARASSMENT.found_in(said):
        return "harassment"
    if suspect and _JUDGEMENT.found_in(said):
        return "judgement"
    if _is_medical(said, suspect=suspect):
        return "medical"
    if (suspect and _SENSITIVE.found_in(said)) or _THIRD_PARTY.search(text):
        return "sensitive"
    return "fine"


def _is_medical(said: str, *, suspect: bool = True) -> bool:
    said = _SPELLED_OUT.sub(lambda match: match[0].replace(" ", ""), said)
    said = _ORDINARY.sub(" ", said)
    return any(_is_medical_word(word) for word in set(said.split())) or (suspect and _MEDICAL.found_in(said))


def _is_medical_word(word: str) -> bool:
    if word in _WHOLE or word.startswith(_STARTS):
        return True
    if len(word) > 5 and word.endswith(health.ENDINGS) and word not in health.NOT_ENDINGS:
        return True
    if len(word) < 6:
        return False
    meant = next((known for rest in _deletes(word) if (known := _ONE_LETTER_OUT.get(rest))), None)
    return meant is not None and word not in _NOT_TYPOS and OSA.distance(word, meant) <= 1


def _work_half(text: str) -> str | None:
    """What remains about work without the medical clauses, a medical tail ("voor zijn rug") or a client's name."""
    kept: list[str] = []
    for clause in _CLAUSE.split(text):
        part = _NAMED.sub("", _OPENING.sub("", clause.strip()))
        if part and _is_medical(fold(part)):
            part = _TAIL.sub("", part, count=1).strip()
        if part and _FUNCTION.search(fold(part)) and _verdict(part) == "fine":
            kept.append(part)
    half = ", ".join(kept)
    return half if half and _verdict(half) == "fine" else None


def _proposal(said: str) -> str:
    return next((name for name, pattern in _PROPOSALS if pattern.search(said)), "needs_at_work")
