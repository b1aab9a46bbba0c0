"""Telegram's HTML parse mode, read from its documentation and stricter than the real server.

The real server lets a loose `&` or `>` through and drops what it does not know; the documentation forbids both.
Here what is forbidden is refused, and what the server would drop in silence is noted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "span": "spoiler",
    "tg-spoiler": "spoiler", "tg-emoji": "custom_emoji", "a": "text_link", "code": "code", "pre": "pre",
    "blockquote": "blockquote",
}  # fmt: skip
ATTRIBUTES = {"a": "href", "code": "class", "span": "class", "tg-emoji": "emoji-id", "blockquote": "expandable"}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

ENTITY = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}));")
TAG_END = re.compile(r"</([^\s>]*)\s*>")
TAG_NAME = re.compile(r"<([^\s>]*)")
TAG_START = re.compile(r"<[^\s>]*((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
ATTRIBUTE = re.compile(r"\s+([^\s=>]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[A-Za-z0-9.\-]+))?")


class ParseError(Exception):
    """What the server says after "can't parse entities: "."""


@dataclass
class Span:
    """One formatted piece: code points in the text, not yet UTF-16."""

    kind: str
    start: int
    end: int
    extra: dict[str, str] = field(default_factory=dict)


@dataclass
class Parsed:
    """Plain text with its entities as the API writes them; notes are breaches that the real server lets pass."""

    text: str
    entities: list[dict[str, Any]]
    notes: list[str]


@dataclass
class _Open:
    tag: str
    argument: str
    start: int


def utf16(text: str) -> int:
    """How long Telegram finds this text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def link_works(url: str) -> bool:
    """Whether Telegram makes a link of it: http, https or tg, and a host with a dot in it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "tg":
        return bool(host)
    return parts.scheme in {"http", "https"} and "." in host.strip(".") and not re.search(r"[\s<>\"]", url)


def parse(html: str) -> Parsed:
    """Read HTML as sendMessage does. Raises ParseError with the server's words."""
    return _Parser(html).run()


def finish(text: str, spans: list[Span], notes: list[str]) -> Parsed:
    """Trim as Telegram does and count in UTF-16."""
    kept = text.replace("\r", " ").strip()
    lead = len(text) - len(text.lstrip())
    entities: list[dict[str, Any]] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        start, end = max(span.start - lead, 0), min(span.end - lead, len(kept))
        if end > start:
            offset = utf16(kept[:start])
            entities.append({"type": span.kind, "offset": offset, "length": utf16(kept[start:end]), **span.extra})
    if len(entities) > 100:
        notes.append(f"{len(entities)} entities in one message, Telegram shows 100")
    return Parsed(kept, entities, notes)


class _Parser:
    def __init__(self, html: str) -> None:
        self.html, self.at, self.out = html, 0, ""
        self.open: list[_Open] = []
        self.spans: list[Span] = []
        self.notes: list[str] = []

    def run(self) -> Parsed:
        while self.at < len(self.html):
            match self.html[self.at]:
                case "&":
                    self._entity()
                case "<":
                    self._tag()
                case ">":
                    raise ParseError(f'Unescaped ">" at byte offset {self._offset()}')
                case letter:
                    self.out += letter
                    self.at += 1
        if self.open:
            raise ParseError(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return finish(self.out, self.spans, self.notes)

    def _offset(self) -> int:
        return len(self.html[: self.at].encode())

    def _entity(self) -> None:
        found = ENTITY.match(self.html, self.at)
        if found is None:
            raise ParseError(f'Unescaped "&" at byte offset {self._offset()}')
        self.out += _decoded(found)
        self.at = found.end()

    def _tag(self) -> None:
        if self.html.startswith("</", self.at):
            self._end_tag()
        else:
            self._start_tag()

    def _end_tag(self) -> None:
        offset = self._offset()
        if not self.open:
            raise ParseError(f"Unexpected end tag at byte offset {offset}")
        found = TAG_END.match(self.html, self.at)
        if found is None:
            raise ParseError(f"Unclosed end tag at byte offset {offset}")
        opened, name = self.open.pop(), found[1].lower()
        if name != opened.tag:
            raise ParseError(
                f'Unmatched end tag at byte offset {offset}, expected "</{opened.tag}>", found "</{name}>"'
            )
        self.at = found.end()
        self._close(opened)

    def _start_tag(self) -> None:
        offset = self._offset()
        named = TAG_NAME.match(self.html, self.at)
        if named is None or named.end() == len(self.html):
            raise ParseError(f"Unclosed start tag at byte offset {offset}")
        name = named[1].lower()
        if name not in TAGS:
            raise ParseError(f'Unsupported start tag "{name}" at byte offset {offset}')
        found = TAG_START.match(self.html, self.at)
        if found is None:
            raise ParseError(f"Unclosed start tag at byte offset {offset}")
        argument = self._argument(name, found[1], offset)
        self._nesting(name)
        self.at = found.end()
        self.open.append(_Open(name, argument, len(self.out)))

    def _argument(self, tag: str, attributes: str, offset: int) -> str:
        argument = ""
        if ATTRIBUTE.sub("", attributes).strip():
            raise ParseError(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" at byte offset {offset}'
            )
        for found in ATTRIBUTE.finditer(attributes):
            name = found[1].lower()
            if ATTRIBUTES.get(tag) != name:
                self.notes.append(f"attribute {name!r} of <{tag}> means nothing to Telegram")
                continue
            value = (found[2] or "").strip("\"'")
            if re.search(r"&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9A-Fa-f]+);)|<", value):
                raise ParseError(
                    f'Unescaped character in attribute "{name}" of the tag "{tag}" at byte offset {offset}'
                )
            argument = ENTITY.sub(_decoded, value) or name
        if tag == "span" and argument != "tg-spoiler":
            raise ParseError(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
        return argument

    def _nesting(self, tag: str) -> None:
        around = [one.tag for one in self.open]
        if {"pre", "code"} & set(around) and (around[-1], tag) != ("pre", "code"):
            self.notes.append(f"<{tag}> inside <{around[-1]}>: pre and code hold no other entities")
        if tag == "blockquote" and tag in around:
            self.notes.append("a blockquote inside a blockquote")

    def _close(self, opened: _Open) -> None:
        kind, extra = TAGS[opened.tag], {}
        if opened.tag == "a":
            url = opened.argument or self.out[opened.start :]
            if not link_works(url):
                self.notes.append(f"Telegram makes no link of {url!r}")
                return
            extra = {"url": url}
        elif opened.tag == "tg-emoji":
            extra = {"custom_emoji_id": opened.argument}
        elif opened.tag == "blockquote" and opened.argument == "expandable":
            kind = "expandable_blockquote"
        elif opened.tag == "code" and self.open and self.open[-1].tag == "pre" and opened.argument:
            return  # the language belongs to the pre around it
        if len(self.out) == opened.start:
            self.notes.append(f"<{opened.tag}> around nothing")
            return
        self.spans.append(Span(kind, opened.start, len(self.out), extra))


def _decoded(found: re.Match[str]) -> str:
    if found[1]:
        return NAMED[found[1]]
    code = int(found[2]) if found[2] else int(found[3], 16)
    if not 0 < code < 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise ParseError("Text contains invalid Unicode characters after decoding HTML entities")
    return chr(code)
