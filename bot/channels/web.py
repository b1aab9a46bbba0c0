"""The web chat as a channel: what is in the outbox is the conversation, so sending means waking the open pages."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from bot.channels import Receipt
from messages.message import Message

NAME = "web"


class Web:
    """Who has a page open here. Another process finds new messages by looking now and then (bot/web/events.py)."""

    name = NAME

    def __init__(self) -> None:
        self._open: dict[str, set[asyncio.Event]] = defaultdict(set)
        self.closed = False

    async def send(self, address: str, message: Message, key: str) -> Receipt:  # noqa: ARG002 - the page reads its rows
        """Wake the open pages of this person; a page that opens later reads the same rows."""
        self.wake(address)
        return Receipt(address, key)

    async def edit(self, receipt: Receipt, message: Message) -> None:  # noqa: ARG002 - idem
        """Wake the open pages: one of their messages looks different now."""
        self.wake(receipt.address)

    def wake(self, address: str) -> None:
        """Let the open pages of this person look again."""
        for bell in self._open.get(address, ()):
            bell.set()

    @contextmanager
    def bell(self, addresses: Iterable[str]) -> Iterator[asyncio.Event]:
        """An event that is set whenever there may be something new for one of these people, while a page is open."""
        bell = asyncio.Event()
        mine = tuple(addresses)
        for address in mine:
            self._open[address].add(bell)
        try:
            yield bell
        finally:
            for address in mine:
                self._open[address].discard(bell)
                if not self._open[address]:
                    del self._open[address]

    def close(self) -> None:
        """End every open page's stream, for good: called when the process stops, before the server waits for them."""
        self.closed = True
        for bells in self._open.values():
            for bell in bells:
                bell.set()

    @property
    def watching(self) -> int:
        """How many streams are open."""
        return len({bell for bells in self._open.values() for bell in bells})
