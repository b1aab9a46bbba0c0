"""On Telegram nobody is named in full: not beside an absence, and so nowhere.

Names come into messages by many ways: the scripts, buttons with people, notices, texts people wrote, a message that
waited for another channel. They leave by one, so it is done there: whatever was written, this is what goes out.

People write names as they like: "jan peeters", "PEETERS, Jan", "jan.peeters@". So everybody's name is looked for in
any order, without capitals and accents. With a typo in it only the names are known of whom a message is likely to be:
who its case is about, and whom its reader or the manager of that case leads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from conversations.talking.spelling import fold, near
from messages.message import from_json, reworded, to_json
from storage import cases, people

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from storage.database import Tx
    from storage.outbox import Row

FIRST_NAMES_ONLY = frozenset({"telegram"})
LONGEST = 8  # words in a name
_WORD = re.compile(r"[^\W_]+")
_APART = re.compile(r"[^\S\n]{1,3}|[-'’._/]|,[^\S\n]?")  # what may stand between two words of one name


@dataclass(frozen=True, slots=True)
class _Run:
    """Words in a text that may be a name: folded, and from where to where they stand."""

    words: tuple[str, ...]
    start: int
    end: int


def shortened(tx: Tx, row: Row) -> Row:
    """The message as it may leave on its channel: on Telegram with short names."""
    if row.channel not in FIRST_NAMES_ONLY or not row.body:
        return row
    message = from_json(row.body)
    texts: list[str] = [row.answered or ""]
    reworded(message, lambda text: texts.append(text) or text)  # type: ignore[func-returns-value] # only looks
    shorten = _shortener(tx, row, texts)
    if shorten is None:
        return row
    answered = None if row.answered is None else shorten(row.answered)
    return replace(row, body=to_json(reworded(message, shorten)), answered=answered)


def answered(tx: Tx, row: Row, said: str) -> tuple[Row, str]:
    """The question that was answered, and what was said, as they may stand on its channel."""
    if row.channel not in FIRST_NAMES_ONLY:
        return row, said
    seen = shortened(tx, replace(row, answered=said))
    return seen, seen.answered or ""


def _shortener(tx: Tx, row: Row, texts: Iterable[str]) -> Callable[[str], str] | None:
    """What makes short names of the full names in these texts. None when there are none."""
    runs = {text: list(_runs(text)) for text in set(texts)}
    words = {run.words for found in runs.values() for run in found}
    full = people.named(tx, row.organisation, {people.name_key(some) for some in words})
    found = {some: full[key] for some in words if (key := people.name_key(some)) in full}
    found = _misspelled(words, _likely(tx, row)) | found
    short = {some: _short(name, people.namesakes(tx, row.organisation, name)) for some, name in found.items()}
    return (lambda text: _shorter(text, runs[text], short)) if short else None


def _shorter(text: str, runs: Iterable[_Run], short: Mapping[tuple[str, ...], str]) -> str:
    """The text with short names; where two names overlap, the first and longest one counts."""
    parts, done = [], 0
    for run in runs:
        if run.start < done or run.words not in short:
            continue
        name = short[run.words]
        parts += [text[done : run.start], name.removesuffix(".") if text[run.end :].startswith(".") else name]
        done = run.end
    return "".join((*parts, text[done:]))


def _runs(text: str) -> Iterator[_Run]:
    """Two words and more that stand together: from left to right, and the longest first."""
    words = list(_WORD.finditer(text))
    together = [_APART.fullmatch(text, one.end(), other.start()) is not None for one, other in pairwise(words)]
    folded = [fold(word[0]) for word in words]
    for at, first in enumerate(words):
        last = at + 1
        while last < min(len(words), at + LONGEST) and together[last - 1]:
            last += 1
        for end in range(last, at + 1, -1):
            yield _Run(tuple(folded[at:end]), first.start(), words[end - 1].end())


def _likely(tx: Tx, row: Row) -> set[str]:
    """Of whom a message is likely to be."""
    case = cases.load(tx, row.case) if row.case else None
    employee = people.get(tx, case.employee) if case else None
    leads = {row.person, *([case.manager] if case else [])}
    return {name for lead in leads for name in people.team(tx, lead)} | ({employee.name} if employee else set())


def _misspelled(runs: Iterable[tuple[str, ...]], likely: Iterable[str]) -> dict[tuple[str, ...], str]:
    """The runs that are one of these names with a typo in it, in either order.

    A letter or a number beside a name is no typo: "Jan Verstraeten 2 weken" keeps its 2.
    """
    names = [(name, first, " ".join(rest)) for name in likely for first, *rest in [fold(name).split()] if rest]

    @cache
    def begins(word: str) -> list[tuple[str, str]]:
        return [(name, rest) for name, first, rest in names if near(word, (first,))]

    found: dict[tuple[str, ...], str] = {}
    for run in runs if names else ():
        if len(run[0]) == 1 or len(run[-1]) == 1:
            continue
        for first, others in ((run[0], run[1:]), (run[-1], run[:-1])):
            for name, rest in begins(first):
                if near(" ".join(others), (rest,)):
                    found[run] = name
    return found


def _short(name: str, namesakes: Iterable[str]) -> str:
    """The first name; with as much of the surname as tells it from the others of that first name."""
    first, _, rest = name.partition(" ")
    others = [other.partition(" ")[2] for other in namesakes if other != name]
    if not others:
        return first
    length = 1
    while length < len(rest) - 1 and any(other.startswith(rest[:length]) for other in others):
        length += 1
    return f"{first} {rest[:length].rstrip()}."
