"""What a channel is: it takes a message to an address, once, and says what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
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
        """Show the message as it is now (answered, withdrawn) where it was sent. Best effort, never raises."""
        ...
