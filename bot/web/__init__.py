"""The pages: the chat, signing in, the plan, the demo, and what operators look at."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.channels.web import Web
from bot.counting import Previews
from bot.house import House
from bot.settings import Settings
from conversations.incoming import Incoming
from storage.database import Database


class Shell(Protocol):
    """What the pages need of the app."""

    @property
    def settings(self) -> Settings:
        """Address, keys, and whether people come by https."""
        ...

    @property
    def database(self) -> Database:
        """Where everything is kept."""
        ...

    @property
    def web(self) -> Web:
        """The channel that wakes open pages."""
        ...

    @property
    def house(self) -> House:
        """The parts that do not change: dialogues, policies."""
        ...

    @property
    def previews(self) -> Previews:
        """What other cadences would do, being counted."""
        ...

    def now(self) -> datetime:
        """The moment it is, in UTC. In the demo: the moment we say it is."""
        ...

    async def converse(self, incoming: Incoming) -> None:
        """Handle what a person did; the answers are there when it returns."""
        ...

    async def deliver(self) -> int:
        """Send what waits; how many messages went out."""
        ...
