"""What a message becomes in Slack: native controls, literal words, and never more than Slack takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.graphemes import is_boundary, width
from bot.channels.slack_blocks import blocks, view
from bot.channels.slack_text import escape, plain, summary
from messages.message import Button, Input, Message, Option, Paragraph, Run
from tests.fakes.slack_blocks import wrong_blocks, wrong_view

HOSTILE = [
    "<!channel>", "<@U1>", "<http://x|ok>", "`rm`", "*vet*", "_schuin_", "~weg~", ":smile:", "&amp;", "\x00", "\ud800",
    "\u202e", "\u200b", "", " ", "\n", "e\u0301", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e7\U0001f1ea",
    "https://kwaad.example", "Jan Peeters ", "a" * 80, "a" * 3001, "woord " * 700, "\U0001f600" * 1600,
]  # fmt: skip
WORDS = st.lists(st.sampled_from(HOSTILE), max_size=6).map("".join).map(lambda text: text[:20_000])
LABELS = st.one_of(WORDS, st.text(max_size=200))
URLS = st.sampled_from(
    [None, None, "page:plan", "https://voorbeeld.be/plan", "javascript:alert(1)", "https://" + "a" * 4000]
)
RUNS = st.builds(Run, WORDS, st.booleans(), URLS)
PARAGRAPHS = st.builds(Paragraph, st.lists(RUNS, max_size=4).map(tuple), st.booleans())


REST = Run("Lees verder", url="https://bot.example/")


def _numbered(buttons: list[Button]) -> tuple[Button, ...]:
    return tuple(Button(b.choice, b.label, f"row.{n}", b.quiet) for n, b in enumerate(buttons))


BUTTONS = st.lists(st.builds(Button, LABELS, LABELS, quiet=st.booleans()), max_size=40)
CONTROLS = st.builds(
    Input,
    st.sampled_from(["date", "several", "text", "number"]),
    st.lists(st.builds(Option, LABELS, LABELS), max_size=40).map(tuple),
    id=st.just("row.i"), prompt=LABELS, done=LABELS,
)  # fmt: skip
MESSAGES = st.builds(
    Message,
    st.lists(PARAGRAPHS, max_size=12).map(tuple),
    st.one_of(BUTTONS.map(_numbered), BUTTONS.map(tuple)),
    st.none() | CONTROLS,
)


def said(*paragraphs: str) -> tuple[Paragraph, ...]:
    """Plain paragraphs."""
    return tuple(Paragraph((Run(text),)) for text in paragraphs)


def texts(found: Any) -> list[str]:
    """Every literal text in rich text, in order."""
    if isinstance(found, list):
        return [text for one in found for text in texts(one)]
    if isinstance(found, dict) and found.get("type") in ("text", "link"):
        return [found["text"]]
    return texts(found["elements"]) if isinstance(found, dict) and "elements" in found else []


def elements(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Everything that can be pressed or picked."""
    inner = [one for block in found if block["type"] == "actions" for one in block["elements"]]
    return inner + [block["element"] for block in found if block["type"] == "input"]


@settings(max_examples=120, deadline=None)
@given(MESSAGES)
def test_whatever_a_message_holds_slack_takes_it(message: Message) -> None:
    """Blocks, labels, texts and ids keep to every documented length, in the stricter of two units."""
    found = blocks(message, REST)
    assert [] == wrong_blocks(found, "message")
    assert [] == wrong_view(view(message))
    assert sum(map(width, texts(found))) <= 9100
    for block in found:
        if block["type"] == "rich_text":
            assert sum(map(width, texts(block))) <= 3000
    for text in (summary(message), plain(message)):
        assert 0 < width(text) <= 4000
    json.dumps(found).encode()
    ids = [one["action_id"] for one in elements(found)]
    assert len(ids) == len(set(ids))


@settings(max_examples=80, deadline=None)
@given(WORDS)
def test_no_character_of_a_reader_is_cut(text: str) -> None:
    """Where words are shortened or go on in another block, the cut is between two whole characters."""
    clean = "".join(texts(blocks(Message(said("x" + text)))))
    whole = texts(blocks(Message(said("x" + text))))
    at = 0
    for piece in whole:
        assert is_boundary(clean, at)
        at += len(piece)
    label = blocks(Message((), (Button("a", "x" + text, "r.0"),)))[0]["elements"][0]["text"]["text"]
    kept = label.removesuffix("…")
    assert is_boundary("x" + text, len(kept)) or not ("x" + text).startswith(kept)


def test_what_a_person_typed_is_literal() -> None:
    """No mention, no link, no markup, no emoji: the words stand as they were typed, in a rich text block."""
    typed = "<!channel> <@U1> <http://x|ok> *a* _b_ ~c~ `d` :smile: & &amp; https://kwaad.example"
    expected = [{"type": "rich_text", "elements": [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": typed}]},
    ]}]  # fmt: skip
    assert expected == blocks(Message(said(typed)))
    assert escape(typed) == summary(Message(said(typed)))


