"""The channels that settings ask for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.configured import configured
from bot.settings import Settings

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
