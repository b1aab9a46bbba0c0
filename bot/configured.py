"""The channels an installation chose. A platform's library is loaded when its channel is configured, and not before."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import structlog

from bot.channels.dead import Dead

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.channels import Channel
    from bot.settings import Settings

log = structlog.get_logger()


def configured(settings: Settings, now: Callable[[], datetime]) -> tuple[Channel, ...]:
    """The channels beside our own pages. One that cannot be made holds up no other: it is there, and dead."""
    return tuple(_alive_or_dead(name, arguments) for name, arguments in wanted(settings, now).items())


def wanted(settings: Settings, now: Callable[[], datetime]) -> dict[str, dict[str, Any]]:
    """The platforms there are settings for, with what each is made of."""
    given: dict[str, dict[str, Any]] = {}
    if settings.slack_bot_token is not None:
        given["Slack"] = {
            "token": settings.slack_bot_token,
            "signing_secret": settings.slack_signing_secret or "",
            "app_token": settings.slack_app_token,
            "teams": settings.slack_teams,
            "api_url": settings.slack_api_url,
        }
    if settings.telegram_token is not None:
        given["Telegram"] = {
            "token": settings.telegram_token,
            "secret": settings.telegram_secret,
            "name": settings.telegram_name,
            "api_url": settings.telegram_api_url,
            "mark": telegram_mark(settings),
        }
    common = {"web": settings.base_url, "now": now}
    return {name: arguments | common for name, arguments in given.items()}


def telegram_mark(settings: Settings) -> str:
    """What stands in the address of our webhook, by which we know it as ours: no secret."""
    return settings.derived("telegram webhook").hex()[:16]


def make(name: str, arguments: dict[str, Any]) -> Channel:
    """The channel. Raises ImportError without its library, and ValueError for a setting that cannot be right."""
    made: Channel = getattr(import_module(f"bot.channels.{name.lower()}"), name)(**arguments)
    return made


def _alive_or_dead(name: str, arguments: dict[str, Any]) -> Channel:
    try:
        return make(name, arguments)
    except Exception as problem:  # noqa: BLE001 - whatever is wrong with one, the others must start
        log.error("channel_dead", channel=name.lower(), error=type(problem).__name__)  # noqa: TRY400 - its words may hold a value
        return Dead(name.lower())
