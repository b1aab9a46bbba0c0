"""Everybody in a private chat on Telegram, through python-telegram-bot and a Telegram of our own."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from bot.channels.pace import Pace, Rate
from bot.channels.telegram import Telegram
from tests.channels.serving import served
from tests.channels.stage import FAST, Read, Stage, first_names, lines_of
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_clock import Limits
from tests.world import CAST, at

if TYPE_CHECKING:
    from pathlib import Path

    from storage.outbox import Row
    from tests.fakes.telegram_user import Seen, User

SECRET = "invented-secret_of-thirty-two-and-more"
NAMES = [person.name for person in CAST]
EMPTY, JOINER, DONE, MORE = "⬜ ", "\u2060", "Klaar", "…"


class OnTelegram(Stage):
    """Telegram posts to us with a webhook; without one we ask."""

    def __init__(self, folder: Path, start: str = "2026-11-02 09:00", *, webhook: bool = True) -> None:
        self.clock = at(start)
        self.telegram = FakeTelegram(limits=Limits(10_000, 10_000, 10_000), webhook_retry=0.05)
        self.telegram.__enter__()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.channel = Telegram(
            token=self.telegram.token, now=lambda: self.clock, api_url=self.telegram.url,
            secret=SECRET if webhook else None, web=f"http://127.0.0.1:{self.door.getsockname()[1]}",
            pace=Pace(each=Rate(FAST, FAST), together=Rate(FAST, FAST)),
        )  # fmt: skip
        super().__init__(folder, start, channel=self.channel)
        self.users = {
            person.id: self.telegram.user(n, person.first_name, started=True) for n, person in enumerate(CAST, 1001)
        }
        self.presses = 0

    def address(self, who: str) -> str:
        """Somebody's id, which is the private chat's too."""
        return str(self.users[who].id)

    async def begin(self) -> None:
        """The webhook is there, or the asking has begun."""
        self.serving = served(self.app, self.channel, self.door)
        await self.serving.__aenter__()
        await self.app.open()
        what = "setWebhook" if self.channel.routes(self.app) else "getUpdates"
        await self.telegram.until(lambda: self.telegram.calls(what))

    async def end(self) -> None:
        """Nobody listens any more."""
        await self.close()
        await self.serving.__aexit__(None, None, None)
        self.telegram.__exit__()

    # --- Doing -----------------------------------------------------------------------------------------

    async def say(self, who: str, text: str) -> list[Read]:  # type: ignore[override]
        """Somebody types."""
        self.users[who].types(text)
        return await self._after()

    async def press(self, who: str, label: str) -> list[Read]:  # type: ignore[override]
        """Somebody presses the newest button with that label."""
        self._press(self.users[who], self.written(label))
        return await self._after()

    async def pick(self, who: str, *values: str) -> list[Read]:  # type: ignore[override]
        """Boxes are ticked one by one; what else could be picked is typed."""
        user = self.users[who]
        if not any(label == DONE for label in user.last.labels):
            return await self.type_pick(who, *values)
        for label in values:
            self._press(user, EMPTY + self.written(label))
            await self._after()
        self._press(user, DONE)
        return await self._after()

    def _press(self, user: User, label: str) -> None:
        user.presses(label)
        self.presses += 1

    async def _after(self) -> list[Read]:
        await self.telegram.quiet()
        return await self.news()

    @staticmethod
    def written(label: str) -> str:
        """A label as it is written here."""
        return first_names(Read("", (label,)), NAMES).words[0]

    # --- Looking ---------------------------------------------------------------------------------------

    async def news(self) -> list[Read]:
        """What came in the chats."""
        await self.rest()
        return [_read(who, seen) for who, user in self.users.items() for seen in user.new()]

    def as_read(self, message: Read) -> Read:
        """Nobody is named in full here."""
        return first_names(message, NAMES)

    def troubles(self) -> list[str]:
        """Breaches, limits that were met, listeners in each other's way, and presses not answered exactly once."""
        answered = len(self.telegram.calls("answerCallbackQuery"))
        return [
            *self.telegram.violations,
            *(f"still turning: {press.label}" for press in self.telegram.unanswered()),
            *([f"{answered} answers to {self.presses} presses"] if answered != self.presses else []),
            *([f"{self.telegram.too_many} times 429"] if self.telegram.too_many else []),
            *([f"{self.telegram.conflicts} conflicts"] if self.telegram.conflicts else []),
            *([f"{self.telegram.pending()} updates not confirmed"] if self.telegram.pending() else []),
        ]

    async def looks_settled(self, row: Row) -> bool:
        """The keyboard is gone and the answer stands under the words."""
        seen = next(one for one in self.users[row.person].sees() if str(one.id) == row.receipt)
        return not seen.labels and _bare(seen.text).endswith(self.written(row.answered or ""))


def _bare(text: str) -> str:
    return text.replace(JOINER, "")


def _read(who: str, seen: Seen) -> Read:
    boxes = [label.removeprefix(EMPTY) for label in seen.labels if label.startswith(EMPTY)]
    rest = [label for label in seen.labels if not label.startswith(EMPTY)]
    buttons = [label for label in rest if not (boxes and label == DONE)]
    text = _bare(seen.text)
    for words, url in seen.links.items():
        text = text.replace(_bare(words), f"{_bare(words)} ({url})")
    lines = [*lines_of(text)]
    for n, label in enumerate(boxes):  # one that is too long for a button stands in the text, in full
        if not label.endswith(MORE):
            continue
        boxes[n] = next(line for line in lines if line.startswith(label.removesuffix(MORE)))
        lines.remove(boxes[n])
    return Read(who, tuple(lines), tuple(boxes), tuple(buttons))
