"""A world whose people are on a real channel: what they read there, and what they do there."""

from __future__ import annotations

import asyncio
import re
from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from storage import outbox
from tests.world import BRUSSELS, CAST, World

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from storage.outbox import Row

FAST = 1000  # how many times faster than real time a platform's second goes
BUTTON = re.compile(r"\[([^\]]*)\]|\((.*?)\)(?= [\[(]|$)")
BOX = "[ ] "
READ_BACK = ("Ja", "Nee")
# What a channel says itself about a control it draws in its own way.
HINT = re.compile(r"Kies een dag of typ een datum|Duid aan wat past|Vul een getal in.*|Typ je antwoord")
OUR_PAGE = re.compile(r"[\w ]+ \((http://127\.0\.0\.1:\d+)?/plan(/[\w-]{22})?\)")


@dataclass(frozen=True)
class Read:
    """A message as somebody reads it: lines without their marks, boxes to tick, labels to press."""

    to: str
    words: tuple[str, ...]
    boxes: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a message, without bullets.

    A last line that only says how to use a control is none, and neither is one that only leads to a page of ours.
    """
    lines = (line.removeprefix("• ").removeprefix("- ").strip() for line in text.splitlines() if line.strip())
    found = [line for line in lines if not OUR_PAGE.fullmatch(line)]
    return tuple(found[:-1] if found and HINT.fullmatch(found[-1]) else found)


def written_in(said: Iterable[str], speaker: str) -> list[Read]:
    """What stands under a step of a .talk file."""
    blocks: list[tuple[str, list[str]]] = []
    fresh = True
    for line in said:
        to, bar, text = line.strip().partition("|")
        if not bar:  # "--": another message
            fresh = True
            continue
        if fresh:
            blocks.append((to or speaker, []))
            fresh = False
        blocks[-1][1].append(text.strip())
    return [_message(to, text) for to, text in blocks]


def _message(to: str, text: list[str]) -> Read:
    buttons: list[str] = []
    last = text[-1]
    if last[0] in "[(" and last[-1] in "])" and not last.startswith(BOX):
        buttons = [loud or quiet for loud, quiet in BUTTON.findall(text.pop())]
    boxes = [line.removeprefix(BOX) for line in text if line.startswith(BOX)]
    words = "\n".join(line for line in text if not line.startswith(BOX))
    return Read(to, lines_of(words), tuple(boxes), tuple(buttons))


def by_reader(messages: Iterable[Read]) -> dict[str, list[Read]]:
    """Who read what, in order. Between two people there is no order: their messages are on their way together."""
    found: dict[str, list[Read]] = {}
    for one in messages:
        found.setdefault(one.to, []).append(one)
    return found


class Stage(World):
    """People on one channel. `say`, `press`, `pick` and `go_to` give what was read on it."""

    async def __aenter__(self) -> Self:
        """Open the doors."""
        await self.begin()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close them."""
        await self.end()

    async def begin(self) -> None:
        """Open whatever lies between people and the bot."""

    async def end(self) -> None:
        """Close it."""
        await self.close()

    @abstractmethod
    async def news(self) -> list[Read]:
        """What people read since the last look."""

    @property
    def everybody(self) -> tuple[str, ...]:
        """Who there is."""
        return tuple(person.id for person in CAST)

    def troubles(self) -> list[str]:
        """Whatever was not as the platform wants it."""
        return []

    async def looks_settled(self, row: Row) -> bool:  # noqa: ARG002 - paper and pages show rows
        """Whether the message of an answered question shows the answer and no choices any more."""
        return True

    async def unsettled(self) -> list[str | None]:
        """The questions that were answered and do not look so."""
        rows = await self.app.database.run(
            lambda tx: [row for who in self.everybody for row in outbox.transcript(tx, who, 10_000)]
        )
        answered = [row for row in rows if row.answered_at is not None and row.state == "sent"]
        return [row.question for row in answered if not await self.looks_settled(row)]

    def as_read(self, message: Read) -> Read:
        """What stands in a .talk file, as it is written on this channel."""
        return message

    async def go_to(self, moment: str) -> list[Read]:  # type: ignore[override] # what is read, here
        """Time goes by; people look after every moment at which something happened."""
        found: list[Read] = []
        async for _ in self.moments_until(moment):
            found += await self.news()
        return found

    async def next_moment(self) -> list[Read]:
        """Time goes on until something happens."""
        following = await self.next_due()
        assert following is not None, "nothing will ever happen"
        return await self.go_to(following.astimezone(BRUSSELS).strftime("%Y-%m-%d %H:%M:%S"))

    async def type_pick(self, who: str, value: str) -> list[Read]:
        """Where there is no picker people type. A day comes back to be confirmed, and is."""
        year, dash, rest = value.partition("-")
        if not (dash and year.isdigit()):
            return await self.say(who, value)
        month, _, day = rest.partition("-")
        (back,) = await self.say(who, f"{int(day)}/{int(month)}/{year}")
        assert (who, READ_BACK) == (back.to, back.buttons)
        assert f" {int(day)} " in back.words[-1]
        return await self.press(who, READ_BACK[0])

    async def rest(self) -> None:
        """Wait until the bot is done with what it heard."""
        channel = self.app.channels[self.memory.name]
        while under_way := [*self.app._under_way, *getattr(channel, "_under_way", ())]:
            await asyncio.wait(under_way)


def first_names(message: Read, names: Sequence[str]) -> Read:
    """The same without surnames."""

    def short(texts: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            texts = tuple(text.replace(name, name.partition(" ")[0]) for text in texts)
        return texts

    return replace(message, words=short(message.words), boxes=short(message.boxes), buttons=short(message.buttons))
