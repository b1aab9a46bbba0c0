"""The way in over HTTP: what is not Slack's gets a 4xx, whatever its headers and bytes, and no log holds a word."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request

from bot import logs
from bot.channels.slack import PATH, Slack
from bot.channels.slack_door import LARGEST, WINDOW, Door, Rejected, parsed
from conversations.incoming import Incoming
from messages.message import Message
from tests.fakes.slack import Workspace

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
AT = 1_796_000_000
JSON = b"application/json"
FORM = b"application/x-www-form-urlencoded"
REVOKED = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U1"]}}
EVENT = {"type": "event_callback", "team_id": "T0STAD", "event_id": "Ev1", "event": REVOKED}
BODY = json.dumps(EVENT).encode()

Headers = list[tuple[bytes, bytes]]


class Listener:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[Incoming] = []

    async def hear(self, incoming: Incoming) -> None:
        """Keep it."""
        self.heard.append(incoming)

    async def home(self, channel: str, address: str) -> Message | None:  # noqa: ARG002 - nobody has one
        """Nothing to see."""
        return None


class Site:
    """The route, called without a server in between, so that any byte can be in any header."""

    def __init__(self, secret: str = SECRET) -> None:
        self.ear = Listener()
        self.slack = Slack(
            token="xoxb-1", signing_secret=secret, teams=frozenset({"T0STAD"}), api_url="http://127.0.0.1:9/api/",
            now=lambda: datetime.fromtimestamp(AT, UTC),
        )  # fmt: skip
        self._app = Starlette(routes=self.slack.routes(self.ear))

    async def post(self, headers: Headers, *chunks: bytes, method: str = "POST") -> int:
        """The status of one request."""
        waiting = [*chunks] or [b""]
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            if not waiting:
                await asyncio.sleep(3600)
            chunk = waiting.pop(0)
            return {"type": "http.request", "body": chunk, "more_body": bool(waiting)}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": PATH,
            "raw_path": PATH.encode(), "query_string": b"", "root_path": "", "scheme": "https", "headers": headers,
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
        }  # fmt: skip
        await self._app(scope, receive, send)
        return int(sent[0]["status"])


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """The route of a channel with a fixed clock."""
    made = Site()
    yield made
    await made.slack.close()


def signature(body: bytes = BODY, at: bytes = b"%d" % AT, secret: str = SECRET) -> bytes:
    """As Slack signs."""
    return b"v0=" + hmac.new(secret.encode(), b"v0:" + at + b":" + body, hashlib.sha256).hexdigest().encode()


def headers(
    at: bytes | None = b"%d" % AT, signed: bytes | None = None, kind: bytes | None = JSON, body: bytes = BODY
) -> Headers:
    """Those of a request by Slack; None leaves one out."""
    found = [
        (b"x-slack-request-timestamp", at),
        (b"x-slack-signature", signature(body, at or b"") if signed is None else signed),
        (b"content-type", kind),
    ]
    return [(name, value) for name, value in found if value is not None and value != b"-"]


def at(moment: bytes) -> Headers:
    """A right signature over this timestamp."""
    return headers(at=moment)


UNSIGNED: dict[str, Headers] = {
    "no headers at all": [],
    "no timestamp": headers(at=b"-"),
    "no signature": headers(signed=b"-"),
    "an empty timestamp": at(b""),
    "a blank timestamp": at(b" "),
    "a word for a timestamp": at(b"gisteren"),
    "a negative timestamp": at(b"-%d" % AT),
    "a timestamp with a plus": at(b"+%d" % AT),
    "a timestamp with a space": at(b" %d" % AT),
    "a timestamp with a newline": at(b"%d\n" % AT),
    "a timestamp with an underscore": at(b"1_796_000_000"),
    "a timestamp with decimals": at(b"%d.0" % AT),
    "a timestamp in powers": at(b"1e9"),
    "a hexadecimal timestamp": at(b"0x6b0c0000"),
    "a huge timestamp": at(b"9" * 400),
    "a timestamp beyond any integer": at(b"9" * 5000),
    "Arabic digits": at("١٧٩٦٠٠٠٠٠٠".encode()),
    "full-width digits": at("１７９６００００００".encode()),
    "a timestamp of bytes": at(b"\xff\xfe"),
    "NaN": at(b"nan"),
    "infinity": at(b"inf"),
    "just too old": at(b"%d" % (AT - WINDOW - 1)),
    "just too new": at(b"%d" % (AT + WINDOW + 1)),
    "milliseconds": at(b"%d000" % AT),
    "zero": at(b"0"),
    "two timestamps": [*headers(), (b"x-slack-request-timestamp", b"%d" % AT)],
    "two signatures": [*headers(), (b"x-slack-signature", signature())],
    "a signature too many": [*headers(), (b"X-Slack-Signature", b"v0=" + b"0" * 64)],
    "an empty signature": headers(signed=b""),
    "only the version": headers(signed=b"v0="),
    "the scheme of a later version": headers(signed=signature().replace(b"v0=", b"v1=")),
    "no scheme": headers(signed=signature()[3:]),
    "capitals": headers(signed=signature().upper()),
    "a space after it": headers(signed=signature() + b" "),
    "half a signature": headers(signed=signature()[:40]),
    "a signature too long": headers(signed=signature() * 100),
    "a signature that is no ASCII": headers(signed="v0=é".encode()),
    "a signature of bytes": headers(signed=b"v0=\xff\xfe\x00"),
    "the signature of another secret": headers(signed=signature(secret="another")),
    "the signature of another moment": headers(signed=signature(at=b"%d" % (AT - 1))),
    "the signature of another body": headers(signed=signature(body=BODY + b" ")),
    "the signature of the body written anew": headers(signed=signature(json.dumps(EVENT, indent=1).encode())),
}


@pytest.mark.parametrize("name", UNSIGNED)
async def test_what_slack_did_not_sign_is_refused(site: Site, name: str) -> None:
    """401, never 500, and nothing is heard."""
    assert 401 == await site.post(UNSIGNED[name], BODY)
    assert [] == site.ear.heard


@pytest.mark.parametrize("moment", [AT, AT - WINDOW, AT + WINDOW])
async def test_what_slack_signed_is_heard_once(site: Site, moment: int) -> None:
    """Within five minutes, in any pieces, and the same bytes again have no second effect."""
    signed = at(b"%d" % moment)
    assert [200, 200] == [await site.post(signed, BODY[:7], BODY[7:]) for _ in range(2)]
    assert ["gone"] == [one.kind for one in site.ear.heard]


async def test_a_body_that_is_no_text_is_refused(site: Site) -> None:
    """Without a signature it is 401; with one it is 400."""
    body = b"\xff\xfe\x00{"
    assert 401 == await site.post(headers(), body)
    assert 400 == await site.post(headers(body=body), body)


DEEP = b"[" * 100_000 + b"]" * 100_000
NO_ACTIONS = urlencode({"payload": '{"type":"block_actions","actions":[]}'}).encode()
SHAPES: dict[str, tuple[int, bytes, bytes | None]] = {
    "nothing": (400, b"", JSON),
    "half an object": (400, b'{"type":', JSON),
    "a list": (400, b"[]", JSON),
    "a number": (400, b"7", JSON),
    "null": (400, b"null", JSON),
    "a hundred thousand levels": (400, DEEP, JSON),
    "a number of five thousand digits": (400, b'{"n":' + b"9" * 5000 + b"}", JSON),
    "JSON as a form": (400, BODY, b"text/plain"),
    "no content type": (400, BODY, None),
    "a form without bounds": (400, b"&".join(b"a%d=1" % n for n in range(200)), FORM),
    "a payload that is no JSON": (400, b"payload=%7B", FORM),
    "a payload that is a list": (400, b"payload=%5B%5D", FORM),
    "a form of half characters": (400, b"text=%ff&command=%2Fterugkeer", FORM),
    "raw bytes in a form": (400, b"text=\xff", FORM),
    "an empty object": (200, b"{}", JSON),
    "an unknown type": (200, b'{"type":"something_new","team_id":"T0STAD"}', JSON),
    "an event without its event": (200, b'{"type":"event_callback","team_id":"T0STAD"}', JSON),
    "an event that is a list": (400, b'{"type":"event_callback","team_id":"T0STAD","event":[]}', JSON),
    "a press without actions": (400, NO_ACTIONS, FORM),
    "another team": (200, BODY.replace(b"T0STAD", b"T0ANDERS"), JSON),
    "a team that is an object": (200, BODY.replace(b'"T0STAD"', b"{}"), JSON),
    "keys twice": (200, BODY.replace(b"{", b'{"team_id":"T0ANDERS",', 1), JSON),
    "a charset": (200, BODY, b"application/json; charset=utf-8"),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
async def test_signed_bodies_of_any_shape(site: Site, name: str) -> None:
    """What is malformed is 400; what is not for us, or not known, is 200; nothing is 500."""
    status, body, kind = SHAPES[name]
    assert status == await site.post(headers(body=body, kind=kind or b"-"), body)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from([
        "event_callback", "block_actions", "message", "T0STAD", "U1", "im", "button", "home", "app_home_opened", "r.0",
    ]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([
        "type", "team_id", "event", "event_id", "user", "actions", "action_id", "command", "trigger_id", "text", "team",
        "authorizations", "view", "state", "values", "channel", "response_urls", "is_ext_shared_channel", "enterprise",
    ]), inner, max_size=6),
    max_leaves=25,
))  # fmt: skip
def test_no_payload_breaks_anything(payload: Any) -> None:
    """Fields of any type in any place: 200 or 400."""
    body = json.dumps(payload).encode()

    async def once() -> int:
        site = Site()
        try:
            return await site.post(headers(body=body), body)
        finally:
            await site.slack.close()

    assert asyncio.run(once()) in (200, 400)


async def test_too_much_is_not_read(site: Site) -> None:
    """More than a mebibyte is 413, announced or not; just a mebibyte is looked at."""
    announced = [*headers(), (b"content-length", b"%d" % (LARGEST + 1))]
    assert 413 == await site.post(announced)
    assert 413 == await site.post([*headers(), (b"content-length", b"9" * 400)])
    assert 413 == await site.post(headers(), *[b"x" * 65536] * 17)
    assert 401 == await site.post(headers(), *[b"x" * 65536] * 16)


async def test_a_body_that_never_ends_is_not_waited_for(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """408, and the others are served meanwhile."""
    monkeypatch.setattr("bot.channels.slack_door.READING", 0.05)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    with pytest.raises(Rejected) as told:
        await Door((SECRET,)).body(Request({"type": "http", "headers": [], "method": "POST"}, receive))
    assert 408 == told.value.status
    assert 200 == await site.post(headers(), BODY)


async def test_only_post(site: Site) -> None:
    """Anything else is not a way in."""
    assert 405 == await site.post(headers(), BODY, method="GET")


async def test_while_the_secret_changes_both_are_good() -> None:
    """The new one and the old one, and nothing beside them: no third, and not what is left of a comma too many."""
    site = Site(f"new, {SECRET},")
    expected = {"new": 200, SECRET: 200, "other": 401, "": 401, f"new, {SECRET},": 401}
    assert expected == {secret: await site.post(headers(signed=signature(secret=secret)), BODY) for secret in expected}
    await site.slack.close()


@pytest.mark.parametrize("secret", [None, "", " ", ",", " , "])
async def test_a_slack_without_a_secret_is_none(secret: str | None) -> None:
    """An empty secret would let everybody in."""
    with pytest.raises(ValueError, match="signing secret"):
        Slack(token="xoxb-1", signing_secret=secret, now=lambda: datetime.fromtimestamp(AT, UTC))


def test_what_was_seen_is_forgotten_in_time() -> None:
    """Signatures are kept while they would be good, and never too many of them."""
    door = Door((SECRET,))
    for n in range(60_000):
        door.keep(b"%d" % n, AT)
    assert len(door._seen) <= 50_000
    assert door.knows(b"59999")
    for n in range(40_000):
        door.keep(b"new %d" % n, AT + 3 * WINDOW)
    assert 40_000 == len(door._seen)


def test_a_form_and_a_payload_in_a_form() -> None:
    """A slash command is a flat form, an interaction JSON in a form."""
    assert {"command": "/terugkeer", "text": "Jan & Els"} == parsed(
        b"command=%2Fterugkeer&text=Jan+%26+Els", FORM.decode()
    )
    assert {"a": 1} == parsed(b"payload=%7B%22a%22%3A1%7D", FORM.decode())


async def test_no_log_holds_a_token_or_a_word(site: Site, caplog: pytest.LogCaptureFixture, capfd: Any) -> None:
    """At DEBUG, with everything that can go wrong, neither bodies nor secrets are written by anybody."""
    logs.configure("debug")
    logging.getLogger().addHandler(caplog.handler)
    caplog.set_level(logging.DEBUG)
    with Workspace() as workspace:
        slack = Slack(
            token=workspace.bot_token, signing_secret=SECRET, teams=frozenset({"T0STAD"}), api_url=workspace.api_url,
            now=lambda: datetime.fromtimestamp(AT, UTC),
        )  # fmt: skip
        slack.routes(site.ear)
        jan = workspace.add("Jan Peeters")
        message = Message(())
        typed = {"type": "message", "channel_type": "im", "user": jan.id, "text": "Kanarie is ziek"}
        body = json.dumps(EVENT | {"event_id": "Ev2", "event": typed}).encode()
        site._app.routes[:] = slack.routes(site.ear)
        assert 401 == await site.post(headers(), body)
        assert 200 == await site.post(headers(body=body), body)
        assert 400 == await site.post(headers(body=b"Kanarie"), b"Kanarie")
        await slack.send(f"T0STAD:{jan.id}", message, "r")
        await slack.close()
        token = workspace.bot_token
    written = caplog.text + "".join(capfd.readouterr())
    assert ["Kanarie is ziek"] == [one.text for one in site.ear.heard]
    for canary in ("Kanarie", token, SECRET, "Peeters", signature(body).decode()):
        assert canary not in written
    assert "slack_rejected" in written
