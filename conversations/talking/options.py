"""Which of the offered options somebody means: by label, by number, by yes or no, with small typos.

A doubtful match is no match: the question is asked again with its buttons (platforms.md section 7).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from conversations.talking.lexicon import (
    AGAINST,
    ALL,
    ALSO,
    AROUND_A_CHOICE,
    BEFORE,
    CARDINALS,
    NO,
    NONE,
    ORDINALS,
    PAIRS,
    POLITE,
    YES,
)
from conversations.talking.spelling import fold, near, plain
from conversations.talking.vocabulary import in_full

_NUMBER = re.compile(r"(?:optie |nummer |keuze |antwoord |nr )?(\d{1,3})(?:e|de|ste)?")
_ORDINAL = re.compile(r"(?:de |het |optie |nummer |keuze )?(\w+)(?: optie| keuze| antwoord| punt)?")
_SEPARATOR = re.compile(r"(\s*[,;+&\n]\s*(?:en\s+)?|\s+en\s+|\s+\+\s+)")
_RANGE = re.compile(r"(?:van )?(\d{1,2})\s*(?:-|tot en met|t\.?e\.?m\.?|t/m|tot)\s*(\d{1,2})")
_FIRST = re.compile(r"(?:de )?(eerste|laatste) (\w+)")
_EXCEPT = re.compile(r"(?:alle|alles|allemaal) (?:behalve|uitgezonderd|buiten|maar niet)\s+(.+)", re.DOTALL)
_BEFORE = re.compile(BEFORE)
_YES = ("ja", "jaa", "jaja", "jawel", "yes", "jep", "yep", "ok", "oke")
_THUMBS = {"\U0001f44d": "ja", "\U0001f44e": "nee", "\u2705": "ja", "\u274c": "nee"}


def yes_or_no(text: str) -> bool | None:
    """True for a yes, False for a no, None for anything less clear ("ja maar nee")."""
    thumb = _THUMBS.get(text.strip()[:1])
    said = fold(thumb or text)
    if said in YES:
        return True
    if said in NO:
        return False
    first, _, rest = said.partition(" ")
    others = set(rest.split())
    if first in _YES and others <= POLITE - {"nee", "neen"}:
        return True
    if first in ("nee", "neen", "nope") and others <= (POLITE | {"niet"}) - {"ja", "wel"}:
        return False
    return None


def position(text: str, count: int) -> int | None:
    """Which option, counted from 0, a number such as "2", "optie 2", "de tweede" or "laatste" means."""
    said = fold(text)
    if match := _NUMBER.fullmatch(said):
        number = int(match[1])
    elif match := _ORDINAL.fullmatch(said):
        word = match[1]
        if word == "laatste":
            return count - 1 if count else None
        number = ORDINALS.get(word, 0) or CARDINALS.get(word, 0)
    else:
        return None
    return number - 1 if 1 <= number <= count else None


def one_of(text: str, options: Mapping[str, str]) -> tuple[str, ...]:
    """The options (id -> label) that the text may mean: one when clear, none, or several when it is ambiguous."""
    said = fold(text)
    labels = {option: fold(label) for option, label in options.items()}
    exact = tuple(option for option, label in labels.items() if said and said in (label, fold(option)))
    if exact:
        return exact
    meant = {said, _BEFORE.sub("", said), " ".join(word for word in said.split() if word not in POLITE - AGAINST)}
    also = {option: ALSO.get(label) or ALSO.get(option, frozenset()) for option, label in labels.items()}
    if otherwise := tuple(option for option, ways in also.items() if meant & ways):
        return otherwise
    if (answer := yes_or_no(text)) is not None:
        return _by_yes_or_no(labels, yes=answer)
    if (numbered := position(text, len(labels))) is not None:
        same_figure = (option for option, label in labels.items() if label.split(" ", 1)[0] == said)  # "2 weken"
        return tuple(dict.fromkeys((list(labels)[numbered], *same_figure)))
    found = _by_words(said, labels) or _by_spelling(said, labels) or _by_first_word(said, labels)
    return found or _by_what_is_left(said, options)


def _by_yes_or_no(labels: Mapping[str, str], *, yes: bool) -> tuple[str, ...]:
    words, plainly = (("ja",), "yes") if yes else (("nee", "neen"), "no")
    if plainly in labels:
        return (plainly,)
    called = tuple(option for option, label in labels.items() if label.split(" ", 1)[0] in words)
    paired = (pair[0 if yes else 1] for pair in PAIRS if set(pair) <= labels.keys())
    return called or tuple(paired)[:1]


def _by_words(said: str, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Every word typed is in the label, or every word of the label was typed; a denial must stand on both sides."""
    spoken = set(said.split())
    if not any(len(word) > 2 for word in spoken):
        return ()
    found: dict[str, int] = {}
    for option, label in labels.items():
        words = set(label.split())
        if words <= {"ja", "nee", "neen"}:
            continue  # "ja maar nee" is neither
        if bool(words & AGAINST) != bool(spoken & AGAINST):
            continue
        if spoken <= words or (words and words <= spoken and len(said) <= 3 * len(label) + 10):
            found[option] = len(spoken & words)
    most = max(found.values(), default=0)
    return tuple(option for option, count in found.items() if count == most)


