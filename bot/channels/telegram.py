"""Telegram, by python-telegram-bot's Bot and nothing else of it.

Its own webhook and polling put updates in memory before anybody kept them, so both are ours: an update is confirmed
only after `hear` returned. One call is one try. Telegram cannot say whether a message arrived, so there is no `find`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

import structlog
from starlette.routing import BaseRoute
from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot import metrics
from bot.channels import Ear, NotSent, Receipt, TryLater, Unreachable, Unsure
from bot.channels.again import insist
from bot.channels.pace import EVERYTHING, Pace, Rate
from bot.channels.telegram_errors import TOKEN_PAUSE, is_markup, is_unchanged, outcome, seconds_of
from bot.channels.telegram_failures import Failures
from bot.channels.telegram_html import Page, page
from bot.channels.telegram_introduction import REQUIRED, Webhook, introduce
from bot.channels.telegram_polling import Polling
from bot.channels.telegram_ticks import Ticks
from bot.channels.telegram_updates import WANTED, Malformed, Seen, see
from bot.channels.telegram_webhook import route
from messages.labels import labels
from messages.message import Message

log = structlog.get_logger()

API = "https://api.telegram.org"
LONG_POLL = 30  # seconds Telegram may hold a question for updates
FLOODED = 3  # chats that are told to wait within WINDOW seconds: then it is all of us, not one of them
WINDOW = 10.0
PATIENCE = 10.0  # seconds that what is under way gets at closing
LEAVING = 60.0  # seconds in which one leave is enough
REMEMBERED = 2048  # presses that were answered, and groups that were left
_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{8,128}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}")
_ADDRESS = re.compile(r"[1-9]\d{0,15}")
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def telegrams_pace() -> Pace:
    """What Telegram allows: 30 a second, and about one a second in a chat, with a short burst."""
    return Pace(each=Rate(1, 3), together=Rate(25, 5))


class Telegram:
    """Private chats with the bot. With `secret` Telegram posts updates to us; without it we ask for them.

    `secret` is one, or several with commas between: the first is set at Telegram, the others are still good. `name` is
    the bot's user name, checked at opening. `web` is where people reach our pages: for the rest of a message that is
    too long, and for Telegram to find the webhook. `mark` stands in the webhook's address, so that this installation
    knows its own again wherever it was.

    Raises ValueError for a token or a secret that cannot be one.
    """

    name = "telegram"

    def __init__(  # noqa: PLR0913 - what an installation chooses, by keyword
        self,
        *,
        token: str,
        now: Callable[[], datetime],
        secret: str | None = None,
        name: str | None = None,
        api_url: str = API,
        web: str | None = None,
        mark: str | None = None,
        pace: Pace | None = None,
    ) -> None:
        if not _TOKEN.fullmatch(token):
            raise ValueError("the token must look like 123456:letters, as BotFather gives it")
        secrets = () if secret is None else tuple(part.strip() for part in secret.split(","))
        if not all(_SECRET.fullmatch(one) for one in secrets):
            raise ValueError("the secret must be 32 to 256 letters, digits, - and _")
        self._token, self._secrets, self._now, self._web = token, secrets, now, web
        self._url = f"{api_url.rstrip('/').removesuffix('/bot')}/bot"
        self._username = name.lstrip("@") if name else None
        self._mark = mark
        self._words = labels(self.name)
        self._pace = pace or telegrams_pace()
        self._bot: Bot | None = None
        self._requests: tuple[HTTPXRequest, ...] = ()
        self._token_refused = False
        self._introduced: set[str] = set()
        self._polling: Polling | None = None
        self._flooded: dict[str, float] = {}
        self._ticks = Ticks(self._draw)
        self._failures = Failures()
        self._done: dict[str, None] = {}  # answered presses and left groups, the oldest first
        self._listening: set[asyncio.Task[None]] = set()
        self._under_way: set[asyncio.Task[None]] = set()

    # --- Saying ----------------------------------------------------------------------------------------

    async def send(self, address: str, message: Message, key: str) -> Receipt:
        """One message to one person. `key` only goes in the log: nothing of ours leaves the house but the buttons."""
        if not _ADDRESS.fullmatch(address):
            raise Unreachable("no_such_address")
        if self._bot is None:
            raise TryLater("not_open")
        said = page(message, self._words, self._web)
        await self._pace.turn(address)
        try:
            sent = await self._say(self._bot, int(address), said, key)
        except TelegramError as problem:
            raise self._noted(problem, address) from None
        self._token_refused = False
        return Receipt(address, str(sent))

    async def _say(self, bot: Bot, chat: int, said: Page, key: str) -> int:
        options: dict[str, Any] = {"reply_markup": said.keyboard, "link_preview_options": _NO_PREVIEW}
        try:
            return (await bot.send_message(chat, said.html, parse_mode="HTML", **options)).message_id
        except TelegramError as problem:
            if not is_markup(problem):
                raise
        log.error("telegram_markup_refused", channel=self.name, row=key)
        return (await bot.send_message(chat, said.plain, **options)).message_id

    async def edit(self, receipt: Receipt, message: Message) -> None:
        """Show the message as it is now. What is gone or looks so already is fine; TryLater when it may not look so."""
        if not _ADDRESS.fullmatch(receipt.address) or not receipt.id.isdecimal():
            return
        if self._bot is None:
            raise TryLater("not_open")
        chat, number = int(receipt.address), int(receipt.id)
        said = page(message, self._words, self._web)
        if said.keyboard is None:
            await self._ticks.end(chat, number)
        options: dict[str, Any] = {"reply_markup": said.keyboard, "link_preview_options": _NO_PREVIEW}
        bot = self._bot
        try:
            await insist(
                lambda: self._change(
                    chat, lambda: bot.edit_message_text(said.html, chat, number, parse_mode="HTML", **options)
                )
            )
        except TryLater:
            raise
        except NotSent as problem:
            log.info("telegram_not_edited", channel=self.name, outcome=type(problem).__name__)

    async def _draw(self, chat: int, number: int, keyboard: InlineKeyboardMarkup) -> bool:
        bot = self._bot
        if bot is None:
            return False
        try:
            await self._change(chat, lambda: bot.edit_message_reply_markup(chat, number, reply_markup=keyboard))
        except (NotSent, Unsure) as problem:
            log.info("telegram_not_edited", channel=self.name, outcome=type(problem).__name__)
            return False
        return True

    async def _change(self, chat: int, change: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Change what stands in a chat, at a pace of its own. Raises what became of it when it does not look so now."""
        await self._pace.turn(f"edit:{chat}")
        try:
            await change()
        except TelegramError as problem:
            if not is_unchanged(problem):
                raise self._noted(problem, str(chat)) from None
        except Exception as problem:  # noqa: BLE001 - whatever it is, the message may look old
            log.warning("telegram_not_edited", channel=self.name, error=type(problem).__name__)
            raise Unsure(type(problem).__name__) from None

    def _noted(self, problem: TelegramError, address: str) -> Exception:
        """What to raise for it; who must wait, waits from now on."""
        if isinstance(problem, RetryAfter):
            now = asyncio.get_running_loop().time()
            self._flooded = {one: at for one, at in self._flooded.items() if at > now - WINDOW} | {address: now}
            for key in (address, f"edit:{address}") if len(self._flooded) < FLOODED else (EVERYTHING,):
                self._pace.pause(key, seconds_of(problem))
        elif isinstance(problem, InvalidToken):
            self._pace.pause(EVERYTHING, TOKEN_PAUSE)
            if not self._token_refused:
                log.error("telegram_token_refused", channel=self.name)
            self._token_refused = True
        return outcome(problem)

    # --- Listening -------------------------------------------------------------------------------------

    def routes(self, ear: Ear) -> list[BaseRoute]:
        """Where Telegram posts updates, when it has a secret to do so."""
        return [route(self._secrets, lambda raw: self._take(ear, raw))] if self._secrets else []

    async def open(self, ear: Ear) -> None:
        """Begin. Nothing is asked of Telegram before this returns, so that a start does not depend on it."""
        asking = HTTPXRequest(1, read_timeout=10, connect_timeout=10, pool_timeout=10)
        saying = HTTPXRequest(16, read_timeout=20, write_timeout=10, connect_timeout=10, pool_timeout=10)
        self._requests = (asking, saying)
        self._bot = bot = Bot(self._token, base_url=self._url, request=saying, get_updates_request=asking)
        webhook = Webhook(self._web, self._secrets[0] if self._secrets else None, self._mark)
        settled = asyncio.Event()
        self._begin(
            self._listening, introduce(bot, self._words, self._username, webhook, self._introduced.add, settled)
        )
        if webhook.secret is None:
            self._polling = Polling(lambda offset: self._fetch(bot, offset), self._kept(ear), self._failures.times)
            self._begin(self._listening, self._polling.run(settled))

    @property
    def ready(self) -> bool:
        """Whether Telegram knows us, posts to us or lets us ask, and took our token last time."""
        known = self._bot is not None and self._introduced >= REQUIRED and not self._token_refused
        return known and (self._polling is None or self._polling.well)

    async def close(self) -> None:
        """Stop asking at once, finish what was taken, and hang up."""
        for task in self._listening:
            task.cancel()
        await asyncio.gather(*self._listening, return_exceptions=True)
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=PATIENCE)
        for task in self._under_way:
            task.cancel()
        self._bot = None
        for request in self._requests:
            await request.shutdown()

    @staticmethod
    async def _fetch(bot: Bot, offset: int | None) -> list[Any]:
        asked = {"offset": offset, "timeout": LONG_POLL, "allowed_updates": list(WANTED)}
        # `get_updates` reads all of a batch or nothing, and writes the whole of it in the log when one is odd.
        return await bot._post("getUpdates", asked, read_timeout=LONG_POLL + 10)  # type: ignore[no-any-return] # noqa: SLF001

    def _kept(self, ear: Ear) -> Callable[[Any], Coroutine[Any, Any, None]]:
        """To take one update, whole also when the asking is stopped in the middle of it."""

        async def take(raw: Any) -> None:
            await asyncio.shield(self._begin(self._under_way, self._take_quietly(ear, raw)))

        return take

    async def _take_quietly(self, ear: Ear, raw: Any) -> None:
        try:
            await self._take(ear, raw)
        except Malformed:
            metrics.IGNORED.labels(self.name, "malformed").inc()

    async def _take(self, ear: Ear, raw: Any) -> None:
        """One update: kept when this returns. Raises Malformed, or whatever kept it from being kept."""
        seen = see(raw, self._now(), self._ticks.lately)
        if seen.incoming is not None:
            try:
                await ear.hear(seen.incoming)
            except Exception as problem:
                log.warning("not_kept", channel=self.name, key=seen.id, error=type(problem).__name__)
                if not self._failures.failed(seen.id):
                    raise
                log.error("update_let_go", channel=self.name, key=seen.id)  # noqa: TRY400 - it was said above
            else:
                self._failures.kept(seen.id)
        elif seen.ticking is None:
            metrics.IGNORED.labels(self.name, "other" if seen.group is None else "group").inc()
        self._follow(seen)

    def _follow(self, seen: Seen) -> None:
        """What Telegram is told after it: best effort, and each thing once."""
        bot = self._bot
        if bot is None:
            return
        query, group = seen.query, seen.group
        if query is not None and self._first(query):
            if seen.ticking is not None:
                self._begin(self._under_way, self._ticks.press(seen.ticking))
            self._begin(self._under_way, self._tell(lambda: bot.answer_callback_query(query)))
        if group is not None and self._first(f"{group}"):
            self._begin(self._under_way, self._tell(lambda: bot.leave_chat(group)))
            asyncio.get_running_loop().call_later(LEAVING, self._done.pop, f"{group}", None)

    def _first(self, what: str) -> bool:
        """Whether this was not done before."""
        if what in self._done:
            return False
        self._done[what] = None
        if len(self._done) > REMEMBERED:
            del self._done[next(iter(self._done))]
        return True

    async def _tell(self, call: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Tell Telegram something that may as well be too late."""
        try:
            await call()
        except Exception as problem:  # noqa: BLE001 - nobody waits for it
            log.info("telegram_not_told", channel=self.name, error=type(problem).__name__)

    def _begin(self, where: set[asyncio.Task[None]], work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        where.add(task)
        task.add_done_callback(where.discard)
        return task
