"""Block Kit as the fake reads it: everything Slack has a rule about is let through on one side of it only."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    CheckboxesElement,
    ContextBlock,
    DatePickerElement,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import Workspace
from tests.fakes.slack_blocks import wrong_blocks, wrong_view

Json = dict[str, Any]


def plain(words: str) -> Json:
    """Plain text."""
    return {"type": "plain_text", "text": words}


def section(words: str, **more: Any) -> Json:
    """A section of mrkdwn."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}, **more}


def button(label: str = "Ja", **more: Any) -> Json:
    """A button."""
    return {"type": "button", "text": plain(label), **more}


def actions(*held: Json, **more: Any) -> Json:
    """An actions block."""
    return {"type": "actions", "elements": list(held), **more}


def boxes(number: int, value: str = "", **more: Any) -> Json:
    """Checkboxes."""
    options = [{"text": plain(f"Vak {one}"), "value": f"{one}{value}"} for one in range(number)]
    return {"type": "checkboxes", "options": options, **more}


def asked(element: Json, label: str = "Wanneer?", **more: Any) -> Json:
    """An input block."""
    return {"type": "input", "label": plain(label), "element": element, **more}


def picker(**more: Any) -> Json:
    """A date picker."""
    return {"type": "datepicker", **more}


NUMBER = {"type": "number_input", "is_decimal_allowed": False}

# What is just right, and what is just too much.
EDGES: list[tuple[str, list[Json], list[Json]]] = [
    ("50 blocks", [{"type": "divider"}] * 50, [{"type": "divider"}] * 51),
    ("3000 characters in a section", [section("x" * 3000)], [section("x" * 3001)]),
    ("a character at least", [section("x")], [section("")]),
    ("75 characters on a button", [actions(button("x" * 75))], [actions(button("x" * 76))]),
    ("255 in an action_id", [actions(button(action_id="x" * 255))], [actions(button(action_id="x" * 256))]),
    ("255 in a block_id", [section("x", block_id="x" * 255)], [section("x", block_id="x" * 256)]),
    ("2000 in a value", [actions(button(value="x" * 2000))], [actions(button(value="x" * 2001))]),
    ("25 in an actions block", [actions(*[button()] * 25)], [actions(*[button()] * 26)]),
    ("one at least in an actions block", [actions(button())], [actions()]),
    ("10 checkboxes", [actions(boxes(10))], [actions(boxes(11))]),
    ("150 in an option's value", [actions(boxes(1, "x" * 149))], [actions(boxes(1, "x" * 150))]),
    ("75 in an option", [actions({"type": "checkboxes", "options": [{"text": plain("x" * 75), "value": "a"}]})],
     [actions({"type": "checkboxes", "options": [{"text": plain("x" * 76), "value": "a"}]})]),
    ("10 fields", [{"type": "section", "fields": [plain("x")] * 10}],
     [{"type": "section", "fields": [plain("x")] * 11}]),
    ("150 in a header", [{"type": "header", "text": plain("x" * 150)}], [{"type": "header", "text": plain("x" * 151)}]),
    ("150 in a placeholder", [actions(picker(placeholder=plain("x" * 150)))],
     [actions(picker(placeholder=plain("x" * 151)))]),
    ("2000 in a label", [asked(picker(), "x" * 2000)], [asked(picker(), "x" * 2001)]),
    ("10 in a context", [{"type": "context", "elements": [plain("x")] * 10}],
     [{"type": "context", "elements": [plain("x")] * 11}]),
    ("a date", [actions(picker(initial_date="2026-11-30"))], [actions(picker(initial_date="30/11/2026"))]),
    ("action_ids differ in a block", [actions(button(action_id="a")), actions(button(action_id="a"))],
     [actions(button(action_id="a"), button(action_id="a"))]),
    ("block_ids differ", [section("x", block_id="a")], [section("x", block_id="a"), section("y", block_id="a")]),
    ("a style", [actions(button(style="danger"))], [actions(button(style="default"))]),
    ("known fields", [asked(picker(), dispatch_action=True)], [asked(picker(), dispatch=True)]),
    ("known blocks", [section("x")], [{"type": "paragraph"}]),
    ("a header in plain text", [{"type": "header", "text": plain("x")}],
     [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]),
    ("a label in plain text", [actions(button())],
     [actions({"type": "button", "text": {"type": "mrkdwn", "text": "x"}})]),
    ("text or fields", [section("x")], [{"type": "section"}]),
    ("a label above an input", [asked(picker())], [{"type": "input", "element": picker()}]),
    ("buttons stand in actions", [actions(button())], [asked(button())]),
    ("text fields stand in inputs", [asked({"type": "plain_text_input"})], [actions({"type": "plain_text_input"})]),
    ("numbers are for modals", [asked({"type": "plain_text_input"})], [asked(NUMBER)]),
    ("ticked at first is an option", [actions(boxes(2, initial_options=boxes(2)["options"][:1]))],
     [actions(boxes(2, initial_options=[{"text": plain("Vak 3"), "value": "3"}]))]),
    ("values differ", [actions(boxes(2))], [actions({"type": "checkboxes", "options": boxes(1)["options"] * 2})]),
    ("emoji is for plain text", [{"type": "header", "text": {**plain("x"), "emoji": True}}],
     [{"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": True}}]),
]  # fmt: skip
MARKS = [
    ("Jan &lt;3 &amp; meer", "Jan <3"),
    ("<https://stad.example/plan?a=1&amp;b=2|je plan>", "<https://stad.example/plan?a=1&b=2|je plan>"),
    ("&lt;!channel&gt;", "<!channel>"),
    ("> een citaat", "a > b"),
    ("@channel", "<!here|here>"),
    ("U1", "<@U1>"),
    ("S1", "<!subteam^S1>"),
]