def _by_first_word(said: str, labels: Mapping[str, str]) -> tuple[str, ...]:
    """A yes or a no with more behind it ("ja een tijdje"), as long as that takes nothing back."""
    first, *others = said.removesuffix(" maar").split() or [""]
    doubt = {"maar", "ja", "wel", "of", "tenzij", "behalve"} | (AGAINST if first in _YES else set())
    if first not in (*_YES, "nee", "neen") or set(others) & doubt:
        return ()
    return _by_yes_or_no(labels, yes=first in _YES)


def _by_what_is_left(said: str, options: Mapping[str, str]) -> tuple[str, ...]:
    """The same as it is written, and without the words around it: "eerst jan", "nee elke week toch", "goe"."""
    around = AROUND_A_CHOICE
    if any(AGAINST & set(fold(label).split()) for label in options.values()):
        around -= AGAINST  # "nee bewaren" is neither
    left = " ".join(word for word in in_full(said).split() if word not in around)
    return one_of(left, options) if left and left != said else ()


def _by_spelling(said: str, labels: Mapping[str, str]) -> tuple[str, ...]:
    """A label with a typo or two, or one clear word of exactly one label with a typo."""
    if (label := near(said, set(labels.values()))) is not None:
        return tuple(option for option, other in labels.items() if other == label)
    if " " in said or len(said) < 5:
        return ()
    words = {word for label in labels.values() for word in label.split()}
    if (word := near(said, words)) is None:
        return ()
    return tuple(
        option for option, label in labels.items() if word in label.split() and not set(label.split()) & AGAINST
    )


def some_of(text: str, options: Mapping[str, str]) -> list[str] | None:
    """The options that a list such as "1 en 3", "de eerste twee" or "allemaal behalve 2" means, in their order.

    None when any part of it is not clear.
    """
    said = fold(text)
    ids = list(options)
    if said in {fold(label) for label in options.values()}:
        return list(one_of(text, options)[:1])
    if said in NONE:
        return []
    if said in ALL:
        return ids
    if match := _EXCEPT.fullmatch(plain(text).strip()):
        but = some_of(match[1], options)
        return None if not but else [option for option in ids if option not in but]
    if match := _FIRST.fullmatch(said):
        count = CARDINALS.get(match[2]) or (int(match[2]) if match[2].isdecimal() else 0)
        if 1 <= count <= len(ids):
            return ids[:count] if match[1] == "eerste" else ids[-count:]
    if match := _RANGE.fullmatch(plain(text).strip()):
        low, high = int(match[1]), int(match[2])
        return ids[low - 1 : high] if 1 <= low < high <= len(ids) else None
    if re.fullmatch(r"\d{1,2}(?: \d{1,2})+", said):
        text = said.replace(" ", ",")
    return _listed(text, options)


def _listed(text: str, options: Mapping[str, str]) -> list[str] | None:
    """A list with commas and "en"; labels that hold these themselves are recognised first."""
    parts = [part for part in _SEPARATOR.split(text.strip(" ,;.\n")) if part]
    labels = {fold(label): option for option, label in options.items()}
    chosen: set[str] = set()
    at = 0
    while at < len(parts):
        if _SEPARATOR.fullmatch(parts[at]):
            at += 1
            continue
        for end in range(min(len(parts), at + 9), at, -1):
            if (option := labels.get(fold("".join(parts[at:end])))) is not None:
                break
        else:
            end = at + 1
            found = one_of(parts[at], options)
            if len(found) != 1:
                return None
            option = found[0]
        chosen.add(option)
        at = end
    return [option for option in options if option in chosen] if chosen else None