def test_words_bullets_bold_and_links() -> None:
    """Paragraphs have an empty line between them, bullets are a list, and only our own links lead somewhere."""
    message = Message((
        Paragraph((Run("Dag "), Run("Sofie", bold=True))),
        Paragraph((Run("Twee dingen:"),)),
        Paragraph((Run("bellen"),), bullet=True),
        Paragraph((Run("het "), Run("plan", url="https://hr.example/plan")), bullet=True),
        Paragraph((Run("het verslag", url="page:plan"),)),
        Paragraph((Run("Zie "), Run("de nota", url="page:plan"))),
    ))  # fmt: skip
    section = "rich_text_section"
    expected = [{"type": "rich_text", "elements": [
        {"type": section, "elements": [
            {"type": "text", "text": "Dag "}, {"type": "text", "text": "Sofie", "style": {"bold": True}},
            {"type": "text", "text": "\n\n"}, {"type": "text", "text": "Twee dingen:"},
        ]},
        {"type": "rich_text_list", "style": "bullet", "elements": [
            {"type": section, "elements": [{"type": "text", "text": "bellen"}]},
            {"type": section, "elements": [
                {"type": "text", "text": "het "}, {"type": "link", "url": "https://hr.example/plan", "text": "plan"},
            ]},
        ]},
        {"type": section, "elements": [{"type": "text", "text": "Zie "}, {"type": "text", "text": "de nota"}]},
    ]}]  # fmt: skip
    assert expected == blocks(message)


def test_choices_then_the_control_then_what_stands_back() -> None:
    """Loud buttons and the date picker together, the quiet ones in a row of their own."""
    buttons = (Button("d", "Morgen", "r.0"), Button("skip", "Overslaan", "r.1", quiet=True))
    found = blocks(Message(said("Wanneer?"), buttons, Input("date", id="r.i", prompt="Kies een datum")))
    label = {"type": "plain_text", "emoji": False}
    expected = [
        {"type": "actions", "elements": [
            {"type": "button", "text": {**label, "text": "Morgen"}, "action_id": "r.0"},
            {"type": "datepicker", "action_id": "r.i", "placeholder": {**label, "text": "Kies een datum"}},
        ]},
        {"type": "actions", "elements": [
            {"type": "button", "text": {**label, "text": "Overslaan"}, "action_id": "r.1"},
        ]},
    ]  # fmt: skip
    assert expected == found[1:]


def test_boxes_are_sent_by_their_button() -> None:
    """Twelve boxes are two groups, and the button under them has the id of the control."""
    options = tuple(Option(f"A{n}", f"Taak {n}") for n in range(12))
    found = elements(blocks(Message(said("Wat?"), (), Input("several", options, id="r.i", done="Klaar"))))
    assert ["r.i.0", "r.i.1", "r.i"] == [one["action_id"] for one in found]
    assert [10, 2] == [len(one["options"]) for one in found[:2]]
    assert ("Klaar", "primary") == (found[2]["text"]["text"], found[2]["style"])


@pytest.mark.parametrize("kind", ["text", "number"])
def test_typing_has_a_field_that_sends_at_enter(kind: Any) -> None:
    """A field in the message for who does not type in the conversation itself."""
    found = blocks(Message(said("Hoeveel?"), (), Input(kind, id="r.i", prompt="Vul een getal in")))
    assert ("input", True, "r.i") == (found[1]["type"], found[1]["dispatch_action"], found[1]["element"]["action_id"])


def test_many_choices_are_menus() -> None:
    """More than a dozen is a menu, more than a hundred is two; each option stands for its button."""
    buttons = tuple(Button(f"p{n}", f"Collega {n}", f"r.{n}") for n in range(130))
    found = elements(blocks(Message(said("Wie?"), buttons)))
    assert ["menu.0", "menu.1"] == [one["action_id"] for one in found]
    assert [f"r.{n}" for n in range(130)] == [option["value"] for menu in found for option in menu["options"]]


def test_a_button_without_an_id_says_its_choice() -> None:
    """On the Home tab a button is a sentence: pressing it is typing it."""
    found = view(Message(said("Mijn dossiers"), (Button("dossier Jan Peeters", "Jan Peeters"),)))
    assert ["home", "rich_text", "actions"] == [found["type"], *(block["type"] for block in found["blocks"])]
    button = found["blocks"][1]["elements"][0]
    assert ("say.0", "dossier Jan Peeters") == (button["action_id"], button["value"])


def test_what_is_too_long_says_where_to_read_on() -> None:
    """The end of a message that was shortened is a link to our pages, within the same length."""
    found = texts(blocks(Message(said("woord " * 3000)), REST))
    assert "Lees verder" == found[-1]
    assert sum(map(width, found)) <= 9100
    assert "Lees verder" not in texts(blocks(Message(said("woord")), REST))
