"""Slack: direct messages of one app with the people of known workspaces.

What comes in is kept before it is acknowledged; what goes out is one call, made once. An address is "T123:U456", a
receipt "D789:1712345678.000100".
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from itertools import chain, repeat
from typing import Any

import structlog
from starlette.routing import BaseRoute, Route

from bot import metrics
from bot.channels import Ear, NotSent, Receipt, Refused, TryLater, Unreachable, Unsure
from bot.channels.again import insist
from bot.channels.pace import Pace, Rate
from bot.channels.slack_blocks import blocks, view
from bot.channels.slack_calls import SENDING, Calls
from bot.channels.slack_ears import PATIENCE, Ears, NotKept
from bot.channels.slack_errors import BLOCKS
from bot.channels.slack_events import NAME, Ignored, Opened, apart, heard
from bot.channels.slack_people import People
from bot.channels.slack_text import plain, summary
from conversations.incoming import Incoming
from messages.labels import labels
from messages.message import Message, Run

PATH = "/slack/events"
EVENT = "terugkeer"  # the type of our metadata, which holds a token and nothing else
SKEW = timedelta(minutes=2)  # how far Slack's clock and ours may be apart
AGAIN = (5.0, 30.0, 120.0, 300.0)  # seconds before Slack is asked once more who we are
REMEMBERED = 10_000
# Nobody does more than this for long; a bot that answers a bot does.
LIVELY = Rate(0.5, 30)
UNLIMITED = Rate(1e6, 1_000_000)

log = structlog.get_logger()


class Slack:
    """The channel. With an app token it listens over Socket Mode and has no address of its own on the web."""

    name = NAME

    def __init__(  # noqa: PLR0913 - the settings of one app
        self,
        *,
        token: str,
        now: Callable[[], datetime],
        signing_secret: str | None = None,
        app_token: str | None = None,
        teams: frozenset[str] = frozenset(),
        api_url: str = "https://slack.com/api/",
        web: str | None = None,
        pace: Pace | None = None,
    ) -> None:
        """Without `teams` only the workspace of the token counts. `pace` is how fast messages may go out.

        `signing_secret` is one, or several with commas between while one takes the place of another. `web` is where
        people reach our pages, for the rest of a message that is too long for Slack.
        """
        secrets = tuple(part.strip() for part in (signing_secret or "").split(",") if part.strip())
        if not (app_token or secrets):
            raise ValueError("Slack needs a signing secret, or an app token for Socket Mode.")
        self._calls = Calls(token, api_url, pace)
        self._people = People(self._calls)
        self._ears = Ears(self._calls.client, secrets, self._take, now)
        self._now = now
        self._rest = Run(labels(NAME)["web"], url=web) if web else None
        self._app_token = app_token
        self._teams = teams
        self._bot = ""
        self._ear: Ear | None = None
        self._lively = Pace(LIVELY, UNLIMITED, longest_wait=0.0)
        self._rooms: OrderedDict[str, str] = OrderedDict()
        self._homes: OrderedDict[str, None] = OrderedDict()
        self._introducing: asyncio.Task[None] | None = None
        self._under_way: set[asyncio.Task[Any]] = set()

    # --- Out -------------------------------------------------------------------------------------------

    async def send(self, address: str, message: Message, key: str) -> Receipt:
        """Post it in the conversation with this person. `key` leaves the house as a token only."""
        try:
            _, user = apart(address)
        except ValueError:
            raise Unreachable("no_address") from None
        content = {
            "channel": user, "text": summary(message), "mrkdwn": False, "unfurl_links": False, "unfurl_media": False,
            "metadata": {"event_type": EVENT, "event_payload": {"token": token_of(key)}},
        }  # fmt: skip
        drawn = blocks(message, self._rest)
        try:
            answer = await self._calls(SENDING, address, json=content | ({"blocks": drawn} if drawn else {}))
        except Refused as problem:
            if str(problem) not in BLOCKS:
                raise
            log.warning("slack_blocks_refused", reason=str(problem), row=key)
            answer = await self._calls(SENDING, address, json=content | {"text": plain(message)})
        room, ts = answer.get("channel"), answer.get("ts")
        if not (isinstance(room, str) and isinstance(ts, str)):
            raise Unsure("no_receipt")
        _remember(self._rooms, address, room)
        return Receipt(address, f"{room}:{ts}")

    async def edit(self, receipt: Receipt, message: Message) -> None:
        """Show it as it is now. Raises TryLater when it may look as before."""
        room, _, ts = receipt.id.partition(":")
        content = {
            "channel": room,
            "ts": ts,
            "text": summary(message),
            "parse": "none",
            "blocks": blocks(message, self._rest),
        }
        try:
            await insist(lambda: self._calls("chat.update", json=content))
        except TryLater:
            raise
        except NotSent as problem:  # deleted meanwhile, or too old to be edited: what it said is known
            log.info("slack_not_edited", reason=str(problem))

    async def find(self, address: str, key: str, since: datetime, until: datetime) -> Receipt | None:
        """The message with this key in the conversation with this person, when it was posted between those times."""
        try:
            room = await self._room(address)
            return await self._found(room, address, token_of(key), (since - SKEW, until + SKEW))
        except TryLater:
            raise
        except Unreachable:
            return None
        except (NotSent, Unsure) as problem:
            raise TryLater(str(problem)) from None

    async def _found(self, room: str, address: str, token: str, between: tuple[datetime, datetime]) -> Receipt | None:
        oldest, latest = (f"{moment.timestamp():.6f}" for moment in between)
        query = {
            "channel": room, "oldest": oldest, "latest": latest, "inclusive": True, "include_all_metadata": True,
            "limit": 100,
        }  # fmt: skip
        while True:
            page = await self._calls("conversations.history", query=query)
            for one in page["messages"]:
                if ((one.get("metadata") or {}).get("event_payload") or {}).get("token") == token:
                    return Receipt(address, f"{room}:{one['ts']}")
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not (page.get("has_more") and cursor):
                return None
            query["cursor"] = cursor

    async def _room(self, address: str) -> str:
        """The conversation with this person."""
        known = self._rooms.get(address)
        if known is None:
            answer = await self._calls("conversations.open", json={"users": apart(address)[1]})
            known = str(answer["channel"]["id"])
            _remember(self._rooms, address, known)
        return known

    # --- In --------------------------------------------------------------------------------------------

    def routes(self, ear: Ear) -> list[BaseRoute]:
        """Where Slack brings events, interactions and slash commands; nowhere in Socket Mode."""
        self._ear = ear
        return [] if self._app_token else [Route(PATH, self._ears.post, methods=["POST"])]

    async def open(self, ear: Ear) -> None:
        """Begin to listen."""
        self._ear = ear
        if not await self._introduced():
            self._introducing = asyncio.create_task(self._introduce())
        if self._app_token:
            await self._ears.open(self._app_token)

    @property
    def ready(self) -> bool:
        """Whether Slack lets the app in, and the socket is there if there is to be one."""
        return self._ear is not None and self._calls.let_in and (not self._app_token or self._ears.connected)

    async def close(self) -> None:
        """Take nothing new, finish what was taken, and let go."""
        self._ear = None
        if self._introducing is not None:
            self._introducing.cancel()
        await self._ears.close()
        while self._under_way:
            await asyncio.wait(self._under_way)
        await self._calls.close()

    async def _introduce(self) -> None:
        """Until Slack said who we are, ask again now and then."""
        for pause in chain(AGAIN, repeat(AGAIN[-1])):
            await asyncio.sleep(pause)
            if await self._introduced():
                return

    async def _introduced(self) -> bool:
        try:
            await self._learn()
        except (NotSent, Unsure) as problem:
            log.warning("slack_not_reached", reason=str(problem))
            return False
        return True

    async def _learn(self) -> None:
        """Who we are: our own user, and the workspace that counts when none is named."""
        found = await self._calls("auth.test")
        self._bot = str(found.get("user_id") or "")
        self._teams = self._teams or frozenset({str(found["team_id"])})

    async def _take(self, body: dict[str, Any]) -> None:
        """Keep what was said. Raises NotKept when it was not, or not in time."""
        ear = self._ear
        if ear is None:
            raise NotKept
        work = self._begun(self._keep(ear, body))
        done, _ = await asyncio.wait({work}, timeout=PATIENCE)  # what is begun is finished: it is kept by its id
        if not done:
            raise NotKept
        problem = work.exception()
        if problem is not None:
            log.warning("slack_not_kept", error=type(problem).__name__)
            raise NotKept from problem

    async def _keep(self, ear: Ear, body: dict[str, Any]) -> None:
        if not self._teams:
            await self._learn()
        said = heard(body, self._teams, self._bot, self._now())
        if not isinstance(said, Ignored):
            reason = await self._unwanted(said)
            said = Ignored(reason) if reason else said
        if isinstance(said, Ignored):
            metrics.IGNORED.labels(NAME, said.reason).inc()
            return
        if isinstance(said, Incoming):
            await ear.hear(said)
        if isinstance(said, Opened) or "view" in body:
            _remember(self._homes, said.address, None)
        if said.address in self._homes:
            self._begun(self._publish(ear, said.address))

    async def _unwanted(self, said: Incoming | Opened) -> str | None:
        """Why this person is not heard, if so."""
        if isinstance(said, Incoming) and said.kind == "gone":
            return None
        try:
            await self._lively.turn(said.address)
        except TryLater:
            return "flood"
        return None if await self._people.is_one_of_us(said.address) else "guest"

    async def _publish(self, ear: Ear, address: str) -> None:
        """Show the Home tab as it is now. Best effort: it is drawn again when it is opened."""
        try:
            shown = await ear.home(NAME, address)
            if shown is not None:
                await self._calls("views.publish", json={"user_id": apart(address)[1], "view": view(shown, self._rest)})
        except Exception as problem:  # noqa: BLE001 - nobody waits for it
            log.info("slack_home_not_shown", error=type(problem).__name__)

    def _begun(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # looked at: who waited for it was told, and otherwise Slack comes back with it


def token_of(key: str) -> str:
    """What stands for a row in metadata, which everybody in the workspace can read: no handle on anything."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _remember(where: OrderedDict[str, Any], key: str, value: Any) -> None:
    where[key] = value
    where.move_to_end(key)
    while len(where) > REMEMBERED:
        where.popitem(last=False)
