"""Slack's answers, one by one."""

from __future__ import annotations

import json
import ssl

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from bot.channels import Refused, TryLater, Unreachable, Unsure
from bot.channels.slack_errors import (
    BLOCKS,
    CODES,
    LATER,
    REFUSED,
    SHUT,
    UNREACHABLE,
    UNSURE,
    Limited,
    Shut,
    of_answer,
    of_code,
    of_failure,
    retry_after,
)

HOST = ConnectionKey("slack.test", 443, True, True, None, None, None)


def test_every_code_has_one_meaning() -> None:
    """At least sixty real codes, none in two groups."""
    groups = [LATER, SHUT, UNREACHABLE, REFUSED, UNSURE]
    assert len(CODES) == sum(map(len, groups)) >= 60
    assert BLOCKS <= REFUSED


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ratelimited", Limited), ("message_limit_exceeded", TryLater), ("token_revoked", Shut),
        ("account_inactive", Shut), ("invalid_auth", Shut), ("missing_scope", Shut), ("channel_not_found", Unreachable),
        ("user_disabled", Unreachable), ("cannot_dm_bot", Unreachable), ("is_archived", Unreachable),
        ("restricted_action", Unreachable), ("invalid_blocks", Refused), ("no_text", Refused),
        ("metadata_too_large", Refused), ("internal_error", Unsure), ("fatal_error", Unsure),
        ("request_timeout", Unsure), ("service_unavailable", Unsure), ("something_new", Unsure), ("", Unsure),
    ],
)  # fmt: skip
def test_what_a_code_means(code: str, expected: type[Exception]) -> None:
    """Later, no such address, never, or nobody knows; what is not known is not known."""
    assert expected is type(of_code(code))


@pytest.mark.parametrize(
    ("status", "data", "expected"),
    [
        (429, {"ok": False, "error": "ratelimited"}, Limited), (429, "Too many", Limited), (429, None, Limited),
        (500, None, Unsure), (502, "<html>", Unsure), (503, {"ok": False, "error": "no_text"}, Unsure),
        (200, {}, Unsure), (200, "<html>", Unsure), (200, None, Unsure), (200, {"ok": False}, Unsure),
        (200, {"ok": False, "error": 7}, Unsure), (200, {"ok": False, "error": "user_not_found"}, Unreachable),
        (403, {"ok": False, "error": "invalid_auth"}, Shut), (404, "<html>", Unsure), (408, b"", Unsure),
    ],
)  # fmt: skip
def test_what_an_answer_means(status: int, data: object, expected: type[Exception]) -> None:
    """A 429 is later whatever its body, a 5xx and what cannot be read is unsure."""
    assert expected is type(of_answer(status, data, {}))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("30", 30.0), ("0", 1.0), (" 5 ", 5.0), ("86400", 3600.0), ("9" * 5000, 3600.0), ("", 60.0), ("-3", 60.0),
        ("1.5", 60.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 60.0), ("٣", 60.0), ("soon", 60.0),
    ],
)  # fmt: skip
def test_how_long_to_stay_away(said: str, expected: float) -> None:
    """Retry-After is honoured, tolerated when odd, and never longer than an hour."""
    assert expected == retry_after({"retry-AFTER": said})
    assert expected == of_answer(429, None, {"Retry-After": said}).after  # type: ignore[union-attr]


def test_without_a_word_about_it_a_minute() -> None:
    """No Retry-After at all."""
    assert 60.0 == retry_after({})


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (aiohttp.ClientConnectorError(HOST, OSError(111, "refused")), TryLater),
        (aiohttp.ClientConnectorDNSError(HOST, OSError(-2, "unknown")), TryLater),
        (aiohttp.ClientConnectorSSLError(HOST, ssl.SSLError()), TryLater),
        (aiohttp.ConnectionTimeoutError(), TryLater),
        (aiohttp.SocketTimeoutError(), Unsure),
        (aiohttp.ServerDisconnectedError(), Unsure),
        (aiohttp.ClientOSError(104, "reset"), Unsure),
        (aiohttp.ClientPayloadError(), Unsure),
        (TimeoutError(), Unsure),
        (json.JSONDecodeError("", "", 0), Unsure),
        (UnicodeDecodeError("utf-8", b"", 0, 1, ""), Unsure),
    ],
)
def test_what_a_broken_connection_means(error: BaseException, expected: type[Exception]) -> None:
    """Before anything was written it was not taken; after that nobody knows."""
    assert expected is type(of_failure(error))
