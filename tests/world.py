"""A small world: an organisation, a clock you move, and a channel that remembers. On the real code and database."""

from __future__ import annotations

import itertools
import tempfile
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.app import App
from bot.channels import Receipt
from bot.settings import Settings
from conversations.case import Case, Person
from conversations.incoming import Incoming
from messages.message import Message, as_text
from storage import addresses, cases, organisations, people
from storage.migrations import migrate
from storage.organisations import Organisation

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.channels import Channel
    from storage.database import Tx

BRUSSELS = ZoneInfo("Europe/Brussels")
ORGANISATION = "stad"
STAFF = frozenset({"staff_of_20", "contractual"})

# Two teams, HR and a coach. Who is who is the same in every test and every talk.
CAST = (
    Person("els", ORGANISATION, "Els Willems", "els@stad.example", frozenset({"employee", "hr"}), "HR"),
    Person("tom", ORGANISATION, "Tom Claes", "tom@stad.example", frozenset({"employee", "coach"}), "HR"),
    Person("nadia", ORGANISATION, "Nadia Haddad", "nadia@stad.example", frozenset({"employee", "manager"}), "Groen"),
    Person(
        "sofie", ORGANISATION, "Sofie Peeters", "sofie@stad.example", frozenset({"employee", "manager"}), "Onthaal",
        manager="nadia", deputy="nadia",
    ),
    Person("jan", ORGANISATION, "Jan Peeters", "jan@stad.example", team="Onthaal", manager="sofie"),
    Person("fatima", ORGANISATION, "Fatima Amrani", "fatima@stad.example", team="Onthaal", manager="sofie"),
    Person("pieter", ORGANISATION, "Pieter De Smet", "pieter@stad.example", team="Onthaal", manager="sofie"),
    Person("lotte", ORGANISATION, "Lotte Maes", "lotte@stad.example", team="Groen", manager="nadia"),
)  # fmt: skip


@dataclass
class Sent:
    """One message as it arrived."""

    to: str
    message: Message
    at: datetime
    id: str

    @property
    def text(self) -> str:
        """The message as plain text, buttons and all."""
        return as_text(self.message)


@dataclass
class Memory:
    """A channel that remembers what was sent, to whom."""

    now: Callable[[], datetime]
    name: str = "memory"
    sent: list[Sent] = field(default_factory=list)

    async def send(self, address: str, message: Message, key: str) -> Receipt:
        """Arrived."""
        self.sent.append(Sent(address, message, self.now(), key))
        return Receipt(address, key)

    async def edit(self, receipt: Receipt, message: Message) -> None:
        """Looks different from now on."""
        self.sent = [replace(one, message=message) if one.id == receipt.id else one for one in self.sent]


def at(moment: str) -> datetime:
    """A local moment in Brussels, "2026-11-23 09:00", in UTC."""
    return datetime.fromisoformat(moment).replace(tzinfo=BRUSSELS).astimezone(UTC)


