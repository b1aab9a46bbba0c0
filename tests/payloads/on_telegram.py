"""Everything we ask of Telegram, by the real channel, against a Telegram of our own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.channels.pace import Pace, Rate
from bot.channels.telegram import Telegram
from conversations.incoming import Incoming
from messages.message import Message
from tests.fakes import telegram_faults as faults
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_arguments import read
from tests.fakes.telegram_clock import Limits
from tests.fakes.telegram_model import Call
from tests.payloads.messages import AT, explored, talks
from tests.world import CAST

SECRET = "invented-secret_of-thirty-two-and-more"


class Deaf:
    """Hears everything and does nothing."""

    async def hear(self, incoming: Incoming) -> None:
        """Kept."""

    async def home(self, *_: str) -> Message | None:
        """Telegram has no such page."""
        return None


async def calls() -> list[tuple[str, dict[str, Any]]]:
    """The method and the arguments of every call, in order."""
    made: list[Call] = []
    for listening in (by_webhook, by_polling):
        with FakeTelegram(limits=Limits(1e6, 1e6, 1e6, 1e6)) as telegram:
            await listening(telegram)
            assert [] == telegram.violations
            made += telegram.calls()
    return [(call.method, read(call.method, call.arguments)) for call in made]  # refused ones were not read yet


@asynccontextmanager
async def opened(telegram: FakeTelegram, **given: Any) -> AsyncIterator[Telegram]:
    """The channel, listening, in a hurry."""
    quick = Pace(Rate(1e6, 1_000_000), Rate(1e6, 1_000_000))
    channel = Telegram(
        token=telegram.token, now=lambda: AT, api_url=telegram.url, web="https://bot.example.be", pace=quick, **given
    )
    await channel.open(Deaf())
    try:
        yield channel
    finally:
        await channel.close()


async def by_webhook(telegram: FakeTelegram) -> None:
    """What is told at opening, when updates are posted to us."""
    async with opened(telegram, secret=SECRET):
        await telegram.until(lambda: telegram.calls("setWebhook"))


async def by_polling(telegram: FakeTelegram) -> None:
    """Every message there is, edits, and what is told after something was pressed."""
    addresses = {person.id: str(710000001 + n) for n, person in enumerate(CAST)}
    people = {name: telegram.user(int(address), started=True) for name, address in addresses.items()}
    async with opened(telegram) as channel:
        sofie, where = people["sofie"], addresses["sofie"]
        await talks(channel, addresses)
        boxes: Message | None = None
        for message in explored():
            await channel.send(where, message, "row")
            boxes = message if message.input and message.input.options else boxes
        assert boxes is not None
        await channel.send(where, boxes, "row")
        seen = sofie.sees_from_bot()[-1]
        for label in (seen.labels[0], "Klaar"):
            sofie.presses(label, seen)
        telegram.fails("sendMessage", faults.error(400, "Bad Request: can't parse entities: unclosed tag"))
        await channel.send(where, boxes, "row")
        telegram.group("Onthaal").adds_bot(sofie)
        await telegram.until(lambda: telegram.calls("editMessageReplyMarkup") and telegram.left_groups)
        await telegram.until(lambda: telegram.calls("setMyCommands") and not telegram.unanswered())
        await telegram.quiet()
