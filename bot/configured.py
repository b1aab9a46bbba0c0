"""The channels an installation chose. A platform's library is loaded when its channel is configured, and not before."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.channels import Channel
    from bot.settings import Settings


def configured(settings: Settings, now: Callable[[], datetime]) -> tuple[Channel, ...]:
    """The channels beside our own pages."""
    found: list[Channel] = []
    if settings.slack_bot_token is not None:
        slack = import_module("bot.channels.slack")
        found.append(
            slack.Slack(
                token=settings.slack_bot_token,
                signing_secret=settings.slack_signing_secret or "",
                app_token=settings.slack_app_token,
                teams=settings.slack_teams,
                api_url=settings.slack_api_url,
                web=settings.base_url,
                now=now,
            )
        )
    if settings.telegram_token is not None:
        telegram = import_module("bot.channels.telegram")
        found.append(
            telegram.Telegram(
                token=settings.telegram_token,
                secret=settings.telegram_secret,
                name=settings.telegram_name,
                api_url=settings.telegram_api_url,
                web=settings.base_url,
                now=now,
            )
        )
    return tuple(found)
