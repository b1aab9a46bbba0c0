"""What an error of Telegram means for a message: later, no such address, never, or nobody knows.

The classes of python-telegram-bot do not say it: BadRequest is a NetworkError there. So the description decides, and
one that is not in the table is unsure. Telegram promises nothing about descriptions; these are those of its server.
"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Literal

import httpx
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from bot.channels import NotSent, Refused, TryLater, Unreachable, Unsure

os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's switch for durations; without it every 429 is a warning

Meaning = Literal["later", "unreachable", "refused", "unsure"]

TOKEN_PAUSE = 900.0  # seconds before a token that was refused is tried again
SERVER_PAUSE = 30.0
# httpx: these end before the first byte of the request is written.
NEVER_WRITTEN = (
    httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol,
    httpx.LocalProtocolError, httpx.InvalidURL,
)  # fmt: skip

# The beginning of the description, in lower case and without "Bad Request: " or "Forbidden: ".
TABLE: dict[str, Meaning] = {
    # The address does not work (any more).
    "bot was blocked by the user": "unreachable",
    "user is deactivated": "unreachable",
    "bot can't initiate conversation with a user": "unreachable",
    "bot can't send messages to bots": "unreachable",
    "bot can't send messages to the user": "unreachable",
    "bot was kicked from": "unreachable",
    "bot is not a member of": "unreachable",
    "the group chat was deleted": "unreachable",
    "chat not found": "unreachable",
    "user not found": "unreachable",
    "peer_id_invalid": "unreachable",
    "user_id_invalid": "unreachable",
    "chat_id_invalid": "unreachable",
    "user_is_blocked": "unreachable",
    "user_is_bot": "unreachable",
    "input_user_deactivated": "unreachable",
    "chat_write_forbidden": "unreachable",
    "chat_restricted": "unreachable",
    "have no rights to send a message": "unreachable",
    "not enough rights to send": "unreachable",
    "need administrator rights": "unreachable",
    "group chat was upgraded to a supergroup chat": "unreachable",
    "group chat was deactivated": "unreachable",
    # This message will never be taken.
    "message text is empty": "refused",
    "text must be non-empty": "refused",
    "message is too long": "refused",
    "text is too long": "refused",
    "message_too_long": "refused",
    "message_empty": "refused",
    "can't parse entities": "refused",
    "unsupported parse_mode": "refused",
    "entities_too_long": "refused",
    "entity_bounds_invalid": "refused",
    "entity_text_invalid": "refused",
    "strings must be encoded in utf-8": "refused",
    "text must be encoded in utf-8": "refused",
    "button_data_invalid": "refused",
    "button_url_invalid": "refused",
    "button_type_invalid": "refused",
    "reply_markup_too_long": "refused",
    "reply markup is too long": "refused",
    "reply_markup_invalid": "refused",
    "reply markup is invalid": "refused",
    "can't parse inline keyboard button": "refused",
    "can't parse reply keyboard markup": "refused",
    "can't parse reply markup": "refused",
    "object expected as reply markup": "refused",
    "text buttons are unallowed in the inline keyboard": "refused",
    "inline keyboard button url": "refused",
    "wrong http url": "refused",
    "chat_id is empty": "refused",
    "message identifier is not specified": "refused",
    "message to edit not found": "refused",
    "message can't be edited": "refused",
    "message_id_invalid": "refused",
    "request entity too large": "refused",
    # Not now.
    "too many requests": "later",
    "flood_wait": "later",
    "flood control exceeded": "later",
    # The server says itself that it does not know.
    "internal server error": "unsure",
    "bad gateway": "unsure",
    "service unavailable": "unsure",
    "gateway timeout": "unsure",
    "gateway time-out": "unsure",
    "invalid server response": "unsure",
}
UNCHANGED = "message is not modified"
_PREFIXES = ("bad request: ", "forbidden: ", "[error]: ", "error: ")


def outcome(error: Exception) -> NotSent | Unsure:
    """What to raise instead of this error. Its own words are left behind: they may hold an answer of the server."""
    match error:
        case RetryAfter():
            return TryLater("too_fast", seconds_of(error))
        case InvalidToken():
            return TryLater("token_refused", TOKEN_PAUSE)
        case Conflict():
            return TryLater("conflict")
        case ChatMigrated():
            return Unreachable("migrated")
        case BadRequest() | Forbidden():
            return _of(_meaning(error))
        case NetworkError():
            return TryLater("not_reached", SERVER_PAUSE) if _is_never_written(error) else _of(_meaning(error))
        case _:
            return Unsure(type(error).__name__)


def is_markup(error: Exception) -> bool:
    """Whether Telegram could not read the HTML: nothing was sent, and the bare words may be."""
    return isinstance(error, BadRequest) and _said(error).startswith("can't parse entities")


def is_unchanged(error: Exception) -> bool:
    """Whether an edit had nothing to do: the message looks so already."""
    return isinstance(error, BadRequest) and _said(error).startswith(UNCHANGED)


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram wants silence, whichever way the library counts."""
    after = error.retry_after
    return max(1.0, after.total_seconds() if isinstance(after, timedelta) else float(after))


def _said(error: Exception) -> str:
    said = str(error).lower()
    for prefix in _PREFIXES:
        said = said.removeprefix(prefix)
    return said


def _meaning(error: Exception) -> Meaning:
    said = _said(error)
    return next((meaning for begins, meaning in TABLE.items() if said.startswith(begins)), "unsure")


def _of(meaning: Meaning) -> NotSent | Unsure:
    match meaning:
        case "later":
            return TryLater("too_fast")
        case "unreachable":
            return Unreachable(meaning)
        case "refused":
            return Refused(meaning)
        case "unsure":
            return Unsure(meaning)


def _is_never_written(error: NetworkError) -> bool:
    return isinstance(error.__cause__, NEVER_WRITTEN)