@pytest.mark.parametrize(("right", "wrong"), [edge[1:] for edge in EDGES], ids=[edge[0] for edge in EDGES])
def test_every_rule_has_two_sides(right: list[Json], wrong: list[Json]) -> None:
    """What is just allowed passes, what is just not does not."""
    assert [] == wrong_blocks(right, "message")
    assert [] != wrong_blocks(wrong, "message")


@pytest.mark.parametrize(("right", "wrong"), MARKS)
def test_names_are_escaped(right: str, wrong: str) -> None:
    """Between angle brackets stands a link, or nothing."""
    assert [] == wrong_blocks([section(right)], "message")
    assert [] != wrong_blocks([section(wrong)], "message")


def test_a_home_tab_takes_a_hundred_blocks() -> None:
    """And no markdown block, no title, no other kind of view."""
    dividers = [{"type": "divider"}]
    assert [] == wrong_view({"type": "home", "blocks": dividers * 100})
    for wrong in (
        {"type": "home", "blocks": dividers * 101}, {"type": "modal", "blocks": []}, {"type": "home"},
        {"type": "home", "blocks": [], "title": plain("x")},
        {"type": "home", "blocks": [{"type": "markdown", "text": "x"}]},
    ):  # fmt: skip
        assert [] != wrong_view(wrong)


def test_what_slacks_own_models_make_is_right() -> None:
    """A second opinion: the client library's objects, in the shapes a dialogue needs."""
    option = Option(value="1", text="Vast uur")
    blocks = [
        HeaderBlock(text="Gesprek"), DividerBlock(),
        SectionBlock(text="*Wanneer?*", accessory=ButtonElement(text="Later", action_id="l", value="l")),
        ActionsBlock(elements=[
            DatePickerElement(action_id="d", initial_date="2026-11-30", placeholder="Kies"),
            CheckboxesElement(action_id="c", options=[option]), StaticSelectElement(action_id="s", options=[option]),
        ]),
        InputBlock(label="Hoeveel?", element=PlainTextInputElement(action_id="p"), dispatch_action=True),
        ContextBlock(elements=[MarkdownTextObject(text="_klein_")]),
    ]  # fmt: skip
    assert [] == wrong_blocks([block.to_dict() for block in blocks], "message")


async def test_a_wrong_message_is_refused_and_kept() -> None:
    """The app gets invalid_blocks with the place, nobody sees a thing, and the test can tell."""
    with Workspace() as slack:
        jan = slack.add("Jan Peeters")
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=jan.id, text="x", blocks=[section("<!channel>")])
        assert ("invalid_blocks", []) == (caught.value.response["error"], jan.sees())
        assert all("/blocks/0/text" in one for one in slack.violations)


async def test_metadata_has_a_shape_and_a_size() -> None:
    """A name, an object, and 8000 bytes in all."""
    with Workspace() as slack:
        jan = slack.add("Jan Peeters")
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        codes = []
        for metadata in (
            {"event_type": "row"}, {"event_type": "een rij", "event_payload": {}},
            {"event_type": "row", "event_payload": {"key": "x" * 8000}},
        ):  # fmt: skip
            with pytest.raises(SlackApiError) as caught:
                await client.chat_postMessage(channel=jan.id, text="x", metadata=metadata)
            codes.append(caught.value.response["error"])
        assert ["invalid_metadata_format", "invalid_metadata_format", "metadata_too_large"] == codes


async def test_a_long_text_is_cut_up() -> None:
    """Slack makes several messages of it; an update is refused. Both are breaches."""
    with Workspace() as slack:
        jan = slack.add("Jan Peeters")
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        sent = await client.chat_postMessage(channel=jan.id, text="x" * 9000)
        with pytest.raises(SlackApiError) as caught:
            await client.chat_update(channel=sent["channel"], ts=sent["ts"], text="x" * 4001)
        assert ([4000, 4000, 1000], "msg_too_long", 2) == (
            [len(one.text) for one in jan.sees()], caught.value.response["error"], len(slack.violations),
        )  # fmt: skip
