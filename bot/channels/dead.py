"""A channel that could not be made: its library is not there, or a setting cannot be right. The others go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.channels import TryLater

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from bot.channels import Ear, Receipt
    from messages.message import Message

WAIT = 600.0  # seconds: somebody must repair it and start again


class Dead:
    """What it would have said waits; it is never ready, so that `/ready` shows it."""

    ready = False

    def __init__(self, name: str) -> None:
        self.name = name

    async def send(self, address: str, message: Message, key: str) -> Receipt:  # noqa: ARG002 - the protocol's
        """Not now."""
        raise TryLater("dead", WAIT)

    async def edit(self, receipt: Receipt, message: Message) -> None:  # noqa: ARG002 - idem
        """Not now either."""
        raise TryLater("dead", WAIT)

    def routes(self, ear: Ear) -> list[BaseRoute]:  # noqa: ARG002 - the protocol's
        """None: whoever calls is told that there is nothing, and comes back."""
        return []

    async def open(self, ear: Ear) -> None:
        """Nothing."""

    async def close(self) -> None:
        """Nothing."""
