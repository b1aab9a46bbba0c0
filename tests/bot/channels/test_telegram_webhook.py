"""The webhook: only Telegram gets in, whatever it is sent it never breaks, and 200 means that it was kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from bot.channels import telegram_webhook
from bot.channels.telegram import Telegram
from conversations.incoming import Incoming
from messages.message import Message

SECRET = "invented-secret_of-thirty-two-and-more"
TOKEN = "7000000001:AAInventedInventedInventedInvented00"
HEADER = (b"x-telegram-bot-api-secret-token", SECRET.encode())
JSON = (b"content-type", b"application/json")
ME = {"id": 7, "is_bot": False, "first_name": "Els"}
AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def update(number: int = 1, text: str = "dag") -> dict[str, Any]:
    """Somebody types something."""
    chat = {"id": 7, "type": "private", "first_name": "Els"}
    return {"update_id": number, "message": {"message_id": 5, "date": 1, "from": ME, "chat": chat, "text": text}}


class Ears:
    """Keeps what it hears, unless it is told to fail."""

    def __init__(self) -> None:
        self.heard: list[Incoming] = []
        self.failing: set[str] = set()

    async def hear(self, incoming: Incoming) -> None:
        """Keep it."""
        await asyncio.sleep(0)
        if "all" in self.failing or incoming.text in self.failing:
            raise RuntimeError("the words of this error are nobody's business")
        self.heard.append(incoming)

    async def home(self, channel: str, address: str) -> Message | None:
        """Nothing to see."""
        raise NotImplementedError


def app(ears: Ears, secret: str = SECRET) -> Starlette:
    """The webhook alone."""
    return Starlette(routes=Telegram(token=TOKEN, secret=secret, now=lambda: AT).routes(ears))


async def post(
    site: Starlette,
    body: bytes | list[bytes],
    headers: tuple[tuple[bytes, bytes], ...] = (HEADER, JSON),
    method: str = "POST",
    path: str = "/telegram",
) -> int:
    """The status that comes back on exactly these bytes; an exception of the site is raised here."""
    parts = list(body) if isinstance(body, list) else [body]
    status: list[int] = []

    async def receive() -> MutableMapping[str, Any]:
        if not parts:
            await asyncio.sleep(3600)
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts) or isinstance(body, list)}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            status.append(message["status"])

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "https",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": list(headers),
        "server": ("testserver", 443), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    await site(scope, receive, send)
    return status[0]


async def test_an_update_is_kept_before_it_is_confirmed() -> None:
    """200, and somebody heard it."""
    ears = Ears()
    assert 200 == await post(app(ears), json.dumps(update(3, "Jan is ziek")).encode())
    assert [("u3", "7", "Jan is ziek")] == [(one.id, one.address, one.text) for one in ears.heard]


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ((HEADER[0], b""),),
        ((HEADER[0], SECRET[:-1].encode()),),
        ((HEADER[0], SECRET.encode() + b"x"),),
        ((HEADER[0], SECRET.upper().encode()),),
        ((HEADER[0], "gehéim".encode()),),
        ((HEADER[0], b"\xff\xfe\x00"),),
        ((HEADER[0], b"x" * 9000),),
        ((HEADER[0], SECRET.encode() + b" "),),
        (HEADER, HEADER),
        (HEADER, (HEADER[0], b"")),
        ((HEADER[0], SECRET.encode() + b", " + SECRET.encode()),),
        ((b"authorization", b"Bearer " + SECRET.encode()),),
        ((b"x-telegram-bot-api-secret-tokens", SECRET.encode()),),
    ],
)
async def test_nobody_else_gets_in(headers: tuple[tuple[bytes, bytes], ...]) -> None:
    """Missing, wrong, twice, or in letters no header has: 401, and nobody hears it."""
    ears = Ears()
    assert 401 == await post(app(ears), json.dumps(update()).encode(), (*headers, JSON))
    assert [] == ears.heard


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b""),
        (400, b"{"),
        (400, b"\xff\xfe{}"),
        (400, b"[]"),
        (400, b"null"),
        (400, b'"x"'),
        (400, b'{"update_id": "1"}'),
        (400, b'{"update_id": NaN}'),
        (400, b'{"update_id": 1e400}'),
        (400, b'{"update_id": ' + b"9" * 9000 + b"}"),
        (400, b'{"update_id": ' + b"9" * 400 + b"}"),
        (400, b'{"update_id": 1, "message": ' + b"[" * 100000 + b"]" * 100000 + b"}"),
        (200, b'{"update_id": 1, "message": ' + b"[" * 100 + b"]" * 100 + b"}"),
        (200, b'{"update_id": 1}'),
        (200, b'{"update_id": 1, "update_id": 2}'),
        (200, b'{"update_id": 1, "message": {"date": 1e300}}'),
        (200, b'{"update_id": 1, "callback_query": 5}'),
        (200, b'{"update_id": 1, "of_tomorrow": {}}'),
        (413, b" " * (1 << 20) + b"{}"),
    ],
    ids=lambda given: str(given)[:40],
)
async def test_what_cannot_be_read_breaks_nothing(status: int, body: bytes) -> None:
    """Refused, or taken and left alone."""
    ears = Ears()
    assert status == await post(app(ears), body)
    assert [] == ears.heard


async def test_other_ways_in_are_closed() -> None:
    """POST and JSON only, up to a megabyte, also where the length was a lie."""
    site, body = app(Ears()), json.dumps(update()).encode()
    assert 405 == await post(site, body, method="GET")
    assert 404 == await post(site, body, path="/telegram/more")
    assert 415 == await post(site, body, (HEADER,))
    assert 415 == await post(site, body, (HEADER, (b"content-type", b"text/plain")))
    assert 200 == await post(site, body, (HEADER, (b"content-type", b"Application/JSON; charset=utf-8")))
    assert 413 == await post(site, body, (HEADER, JSON, (b"content-length", b"99999999")))
    assert 413 == await post(site, body, (HEADER, JSON, (b"content-length", "٣".encode())))
    assert 413 == await post(site, [b" " * 70000] * 16, (HEADER, JSON))


async def test_a_body_that_takes_its_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sender that never ends holds nobody up."""
    monkeypatch.setattr(telegram_webhook, "READING", 0.05)
    assert 408 == await post(app(Ears()), [b'{"update_id"'])


