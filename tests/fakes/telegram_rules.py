"""What may be in a message: text, entities, keyboards, addresses of webhooks, commands. Breaches are refused."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from tests.fakes import telegram_html
from tests.fakes.telegram_html import Parsed, ParseError, Span, link_works, utf16
from tests.fakes.telegram_model import JSON, bad

ACTIONS = {
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
}  # fmt: skip
LOOKS = {"text", "icon_custom_emoji_id", "style"}
UPDATES = {
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "message_reaction", "message_reaction_count",
    "inline_query", "chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query",
    "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request", "chat_boost",
    "removed_chat_boost",
}  # fmt: skip
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
MARKUPS = {"inline_keyboard", "keyboard", "remove_keyboard", "force_reply"}


def formatted(arguments: JSON, too_long: str) -> Parsed:
    """The text of sendMessage or editMessageText as plain text and entities."""
    text, mode = arguments["text"], arguments.get("parse_mode", "")
    if mode and arguments.get("entities"):
        raise bad("parse_mode and entities exclude each other")
    if len(text.encode()) > 1 << 15:
        raise bad("text is too long")
    if mode.lower() == "html":
        try:
            parsed = telegram_html.parse(text)
        except ParseError as error:
            raise bad(f"can't parse entities: {error}") from None
    elif mode:
        raise bad("unsupported parse_mode", f"parse_mode {mode!r}: the fake reads HTML only")
    else:
        parsed = telegram_html.finish(text, [_span(text, one) for one in arguments.get("entities", [])], [])
    if not parsed.text:
        raise bad("text must be non-empty")
    if utf16(parsed.text) > 4096:
        raise bad(too_long, f"{utf16(parsed.text)} UTF-16 units of text, 4096 are allowed")
    return parsed


def _span(text: str, entity: Any) -> Span:
    if not isinstance(entity, dict) or not isinstance(entity.get("type"), str):
        raise bad("can't parse entities: can't parse MessageEntity")
    offset, length = entity.get("offset"), entity.get("length")
    if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length < 1:
        raise bad("can't parse entities: can't parse MessageEntity")
    units = text.encode("utf-16-le")
    if (offset + length) * 2 > len(units):
        raise bad("can't parse entities: entity ends after the end of the text")
    try:
        before = units[: offset * 2].decode("utf-16-le")
        inside = units[offset * 2 : (offset + length) * 2].decode("utf-16-le")
    except UnicodeDecodeError:
        raise bad(f"can't parse entities: entity begins in a middle of a UTF-16 symbol at {offset}") from None
    extra = {name: value for name, value in entity.items() if name not in {"type", "offset", "length"}}
    return Span(entity["type"], len(before), len(before) + len(inside), extra)


def keyboard(markup: JSON | None, *, editing: bool = False) -> JSON | None:
    """The reply markup, checked. An empty inline keyboard is none."""
    if markup is None:
        return None
    kinds = MARKUPS & set(markup)
    if len(kinds) != 1:
        raise bad("object expected as reply markup", f"reply_markup of no kind: {sorted(markup)}")
    kind = kinds.pop()
    if kind == "inline_keyboard":
        return _inline(markup)
    if editing:
        raise bad("inline keyboard expected")
    if kind == "keyboard":
        for row in _rows(markup["keyboard"], "keyboard"):
            for button in row:
                if not (button if isinstance(button, str) else isinstance(button, dict) and button.get("text")):
                    raise bad('can\'t parse keyboard button: field "text" must be a non-empty String')
    elif markup[kind] is not True:
        raise bad(f'field "{kind}" must be True')
    return markup


def _rows(value: Any, name: str) -> list[list[Any]]:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise bad(f'field "{name}" must be an Array of Arrays')
    return value


def _inline(markup: JSON) -> JSON | None:
    if set(markup) != {"inline_keyboard"}:
        raise bad("can't parse reply keyboard markup JSON object", f"strange fields in reply_markup: {sorted(markup)}")
    rows = _rows(markup["inline_keyboard"], "inline_keyboard")
    if sum(len(row) for row in rows) > 100:
        raise bad("reply markup is too long", "more than 100 buttons under one message")
    for row in rows:
        if len(row) > 8:
            raise bad("reply markup is too long", f"{len(row)} buttons in one row, 8 are allowed")
        if not row:
            raise bad("reply markup is invalid", "an empty row of buttons")
        for button in row:
            _button(button)
    return markup if rows else None


def _button(button: Any) -> None:
    where = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad(where + "InlineKeyboardButton must be an Object")
    if strange := set(button) - ACTIONS - LOOKS:
        raise bad(where + f"unknown fields {', '.join(sorted(strange))}")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad(where + 'field "text" must be a non-empty String')
    actions = ACTIONS & set(button)
    if not actions:
        raise bad(where + "Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad(where + "exactly one of the optional fields must be used", f"button with {sorted(actions)}")
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID", f"callback_data is not 1-64 bytes: {data!r}")
    if "url" in button and not (isinstance(button["url"], str) and link_works(button["url"])):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")


def webhook(url: str, secret: str | None, *, loopback: bool) -> None:
    """Whether updates may be posted there."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host:
        raise bad("invalid webhook URL specified")
    if not (loopback and host in {"127.0.0.1", "localhost", "::1"}):
        if parts.scheme != "https":
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if (port or 443) not in {80, 88, 443, 8443}:
            raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if secret is not None and len(secret) > 256:
        raise bad("secret token is too long")
    if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]+", secret):
        raise bad("secret token contains unallowed characters")


def kinds(allowed: list[Any]) -> frozenset[str]:
    """Kinds of updates for `allowed_updates`; an empty list is the default set."""
    if strange := [one for one in allowed if one not in UPDATES]:
        raise bad(f"unknown kinds of updates: {strange}")
    return frozenset(allowed) or frozenset(UPDATES - NOT_BY_DEFAULT)


def commands(listed: list[Any]) -> list[JSON]:
    """The menu of setMyCommands."""
    if len(listed) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for one in listed:
        if not isinstance(one, dict) or set(one) != {"command", "description"}:
            raise bad("can't parse BotCommand: BotCommand must be an Object with a command and a description")
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(one["command"])):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(one["description"])) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return listed
