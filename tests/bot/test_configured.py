"""The channels that settings ask for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels import Listening, Receipt, TryLater
from bot.configured import configured
from bot.settings import Settings
from conversations.incoming import Incoming
from messages.message import Message

KEYS = {"test": b"k" * 32}
TELEGRAM = {"telegram_token": "7000000001:AAFakeFakeFakeFakeFakeFakeFakeFakeFake"}
SLACK = {"slack_bot_token": "xoxb-1", "slack_teams": "T0STAD"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, []),
        (SLACK | {"slack_signing_secret": "invented"}, ["slack"]),
        (SLACK | {"slack_app_token": "xapp-1"}, ["slack"]),
        (TELEGRAM, ["telegram"]),
        (SLACK | TELEGRAM | {"slack_app_token": "xapp-1", "telegram_secret": "s" * 32}, ["slack", "telegram"]),
    ],
)
def test_what_is_asked_for_is_there(given: dict[str, Any], expected: list[str]) -> None:
    """Signed HTTP or Socket Mode, webhook or polling: each combination makes its channels, and no others."""
    made = configured(Settings(keys=KEYS, **given), lambda: datetime(2026, 11, 2, 8, tzinfo=UTC))
    assert expected == [channel.name for channel in made]


@pytest.mark.parametrize("wrong", [TELEGRAM | {"telegram_secret": "short"}, {"telegram_token": "no token"}])
async def test_one_that_cannot_be_made_is_dead_and_stops_no_other(wrong: dict[str, Any]) -> None:
    """The rest starts; what it would say waits, and everybody who asks hears that it is not ready."""
    given = SLACK | {"slack_app_token": "xapp-1"} | wrong
    slack, telegram = configured(Settings(keys=KEYS, **given), lambda: datetime(2026, 11, 2, 8, tzinfo=UTC))
    assert ("slack", "telegram") == (slack.name, telegram.name)
    assert isinstance(telegram, Listening)
    await telegram.open(Ear())
    assert (False, []) == (telegram.ready, telegram.routes(Ear()))
    with pytest.raises(TryLater):
        await telegram.send("7", Message(()), "row")
    with pytest.raises(TryLater):
        await telegram.edit(Receipt("7", "1"), Message(()))
    await telegram.close()


class Ear:
    """Hears nothing."""

    async def hear(self, incoming: Incoming) -> None:
        """Nobody speaks."""
        raise NotImplementedError

    async def home(self, channel: str, address: str) -> Message | None:
        """Nobody looks."""
        raise NotImplementedError
