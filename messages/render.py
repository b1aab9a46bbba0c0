"""A line of a dialogue becomes a message: its words, its buttons, its control."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from functools import lru_cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, pass_context
from jinja2.runtime import Context

from conversations.talking.dialogue import PARKED_AS, Ask, Json, Line
from messages import words
from messages.layout import Given, Layout, laid_out, names_of, slot, sorted_out
from messages.markdown import escape, parse
from messages.message import Button, Input, Message, Option, Paragraph
from messages.own_words import NONE, Alarm, Own

NUDGES = "nudges/"
_CONTROLS = {
    "date": "date",
    "several": "several",
    "text": "text",
    "number": "number",
    "hours": "number",
    "time": "text",
}


class Marked(str):
    """Markup made by us, which is not escaped again."""

    __slots__ = ()


@pass_context
def _final(context: Context, value: object) -> str:
    if isinstance(value, Marked):
        return value
    if isinstance(value, float):
        return escape(words.number(value))
    return escape(words.day(value, context["today"]) if isinstance(value, date) else str(value))


def _called(code: str, names: Mapping[str, str]) -> str:
    """What a code is called; something of one's own is its own name."""
    return names.get(code, code)


@pass_context
def _subject(context: Context, path: str, otherwise: str = "") -> str:
    """The subject of other words, such as "nudges/first_call": how a step is called in a list."""
    return subject(path, context["locale"], context["own_words"], otherwise)


@pass_context
def _told(context: Context, path: str, otherwise: str = "") -> Marked:
    """The text of other words that take no values, such as "sources/L-06"."""
    locale = context["locale"]
    words = _path("", path if exists("", path, locale) else otherwise, locale)
    return Marked(_body(words, {}, {}, context["today"], context["own_words"]))


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("messages", "templates"),
        undefined=StrictUndefined,
        finalize=_final,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        autoescape=False,  # noqa: S701 - the output is our markdown, escaped by `finalize`; pages have their own
    )
    environment.filters.update(words.FILTERS, subject=_subject, body=_told, called=_called)
    return environment


_WORDS = _environment()


def _path(dialogue: str, name: str, locale: str) -> str:
    return f"{locale}/{name}.md" if "/" in name else f"{locale}/{dialogue}/{name}.md"


@lru_cache(maxsize=1024)
def _template(path: str) -> Template:
    return _WORDS.get_template(path)


@lru_cache(maxsize=1024)
def _heading(path: str) -> str:
    source = resources.files("messages").joinpath("templates", path).read_text(encoding="utf-8")
    first = source.partition("\n")[0]
    return first.removeprefix("# ").strip() if first.startswith("# ") else ""


@lru_cache(maxsize=1024)
def exists(dialogue: str, name: str, locale: str = "nl") -> bool:
    """Whether there are words for this line."""
    return resources.files("messages").joinpath("templates", _path(dialogue, name, locale)).is_file()


def topic(dialogue: str, name: str, locale: str = "nl") -> str:
    """The short subject of a line: what "samenvatting" lists and "wijzig ..." understands. Empty if it has none."""
    return _heading(_path(dialogue, name, locale))


def subject(path: str, locale: str = "nl", own: Own = NONE, otherwise: str = "talking/own_step") -> str:
    """How a step is called: by the organisation itself, else by us; `otherwise` names words for one without any."""
    called = own.subject(path.removeprefix(NUDGES)) if path.startswith(NUDGES) else ""
    return called or topic("", path if exists("", path, locale) else otherwise, locale)


def _choices(labels: Mapping[str, str]) -> Callable[[], Marked]:
    return lambda: Marked("\n".join(f"[{escape(label)}](choice:{escape(key)})" for key, label in labels.items()))


@lru_cache(maxsize=4096)
def _laid_out(
    path: str, given: Given, labels: tuple[tuple[str, str], ...], slots: frozenset[str], when: tuple[date, Own]
) -> Layout:
    data = {name: value for name, _, value in given} | {name: Marked(slot(name)) for name in slots}
    return laid_out(_body(path, data, dict(labels), *when), slots)


def _worded(
    path: str, data: Mapping[str, Any], labels: Mapping[str, str], today: date, own: Own
) -> tuple[tuple[Paragraph, ...], tuple[Button, ...]]:
    told_apart = sorted_out(data, names_of(_WORDS, path))
    if told_apart is None:
        return parse(_body(path, data, labels, today, own))
    given, values = told_apart
    return _laid_out(path, given, tuple(labels.items()), frozenset(values), (today, own)).filled(values)


