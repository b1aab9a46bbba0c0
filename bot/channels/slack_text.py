"""The words of a message as Slack shows them, within its lengths.

Words go in `rich_text` blocks: their elements are literal, so what a person typed (`*`, `_`, `~`, backticks, `:emoji:`,
`<!channel>`, `<@U1>`, an address) stays text without one rule of escaping that could be forgotten. Only a link of ours
becomes a link.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from bot.channels.graphemes import MORE, cut, pieces, width
from messages.message import Message, Paragraph, Run

Json = dict[str, Any]

LONGEST_BLOCK = 3000  # UTF-16 units of text in one block
LONGEST = 9000  # in all: Slack refuses a message from about 13,000 on, labels and ids counted (msg_blocks_too_long)
LONGEST_URL = 3000
LONGEST_PLAIN = 800  # of 4,000: every & may take five
LONGEST_SUMMARY = 500  # what is read aloud and shown in a notification
BLANK = "…"  # where there must be something and there is nothing
BETWEEN: Json = {"type": "text", "text": "\n\n"}  # two paragraphs

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)  # controls, and what turns the direction of reading
_SURROGATE = re.compile("[\ud800-\udfff]")


def words(paragraphs: Iterable[Paragraph], rest: Run | None = None) -> list[Json]:
    """Blocks of rich text, each within the length of one block, all of them together within that of a message.

    `rest` is where to read on, said when there is more than fits.
    """
    found: list[Json] = []
    parts: list[Json] = []
    used = 0
    for part, size in _parts(_fitted(_shown(paragraphs), rest)):
        if parts and used + size > LONGEST_BLOCK:
            found.append({"type": "rich_text", "elements": parts})
            parts, used = [], 0
        if parts and parts[-1]["type"] == part["type"] == "rich_text_section":
            parts[-1]["elements"] += [BETWEEN, *part["elements"]]
        else:
            parts.append(part)
        used += size
    return [*found, {"type": "rich_text", "elements": parts}] if parts else found


def summary(message: Message) -> str:
    """The words alone, for a notification and for a screen reader, which reads this and not the blocks.

    It is mrkdwn: & < > are escaped, and the caller switches the rest of the markup off.
    """
    said = " ".join(text for paragraph in _shown(message.paragraphs) if (text := clean(paragraph.text).strip()))
    return escape(visible(cut(said, LONGEST_SUMMARY)))


def plain(message: Message) -> str:
    """Words and labels as mrkdwn text without blocks, for when Slack does not take the blocks."""
    options = message.input.options if message.input else ()
    labels = " ".join(
        f"[{clean(label)}]" for label in (one.label for many in (options, message.buttons) for one in many)
    )
    lines = [f"• {clean(p.text)}" if p.bullet else clean(p.text) for p in _shown(message.paragraphs)]
    return escape(visible(cut("\n".join((*lines, labels)), LONGEST_PLAIN)))


def escape(text: str) -> str:
    """Text of which mrkdwn makes no mention and no link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clean(text: str) -> str:
    """Text that can travel: no half characters, no controls."""
    return _UNSEEN.sub("", _SURROGATE.sub("\ufffd", text))


def visible(text: str) -> str:
    """The text, or a mark where there is nothing to see: Slack refuses blanks."""
    return text if any(unicodedata.category(char)[0] not in "ZC" for char in text) else BLANK


def _shown(paragraphs: Iterable[Paragraph]) -> list[Paragraph]:
    """Without what only leads to a page of ours: here there is nowhere to go."""
    return [p for p in paragraphs if any(run.text and not _is_page(run) for run in p.runs)]


def _is_page(run: Run) -> bool:
    return run.url is not None and run.url.startswith("page:")


def _fitted(paragraphs: Iterable[Paragraph], rest: Run | None) -> list[Paragraph]:
    """As much as a message may hold, in paragraphs and pieces of paragraphs that each fit in a block."""
    left = LONGEST
    found: list[Paragraph] = []
    for paragraph in paragraphs:
        runs = [Run(text, run.bold, run.url) for run in paragraph.runs if (text := clean(run.text))]
        for part in _split(runs):
            size = sum(width(run.text) for run in part) + 2
            if size > left:
                found.append(Paragraph(_shortened(part, left), paragraph.bullet))
                return [*found, Paragraph((rest,))] if rest else found
            found.append(Paragraph(part, paragraph.bullet))
            left -= size
    return found


def _split(runs: Sequence[Run]) -> Iterable[tuple[Run, ...]]:
    """The runs in groups of which each fits in a block of its own."""
    group: list[Run] = []
    used = 0
    for run in runs:
        for text in pieces(run.text, LONGEST_BLOCK - 2):
            if used + width(text) > LONGEST_BLOCK - 2:
                yield tuple(group)
                group, used = [], 0
            group.append(Run(text, run.bold, run.url))
            used += width(text)
    if group:
        yield tuple(group)


def _shortened(runs: Sequence[Run], most: int) -> tuple[Run, ...]:
    kept: list[Run] = []
    for run in runs:
        if width(run.text) >= most:
            return (*kept, Run(cut(run.text, most) if most > 1 else MORE, run.bold, run.url))
        kept.append(run)
        most -= width(run.text)
    return (*kept, Run(MORE))


def _parts(paragraphs: Sequence[Paragraph]) -> Iterable[tuple[Json, int]]:
    """Sections and lists, each with its length."""
    for bullet, group in groupby(paragraphs, key=lambda paragraph: paragraph.bullet):
        found = list(group)
        if not bullet:
            for paragraph in found:
                yield _section(paragraph.runs), _size(paragraph) + 2
            continue
        items: list[Json] = []
        used = 0
        for paragraph in found:
            if items and used + _size(paragraph) > LONGEST_BLOCK:
                yield _bullets(items), used
                items, used = [], 0
            items.append(_section(paragraph.runs))
            used += _size(paragraph)
        yield _bullets(items), used


def _size(paragraph: Paragraph) -> int:
    return sum(width(run.text) for run in paragraph.runs)


def _bullets(items: list[Json]) -> Json:
    return {"type": "rich_text_list", "style": "bullet", "elements": items}


def _section(runs: Iterable[Run]) -> Json:
    return {"type": "rich_text_section", "elements": [_element(run) for run in runs]}


def _element(run: Run) -> Json:
    style = {"style": {"bold": True}} if run.bold else {}
    if run.url is not None and run.url.startswith(("https://", "http://")) and len(run.url) <= LONGEST_URL:
        return {"type": "link", "url": run.url, "text": run.text, **style}
    return {"type": "text", "text": run.text, **style}
