"""Bringing what happened to the app, over HTTP or Socket Mode, with Slack's patience and Slack's repeats.

Three seconds for an answer. Events come again at most three times (at once, after a minute, after five) with the
number and the reason; interactions and slash commands do not. `patience` and `retries` are in real seconds.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.fakes.slack_team import Json

Kind = Literal["events_api", "interactive", "slash_commands"]


@dataclass
class Delivery:
    """One thing on its way to the app. `attempts` says how each try ended: "200", "503", "http_timeout", ..."""

    kind: Kind
    payload: Json
    attempts: list[str] = field(default_factory=list)
    body: str = ""
    answered: Callable[[str], None] = lambda _body: None
    _over: Future[bool] = field(default_factory=Future)

    @property
    def acknowledged(self) -> bool:
        """The app said in time that it has it."""
        return self._over.done() and self._over.result()

    @property
    def failed(self) -> bool:
        """The app did not take it, and nothing more is tried."""
        return self._over.done() and not self._over.result()

    def wait(self, seconds: float = 10.0) -> Delivery:
        """Wait, from a test that is no coroutine (or whose app runs elsewhere), until it is over."""
        self._over.result(seconds)
        return self

    async def over(self, seconds: float = 10.0) -> Delivery:
        """Wait, from a coroutine, until it arrived or Slack gave up."""
        await asyncio.wait_for(asyncio.wrap_future(self._over), seconds)
        return self

    def ends(self, *, well: bool) -> None:
        """Nothing more happens with it."""
        if not self._over.done():
            self._over.set_result(well)


def signed(secret: str, body: bytes, at: int) -> dict[str, str]:
    """The headers that show that Slack sent this body at this moment (Unix seconds)."""
    digest = hmac.new(secret.encode(), b"v0:%d:%b" % (at, body), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(at), "X-Slack-Signature": f"v0={digest}"}


def as_body(kind: Kind, payload: Json) -> tuple[bytes, str]:
    """The bytes and the content type of a delivery over HTTP."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


@dataclass
class Courier:
    """The way to one app."""

    secret: str
    now: Callable[[], datetime]
    changed: Callable[[], None]
    patience: float = 3.0
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    urls: dict[Kind, str] = field(default_factory=dict)
    socket_mode: bool = False
    sockets: dict[web.WebSocketResponse, web.Request] = field(default_factory=dict)
    waiting: dict[str, asyncio.Future[str]] = field(default_factory=dict)
    held: list[Delivery] | None = None
    under_way: set[asyncio.Task[None]] = field(default_factory=set)
    sent: list[Delivery] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    session: aiohttp.ClientSession | None = None

    def take(self, delivery: Delivery, copies: int = 1) -> None:
        """Bring it, so many times at once; or keep it until it is let go."""
        self.sent.append(delivery)
        if self.held is not None:
            self.held.append(delivery)
            return
        if not self.socket_mode and delivery.kind not in self.urls:
            delivery.ends(well=False)
            return
        for _ in range(copies):
            self._start(self._bring(delivery))

    def take_in_turn(self, deliveries: list[Delivery]) -> None:
        """Bring these one after the other: the next when the one before it is over."""

        async def bring() -> None:
            for delivery in deliveries:
                await self._bring(delivery)

        self._start(bring())

    def _start(self, what: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(what)
        self.under_way.add(task)
        task.add_done_callback(self._arrived)

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self.under_way.discard(task)
        self.changed()

    async def _bring(self, delivery: Delivery) -> None:
        pauses = self.retries[:3] if delivery.kind == "events_api" else ()
        for number, pause in enumerate((0.0, *pauses)):
            await asyncio.sleep(pause)
            how = await self._once(delivery, number)
            delivery.attempts.append(how)
            if how.startswith("2"):
                delivery.answered(delivery.body)
                delivery.ends(well=True)
                return
            if how == "no retry":
                break
        delivery.ends(well=False)

    async def _once(self, delivery: Delivery, number: int) -> str:
        reason = delivery.attempts[-1] if number and delivery.attempts else ""
        reason = "http_error" if reason.isdigit() else reason
        try:
            async with asyncio.timeout(self.patience):
                if delivery.kind in self.urls:
                    return await self._by_http(delivery, number, reason)
                return await self._by_socket(delivery, number, reason)
        except TimeoutError:
            return "http_timeout"
        except (aiohttp.ClientError, ConnectionError):
            return "connection_failed"

    async def _by_http(self, delivery: Delivery, number: int, reason: str) -> str:
        body, content_type = as_body(delivery.kind, delivery.payload)
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        headers |= signed(self.secret, body, int(self.now().timestamp()))
        if number:
            headers |= {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
        assert self.session is not None
        url = self.urls[delivery.kind]
        async with self.session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            delivery.body = await response.text()
            refused = response.status >= 300 and response.headers.get("X-Slack-No-Retry") == "1"
            return "no retry" if refused else str(response.status)

    async def _by_socket(self, delivery: Delivery, number: int, reason: str) -> str:
        if not self.sockets:
            raise ConnectionError
        named = str(uuid.uuid4())
        answer = self.waiting[named] = asyncio.get_running_loop().create_future()
        envelope: Json = {"envelope_id": named, "payload": delivery.payload, "type": delivery.kind}
        envelope["accepts_response_payload"] = delivery.kind == "slash_commands"
        if delivery.kind == "events_api":
            envelope |= {"retry_attempt": number, "retry_reason": reason}
        try:
            await list(self.sockets)[-1].send_str(json.dumps(envelope))
            delivery.body = await answer
        finally:
            del self.waiting[named]
        return "200"

    async def listen(self, request: web.Request) -> web.StreamResponse:
        """One connection of Socket Mode: hello, then acknowledgements of what was sent over it."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets[socket] = request
        info = {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060}
        hello = {"type": "hello", "num_connections": len(self.sockets), "debug_info": info}
        await socket.send_str(json.dumps(hello | {"connection_info": {"app_id": "A0TERUGKEER"}}))
        self.changed()
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._acknowledged(str(message.data))
        finally:
            del self.sockets[socket]
            self.changed()
        return socket

    def _acknowledged(self, text: str) -> None:
        try:
            said = json.loads(text)
            named, extra = said["envelope_id"], said.keys() - {"envelope_id", "payload"}
        except (ValueError, KeyError, AttributeError, TypeError):
            self.violations.append(f"socket: no acknowledgement: {text!r}")
            return
        if extra:
            self.violations.append(f"socket: unknown {sorted(extra)} in an acknowledgement")
        if named in self.waiting and not self.waiting[named].done():
            payload = said.get("payload")
            self.waiting[named].set_result(json.dumps(payload) if payload else "")

    def disconnect(self, reason: str) -> None:
        """Slack says goodbye on every connection, and closes it when its patience is over."""
        for socket in self.sockets:
            self._start(self._goodbye(socket, reason))

    async def _goodbye(self, socket: web.WebSocketResponse, reason: str) -> None:
        info = {"host": "applink-1"}
        await socket.send_str(json.dumps({"type": "disconnect", "reason": reason, "debug_info": info}))
        await asyncio.sleep(self.patience)
        await socket.close()

    def cut(self) -> None:
        """Every connection is reset, without a word."""
        for request in self.sockets.values():
            if request.transport is not None:
                request.transport.abort()

    async def close(self) -> None:
        """Stop bringing things."""
        for task in list(self.under_way):
            task.cancel()
        await asyncio.gather(*self.under_way, return_exceptions=True)
        for socket in list(self.sockets):
            await socket.close()
        if self.session is not None:
            await self.session.close()
