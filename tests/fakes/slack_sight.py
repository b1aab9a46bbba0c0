"""A message as somebody sees it: the words, the buttons, what can be picked and ticked."""

from __future__ import annotations

import copy
import html
import re
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack_blocks import elements
from tests.fakes.slack_team import Json, Posted

LINK = re.compile(r"<([^<>|]+)(?:\|([^<>]+))?>")


def plain(mrkdwn: str) -> str:
    """Words as read: links as "label (address)", signs that were escaped as themselves. Stars of bold stay."""
    shown = LINK.sub(lambda found: f"{found[2]} ({found[1]})" if found[2] else found[1], mrkdwn)
    return html.unescape(shown)


def _words(text: Json) -> str:
    return plain(text["text"]) if text["type"] == "mrkdwn" else str(text["text"])


@dataclass(frozen=True)
class Seen:
    """One message, or a Home tab. It stays as it was seen, also when the message changes."""

    ts: str
    text: str
    buttons: tuple[str, ...] = ()
    boxes: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    picks_date: bool = False
    takes_text: bool = False
    by_app: bool = True
    edited: bool = False
    only_for_you: bool = False
    metadata: Json | None = None
    blocks: list[Json] = field(default_factory=list)


def _labels(blocks: list[Json], *kinds: str) -> tuple[str, ...]:
    found: list[str] = []
    for one in (one for block in blocks for one in elements(block) if one["type"] in kinds):
        groups: list[Json] = [one, *one.get("option_groups", ())]
        found += [_words(option["text"]) for group in groups for option in group.get("options", ())]
        found += [_words(one["text"])] if "text" in one else []
    return tuple(found)


def _block_text(block: Json) -> str:
    match block["type"]:
        case "section":
            return "\n".join(_words(text) for text in [block.get("text"), *block.get("fields", ())] if text)
        case "header" | "image":
            return _words(block["text"]) if "text" in block else str(block.get("alt_text", ""))
        case "context":
            return " ".join(_words(one) for one in block["elements"] if "text" in one)
        case "input":
            return _words(block["label"])
        case "rich_text":
            return "\n".join(map(_rich, block["elements"]))
        case "markdown":
            return str(block["text"])
        case _:
            return ""


def _rich(part: Json) -> str:
    """A section, or the items of a list, as read; a link as "label (address)"."""
    if part["type"] == "rich_text_list":
        return "\n".join(f"• {_rich(item)}" for item in part["elements"])
    return "".join(
        f"{one.get('text', one['url'])} ({one['url']})" if one["type"] == "link" else str(one["text"])
        for one in part["elements"]
    )


def seen_blocks(blocks: list[Json], ts: str = "", **more: Any) -> Seen:
    """What blocks look like."""
    kinds = {one["type"] for block in blocks for one in elements(block)}
    return Seen(
        ts,
        "\n".join(text for text in map(_block_text, blocks) if text),
        _labels(blocks, "button"),
        _labels(blocks, "checkboxes"),
        _labels(blocks, "static_select", "radio_buttons", "overflow", "multi_static_select"),
        "datepicker" in kinds,
        "plain_text_input" in kinds,
        blocks=blocks,  # as they are: an edit puts others in their place
        **more,
    )


def seen(message: Posted) -> Seen:
    """What a message looks like: its blocks, or its text when there are none."""
    more: Json = {"by_app": message.by_app, "edited": message.edited is not None}
    more |= {"only_for_you": message.hidden_from_api, "metadata": copy.deepcopy(message.metadata)}
    if message.blocks:
        return seen_blocks(message.blocks, message.ts, **more)
    return Seen(message.ts, plain(message.text), **more)
