"""A conversation on a terminal: what the bot says is printed, choices are numbered, and a line is what somebody does.

It speaks for one person, under the name of the channel it stands in for, so a talk begun on the web goes on here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.channels import Receipt
from conversations.incoming import Incoming
from messages.message import Button, Message, Option

NUMBERS = frozenset({"number"})  # controls where a bare number is the answer, so that pressing takes a #


class Terminal:
    """Prints what goes to `address`; what goes to others is theirs to read elsewhere."""

    def __init__(self, address: str, name: str = "terminal", write: Callable[[str], None] = print) -> None:
        self.name = name
        self._address = address
        self._write = write
        self._message: Message | None = None

    async def send(self, address: str, message: Message, key: str) -> Receipt:
        """Print it, if it is for the person who sits here."""
        if address == self._address:
            self.show(message)
        return Receipt(address, key)

    async def edit(self, receipt: Receipt, message: Message) -> None:
        """Paper does not change."""

    def show(self, message: Message) -> None:
        """Print the words, the boxes and the buttons, the last two numbered on."""
        for paragraph in message.paragraphs:
            text = "".join(f"{run.text} ({run.url})" if run.url else run.text for run in paragraph.runs)
            self._write(f"  - {text}" if paragraph.bullet else text)
        if self._choices(message):
            self._message = message
        for number, choice in enumerate(self._choices(message), start=1):
            mark = "[ ] " if isinstance(choice, Option) else ""
            self._write(f"  {number}. {mark}{choice.label.removeprefix(f'{number}. ')}")
        self._write("")

    @staticmethod
    def _choices(message: Message) -> tuple[Option | Button, ...]:
        return (*(message.input.options if message.input else ()), *message.buttons)

    def heard(self, line: str, number: str, at: datetime) -> Incoming:
        """What a line means: "2" presses the second button, "1, 3" ticks boxes, anything else is typed.

        `number` must be unique on the channel. Where a number can be the answer, "#2" presses.
        """
        line = line.strip()
        numbers = self._numbers(line)
        if numbers and self._message is not None:
            chosen = [self._choices(self._message)[n - 1] for n in numbers]
            control = self._message.input
            if control is not None and all(isinstance(choice, Option) for choice in chosen):
                values = tuple(choice.choice for choice in chosen)
                return Incoming(self.name, number, self._address, "pick", at, button=control.id, values=values)
            if len(chosen) == 1 and isinstance(chosen[0], Button):
                return Incoming(self.name, number, self._address, "press", at, button=chosen[0].id)
        return Incoming(self.name, number, self._address, "text", at, text=line)

    def _numbers(self, line: str) -> tuple[int, ...]:
        """The numbers of choices on the last message that had any; nothing when the line is something else."""
        if self._message is None:
            return ()
        parts = line.removeprefix("#").replace(",", " ").split()
        if not parts or not all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):
            return ()
        if self._message.input is not None and self._message.input.kind in NUMBERS and not line.startswith("#"):
            return ()
        numbers = tuple(int(part) for part in parts)
        return numbers if all(1 <= n <= len(self._choices(self._message)) for n in numbers) else ()
