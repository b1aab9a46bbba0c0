"""A message as it leaves the house: its buttons with ids of ours, its links to pages with an address."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from messages.message import OF_HOUSE, PAGE, Button, Message, from_json, settled

if TYPE_CHECKING:
    from messages.message import Paragraph
    from storage.outbox import Row


def with_ids(row: Row, said: Message | None = None) -> Message:
    """The message with ids on its buttons: the row's own, and a number. `said` where it need not be read again."""
    message = said or from_json(row.body)
    buttons = tuple([
        Button(button.choice, button.label, f"{row.id}.{n}", button.quiet) for n, button in enumerate(message.buttons)
    ])  # fmt: skip
    control = message.input
    if control is not None:
        control = replace(control, id=f"{row.id}.i")
    return Message(message.paragraphs, buttons, control)


def as_it_is_now(row: Row, base_url: str, said: Message | None = None) -> Message:
    """With its choices, or with what was answered; for platforms that know nothing of our pages."""
    message = with_ids(row, said) if row.answered_at is None else settled(from_json(row.body), row.answered or "")
    return addressed(message, row.case, base_url)


def addressed(message: Message, case: str | None, base_url: str) -> Message:
    """The message with "page:plan" as the address of that page for its case; without one such a page is nowhere."""
    if not any(run.url and run.url.startswith(PAGE) for one in message.paragraphs for run in one.runs):
        return message
    return replace(message, paragraphs=tuple(_addressed(one, case, base_url) for one in message.paragraphs))


def _addressed(paragraph: Paragraph, case: str | None, base_url: str) -> Paragraph:
    return replace(paragraph, runs=tuple(replace(run, url=_address(run.url, case, base_url)) for run in paragraph.runs))


def _address(url: str | None, case: str | None, base_url: str) -> str | None:
    if url in OF_HOUSE:
        return f"{base_url}{OF_HOUSE[url]}"
    if url is None or case is None or not url.startswith(PAGE):
        return url
    return f"{base_url}/{url.removeprefix(PAGE)}/{case}"