async def test_what_was_not_kept_comes_back() -> None:
    """503 while nothing can be kept, however often; the same update is heard when it can."""
    ears, body = Ears(), json.dumps(update(4)).encode()
    site = app(ears)
    ears.failing = {"all"}
    assert [503] * 20 == [await post(site, body) for _ in range(20)]
    ears.failing = set()
    assert 200 == await post(site, body)
    assert ["u4"] == [one.id for one in ears.heard]


async def test_poison_is_let_go_when_others_are_kept() -> None:
    """An update that fails again and again, while others do not, ends with 200 and holds up its chat no longer."""
    ears = Ears()
    site = app(ears)
    ears.failing = {"gif"}
    poison = json.dumps(update(9, "gif")).encode()
    told = []
    for number in range(6):
        told.append(await post(site, poison))
        await post(site, json.dumps(update(100 + number)).encode())
    assert [503, 503, 503, 503, 503, 200] == told


@settings(max_examples=100, deadline=None)
@given(body=st.binary(max_size=300), header=st.binary(max_size=60), kind=st.binary(max_size=30))
def test_any_bytes_are_answered(body: bytes, header: bytes, kind: bytes) -> None:
    """Never an exception, never a 5xx."""
    site = app(Ears())
    headers = ((HEADER[0], header), (b"content-type", kind))
    assert asyncio.run(post(site, body, headers)) < 500
    assert asyncio.run(post(site, body)) < 500


@pytest.mark.parametrize(
    "secret",
    [
        "",
        ",,",
        f"{SECRET},",
        f"{SECRET},short",
        "short",
        "x" * 31,
        "x" * 257,
        "é" * 40,
        "with spaces in it, and quite long enough",
    ],
)
def test_a_weak_secret_is_refused_at_start(secret: str) -> None:
    """32 letters at least, and none that a header or Telegram does not take; it is not repeated in the error."""
    with pytest.raises(ValueError, match="32 to 256") as told:
        Telegram(token=TOKEN, secret=secret, now=lambda: AT)
    assert not secret or secret not in str(told.value)


async def test_while_the_secret_changes_both_are_good() -> None:
    """What comes with the new one or with the old one is Telegram's; the two together are nobody's."""
    new = "another-secret_of-thirty-two-and-more"
    site = app(Ears(), f"{new}, {SECRET}")
    expected = {new: 200, SECRET: 200, f"{new}, {SECRET}": 401, "": 401}
    body = json.dumps(update()).encode()
    assert expected == {secret: await post(site, body, ((HEADER[0], secret.encode()), JSON)) for secret in expected}


def test_without_a_secret_there_is_no_way_in() -> None:
    """Who asks for updates opens no door."""
    assert [] == Telegram(token=TOKEN, now=lambda: AT).routes(Ears())
