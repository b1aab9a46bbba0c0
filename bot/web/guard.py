"""What holds for every page: headers, the size of what comes in, and where a POST may come from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from types import MappingProxyType
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY = 64 * 1024  # of what a page posts
HOOK_BODY = 1024 * 1024  # of what a platform posts
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class TooLarge(HTTPException):
    """The body is larger than anything a person types."""

    def __init__(self) -> None:
        super().__init__(413)


class Guard:
    """Around every answer, also those of the error pages. Plain ASGI, so that a stream stays a stream."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        secure: bool,
        hooks: Collection[str] = (),
        uploads: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self.app = app
        self.uploads = uploads  # the paths where people post files, and how much
        self.hooks = frozenset(hooks)  # the paths where platforms post
        self.headers = dict(HEADERS)
        if secure:
            self.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, with less of what comes in and more of what goes out."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
                # Who was here a moment ago stays signed in a while longer (visitor.py), unless this answer ends it.
                awake = scope.get("state", {}).get("awake")
                if awake is not None and not any(
                    one.startswith(f"{awake.partition('=')[0]}=") for one in headers.getlist("set-cookie")
                ):
                    headers.append("Set-Cookie", awake)
            await send(message)

        most = HOOK_BODY if scope["path"] in self.hooks else self.uploads.get(scope["path"], BODY)
        await self.app(scope, limited(scope, receive, most), send_guarded)


def limited(scope: Scope, receive: Receive, most: int = BODY) -> Callable[[], Awaitable[MutableMapping[str, Any]]]:
    """The body, up to its limit; TooLarge for who reads on, also where its length was not said or was a lie."""
    told = Headers(scope=scope).get("content-length", "0")
    seen = 0

    async def receive_limited() -> MutableMapping[str, Any]:
        nonlocal seen
        if told.isdecimal() and int(told) > most:
            raise TooLarge
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise TooLarge
        return message

    return receive_limited


def from_us(headers: Headers, base_url: str) -> bool:
    """Whether a POST was made on a page of ours. Browsers send Origin or Sec-Fetch-Site with every POST."""
    origin = headers.get("origin")
    if origin is not None:
        return origin == base_url or origin == f"{_scheme(base_url)}://{headers.get('host', '')}"
    return headers.get("sec-fetch-site") == "same-origin"


def _scheme(base_url: str) -> str:
    return base_url.partition(":")[0]
