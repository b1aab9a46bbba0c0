"""What Slack tells us, on its way in: over HTTP or Socket Mode, through Bolt, and acknowledged only once it is kept."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.slack_calls import silent
from bot.channels.slack_door import Door, Rejected, parsed

PATIENCE = 2.5  # seconds; after three Slack counts it as not taken
CONNECTING = 20.0  # seconds a socket may take to open
LOOKING = 5.0  # seconds between two looks at it
MISSES = 6  # looks in a row without a connection after which it is replaced
WAITS = (1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before the next try

ANYTHING = re.compile(r".*", re.DOTALL)
Take = Callable[[dict[str, Any]], Awaitable[None]]

log = structlog.get_logger()


class NotKept(Exception):  # noqa: N818 - named by what it is
    """Nothing was kept: Slack must come back with it."""


class Ears:
    """Bolt as the parser and the dispatcher of one app. `take` keeps what was said, or raises NotKept."""

    def __init__(
        self, client: AsyncWebClient, secrets: tuple[str, ...], take: Take, now: Callable[[], datetime]
    ) -> None:
        self._door = Door(secrets)
        self._take = take
        self._now = now
        self._client = client
        self._app = self._bolt(client)
        self._socket: asyncio.Task[None] | None = None
        self.connected = False  # over Socket Mode

    def _bolt(self, client: AsyncWebClient) -> AsyncApp:
        """Signatures are checked at the door, the token is ours, and Bolt answers only when a listener is done."""

        async def ours(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=client.token)

        app = AsyncApp(
            name="slack", logger=silent(), client=client, authorize=ours, process_before_response=True,
            request_verification_enabled=False, ignoring_self_events_enabled=False, ssl_check_enabled=False,
            raise_error_for_unhandled_request=True,
        )  # fmt: skip
        for listen in (app.event, app.action, app.command):
            listen(ANYTHING)(self._listen)
        app.error(self._failed)
        return app

    async def _listen(self, body: dict[str, Any], ack: AsyncAck) -> None:
        await self._take(body)
        await ack()

    @staticmethod
    async def _failed(error: Exception) -> BoltResponse:
        if isinstance(error, BoltUnhandledRequestError):
            return BoltResponse(status=200, body="")  # a kind we do not know, or not yet
        return BoltResponse(status=503 if isinstance(error, NotKept) else 400, body="")

    # --- HTTP ------------------------------------------------------------------------------------------

    async def post(self, request: Request) -> Response:
        """One request of Slack: 200 when it is kept, 503 when Slack must come back, 4xx when it is not Slack's."""
        try:
            body = await self._door.body(request)
            signature = self._door.signature(request, body, self._now().timestamp())
            payload = parsed(body, request.headers.get("content-type", ""))
        except Rejected as problem:
            log.warning("slack_rejected", status=problem.status, reason=problem.reason)
            return Response(status_code=problem.status)
        if self._door.knows(signature):
            return Response()
        answer = await self._dispatch(payload)
        if answer.status == 200:
            self._door.keep(signature, self._now().timestamp())
        return Response(answer.body, answer.status, headers=answer.first_headers_without_set_cookie())

    async def _dispatch(self, payload: dict[str, Any]) -> BoltResponse:
        """Read already, so Bolt takes it as it is; where Bolt finds a field of another shape it raises anything."""
        try:
            return await self._app.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))
        except Exception:  # noqa: BLE001 - what is not kept is answered in `_failed`
            return BoltResponse(status=400, body="")

    # --- Socket Mode -----------------------------------------------------------------------------------

    async def open(self, app_token: str) -> None:
        """Connect, and stay connected: the library renews its connection, and one that it cannot renew is replaced."""
        self._socket = asyncio.create_task(self._stay_connected(app_token))

    async def _stay_connected(self, app_token: str) -> None:
        tries = 0
        while True:
            handler = AsyncSocketModeHandler(self._app, app_token, logger=silent(), web_client=self._client)
            try:
                async with asyncio.timeout(CONNECTING):
                    await handler.client.connect_to_new_endpoint()
                self.connected = True
                tries = 0
                await self._until_lost(handler)
            except Exception as problem:  # noqa: BLE001 - whatever it is, Slack is tried again
                log.warning("slack_not_connected", error=type(problem).__name__)
            finally:
                self.connected = False
                await self._hang_up(handler)
            await asyncio.sleep(WAITS[min(tries, len(WAITS) - 1)])
            tries += 1

    async def _until_lost(self, handler: AsyncSocketModeHandler) -> None:
        """Come back when the library has been without a connection for long."""
        misses = 0
        while misses < MISSES:
            await asyncio.sleep(LOOKING)
            self.connected = await handler.client.is_connected()
            misses = 0 if self.connected else misses + 1

    @staticmethod
    async def _hang_up(handler: AsyncSocketModeHandler) -> None:
        client = handler.client
        await client.close()  # type: ignore[no-untyped-call] # the library's own
        tasks = (client.message_processor, client.message_receiver, client.current_session_monitor)
        await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)

    async def close(self) -> None:
        """Take nothing more over the socket."""
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.cancel()
            await asyncio.gather(socket, return_exceptions=True)