def _body(path: str, data: Mapping[str, Any], labels: Mapping[str, str], today: date, own: Own) -> str:
    locale = path.partition("/")[0]
    text = _template(path).render(**data, choices=_choices(labels), today=today, locale=locale, own_words=own)
    return text.partition("\n")[2] if text.startswith("# ") else text


def _suggestion(value: Any, today: date) -> Button:
    if isinstance(value, datetime | date):
        return Button(value.isoformat(), words.near(value, today).capitalize())
    if isinstance(value, time):
        return Button(value.isoformat("minutes"), words.hour(value.isoformat("minutes")))
    return Button(str(value), words.number(value) if isinstance(value, int | float) else str(value))


@lru_cache(maxsize=8)
def _asides(locale: str) -> tuple[Button, ...]:
    buttons = parse(_WORDS.get_template(f"{locale}/talking/asides.md").render())[1]
    return tuple(replace(button, quiet=True) for button in buttons)


@lru_cache(maxsize=64)
def _prompts(locale: str, least: str | None, most: str | None) -> dict[str, str]:
    """What controls say of themselves, by kind."""
    buttons = parse(_WORDS.get_template(f"{locale}/talking/controls.md").render(least=least, most=most))[1]
    return {button.choice: button.label for button in buttons}


def _control(kind: str, options: tuple[Option, ...], line: Ask, locale: str) -> Input:
    least, most = _written(line.least), _written(line.most)
    says = _prompts(locale, least, most)
    if kind == "several":
        return Input("several", options, prompt=says[kind], done=says["done"])
    return Input(kind, (), least, most, prompt=says[kind], done=says["done"])  # type: ignore[arg-type] # one of four


def _written(bound: float | date | None) -> str | None:
    if bound is None:
        return None
    return bound.isoformat() if isinstance(bound, date) else f"{bound:g}"


def render(dialogue: str, line: Line, locale: str, today: date, own: Own = NONE, alarm: Alarm | None = None) -> Message:
    """The message for one line. A nudge is said in the organisation's own words where it has them.

    Where those fail `alarm` hears of it, and ours are said: the nudge goes out.

    Raises jinja2.TemplateNotFound where a line has no words, and UndefinedError where the words want a value the
    line does not bring: both are mistakes of ours, found by the explorer in the tests.
    """
    labels = line.labels if isinstance(line, Ask) else {}
    name = line.words or line.name
    worded = None
    if name.startswith(NUDGES):
        worded = own.worded(name.removeprefix(NUDGES), line.data, today, alarm)
        name = name if worded or exists("", name, locale) else "talking/own_step"
    paragraphs, buttons = worded or _worded(_path(dialogue, name, locale), line.data, labels, today, own)
    if not isinstance(line, Ask):
        return Message(paragraphs, buttons)
    kind = _CONTROLS.get(line.kind)
    control = None
    if kind == "several":
        control = _control(kind, tuple(Option(button.choice, button.label) for button in buttons), line, locale)
        buttons = ()
    elif kind is not None:
        control = _control(kind, (), line, locale)
        buttons = (*buttons, *(_suggestion(value, today) for value in line.suggest))
    wanted = {"skip": not line.required, "park": line.park}
    asides = tuple(button for button in _asides(locale) if wanted.get(button.choice))
    return Message(paragraphs, (*buttons, *asides), control)


def labels_of(message: Message) -> dict[str, str]:
    """What the answers of a question are called, by choice; skipping and parking left out."""
    options = message.input.options if message.input else ()
    return {button.choice: button.label for button in message.buttons if not button.quiet} | {
        option.choice: option.label for option in options
    }


def shown(ask: Ask, value: Json, labels: Mapping[str, str], today: date) -> str:
    """An answer as a person reads it back, a day far off with its year. Empty for a skipped or parked one."""
    if value is None or value == PARKED_AS:
        return ""
    if isinstance(value, list):
        return words.listed(labels.get(one, one) for one in value)
    if ask.kind == "date":
        day, _, at = str(value).partition("T")
        return words.day(date.fromisoformat(day), today) + (f" om {words.hour(at)}" if at else "")
    if ask.kind == "time":
        return words.hour(value) if isinstance(value, str) else ""
    if isinstance(value, int | float):
        return words.number(value)
    return labels.get(value, value)
