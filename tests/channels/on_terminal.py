"""Everybody at a terminal of their own: lines that are printed, lines that are typed."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from bot.channels.terminal import Terminal
from tests.channels.stage import Read, Stage, lines_of
from tests.world import CAST

if TYPE_CHECKING:
    from pathlib import Path

    from bot.channels import Receipt
    from messages.message import Message

CHOICE = re.compile(r"  (\d+)\. (\[ \] )?(.*)")
NUMBER = re.compile(r"\d+\. ")


class Terminals:
    """One terminal each, standing in for the web chat as `terugkeer chat` does."""

    name = "web"

    def __init__(self) -> None:
        self.printed: dict[str, list[str]] = {person.id: [] for person in CAST}
        self.each = {who: Terminal(who, "web", lines.append) for who, lines in self.printed.items()}

    async def send(self, address: str, message: Message, key: str) -> Receipt:
        """Every terminal hears of it; one prints it."""
        receipts = [await one.send(address, message, key) for one in self.each.values()]
        return receipts[0]

    async def edit(self, receipt: Receipt, message: Message) -> None:
        """Paper does not change."""
        for one in self.each.values():
            await one.edit(receipt, message)


class OnTerminal(Stage):
    """What is read is what was printed, and what is done is a line."""

    def __init__(self, folder: Path, start: str = "2026-11-02 09:00") -> None:
        self.terminals = Terminals()
        super().__init__(folder, start, channel=self.terminals)
        self.choices: dict[str, list[str]] = {person.id: [] for person in CAST}
        self.read = dict.fromkeys(self.choices, 0)
        self._lines = count(1)

    async def say(self, who: str, text: str) -> list[Read]:  # type: ignore[override]
        """A line is typed."""
        await self.app.converse(self.terminals.each[who].heard(text, f"line{next(self._lines)}", self.clock))
        return await self.news()

    async def press(self, who: str, label: str) -> list[Read]:  # type: ignore[override]
        """The number before that label is typed, or the label where it is not the last that was offered."""
        for n, shown in enumerate(self.choices[who], start=1):
            if label in (shown, f"{n}. {shown}"):
                return await self.say(who, f"#{n}")
        return await self.say(who, label)

    async def pick(self, who: str, *values: str) -> list[Read]:  # type: ignore[override]
        """The numbers of the boxes are typed; what is no box is typed itself."""
        offered = self.choices[who]
        if not values:
            return await self.say(who, "niets")
        if all(value in offered for value in values):
            return await self.say(who, ", ".join(str(offered.index(value) + 1) for value in values))
        return await self.type_pick(who, *values)

    async def news(self) -> list[Read]:
        """What was printed."""
        found: list[Read] = []
        for who, printed in self.terminals.printed.items():
            words: list[str] = []
            boxes: list[str] = []
            buttons: list[str] = []
            for line in printed[self.read[who] :]:
                if choice := CHOICE.fullmatch(line):
                    (boxes if choice[2] else buttons).append(choice[3])
                elif line:
                    words.append(line.strip())
                else:
                    found.append(Read(who, lines_of("\n".join(words)), tuple(boxes), tuple(buttons)))
                    self.choices[who] = [*boxes, *buttons] or self.choices[who]
                    words, boxes, buttons = [], [], []
            self.read[who] = len(printed)
        return found

    def as_read(self, message: Read) -> Read:
        """Choices are numbered here, so a number they have themselves is not printed twice."""
        return replace(message, buttons=tuple(NUMBER.sub("", label) for label in message.buttons))
