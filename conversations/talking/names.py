"""Whom somebody means: first name, surname and initials looked at apart, never one blurred score.

Bare fuzzy ratios pick the wrong colleague (platforms.md section 7): a tie gives all candidates, and a name that
only fits with a typo is never sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from conversations.talking.spelling import fold, near


@dataclass(frozen=True, slots=True)
class Who:
    """The people (ids) a name may mean. `sure`: one person, and the name as it is written."""

    candidates: tuple[str, ...]
    sure: bool


NOBODY = Who((), sure=False)
PARTICLES = frozenset({"van", "de", "der", "den", "vande", "vander", "le", "la", "du", "el", "ter", "ten", "t"})


def who(text: str, people: Mapping[str, str]) -> Who:
    """Whom the whole text names. `people` is id -> full name."""
    said = fold(text)
    if not said:
        return NOBODY
    return _found(said, _folded(people))


def mentioned(said: Sequence[str], people: Mapping[str, str], ignore: Iterable[str] = ()) -> Who:
    """Whom a sentence, given in folded words, mentions: the longest run of words that is a name.

    `ignore` are words that are never a name there, however close they come ("is", "ziek"). Initials only count
    when they are the whole text (`who`); inside a sentence "is" would be Ilse Smets.
    """
    names = _folded(people)
    skip = frozenset(ignore)
    for length in (4, 3, 2, 1):
        for at in range(len(said) - length + 1):
            run = said[at : at + length]
            if not skip.isdisjoint(run) and not (length > 1 and not PARTICLES.isdisjoint(run)):
                continue
            if found := _exactly(run, names):
                return Who(found, sure=len(found) == 1)
    for word in said:
        if word not in skip and word not in PARTICLES and (found := _nearly(word, names)):
            return Who(found, sure=False)
    return NOBODY


def _folded(people: Mapping[str, str]) -> dict[str, list[str]]:
    return {person: words for person, name in people.items() if (words := fold(name).split())}


def _found(said: str, names: Mapping[str, list[str]]) -> Who:
    words = said.split()
    if found := _exactly(words, names):
        return Who(found, sure=len(found) == 1)
    if found := _by_initials(words, names):
        return Who(found, sure=len(found) == 1)
    return Who(_nearly(said, names), sure=False)


def _exactly(words: Sequence[str], names: Mapping[str, list[str]]) -> tuple[str, ...]:
    """The whole name in either order, else a first name, a surname, or a first name with the start of a surname."""
    words = list(words)
    whole = tuple(p for p, name in names.items() if words in (name, [*name[1:], name[0]]))
    if whole:
        return whole
    if len(words) == 1 and words[0] in PARTICLES:
        return ()
    part = tuple(
        p for p, name in names.items()
        if words == name[:1] or words == name[1:] or (len(name) > 2 and words == name[-1:])
    )  # fmt: skip
    if part or len(words) < 2 or len(words[-1]) > 2:
        return part
    rest = " ".join(words[1:])
    return tuple(
        p for p, name in names.items()
        if len(name) > 1 and words[0] == name[0]
        and (" ".join(name[1:]).startswith(rest) or _initials(name[1:]) == rest)
    )  # fmt: skip


def _initials(name: Sequence[str]) -> str:
    return "".join(word[0] for word in name)


def _by_initials(words: Sequence[str], names: Mapping[str, list[str]]) -> tuple[str, ...]:
    """By "jp", "j p", or an initial with a surname: "j peeters"."""
    if len(words) > 1 and len(words[0]) == 1 and len(words[1]) > 1:
        return tuple(p for p, name in names.items() if name[0][0] == words[0] and name[1:] == list(words[1:]))
    if sum(map(len, words)) > 4 or (len(words) > 1 and any(len(word) > 1 for word in words)):
        return ()
    letters = "".join(words)
    if len(letters) < 2:
        return ()
    short = {p: [w for w in name if w not in PARTICLES] for p, name in names.items()}
    return tuple(p for p, name in names.items() if letters in (_initials(name), _initials(short[p])))


def _nearly(said: str, names: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Everybody of whom the full name, first name or surname comes closest within a typo or two."""
    for form in (" ".join, lambda name: name[0], lambda name: " ".join(name[1:])):
        forms = {p: form(name) for p, name in names.items()}
        if (match := near(said, {written for written in forms.values() if len(written) > 3})) is not None:
            return tuple(p for p, written in forms.items() if written == match)
    return ()
