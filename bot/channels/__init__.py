"""What a channel is: it takes a message to an address, once, and says what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.routing import BaseRoute

    from conversations.incoming import Incoming
    from messages.message import Message


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a message went, as the channel calls it: enough to edit it later."""

    address: str
    id: str


class NotSent(Exception):  # noqa: N818 - an outcome, named by what the caller must do
    """The channel did not take the message. What follows says what to do now."""


class TryLater(NotSent):
    """Not taken, and worth trying again after so many seconds."""

    def __init__(self, reason: str, after: float = 60.0) -> None:
        super().__init__(reason)
        self.after = after


class Unreachable(NotSent):
    """This address does not work (any more): try another, tell HR."""


class Refused(NotSent):
    """This message will never be taken: tell a person."""


class Unsure(Exception):  # noqa: N818 - an outcome, named by what the caller must do
    """Nobody can say whether the message arrived. A nudge is not sent again."""


class Channel(Protocol):
    """One way to reach people. One call is one try: no retries inside."""

    @property
    def name(self) -> str:
        """What addresses on this channel are kept under."""
        ...

    async def send(self, address: str, message: Message, key: str) -> Receipt:
        """Take the message to the address. `key` is the row's id, for channels that can look a message up.

        Raises TryLater, Unreachable, Refused or Unsure; any other exception counts as Unsure.
        """
        ...

    async def edit(self, receipt: Receipt, message: Message) -> None:
        """Show the message as it is now (answered, withdrawn) where it was sent. What is gone is fine.

        Raises TryLater when it may look as before, and nothing else: whoever asked comes back with it.
        """
        ...


class Ear(Protocol):
    """Who listens to what people do on a channel."""

    async def hear(self, incoming: Incoming) -> None:
        """Keep what somebody did: it is committed when this returns, and the answers go out on their own.

        Raises storage's Unavailable when nothing was kept: the platform must be told to come back with it.
        """
        ...

    async def home(self, channel: str, address: str) -> Message | None:
        """What somebody may see at a glance: the running cases and their next steps. None for a stranger.

        The `choice` of its buttons is what a person would type.
        """
        ...


@runtime_checkable
class Listening(Protocol):
    """A channel that people come in by, besides our own pages."""

    @property
    def name(self) -> str:
        """What addresses on this channel are kept under."""
        ...

    @property
    def ready(self) -> bool:
        """Whether the platform takes what we say, and brings what people do: as far as it was last seen."""
        ...

    def routes(self, ear: Ear) -> list[BaseRoute]:
        """Where the platform calls us; none when we call the platform."""
        ...

    async def open(self, ear: Ear) -> None:
        """Begin to listen, inside the running loop."""
        ...

    async def close(self) -> None:
        """Take nothing new, and let go of the platform."""
        ...


@runtime_checkable
class Findable(Protocol):
    """A channel that can look up whether a message arrived."""

    async def find(self, address: str, key: str, since: datetime, until: datetime) -> Receipt | None:
        """The message that was sent with this key between those times, if it is there. Raises TryLater."""
        ...
