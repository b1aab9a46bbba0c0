"""The way in over HTTP: size, signature, age and shape are checked on the raw body before anything reads it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

LARGEST = 1 << 20  # bytes of a body
READING = 5.0  # seconds a body may take to come in
WINDOW = 300  # seconds a signature is good for, either way
MOST_SEEN = 50_000

_TIMESTAMP = re.compile(rb"[0-9]{1,12}")
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")


class Rejected(Exception):  # noqa: N818 - what is done with it
    """Not let in, with the status that says so."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class Door:
    """Lets in what Slack signed, a few minutes ago at most, and knows what it let in before.

    Each of the secrets is good: while one takes the place of another there are two.
    """

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = [secret.encode() for secret in secrets]
        self._seen: dict[bytes, float] = {}

    async def body(self, request: Request) -> bytes:
        """The raw body. Raises Rejected when it is too large or too slow."""
        said = request.headers.get("content-length", "")
        if said.isascii() and said.isdigit() and (len(said) > 12 or int(said) > LARGEST):
            raise Rejected(413, "too_large")
        found = bytearray()
        try:
            async with asyncio.timeout(READING):
                async for chunk in request.stream():
                    found += chunk
                    if len(found) > LARGEST:
                        raise Rejected(413, "too_large")
        except TimeoutError:
            raise Rejected(408, "too_slow") from None
        except ClientDisconnect:
            raise Rejected(400, "broken_off") from None
        return bytes(found)

    def signature(self, request: Request, body: bytes, now: float) -> bytes:
        """The signature, when it is right and of these minutes. Raises Rejected (401), whatever the headers hold."""
        try:
            stamp, signature = (self._only(request, name) for name in (b"timestamp", b"signature"))
            given = stamp if _TIMESTAMP.fullmatch(stamp) else b""
            signed = b"v0:" + given + b":" + body
            right = [
                hmac.compare_digest(b"v0=" + hmac.new(secret, signed, hashlib.sha256).hexdigest().encode(), signature)
                for secret in self._secrets
            ]
            well_formed = given and _SIGNATURE.fullmatch(signature)
            if any(right) and well_formed and abs(now - int(given)) <= WINDOW:
                return signature
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not Slack's
            raise Rejected(401, "not_signed") from None
        raise Rejected(401, "not_signed")

    @staticmethod
    def _only(request: Request, name: bytes) -> bytes:
        wanted = b"x-slack-request-timestamp" if name == b"timestamp" else b"x-slack-signature"
        (found,) = (value for key, value in request.scope["headers"] if key.lower() == wanted)
        return bytes(found)

    def knows(self, signature: bytes) -> bool:
        """Whether this very request was let in and kept before: then it has no second effect."""
        return signature in self._seen

    def keep(self, signature: bytes, now: float) -> None:
        """Remember it for as long as it would be good."""
        for old in list(islice(self._seen, 2)):  # the first kept are the first to go
            if now - self._seen[old] > 2 * WINDOW or len(self._seen) >= MOST_SEEN:
                del self._seen[old]
        self._seen[signature] = now


def parsed(body: bytes, content_type: str) -> dict[str, Any]:
    """The payload: JSON, a form that holds JSON, or a form. Raises Rejected (400) for anything else."""
    try:
        match content_type.partition(";")[0].strip().lower():
            case "application/json":
                found = json.loads(body.decode("utf-8"))
            case "application/x-www-form-urlencoded":
                found = dict(
                    parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
                )
                if "payload" in found:
                    found = json.loads(found["payload"])
            case _:
                raise Rejected(400, "malformed")
    except (ValueError, RecursionError):
        raise Rejected(400, "malformed") from None
    if not isinstance(found, dict):
        raise Rejected(400, "malformed")
    return found
