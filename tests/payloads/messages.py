"""What the bot says: in every talk of tests/talks, and in every dialogue as the explorer walks through it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.channels import Channel, Receipt
from bot.discreet import FIRST_NAMES_ONLY
from bot.outgoing import with_ids
from messages.message import Message, to_json
from messages.render import render
from storage.outbox import Row
from tests import explorer
from tests.conversations.scenes import talker
from tests.talk import FOLDER, Talk, begun, step
from tests.world import CAST, Memory, World

SCENES = tuple(f"tests.conversations.test_dialogues_{group}" for group in "abc")
ROW = "Zk3vQ9xT1mB7nL5cR2wY8a"
AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@dataclass
class Passing:
    """A channel of the small world: what it remembers was said on the real channel too."""

    memory: Memory
    real: Channel
    addresses: Mapping[str, str]
    receipts: dict[str, Receipt] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The real one's."""
        return self.real.name

    async def send(self, address: str, message: Message, key: str) -> Receipt:
        """To where somebody really is."""
        self.receipts[key] = await self.real.send(self.addresses[address], message, key)
        return await self.memory.send(address, message, key)

    async def edit(self, receipt: Receipt, message: Message) -> None:
        """Where it really stands."""
        await self.real.edit(self.receipts[receipt.id], message)
        await self.memory.edit(receipt, message)


async def nothing(world: World) -> None:
    """A talk goes on."""


async def talks(
    real: Channel, addresses: Mapping[str, str], after: Callable[[World], Awaitable[None]] = nothing
) -> None:
    """Play every talk on the real channel. `addresses`: who is where there; `after` sees the world after each step."""
    for path in sorted(FOLDER.glob("*.talk")):
        talk = Talk.read(path)
        with TemporaryDirectory() as folder:
            world = await begun(talk, Path(folder), real.name)
            world.app.channels[real.name] = Passing(world.memory, real, addresses)
            try:
                for line, _ in talk.steps:
                    await step(world, _as_read(line) if real.name in FIRST_NAMES_ONLY else line)
                    await after(world)
            finally:
                await world.close()


def _as_read(line: str) -> str:
    """A step with the names as they stand on the buttons of a channel where nobody is named in full."""
    for person in CAST:
        line = line.replace(person.name, person.name.partition(" ")[0])
    return line


def explored() -> Iterator[Message]:
    """Every message that is met on a walk through every dialogue, each once, as it would leave the outbox."""
    bodies: dict[str, None] = {}

    def heard(dialogue: str, *rest: object) -> Message:
        message = render(dialogue, *rest)  # type: ignore[arg-type] # passed on as it came
        bodies[to_json(message)] = None
        return message

    explorer.render = heard
    for name in SCENES:
        for dialogue, scenes in import_module(name).SCENES.items():
            for scene in scenes:
                explorer.walk(talker(dialogue), dialogue, scene)
    for body in bodies:
        yield with_ids(Row(
            id=ROW, organisation="stad", person="sofie", kind="nudge", body=body, channel="", address="",
            not_before=AT, created_at=AT,
        ))  # fmt: skip
