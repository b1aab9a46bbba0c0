"""Where Telegram posts updates: nobody else may, and 200 is said only after what came was kept."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot import metrics
from bot.channels.telegram_updates import NAME, Malformed

PATH = "/telegram"
MARK = "of"  # whose webhook it is, so that it is known again when we ask instead: no secret
HEADER = b"x-telegram-bot-api-secret-token"
LARGEST = 1 << 20  # bytes
READING = 5.0  # seconds a body may take


def route(secrets: tuple[str, ...], take: Callable[[Any], Awaitable[None]]) -> Route:
    """The route. `take` returns once an update is kept; it raises Malformed for what is none, anything else for later.

    Each of the secrets is good: while one takes the place of another, what comes with the old one is Telegram's too.
    Telegram comes back with whatever is not answered with 200.
    """

    async def receive(request: Request) -> Response:
        if not _is_telegram(request, secrets):
            metrics.IGNORED.labels(NAME, "wrong_secret").inc()
            return Response(status_code=401)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return Response(status_code=415)
        try:
            update = _parsed(await _body(request))
        except (Malformed, ClientDisconnect):
            return Response(status_code=400)
        try:
            await take(update)
        except Malformed:
            metrics.IGNORED.labels(NAME, "malformed").inc()
            return Response(status_code=400)
        except Exception:  # noqa: BLE001 - nothing was kept, `take` said why, and Telegram must come back
            return Response(status_code=503, headers={"Retry-After": "5"})
        return Response(status_code=200)

    return Route(PATH, receive, methods=["POST"])


def _is_telegram(request: Request, secrets: tuple[str, ...]) -> bool:
    """Whether the header is there once and right; compared as bytes, in constant time."""
    given = [value for name, value in request.headers.raw if name == HEADER]
    return len(given) == 1 and any(hmac.compare_digest(given[0], secret.encode()) for secret in secrets)


async def _body(request: Request) -> bytes:
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or len(told) > 9 or int(told) > LARGEST:
        raise HTTPException(413)
    body = bytearray()
    try:
        async with asyncio.timeout(READING):
            async for part in request.stream():
                body += part
                if len(body) > LARGEST:
                    raise HTTPException(413)
    except TimeoutError:
        raise HTTPException(408) from None
    return bytes(body)


def _parsed(body: bytes) -> Any:
    """The JSON. Raises Malformed, also where Python's own reader would give up in another way."""
    try:
        return json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError) as problem:
        raise Malformed from problem


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
