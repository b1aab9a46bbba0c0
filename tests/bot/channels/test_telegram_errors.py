"""The error table: what each answer of Telegram means for a message."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels import Refused, TryLater, Unreachable, Unsure
from bot.channels.telegram_errors import TABLE, is_markup, is_unchanged, outcome

UNREACHABLE = (
    Forbidden("Forbidden: bot was blocked by the user"),
    Forbidden("Forbidden: user is deactivated"),
    Forbidden("Forbidden: bot can't initiate conversation with a user"),
    Forbidden("Forbidden: bot can't send messages to bots"),
    Forbidden("Forbidden: bot was kicked from the supergroup chat"),
    Forbidden("Forbidden: bot is not a member of the channel chat"),
    Forbidden("Forbidden: the group chat was deleted"),
    BadRequest("Bad Request: chat not found"),
    BadRequest("Bad Request: user not found"),
    BadRequest("Bad Request: PEER_ID_INVALID"),
    BadRequest("Bad Request: USER_IS_BLOCKED"),
    BadRequest("Bad Request: INPUT_USER_DEACTIVATED"),
    BadRequest("Bad Request: have no rights to send a message"),
    BadRequest("Bad Request: not enough rights to send text messages to the chat"),
    BadRequest("Bad Request: need administrator rights in the channel chat"),
    BadRequest("Bad Request: group chat was upgraded to a supergroup chat"),
    ChatMigrated(-1001234),
)
REFUSED = (
    BadRequest("Bad Request: message text is empty"),
    BadRequest("Bad Request: text must be non-empty"),
    BadRequest("Bad Request: message is too long"),
    BadRequest("Bad Request: MESSAGE_TOO_LONG"),
    BadRequest('Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 4'),
    BadRequest("Bad Request: ENTITIES_TOO_LONG"),
    BadRequest("Bad Request: BUTTON_DATA_INVALID"),
    BadRequest("Bad Request: BUTTON_URL_INVALID"),
    BadRequest("Bad Request: reply markup is too long"),
    BadRequest("Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
    BadRequest("Bad Request: object expected as reply markup"),
    BadRequest("Bad Request: strings must be encoded in UTF-8"),
    BadRequest("Bad Request: chat_id is empty"),
    BadRequest("Bad Request: message to edit not found"),
    BadRequest("Bad Request: message can't be edited"),
    NetworkError("Request Entity Too Large"),
)
UNSURE = (
    TimedOut(),
    NetworkError("Bad Gateway"),
    NetworkError("Internal Server Error"),
    NetworkError("Service Unavailable (503)"),
    NetworkError("Gateway Timeout (504). Parsing the server response b'<html>' failed"),
    NetworkError("httpx.RemoteProtocolError: Server disconnected without sending a response."),
    TelegramError("Invalid server response"),
    BadRequest("Bad Request: SOMETHING_NEW"),
    Forbidden("Forbidden: something new"),
    NetworkError("Unknown HTTPError (799)"),
    KeyError("result"),
)


@pytest.mark.parametrize(
    ("meaning", "error"),
    [
        *((Unreachable, error) for error in UNREACHABLE),
        *((Refused, error) for error in REFUSED),
        *((Unsure, error) for error in UNSURE),
    ],
    ids=lambda given: str(given)[:60] if isinstance(given, Exception) else given.__name__,
)
def test_what_an_answer_means(meaning: type[Exception], error: Exception) -> None:
    """As in the table; what is not in it is unsure, whatever class the library gives it."""
    assert meaning is type(outcome(error))


@pytest.mark.parametrize(
    ("after", "error"),
    [
        (35.0, RetryAfter(35)),
        (0.5 * 60, RetryAfter(timedelta(seconds=30))),
        (86400.0, RetryAfter(86400)),
        (1.0, RetryAfter(timedelta(seconds=0))),
        (900.0, InvalidToken("Unauthorized")),
        (60.0, Conflict("Conflict: terminated by other getUpdates request")),
        (60.0, NetworkError("Too Many Requests (429)")),
        (60.0, BadRequest("Bad Request: FLOOD_WAIT_12")),
    ],
    ids=str,
)
def test_what_is_worth_another_try(after: float, error: TelegramError) -> None:
    """Later, and not sooner than Telegram asked."""
    meaning = outcome(error)
    assert isinstance(meaning, TryLater)
    assert after == meaning.after


@pytest.mark.parametrize(
    ("meaning", "cause"),
    [
        (TryLater, httpx.ConnectError("refused")),
        (TryLater, httpx.ConnectTimeout("")),
        (TryLater, httpx.PoolTimeout("")),
        (TryLater, httpx.ProxyError("")),
        (Unsure, httpx.ReadTimeout("")),
        (Unsure, httpx.WriteTimeout("")),
        (Unsure, httpx.ReadError("")),
        (Unsure, httpx.WriteError("")),
        (Unsure, httpx.RemoteProtocolError("")),
    ],
    ids=lambda given: type(given).__name__ if isinstance(given, Exception) else given.__name__,
)
def test_a_broken_connection_is_sure_only_before_the_first_byte(
    meaning: type[Exception], cause: httpx.TransportError
) -> None:
    """Who never got through was not heard; whose line broke may have been."""
    error = TimedOut() if isinstance(cause, httpx.TimeoutException) else NetworkError(f"httpx.{cause}")
    error.__cause__ = cause
    assert meaning is type(outcome(error))


def test_the_table_is_large_enough_and_says_nothing_of_the_server() -> None:
    """At least 25 descriptions; and an outcome never repeats what the server said."""
    assert len(TABLE) >= 25
    assert "geheim" not in str(outcome(NetworkError("Bad Gateway. Parsing the server response b'geheim' failed")))


def test_answers_that_are_no_trouble() -> None:
    """An edit with nothing to do, and markup that can be left out."""
    assert is_unchanged(BadRequest("Bad Request: message is not modified: specified new message content and ..."))
    assert not is_unchanged(BadRequest("Bad Request: message to edit not found"))
    assert is_markup(BadRequest("Bad Request: can't parse entities: Can't find end tag"))
    assert not is_markup(BadRequest("Bad Request: message is too long"))
