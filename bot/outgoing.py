"""A message as it leaves the house: its buttons with ids of ours, its links to pages with an address."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from messages.message import PAGE, Button, Message, from_json, settled

if TYPE_CHECKING:
    from messages.message import Paragraph
    from storage.outbox import Row


def with_ids(row: Row) -> Message:
    """The message with ids on its buttons: the row's own, and a number."""
    message = from_json(row.body)
    buttons = tuple(
        Button(button.choice, button.label, f"{row.id}.{n}", button.quiet) for n, button in enumerate(message.buttons)
    )
    control = message.input
    if control is not None:
        control = replace(control, id=f"{row.id}.i")
    return Message(message.paragraphs, buttons, control)


def as_it_is_now(row: Row, base_url: str) -> Message:
    """With its choices, or with what was answered; for platforms that know nothing of our pages."""
    message = with_ids(row) if row.answered_at is None else settled(from_json(row.body), row.answered or "")
    return addressed(message, row.case, base_url)


def addressed(message: Message, case: str | None, base_url: str) -> Message:
    """The message with "page:plan" as the address of that page for its case; without a case a page is nowhere."""
    if case is None or not any(run.url and run.url.startswith(PAGE) for one in message.paragraphs for run in one.runs):
        return message
    return replace(message, paragraphs=tuple(_addressed(one, case, base_url) for one in message.paragraphs))


def _addressed(paragraph: Paragraph, case: str, base_url: str) -> Paragraph:
    return replace(
        paragraph,
        runs=tuple(
            replace(run, url=f"{base_url}/{run.url.removeprefix(PAGE)}/{case}")
            if run.url and run.url.startswith(PAGE)
            else run
            for run in paragraph.runs
        ),
    )