@cache
def _fresh() -> bytes:
    """A database as the migrations leave it, made once: they cost a quarter of a second."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fresh.db"
        migrate(f"sqlite:///{path}")
        return path.read_bytes()


@cache
def _settings() -> Settings:
    """Read once: looking for each of them in the environment costs more than the rest of a world."""
    return Settings(keys={"test": b"k" * 32})


class World:
    """The bot with its people. Say, press and pick as somebody; go to a moment and everything due happens.

    People are reached on one channel: a memory, or a real one (tests/channels/).
    """

    def __init__(
        self, folder: Path, start: str = "2026-11-02 09:00", url: str | None = None, channel: str | Channel = "memory"
    ) -> None:
        self.clock = at(start)
        self.memory = Memory(lambda: self.clock, channel if isinstance(channel, str) else channel.name)
        file = folder / "world.db"
        self.url = url or f"sqlite:///{file}"
        settings = _settings().model_copy(update={"database_url": self.url})
        if url is None and not file.exists():  # a database that is given has its tables
            file.write_bytes(_fresh())
        reached = self.memory if isinstance(channel, str) else channel
        self.app = App(settings, clock=lambda: self.clock, channels=(reached,))
        self._numbers = itertools.count(1)

    async def people(self, policy: str = "company_c@1", facts: frozenset[str] = STAFF, **changed: Person) -> World:
        """Everybody of the cast, reachable on the channel."""

        def work(tx: Tx) -> None:
            organisations.put(tx, Organisation(ORGANISATION, "Stad", policy, facts))
            for person in CAST:
                people.put(tx, changed.get(person.id, person))
            for person in CAST:
                addresses.link(tx, person.id, self.memory.name, self.address(person.id), self.clock)

        await self.app.database.run(work)
        return self

    def address(self, who: str) -> str:
        """Where somebody is on the channel."""
        return who

    async def close(self) -> None:
        """Stop the bot."""
        await self.app.stop()

    # --- What people do ------------------------------------------------------------------------------

    async def say(self, who: str, text: str) -> list[Sent]:
        """Somebody types."""
        return await self._hear(who, "text", text=text)

    async def press(self, who: str, label: str) -> list[Sent]:
        """Somebody taps the button with that label, on the last message that has it."""
        for sent in reversed(self.to(who)):
            for button in sent.message.buttons:
                if button.label == label:
                    return await self._hear(who, "press", button=button.id)
        raise AssertionError(f"{who} has no button {label!r}; the last message was:\n{self.last(who)}")

    async def pick(self, who: str, *values: str) -> list[Sent]:
        """Somebody picks in the control of the last message: an ISO date, a number, or labels of boxes."""
        control = next(sent.message.input for sent in reversed(self.to(who)) if sent.message.input is not None)
        ids = {option.label: option.choice for option in control.options}
        return await self._hear(who, "pick", button=control.id, values=tuple(ids.get(one, one) for one in values))

    async def hello(self, who: str) -> list[Sent]:
        """Somebody shows up."""
        return await self._hear(who, "hello")

    async def _hear(self, who: str, kind: str, **what: object) -> list[Sent]:
        before = len(self.memory.sent)
        number = str(next(self._numbers))
        event = Incoming(self.memory.name, number, who, kind, self.clock, **what)  # type: ignore[arg-type] # by name
        await self.app.converse(event)
        return self.memory.sent[before:]

    # --- Time ----------------------------------------------------------------------------------------

    async def go_to(self, moment: str) -> list[Sent]:
        """Move the clock; every tick on the way that has something to do happens at its own time."""
        before = len(self.memory.sent)
        async for _ in self.moments_until(moment):
            pass
        return self.memory.sent[before:]

    async def moments_until(self, moment: str) -> AsyncIterator[datetime]:
        """The same, stopping after each tick."""
        goal = at(moment)
        while (following := await self.next_due()) is not None and following <= goal:
            self.clock = max(self.clock, following)
            await self.app.tick()
            yield self.clock
        self.clock = goal
        await self.app.tick()
        yield goal

    async def next_due(self) -> datetime | None:
        """When something happens next: a case to look at, or a message that waits."""
        return await self.app.next_due()

    # --- Looking -------------------------------------------------------------------------------------

    def to(self, who: str) -> list[Sent]:
        """What this person got."""
        return [sent for sent in self.memory.sent if sent.to == who]

    def last(self, who: str) -> str:
        """The last thing this person read."""
        return self.to(who)[-1].text

    async def case(self, employee: str) -> Case:
        """The running case of this employee."""
        found = await self.app.database.run(lambda tx: cases.open_of(tx, employee))
        assert found is not None, f"{employee} has no running case"
        return found

    @property
    def today(self) -> date:
        """The day it is in Brussels."""
        return self.clock.astimezone(BRUSSELS).date()

    def after(self, **span: int) -> str:
        """A moment from now, as `go_to` takes it."""
        return (self.clock + timedelta(**span)).astimezone(BRUSSELS).strftime("%Y-%m-%d %H:%M")
