"""What somebody wants who types freely: a command that works anywhere, or a dialogue and whom it is about.

An exact table first, then patterns over folded words with small typos put right. A name that fits two people, or
only with a typo, is never acted upon: it comes back as candidates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from conversations.talking import commands, particulars, strangers
from conversations.talking.names import NOBODY, PARTICLES, Who, mentioned, who
from conversations.talking.phrases import DIALOGUES
from conversations.talking.privacy import screen
from conversations.talking.spelling import fold, near
from conversations.talking.vocabulary import SLIPS, VOCABULARY

LONGEST = 300  # characters; a wish is short

CommandName = Literal["back", "skip", "later", "change", "stop", "help", "summary", "why"]


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be said at any question.

    `argument` is what to change: "3", "uren"; or that no more is to stop than what is asked now: "here".
    """

    name: CommandName
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Intent:
    """A dialogue to begin ("new_absence"), or fixed words to show ("guarded/pay", "privacy/crisis").

    about       {"employee": id} when it is clear whom it is about
    candidates  everybody it may be about otherwise
    sure        nothing was guessed: no typo, no tie
    anytime     goes before the open question
    needs_case  the dialogue is about one case
    stranger    a name in it that is nobody's here: it is about no one, and least of all about somebody else
    """

    name: str
    about: Mapping[str, str] = field(default_factory=dict)
    candidates: tuple[str, ...] = ()
    sure: bool = True
    anytime: bool = False
    needs_case: bool = False
    stranger: str = ""


_COMMANDS: dict[str, CommandName] = {said: name for name, all_said in commands.COMMANDS.items() for said in all_said}  # type: ignore[misc] # the keys of COMMANDS are the names, tested
_LONG_COMMANDS = tuple(said for said in _COMMANDS if len(said) > 5)
_CHANGE = re.compile(commands.CHANGE)
_QUIET = re.compile(commands.QUIET)
_DIALOGUES = tuple((name, needs_case, re.compile(pattern)) for name, needs_case, pattern in DIALOGUES)
_BY_FIRST_LETTER = {
    letter: tuple(sorted(word for word in VOCABULARY if word[0] == letter and len(word) > 3))
    for letter in {word[0] for word in VOCABULARY}
}
ABOUT_NOBODY = frozenset(
    {"away", "readers", "my_cases", "late", "today", "resume", "hello", "channel", "unlink", "remind"}
)
ANYTIME = frozenset({"silence", "guarded/dismissal", "unlink"})
_WITH_NOTHING_OPEN = {"help": "help", "why": "why", "stop": "stop", "back": "guarded/undo", "change": "guarded/undo"}
_GUARDED = {"crisis": "privacy/crisis", "harassment": "privacy/harassment"}
_NOT_OURS = {"judgement": "guarded/doubt", "medical": "guarded/health", "sensitive": "guarded/personal"}


def command(text: str) -> Command | None:
    """The command a text is, as a whole; None for anything longer or less clear.

    A lone "later" is no command but an answer: many questions offer it.
    """
    if len(text) > LONGEST:
        return None
    said, whole = _alone(text), fold(text)
    if name := _COMMANDS.get(said) or _COMMANDS.get(whole):
        return Command(name, "here" if {said, whole} & commands.HERE else "")
    if match := _CHANGE.fullmatch(said):
        return Command("change", match["which"] or "")
    close = near(said, _LONG_COMMANDS) if len(said) > 5 else None
    return Command(_COMMANDS[close]) if close else None


def understand(text: str, people: Mapping[str, str]) -> Intent | None:
    """What the text asks for. `people` are the ids and full names of everybody the sender may name."""
    if not 0 < len(text) <= LONGEST:
        return None
    verdict = screen(text).verdict
    if verdict in _GUARDED:
        return Intent(_GUARDED[verdict], anytime=verdict == "crisis")
    typed = fold(text).split()
    if kind := commands.KIND.get(_alone(text)):
        return Intent(f"talking/{kind}")
    said, corrected = _corrected(typed, people)
    meant = mentioned(typed, people, VOCABULARY)
    for name, needs_case, pattern in _DIALOGUES:
        if pattern.search(said):
            wish = _intent(name, meant, needs_case=needs_case, guessed=corrected)
            if needs_case and not meant.candidates:
                return replace(wish, stranger=strangers.named(said.split()))
            return replace(wish, anytime=bool(re.search(particulars.WRITE_THERE, said))) if name == "channel" else wish
    if verdict in _NOT_OURS:
        return Intent(_NOT_OURS[verdict])
    if (found := command(text)) == Command("stop", "here"):
        return Intent("talking/noted")
    if found and found.name in _WITH_NOTHING_OPEN:
        return Intent(_WITH_NOTHING_OPEN[found.name], needs_case=found.name == "why")
    alone = who(text, people)
    return _intent("case_menu", alone, needs_case=True, guessed=False) if alone.candidates else None


