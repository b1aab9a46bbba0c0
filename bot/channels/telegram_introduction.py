"""What Telegram is told once, at opening: the menu of commands, and where to post updates. And whose token this is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import structlog
from telegram import Bot, BotCommand
from telegram.error import BadRequest, Forbidden, InvalidToken

from bot.channels.telegram_polling import Pause
from bot.channels.telegram_updates import WANTED

log = structlog.get_logger()

SHORTEST, LONGEST = 5.0, 600.0  # seconds between tries
REQUIRED = frozenset({"whose", "webhook"})  # without these nobody is heard; without a menu people still type
Step = Callable[[], Awaitable[None]]


async def introduce(
    bot: Bot,
    words: Mapping[str, str],
    username: str | None,
    address: str | None,
    secret: str | None,
    said: Callable[[str], None],
) -> None:
    """Say it all, however long Telegram is away; what it refuses is logged and left. What it took is `said`.

    `address` is our own webhook's: set when there is a secret, and taken away when there is none any more. A webhook
    that is somebody else's is left alone: two installations with one token must not fight over it.
    """

    async def whose() -> None:
        me = await bot.get_me()
        if username is not None and (me.username or "").lower() != username.lower():
            log.error("telegram_other_bot", channel="telegram")

    async def menu() -> None:
        told = [BotCommand(code[1:], label) for code, label in words.items() if code.startswith("/")]
        await bot.set_my_commands(told)

    async def where() -> None:
        if address is not None and secret is not None:
            await bot.set_webhook(address, allowed_updates=list(WANTED), secret_token=secret)
            log.info("telegram_webhook_set", channel="telegram")
        elif address is not None and (await bot.get_webhook_info()).url == address:
            await bot.delete_webhook()
            log.info("telegram_webhook_gone", channel="telegram")

    for name, step in (("whose", whose), ("menu", menu), ("webhook", where)):
        if await _insist(name, step):
            said(name)


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
