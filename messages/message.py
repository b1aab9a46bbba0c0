"""A message, as every channel understands it: paragraphs, buttons, and at most one control."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import TypeAdapter

PAGE = "page:"  # how a link to a page of ours begins
OF_HOUSE = {"page:today": "/hr", "page:roles": "/hr/roles"}  # pages that are about no case in particular


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one style. `url` is an address, or "page:plan": a page of ours (of this message's case)."""

    text: str
    bold: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or one item of a list."""

    runs: tuple[Run, ...]
    bullet: bool = False

    @property
    def text(self) -> str:
        """The words without style."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Button:
    """One answer to tap. `choice` is the core's; `id` is what leaves the house: opaque, at most 64 bytes.

    A quiet button stands back (skip, come back later, back).
    """

    choice: str
    label: str
    id: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One box to tick."""

    choice: str
    label: str


@dataclass(frozen=True, slots=True)
class Input:
    """A control beside the buttons. `least` and `most` bound it (ISO dates, or numbers written out).

    `prompt` says what to do with it, `done` what the button says that ends it, for channels that draw their own.
    """

    kind: Literal["date", "several", "text", "number"]
    options: tuple[Option, ...] = ()
    least: str | None = None
    most: str | None = None
    id: str = ""
    prompt: str = ""
    done: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What the bot says in one go."""

    paragraphs: tuple[Paragraph, ...]
    buttons: tuple[Button, ...] = ()
    input: Input | None = None


_MESSAGE = TypeAdapter(Message)


def to_json(message: Message) -> str:
    """The message as it waits in the outbox."""
    return _MESSAGE.dump_json(message, exclude_defaults=True).decode()


def from_json(text: str | bytes) -> Message:
    """The message as it was queued."""
    return _MESSAGE.validate_json(text)


def _is_page(run: Run) -> bool:
    return run.url is not None and run.url.startswith(PAGE)


def _written(run: Run) -> str:
    return run.text if run.url is None or _is_page(run) else f"{run.text} ({run.url})"


def as_text(message: Message) -> str:
    """Plain text with the choices written out: for the terminal, for logs of tests, for channels without controls."""
    blocks: list[str] = []
    for paragraph in message.paragraphs:
        if paragraph.runs and all(_is_page(run) for run in paragraph.runs):
            continue  # plain text has no pages to lead to
        line = "".join(map(_written, paragraph.runs))
        if paragraph.bullet and blocks and blocks[-1].startswith("- "):
            blocks[-1] += f"\n- {line}"
        else:
            blocks.append(f"- {line}" if paragraph.bullet else line)
    if message.input is not None and message.input.kind == "several":
        blocks.append("\n".join(f"[ ] {option.label}" for option in message.input.options))
    if message.buttons:
        blocks.append(" ".join(f"({b.label})" if b.quiet else f"[{b.label}]" for b in message.buttons))
    return "\n\n".join(blocks)


def joined(messages: tuple[Message, ...]) -> Message:
    """Several messages said in one go: all the words, and the controls of the last."""
    last = messages[-1]
    return Message(tuple(p for message in messages for p in message.paragraphs), last.buttons, last.input)


def settled(message: Message, said: str) -> Message:
    """A question once it is answered: no buttons any more, and the choice stays readable."""
    choice = (Paragraph((Run(said, bold=True),)),) if said else ()
    return Message((*message.paragraphs, *choice))


def reworded(message: Message, other: Callable[[str], str]) -> Message:
    """The same message with other words everywhere somebody reads them."""
    control = message.input
    if control is not None:
        control = replace(control, options=tuple(Option(one.choice, other(one.label)) for one in control.options))
    return Message(
        tuple(
            replace(one, runs=tuple(replace(run, text=other(run.text)) for run in one.runs))
            for one in message.paragraphs
        ),
        tuple(replace(button, label=other(button.label)) for button in message.buttons),
        control,
    )
