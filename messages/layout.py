"""Words laid out once and filled in many times.

Most lines differ from one talk to the next by a name or two. What a template only prints (`{{ employee }}`, never asked
about, filtered or handed on) is left open while the rest is rendered and parsed; that is remembered, and the names are
put in afterwards. So a name never meets the parser, and cannot become markup.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import Environment, nodes

from messages.markdown import parse, plain
from messages.message import Button, Paragraph, Run

# What says how something is written, and is the same thing when it is equal.
FIXED = frozenset({bool, int, float, type(None), str, date, datetime, time})

Data = Mapping[str, Any]
Given = tuple[tuple[str, type, Any], ...]


class Layout(NamedTuple):
    """Paragraphs and buttons, some of them with slots: "{employee}" in a text where every other brace is doubled."""

    paragraphs: tuple[tuple[bool, Paragraph], ...]
    buttons: tuple[tuple[bool, Button], ...]

    def filled(self, values: Mapping[str, str]) -> tuple[tuple[Paragraph, ...], tuple[Button, ...]]:
        """The same with these values in the slots."""
        return (
            tuple([_with(paragraph, values) if is_open else paragraph for is_open, paragraph in self.paragraphs]),
            tuple([
                replace(button, choice=button.choice.format_map(values), label=button.label.format_map(values))
                if is_open else button
                for is_open, button in self.buttons
            ]),
        )  # fmt: skip


def _with(paragraph: Paragraph, values: Mapping[str, str]) -> Paragraph:
    runs = [Run(run.text.format_map(values), run.bold, run.url) if "{" in run.text else run for run in paragraph.runs]
    return Paragraph(tuple(runs), paragraph.bullet)


def slot(name: str) -> str:
    """What stands for a value while the rest is written: private characters, which no template holds."""
    return f"\ue000{name}\ue001"


def laid_out(markdown: str, slots: Collection[str]) -> Layout:
    """The layout of a text with these slots."""
    paragraphs, buttons = parse(markdown)
    stands_for = [(slot(name), f"{{{name}}}") for name in slots]

    def opened(text: str) -> str:
        text = text.replace("{", "{{").replace("}", "}}")
        for mark, hole in stands_for:
            text = text.replace(mark, hole)
        return text

    def is_open(text: str) -> bool:
        return any(mark in text for mark, _ in stands_for)

    return Layout(
        tuple(
            (True, replace(one, runs=tuple(replace(run, text=opened(run.text)) for run in one.runs)))
            if is_open(one.text)
            else (False, one)
            for one in paragraphs
        ),
        tuple(
            (True, replace(one, choice=opened(one.choice), label=opened(one.label)))
            if is_open(one.choice + one.label)
            else (False, one)
            for one in buttons
        ),
    )


class Names(NamedTuple):
    """What a template wants, with what it includes."""

    printed: frozenset[str]  # nothing is done with these but print them
    used: frozenset[str]  # something else is done with these


def sorted_out(data: Data, names: Names) -> tuple[Given, dict[str, str]] | None:
    """What says how the line is written, and what only has to be filled in. None when that cannot be told apart.

    Texts that are empty, or begin or end with a blank, have a say in where a paragraph ends.
    """
    given: list[tuple[str, type, Any]] = []
    values: dict[str, str] = {}
    for name, value in data.items():
        kind = type(value)
        if kind is str and name in names.printed and value and value.strip() == value:
            values[name] = plain(value)
        elif name in names.printed or name in names.used:
            if kind not in FIXED:
                return None
            given.append((name, kind, value))
    return tuple(given), values


@lru_cache(maxsize=1024)
def names_of(environment: Environment, path: str) -> Names:
    """The names in a template."""
    printed, used = _names(environment, path)
    return Names(frozenset(printed - used), frozenset(used))


def _names(environment: Environment, path: str) -> tuple[set[str], set[str]]:
    """Names that are printed somewhere, and names of which something else is done somewhere."""
    assert environment.loader is not None, "our words come from files"
    source, _, _ = environment.loader.get_source(environment, path)
    tree = environment.parse(source)
    as_they_are = {id(node) for output in tree.find_all(nodes.Output) for node in output.nodes}
    printed: set[str] = set()
    used: set[str] = set()
    for node in tree.find_all(nodes.Name):
        (printed if id(node) in as_they_are and node.ctx == "load" else used).add(node.name)
    for include in tree.find_all(nodes.Include):
        assert isinstance(include.template, nodes.Const), "what is included is known beforehand"
        more_printed, more_used = _names(environment, include.template.value)
        printed, used = printed | more_printed, used | more_used
    return printed, used
