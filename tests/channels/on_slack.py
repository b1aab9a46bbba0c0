"""Everybody in a direct message on Slack, through Bolt and slack_sdk and a workspace of our own."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from bot.channels.pace import Pace, Rate
from bot.channels.slack import PATH, Slack
from tests.channels.serving import served
from tests.channels.stage import FAST, Read, Stage, lines_of
from tests.fakes.slack import Workspace
from tests.fakes.slack_limits import Limits
from tests.world import CAST, at

if TYPE_CHECKING:
    from pathlib import Path

    from storage.outbox import Row
    from tests.fakes.slack_courier import Delivery
    from tests.fakes.slack_people import Person
    from tests.fakes.slack_sight import Seen

DONE = "Klaar"


class OnSlack(Stage):
    """Slack posts to us, signed; in Socket Mode we connect to it."""

    def __init__(self, folder: Path, start: str = "2026-11-02 09:00", *, socket_mode: bool = False) -> None:
        self.clock = at(start)
        self.workspace = Workspace(
            now=lambda: self.clock, limits=Limits(speed=FAST), retries=(0.0, 0.1), socket_mode=socket_mode
        )
        self.workspace.start()
        self.socket_mode = socket_mode
        self.door = socket.create_server(("127.0.0.1", 0))
        keys = {"app_token": self.workspace.app_token} if socket_mode else {}
        self.channel = Slack(
            token=self.workspace.bot_token, signing_secret=self.workspace.signing_secret, now=lambda: self.clock,
            teams=frozenset({self.workspace.team.id}), api_url=self.workspace.api_url,
            pace=Pace(Rate(FAST, FAST), Rate(FAST, FAST)), **keys,
        )  # fmt: skip
        super().__init__(folder, start, channel=self.channel)
        self.users: dict[str, Person] = {
            person.id: self.workspace.add(person.name, f"U0{person.id.upper()}") for person in CAST
        }
        self.seen: dict[str, set[str]] = {person.id: set() for person in CAST}

    def address(self, who: str) -> str:
        """The workspace and the user."""
        return f"{self.workspace.team.id}:{self.users[who].id}"

    async def begin(self) -> None:
        """Slack knows where we are, or we are connected."""
        self.serving = served(self.app, self.channel, self.door)
        await self.serving.__aenter__()
        await self.app.open()
        if self.socket_mode:
            await self.workspace.until(lambda: self.workspace.sockets == 1)
        else:
            self.workspace.listens_at(f"http://127.0.0.1:{self.door.getsockname()[1]}{PATH}")

    async def end(self) -> None:
        """Nobody listens any more."""
        await self.close()
        await self.serving.__aexit__(None, None, None)
        self.workspace.close()

    # --- Doing -----------------------------------------------------------------------------------------

    async def say(self, who: str, text: str) -> list[Read]:  # type: ignore[override]
        """Somebody types."""
        return await self._after(self.users[who].types(text))

    async def press(self, who: str, label: str) -> list[Read]:  # type: ignore[override]
        """Somebody presses the newest button with that label, or chooses it where there are too many for buttons."""
        user = self.users[who]
        newest = next(one for one in reversed(user.sees()) if label in one.buttons or label in one.choices)
        return await self._after(user.presses(label) if label in newest.buttons else user.chooses(label))

    async def pick(self, who: str, *values: str) -> list[Read]:  # type: ignore[override]
        """Boxes are ticked and sent, a day is picked, anything else is filled in."""
        user = self.users[who]
        asked = next(one for one in reversed(user.sees()) if one.boxes or one.picks_date or one.takes_text)
        if asked.picks_date:
            return await self._after(user.picks_date(*values))
        if asked.takes_text:
            return await self._after(user.fills_in(*values))
        return await self._after(*user.ticks(values), user.presses(DONE))

    async def _after(self, *deliveries: Delivery) -> list[Read]:
        for delivery in deliveries:
            await delivery.over()
        return await self.news()

    # --- Looking ---------------------------------------------------------------------------------------

    async def news(self) -> list[Read]:
        """What came in the direct messages."""
        await self.rest()
        await self.workspace.until(self.workspace.quiet)
        found: list[Read] = []
        for who, user in self.users.items():
            fresh = [one for one in user.sees() if one.by_app and one.ts not in self.seen[who]]
            self.seen[who].update(one.ts for one in fresh)
            found += [_read(who, one) for one in fresh]
        return found

    def troubles(self) -> list[str]:
        """Breaches, limits that were met, events that were not taken at once, and warnings people saw."""
        brought = self.workspace.deliveries
        return [
            *self.workspace.violations,
            *([f"{self.workspace.rate_limited} times 429"] if self.workspace.rate_limited else []),
            *(f"{one.kind}: {one.attempts}" for one in brought if one.attempts != ["200"]),
            *(f"a warning for {who}" for who, user in self.users.items() if user.warnings()),
        ]

    async def looks_settled(self, row: Row) -> bool:
        """The buttons are gone and the answer stands under the words."""
        _, _, ts = (row.receipt or "").partition(":")
        seen = next(one for one in self.users[row.person].sees() if one.ts == ts)
        answer = row.answered or ""
        return not (seen.buttons or seen.boxes or seen.choices or seen.picks_date) and seen.text.endswith(answer)


def _read(who: str, seen: Seen) -> Read:
    buttons = [label for label in seen.buttons if not (seen.boxes and label == DONE)]
    return Read(who, lines_of(seen.text), seen.boxes, (*seen.choices, *buttons))
