"""HR's own words for a milestone: checked when they are kept, and again before they are used.

They look like our words: the first line is the subject (`# buddykoffie`), and then the text with its fields. Names
are put in afterwards (layout.py), so a name never meets the parser of the markdown, and never stands in an address.
Whatever goes wrong when a nudge is written, the built-in words go out instead, and somebody hears of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any

from jinja2 import StrictUndefined, Template, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from conversations.talking.privacy import screen
from messages import words
from messages.allowlist import FIELDS, Mistake, mistakes, parsed
from messages.layout import laid_out, slot
from messages.markdown import escape, plain
from messages.message import Button, Message, Paragraph

__all__ = ["FIELDS", "NONE", "Hint", "Mistake", "Own", "Sample", "WordsError", "check", "hints", "preview", "starting"]

LONGEST = 2000  # characters of a text, with its fields
LONGEST_SUBJECT = 60
LONGEST_SAID = 1200  # characters of what is sent
TEXTS = frozenset({"employee", "manager"})  # put in after everything else
# Steering characters, what turns the direction of writing, and the private ones that our slots are made of.
FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ue000-\uf8ff]")
LINK = re.compile(r"\]\(\s*([^)\s]*)")
ADDRESS = re.compile(r"https://[\w.-]+(?:/[\w./~%+-]*)?(?:\?[\w=&.%+-]*)?(?:#[\w-]*)?")

Worded = tuple[tuple[Paragraph, ...], tuple[Button, ...]]
Alarm = Callable[[str, Exception], None]


class WordsError(ValueError):
    """A text that is not kept: every mistake in it, by line; and of which step it is, for who knows that."""

    def __init__(self, mistakes: tuple[Mistake, ...], milestone: str = "") -> None:
        super().__init__(", ".join(f"line {one.line}: {one.code}" for one in mistakes))
        self.mistakes = mistakes
        self.milestone = milestone


@dataclass(frozen=True, slots=True)
class Hint:
    """A word that is better not there. `code` names words in own_words/hints/: medical, jargon."""

    line: int
    code: str
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sample:
    """A case to show a text with. `name` is what it shows, words in own_words/samples/."""

    name: str
    data: Mapping[str, Any]


@pass_context
def _final(context: Context, value: object) -> str:
    if isinstance(value, _Slot):
        return value
    if value is None:
        raise ValueError("A field has no value here.")
    return escape(words.day(value, context["today"]) if isinstance(value, date) else str(value))


class _Empty(Exception):  # noqa: N818 - never leaves this module
    """A text that says nothing in some case."""


class _Slot(str):
    """What stands for a name while the rest is written."""

    __slots__ = ()


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        finalize=_final,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        autoescape=False,  # our markdown, escaped by `finalize`
    )
    environment.globals.clear()
    environment.tests.clear()
    known = {name for filters in FIELDS.values() for name in filters}
    environment.filters = {name: words.FILTERS[name] for name in known}
    return environment


_OWN = _environment()


def samples(today: date) -> tuple[Sample, ...]:
    """Five cases that differ in what a text may trip over: names, days behind and ahead, and an hour or none."""
    ahead = today + timedelta(days=9)
    return (
        Sample("ordinary", _data("Jan", "Sofie", ahead, None, today)),
        Sample("full_name", _data("Anne-Lore D'Hondt", "Jean-Pierre Vanden Eynde", ahead, None, today)),
        Sample("due_today", _data("Fatima", "Karim", today, "14:30", today)),
        Sample("overdue", _data("Łukasz", "Ingrid", today - timedelta(days=12), "09:00", today)),
        Sample("odd_name", _data("**Jan** [x](https://x.example) {{ y }} <b>", "Els", ahead, None, today)),
    )


def _data(employee: str, manager: str, due: date, hour: str | None, today: date) -> dict[str, Any]:
    return {"employee": employee, "manager": manager, "due": due, "hour": hour, "today": today}


def check(text: str, today: date) -> str:
    """The text as it is kept: one kind of line end, nothing behind it. Raises WordsError with every mistake."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip() + "\n"
    found = _outside(text)
    if not found:
        tree = parsed(_OWN, text)
        found = [tree] if isinstance(tree, Mistake) else mistakes(tree)
    if not found:
        found = _links(text)
    if not found:
        found = _distinct(one for sample in samples(today) for one in _tried(text, sample))
    if found:
        raise WordsError(tuple(found))
    return text


def _distinct(found: Iterable[Mistake]) -> list[Mistake]:
    return list({(one.line, one.code): one for one in found}.values())


def _outside(text: str) -> list[Mistake]:
    """What is wrong before it is read as a template: size, characters, the subject."""
    lines = text.splitlines()
    if not text.strip():
        return [Mistake(1, "empty")]
    if len(text) > LONGEST:
        return [Mistake(len(lines), "too_long", {"most": str(LONGEST)})]
    wrong = [Mistake(n, "characters") for n, line in enumerate(lines, 1) if FORBIDDEN.search(line)]
    subject = lines[0].removeprefix("# ").strip()
    if not lines[0].startswith("# ") or not subject:
        wrong.append(Mistake(1, "no_subject"))
    elif len(subject) > LONGEST_SUBJECT or not subject.replace(" ", "").replace("-", "").replace("'", "").isalnum():
        wrong.append(Mistake(1, "subject", {"most": str(LONGEST_SUBJECT)}))
    if not "".join(lines[1:]).strip():
        wrong.append(Mistake(len(lines), "empty"))
    return wrong