def names(text: str, people: Mapping[str, str]) -> str | None:
    """The one person a sentence names that was not understood otherwise."""
    meant = mentioned(fold(text).split(), people, VOCABULARY) if len(text) <= LONGEST else NOBODY
    return meant.candidates[0] if meant.sure else None


def quiets(text: str) -> bool:
    """Whether the text asks to hear nothing more, as a whole."""
    return len(text) <= LONGEST and bool(_QUIET.fullmatch(_alone(text)))


def nods(text: str) -> bool:
    """Whether the text only says that it was read: "ok", "tot morgen", "ok tot morgen"."""
    said = _alone(text[:LONGEST])
    if not said and not text.isascii():
        return True  # a thumb up, a smile
    if (found := command(text)) and found.name == "later":
        return True
    first, _, rest = said.partition(" ")
    return said in commands.NODS or (first in commands.NODS and rest in commands.NODS)


def _alone(text: str) -> str:
    """The text as a whole, without what is only polite."""
    return " ".join(word for word in fold(text).split() if word not in commands.POLITE)


def went(text: str) -> str:
    """How a contact went, as far as the text says.

    "reached", "no_answer", "not_needed", "called" (one way or the other), "later" (not yet), or "".
    """
    said, _ = _corrected(fold(text).split(), {})
    if asks(text):
        return ""
    ways = {
        "later": particulars.NOT_YET,
        "not_needed": particulars.DECLINED,
        "no_answer": particulars.NO_ANSWER,
        "reached": particulars.REACHED,
        "called": particulars.CALLED,
    }
    return next((way for way, pattern in ways.items() if re.search(pattern, said)), "")


def asks(text: str) -> bool:
    """Whether a sentence about a contact asks for something, and tells nothing."""
    return bool(re.search(particulars.ASKS, _corrected(fold(text).split(), {})[0]))


def what_changes(text: str) -> str:
    """Which date changes, as far as the text says: "longer", "earlier", "expected", "withdrawn" or ""."""
    said = fold(text)
    return next((what for what, pattern in particulars.CHANGES.items() if re.search(pattern, said)), "")


def how_back(text: str) -> str:
    """How somebody comes back, as far as the text says: "partial", "full" or ""."""
    said, _ = _corrected(fold(text).split(), {})
    if re.search(particulars.PARTLY, said):
        return "partial"
    return "full" if re.search(particulars.FULLY, said) else ""


def is_back(text: str) -> bool:
    """Whether somebody says to be back from being away."""
    return bool(re.search(particulars.BACK, fold(text)))


def is_past(text: str) -> bool:
    """Whether the text says that its day was."""
    return bool(re.search(particulars.IS_PAST, fold(text)))


def which_channel(text: str) -> str:
    """The channel the text names: "slack", "telegram", "web" or ""."""
    said = fold(text)
    return next((channel for channel, pattern in particulars.CHANNELS.items() if re.search(pattern, said)), "")


def _intent(name: str, meant: Who, *, needs_case: bool, guessed: bool) -> Intent:
    if name.startswith("guarded/") or name in ABOUT_NOBODY:
        meant = NOBODY
    about = {"employee": meant.candidates[0]} if meant.sure else {}
    return Intent(
        name,
        about,
        () if meant.sure else meant.candidates,
        sure=not guessed and (meant.sure or not meant.candidates),
        anytime=name in ANYTIME,
        needs_case=needs_case,
    )


def _corrected(typed: list[str], people: Mapping[str, str]) -> tuple[str, bool]:
    """The words with small slips put right, and whether there were any. Words of names stay as they are."""
    names = {word for name in people.values() for word in fold(name).split()} - PARTICLES
    words: list[str] = []
    for one in typed:
        word = one if one in names else SLIPS.get(one, one)
        known = word in VOCABULARY or word in names or len(word) < 5
        words.append(word if known else near(word, _BY_FIRST_LETTER.get(word[0], ())) or word)
    return " ".join(words), words != typed
