"""Message to Telegram: HTML that is nothing but ours, and a keyboard under it.

One row of the outbox is one message, so a text that is too long is shortened and ends in a sentence that says where the
rest is. Sending it in pieces would make one row of several calls, and after a cut connection nobody could say which of
them arrived.

What a person wrote stays text: markup is escaped, and what Telegram would make a link, a mention or a command by itself
gets an invisible joiner (U+2060) in it, at which Telegram's own recognition stops.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import urlsplit

from telegram import InlineKeyboardMarkup

from bot.channels.graphemes import MORE, width
from bot.channels.telegram_keyboard import fitting, keyboard, said_in_full
from bot.channels.telegram_text import is_visible, legible, shortened
from messages.message import Input, Message, Paragraph, Run

LONGEST = 4096  # UTF-16 units of text after parsing
MOST_STYLES = 90  # Telegram keeps a hundred of them
LONGEST_LINK = 1000
PAGE = "page:"
_LIVE = re.compile(
    r"(?<=\w)\.(?=[^\W\d_]{2})"  # example.be
    r"|(?<=\d)\.(?=\d{1,3}\.\d)"  # 10.0.0.1
    r"|:(?=//)|@(?=\w)|(?<![\w/])[/#$](?=\w)"  # tg://x, @somebody, /command, #tag, $TAG
)
_JOINER = "\u2060"


@dataclass(frozen=True, slots=True)
class Page:
    """A message as Telegram takes it. `plain` is the same without markup, for when the markup is refused."""

    html: str
    plain: str
    keyboard: InlineKeyboardMarkup | None


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    bold: bool = False
    url: str | None = None


def page(message: Message, words: Mapping[str, str], web: str | None = None) -> Page:
    """The message within every limit. `web` is where the rest of a long one can be read."""
    shown = fitting(message)
    pieces = _still(list(_pieces(shown, words, more=shown != message)))
    pieces = _shortened(pieces, words, web)
    return Page(_html(pieces), "".join(piece.text for piece in pieces), keyboard(shown))


def _pieces(message: Message, words: Mapping[str, str], *, more: bool) -> Iterator[_Piece]:
    after_bullet, first = False, True
    extra = (_hint(message.input, words), words["more"] if more else "")
    told = (Paragraph((Run(line),)) for line in extra if line)
    for paragraph in (*message.paragraphs, *said_in_full(message), *told):
        runs = [_Piece(legible(run.text), run.bold, _address(run.url)) for run in paragraph.runs]
        only_pages = paragraph.runs and all((run.url or "").startswith(PAGE) for run in paragraph.runs)
        if only_pages or not is_visible("".join(run.text for run in runs)):
            continue
        if not first:
            yield _Piece("\n" if paragraph.bullet and after_bullet else "\n\n")
        if paragraph.bullet:
            yield _Piece("• ")
        yield from runs
        after_bullet, first = paragraph.bullet, False
    if first:
        yield _Piece(MORE)  # buttons alone are no message


def _hint(control: Input | None, words: Mapping[str, str]) -> str:
    """What to do with a control that Telegram does not have; that one may type needs no saying."""
    if control is None or control.kind == "text":
        return ""
    return words["date"] if control.kind == "date" else control.prompt


def _address(url: str | None) -> str | None:
    """The address, if Telegram would make a link of it."""
    if url is None or len(url) > LONGEST_LINK or not url.isprintable() or re.search(r"[\s<>\"]", url):
        return None
    try:
        parts = urlsplit(url)
        works = parts.scheme in ("http", "https") and "." in (parts.hostname or "").strip(".")
    except ValueError:
        return None
    return url if works else None


def _still(pieces: list[_Piece]) -> list[_Piece]:
    """The same with a joiner wherever Telegram would make something of it by itself, also across styles."""
    text = "".join(piece.text for piece in pieces)
    places = [found.end() for found in _LIVE.finditer(text)]
    done, start = [], 0
    for piece in pieces:
        end = start + len(piece.text)
        inside = [start, *(place for place in places if start < place <= end), end]
        parts = [text[a:b] for a, b in pairwise(inside)]
        done.append(replace(piece, text=_JOINER.join(parts)))
        start = end
    return done


def _shortened(pieces: list[_Piece], words: Mapping[str, str], web: str | None) -> list[_Piece]:
    text = "".join(piece.text for piece in pieces)
    if width(text) <= LONGEST:
        return pieces
    link = _address(web)
    ending = [_Piece("\n\n" + words["shortened"])]
    if link is not None:
        ending += [_Piece(" "), _Piece(words["web"], url=link)]
    room = LONGEST - sum(width(piece.text) for piece in ending)
    left = len(shortened(text, room)) - len(MORE)
    kept = []
    for piece in pieces:
        kept.append(replace(piece, text=piece.text[:left]))
        left -= len(kept[-1].text)
    return [*kept, _Piece(MORE), *ending]


def _html(pieces: list[_Piece]) -> str:
    written, styles = [], 0
    for piece in pieces:
        text = html.escape(piece.text, quote=False)
        styled = is_visible(piece.text) and (piece.bold or piece.url) and styles < MOST_STYLES
        if styled and piece.bold:
            text, styles = f"<b>{text}</b>", styles + 1
        if styled and piece.url:
            text, styles = f'<a href="{html.escape(piece.url)}">{text}</a>', styles + 1
        written.append(text)
    return "".join(written)