def _links(text: str) -> list[Mistake]:
    """Links lead to a page on the web that is written out; buttons are ours."""
    return [
        Mistake(n, "button" if address.startswith("choice:") else "link")
        for n, line in enumerate(text.splitlines(), 1)
        for address in LINK.findall(line)
        if not ADDRESS.fullmatch(address)
    ]


def _tried(text: str, sample: Sample) -> list[Mistake]:
    try:
        paragraphs, _ = _written(text, sample.data)
    except _Empty:
        return [Mistake(1, "empty_result")]
    except Exception:  # noqa: BLE001 - whatever it is, this text does not work for that case
        return [Mistake(_line_of(text, sample), "fails")]
    said = sum(len(one.text) for one in paragraphs)
    return [Mistake(1, "too_long", {"most": str(LONGEST_SAID)})] if said > LONGEST_SAID else []


def _line_of(text: str, sample: Sample) -> int:
    """The line of the first field that has no value in this case."""
    tree = _OWN.parse(text)
    absent = {name for name, value in sample.data.items() if value is None}
    return next((node.lineno for node in tree.find_all(nodes.Name) if node.name in absent), 1)


@lru_cache(maxsize=512)
def _template(text: str) -> Template:
    """Compiled, once it passed: also what came into the database by another way."""
    tree = parsed(_OWN, text)
    wrong = [tree] if isinstance(tree, Mistake) else mistakes(tree)
    if wrong:
        raise WordsError(tuple(wrong))
    return _OWN.from_string(text)


def _written(text: str, data: Mapping[str, Any]) -> Worded:
    """Paragraphs of the text for one case. Raises whatever goes wrong, _Empty where nothing is left to say."""
    texts = {name: plain(str(data[name])) for name in TEXTS if data.get(name)}
    known = {name: data.get(name) for name in FIELDS} | {name: _Slot(slot(name)) for name in texts}
    body = _template(text).render(known).partition("\n")[2]
    layout = laid_out(body, texts)
    paragraphs, buttons = layout.filled(texts)
    if buttons or any(run.url and not ADDRESS.fullmatch(run.url) for one in paragraphs for run in one.runs):
        raise ValueError("It holds a button, or a field in an address.")
    if not any(one.text.strip() for one in paragraphs):
        raise _Empty
    return paragraphs, buttons


def preview(text: str, today: date) -> tuple[tuple[Sample, Message], ...]:
    """The text for five cases. Raises WordsError for one that would not be kept."""
    kept = check(text, today)
    return tuple((sample, Message(_written(kept, sample.data)[0])) for sample in samples(today))


def hints(text: str) -> tuple[Hint, ...]:
    """Words that are better not there: about health, which is not ours, and words of the Netherlands. No refusal."""
    found = []
    for n, line in enumerate(text.splitlines(), 1):
        said = line.casefold()
        found += [Hint(n, "jargon", {"word": word, "ours": ours}) for word, ours in _jargon() if word in said]
        if screen(re.sub(r"\{[{%].*?[%}]\}", " ", line)).verdict == "medical":
            found.append(Hint(n, "medical"))
    return tuple(found)


@lru_cache(maxsize=1)
def _jargon() -> tuple[tuple[str, str], ...]:
    """Words of the Netherlands, each with the one that is said here."""
    lines = _read("own_words/jargon.txt").splitlines()
    return tuple((word.strip(), ours.strip()) for word, _, ours in (line.partition("=") for line in lines) if ours)


def starting(milestone: str) -> str:
    """The built-in words of a milestone, to begin from; empty where there are none."""
    try:
        return _read(f"nudges/{milestone}.md")
    except FileNotFoundError:
        return ""


def _read(path: str) -> str:
    return resources.files("messages").joinpath("templates", "nl", path).read_text(encoding="utf-8")


@dataclass(frozen=True, eq=False)
class Own:
    """The own words of an organisation, by milestone. Equal is only itself, so that it can be remembered by."""

    texts: Mapping[str, str] = field(default_factory=dict)

    def subject(self, milestone: str) -> str:
        """How a milestone is called, in words of one's own; empty where there are none."""
        text = self.texts.get(milestone)
        return text.partition("\n")[0].removeprefix("# ").strip() if text else ""

    def worded(self, milestone: str, data: Mapping[str, Any], today: date, alarm: Alarm | None = None) -> Worded | None:
        """The own words of a nudge. None where there are none, and where they fail: `alarm` hears of that."""
        text = self.texts.get(milestone)
        if text is None:
            return None
        try:
            worded = _written(text, {**data, "today": today})
        except Exception as problem:  # noqa: BLE001 - the nudge goes out, whatever is wrong with these words
            if alarm is not None:
                alarm(milestone, problem)
            return None
        return worded


NONE = Own()
