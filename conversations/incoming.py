"""What a person did, on any channel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from conversations.talking.spelling import LONGEST_TYPED, clean


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event. `id` is the channel's own and unique there; `address` is who sent it, as the channel knows it.

    `press` carries `button`, an opaque id we gave out; `pick` carries the button id of the control and in
    `values` what was picked (an ISO date, or ids of options); `text` carries what was typed, and is empty for a
    picture, a voice or a file; `hello` is somebody who shows up; `command` is a slash command with its words in
    `text`. `gone` is an address that does not work any more, `back` one that works again, and nobody said anything.
    `at` is aware, in UTC.
    """

    channel: str
    id: str
    address: str
    kind: Literal["text", "press", "pick", "command", "hello", "gone", "back"]
    at: datetime
    text: str = ""
    button: str = ""
    values: tuple[str, ...] = ()


def cleaned(event: Incoming) -> Incoming:
    """The same without what no database takes (NUL, half characters) and what no eye sees, and no longer than is read.

    One character too many is left of what is too long, so that it is still said to be. Who sent it is the channel's
    word, and stays as it is.
    """
    most = LONGEST_TYPED + 1
    brought = (event.text, event.button, event.values)
    text, button, values = (
        clean(event.text)[:most],
        clean(event.button)[:most],
        tuple(clean(value)[:most] for value in event.values),
    )
    return event if brought == (text, button, values) else replace(event, text=text, button=button, values=values)
