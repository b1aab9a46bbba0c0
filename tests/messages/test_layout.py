"""Words laid out once and filled in often are the words as they would be written each time."""

from __future__ import annotations

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment

from conversations.talking.dialogue import Tell
from messages import render as rendering
from messages.layout import names_of
from messages.markdown import parse
from messages.message import Message, as_text
from messages.own_words import NONE
from messages.render import render

TODAY = date(2026, 11, 2)


@given(name=st.text(max_size=40), first=st.text(max_size=10))
@example(name="[x](choice:yes)", first="**Jan**")
@example(name="{employee}", first="}{")
@example(name="\ue000first\ue001", first="- Jan")
@example(name=" Jan ", first="")
@example(name="Jan\x85Peeters", first="\x9f")
@example(name="Jan\n\nPeeters", first="\u2028")
def test_whatever_somebody_is_called_the_words_are_the_same(name: str, first: str) -> None:
    """Filling a name in gives what rendering and parsing with that name gives."""
    for path, data in (
        ("nudges/first_call", {"employee": name}),
        ("contact/card_first", {"employee": name, "first": first, "me": name, "agreed": True, "frequency": None,
                                "channel": None, "way": "call", "by": first, "outcome": "no_answer", "last": TODAY}),
    ):  # fmt: skip
        body = rendering._body(f"nl/{path}.md", data, {}, TODAY, NONE)
        assert Message(*parse(body)) == render("", Tell(path, data), "nl", TODAY)


def test_equal_values_of_another_kind_are_written_as_themselves() -> None:
    """A one and a yes are equal to the machine, and not the same words."""
    said = [
        as_text(render("", Tell("nudges/first_call", {"employee": value}), "nl", TODAY)) for value in (1, True, 1.5)
    ]
    assert [text.split()[1] for text in said] == ["1", "True", "1,5"]


def test_what_is_only_printed_is_left_open() -> None:
    """A name that is asked about, filtered, looped over or handed on is none that is only printed."""
    templates = {
        "a": "{{ one }} {% if two %}{{ two }}{% endif %} {{ three | upper }} {{ four ~ 'x' }} {% include 'b' %}",
        "b": "{{ one }} {{ five }} {% for six in seven %}{{ six }}{% endfor %} {% set eight = 1 %}{{ eight }}",
    }
    found = names_of(Environment(loader=DictLoader(templates)), "a")  # noqa: S701 - no page
    assert frozenset({"one", "five"}) == found.printed
    assert frozenset({"two", "three", "four", "six", "seven", "eight"}) == found.used
