"""Which arguments each Bot API method has, and reading them from a form or JSON body. Nothing unknown passes."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.telegram_model import JSON, bad

SENDING = {
    "business_connection_id": str, "message_thread_id": int, "direct_messages_topic_id": int, "parse_mode": str,
    "entities": list, "link_preview_options": dict, "disable_notification": bool, "protect_content": bool,
    "allow_paid_broadcast": bool, "message_effect_id": str, "suggested_post_parameters": dict,
    "reply_parameters": dict, "reply_markup": dict,
}  # fmt: skip
EDITING = {
    "business_connection_id": str,
    "chat_id": str,
    "message_id": int,
    "inline_message_id": str,
    "reply_markup": dict,
}

# Name of each argument, its type; a star marks what must be there.
METHODS: dict[str, dict[str, type]] = {
    "getMe": {},
    "sendMessage": {"*chat_id": str, "*text": str, **SENDING},
    "sendChatAction": {"*chat_id": str, "*action": str, "business_connection_id": str, "message_thread_id": int},
    "editMessageText": {
        "*text": str, "parse_mode": str, "entities": list, "link_preview_options": dict, **EDITING,
    },
    "editMessageReplyMarkup": EDITING,
    "answerCallbackQuery": {
        "*callback_query_id": str, "text": str, "show_alert": bool, "url": str, "cache_time": int,
    },
    "deleteMessage": {"*chat_id": str, "*message_id": int},
    "leaveChat": {"*chat_id": str},
    "setMyCommands": {"*commands": list, "scope": dict, "language_code": str},
    "getMyCommands": {"scope": dict, "language_code": str},
    "setMyDescription": {"description": str, "language_code": str},
    "setMyShortDescription": {"short_description": str, "language_code": str},
    "getUpdates": {"offset": int, "limit": int, "timeout": int, "allowed_updates": list},
    "setWebhook": {
        "*url": str, "ip_address": str, "max_connections": int, "allowed_updates": list,
        "drop_pending_updates": bool, "secret_token": str,
    },
    "deleteWebhook": {"drop_pending_updates": bool},
    "getWebhookInfo": {},
}  # fmt: skip
MISSING = {
    "text": "message text is empty",
    "chat_id": "chat_id is empty",
    "message_id": "message identifier is not specified",
}
BY_LOWER = {name.lower(): name for name in METHODS}


def read(method: str, raw: JSON) -> JSON:
    """The arguments, typed. Raises Refusal on a missing, unknown or wrongly typed one."""
    known = {name.lstrip("*"): kind for name, kind in METHODS[method].items()}
    if unknown := sorted(set(raw) - set(known)):
        raise bad(f"unknown arguments {', '.join(unknown)}")
    for name in METHODS[method]:
        if (
            name.startswith("*")
            and raw.get(name[1:]) in (None, "")
            and not (method == "setWebhook" and name[1:] in raw)
        ):
            raise bad(MISSING.get(name[1:], f'parameter "{name[1:]}" is required'))
    return {name: _typed(name, known[name], value) for name, value in raw.items() if value is not None}


def _typed(name: str, kind: type, value: Any) -> Any:
    if kind is str:
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise bad(f'parameter "{name}" must be of type String')
        return str(value)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None
    if (isinstance(value, bool) and kind is not bool) or not isinstance(value, kind):
        shape = {int: "an Integer", bool: "a Boolean", list: "an Array", dict: "an Object"}[kind]
        raise bad(f'parameter "{name}" must be {shape}')
    return value
