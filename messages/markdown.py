"""The small markdown of our words: paragraphs, bullets, **bold**, links, and [Label](choice:id) for a button.

A link may lead to a page of ours: [het verslag](page:plan). Where that page is for this message, the channel knows.
"""

from __future__ import annotations

import re

from messages.message import Button, Paragraph, Run

_SPECIAL = re.compile(r"([\\\[\]()*#`_>-])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BUTTON = re.compile(r"\s*\[((?:\\.|[^\]\\])+)\]\(choice:((?:\\.|[^)\\])+)\)\s*$")
_MARKED = re.compile(r"[\\*\[]")
_ESCAPED = re.compile(r"\\(.)")
_TOKEN = re.compile(
    r"\\(?P<escaped>.)"
    r"|\*\*(?P<bold>(?:\\.|[^*\\])+)\*\*"
    r"|\[(?P<label>(?:\\.|[^\]\\])+)\]\((?P<url>https?://[^)\s]+|page:[a-z]+)\)"
)


def plain(text: str) -> str:
    """Text on one line: no line ends, and nothing else that steers."""
    return text if text.isprintable() else _CONTROL.sub(" ", text)


def escape(text: str) -> str:
    """Text that stays text: whatever a variable brings cannot become a button, a link or a new line."""
    return text if text.isalnum() else _SPECIAL.sub(r"\\\1", plain(text))


def unescape(text: str) -> str:
    """The text as it was before `escape`."""
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def _runs(text: str) -> tuple[Run, ...]:
    if not _MARKED.search(text):
        return (Run(text),) if text else ()
    runs: list[Run] = []
    plain = ""
    at = 0
    for token in _TOKEN.finditer(text):
        plain += text[at : token.start()]
        at = token.end()
        if token["escaped"] is not None:
            plain += token["escaped"]
            continue
        if plain:
            runs.append(Run(plain))
            plain = ""
        if token["bold"] is not None:
            runs.append(Run(unescape(token["bold"]), bold=True))
        else:
            runs.append(Run(unescape(token["label"]), url=token["url"]))
    plain += text[at:]
    if plain:
        runs.append(Run(plain))
    return tuple(runs)


def parse(markdown: str) -> tuple[tuple[Paragraph, ...], tuple[Button, ...]]:
    """Paragraphs and buttons of a text. A blank line ends a paragraph; lines within one are joined."""
    paragraphs: list[Paragraph] = []
    buttons: list[Button] = []
    words: list[str] = []

    def end() -> None:
        if words:
            paragraphs.append(Paragraph(_runs(" ".join(words))))
            words.clear()

    for line in markdown.splitlines():
        if button := _BUTTON.match(line):
            end()
            buttons.append(Button(unescape(button[2]), unescape(button[1])))
        elif line.startswith("- "):
            end()
            paragraphs.append(Paragraph(_runs(line[2:].strip()), bullet=True))
        elif line.strip():
            words.append(line.strip())
        else:
            end()
    end()
    return tuple(paragraphs), tuple(buttons)
