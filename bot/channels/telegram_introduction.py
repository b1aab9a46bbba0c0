"""What Telegram is told once, at opening: the menu of commands, and where to post updates. And whose token this is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from telegram import Bot, BotCommand
from telegram.error import BadRequest, Forbidden, InvalidToken

from bot.channels.telegram_polling import Pause
from bot.channels.telegram_updates import WANTED
from bot.channels.telegram_webhook import MARK, PATH

log = structlog.get_logger()

SHORTEST, LONGEST = 5.0, 600.0  # seconds between tries
REQUIRED = frozenset({"whose", "webhook"})  # without these nobody is heard; without a menu people still type
Step = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram would post to: on our own pages. With a secret it does; without one we ask.

    `mark` stands in the address, so that this installation knows its own again wherever it was.
    """

    web: str | None
    secret: str | None
    mark: str | None

    @property
    def address(self) -> str | None:
        """Where, as Telegram is told."""
        return f"{self._there}{self._ours}" if self._there else None

    def is_ours(self, url: str) -> bool:
        """Whether it was this installation that had that set."""
        return bool(url) and (url == self._there or (self._ours != "" and url.endswith(f"{PATH}{self._ours}")))

    @property
    def _there(self) -> str | None:
        return f"{self.web.rstrip('/')}{PATH}" if self.web else None

    @property
    def _ours(self) -> str:
        return f"?{MARK}={self.mark}" if self.mark else ""


async def introduce(
    bot: Bot,
    words: Mapping[str, str],
    username: str | None,
    webhook: Webhook,
    said: Callable[[str], None],
    settled: asyncio.Event,
) -> None:
    """Say it all, however long Telegram is away; what it refuses is logged and left. What it took is `said`.

    The webhook is set when there is a secret. When there is none (any more) one of ours is taken away before anything
    is asked, and what waits there is kept: then it is `settled`. One that is somebody else's is left alone: two
    installations with one token must not fight over it.
    """

    async def whose() -> None:
        me = await bot.get_me()
        if username is not None and (me.username or "").lower() != username.lower():
            log.error("telegram_other_bot", channel="telegram")

    async def menu() -> None:
        told = [BotCommand(code[1:], label) for code, label in words.items() if code.startswith("/")]
        await bot.set_my_commands(told)

    async def where() -> None:
        if webhook.address is not None and webhook.secret is not None:
            await bot.set_webhook(webhook.address, allowed_updates=list(WANTED), secret_token=webhook.secret)
            log.info("telegram_webhook_set", channel="telegram")
        elif webhook.secret is None and webhook.is_ours((await bot.get_webhook_info()).url):
            await bot.delete_webhook(drop_pending_updates=False)
            log.info("telegram_webhook_gone", channel="telegram")

    for name, step in (("webhook", where), ("whose", whose), ("menu", menu)):
        if await _insist(name, step):
            said(name)
        settled.set()


async def _insist(name: str, step: Step) -> bool:
    pause = Pause(SHORTEST, LONGEST)
    while True:
        try:
            await step()
        except (BadRequest, Forbidden):
            log.error("telegram_refused", channel="telegram", setting=name)  # noqa: TRY400 - its words may be anything
            return False
        except InvalidToken:
            log.error("telegram_token_refused", channel="telegram", setting=name)  # noqa: TRY400 - idem
        except Exception as problem:  # noqa: BLE001 - whatever it is, it is tried again
            log.warning("telegram_not_reached", channel="telegram", setting=name, error=type(problem).__name__)
        else:
            return True
        await pause.wait()
