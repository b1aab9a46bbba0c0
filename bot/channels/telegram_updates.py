"""An update of Telegram as what a person did. Private chats only; nothing of a photo or a voice message is taken."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telegram import CallbackQuery, Chat, ChatMemberUpdated, InlineKeyboardMarkup, Message, Update, User

from bot.channels.telegram_keyboard import Tick, control_of, tick_of, ticked
from conversations.incoming import Incoming

NAME = "telegram"
WANTED = ("message", "callback_query", "my_chat_member")
HIGHEST = 1 << 52  # ids of people fit in 52 bits
LONGEST_QUERY = 64
RESUME = "verder"  # what somebody types who wants the open question once more
Lately = Callable[[int, int], frozenset[int] | None]
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w{1,64})?(?:\s+(.*))?", re.DOTALL)
_THERE = ("member", "administrator", "restricted", "creator")


class Malformed(ValueError):  # noqa: N818 - named by what it is
    """No update at all."""


@dataclass(frozen=True, slots=True)
class Ticking:
    """A press on a box: where, which, and the keyboard as it stood then."""

    chat: int
    message: int
    tick: Tick
    keyboard: InlineKeyboardMarkup


@dataclass(frozen=True, slots=True)
class Seen:
    """What to do about an update: pass it on, draw a box, answer a press, leave a group. Often nothing.

    `id` is the update's own, for logs.
    """

    id: int
    incoming: Incoming | None = None
    ticking: Ticking | None = None
    query: str | None = None
    group: int | None = None


def see(raw: object, at: datetime, lately: Lately) -> Seen:
    """What the update says. `lately` knows boxes ticked in a chat's message so lately that the update may not.

    Raises Malformed for what is no update; an update we cannot read is one we do nothing about.
    """
    number = raw.get("update_id") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(number, int) or not _is_id(number, highest=1 << 62):
        raise Malformed
    try:
        update = Update.de_json(raw, None)
    except Exception:  # noqa: BLE001 - whatever the library trips over is nothing that people do
        return Seen(number)
    reader = _Reader(number, at, lately)
    if isinstance(update.callback_query, CallbackQuery):
        return reader.pressed(update.callback_query)
    if isinstance(update.my_chat_member, ChatMemberUpdated):
        return reader.moved(update.my_chat_member)
    if isinstance(update.message, Message):
        return reader.said(update.message)
    post = update.channel_post
    return Seen(number, group=_group(post.chat) if isinstance(post, Message) else None)


def _is_id(value: object, highest: int = HIGHEST) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < highest


def _is_private(chat: object, user: object) -> bool:
    """Whether this is one person's own chat with us, and that person is no bot."""
    return (
        isinstance(chat, Chat)
        and isinstance(user, User)
        and chat.type == Chat.PRIVATE
        and _is_id(user.id)
        and user.id > 0
        and chat.id == user.id
        and user.is_bot is False
    )


def _group(chat: object) -> int | None:
    """The chat to leave: anything that is not private."""
    if not isinstance(chat, Chat) or chat.type not in (Chat.GROUP, Chat.SUPERGROUP, Chat.CHANNEL):
        return None
    known = isinstance(chat.id, int) and not isinstance(chat.id, bool) and -HIGHEST < chat.id < 0
    return chat.id if known else None


@dataclass(frozen=True, slots=True)
class _Reader:
    number: int
    at: datetime
    lately: Lately

    def _incoming(self, person: int, kind: Any, **rest: Any) -> Incoming:
        return Incoming(NAME, f"u{self.number}", str(person), kind, self.at, **rest)

    def said(self, message: Message) -> Seen:
        """Typed, or sent in another way. What is no text comes as an empty one: it is read by nobody and answered."""
        user = message.from_user
        if not _is_private(message.chat, user):
            return Seen(self.number, group=_group(message.chat))
        assert user is not None
        text = message.text if isinstance(message.text, str) else ""
        command = _COMMAND.fullmatch(text.strip())
        if command is None:
            return Seen(self.number, self._incoming(user.id, "text", text=text))
        name, rest = command[1].lower(), (command[2] or "").strip()
        if name == "start":
            return Seen(self.number, self._incoming(user.id, "hello", text=rest))
        words = f"{name.replace('_', ' ')} {rest}".strip()
        return Seen(self.number, self._incoming(user.id, "command", text=words))

    def moved(self, change: ChatMemberUpdated) -> Seen:
        """Somebody blocked the bot or took it back, or put it in a group."""
        status = getattr(change.new_chat_member, "status", None)
        if not _is_private(change.chat, change.from_user):
            return Seen(self.number, group=_group(change.chat) if status in _THERE else None)
        if status in ("kicked", "left"):
            return Seen(self.number, self._incoming(change.from_user.id, "gone"))
        if status == "member":
            return Seen(self.number, self._incoming(change.from_user.id, "back"))  # whoever presses Start says so
        return Seen(self.number)

    def pressed(self, query: CallbackQuery) -> Seen:
        """A button. Clients may send any data, so it is no more than a claim until the row is looked up."""
        known = isinstance(query.id, str) and 0 < len(query.id) <= LONGEST_QUERY
        asked = query.id if known else None
        message, user, data = query.message, query.from_user, query.data
        if message is None or not _is_private(message.chat, user) or not isinstance(data, str) or not data:
            return Seen(self.number, query=asked)
        keyboard = getattr(message, "reply_markup", None)
        is_old = not message.is_accessible  # it comes without its keyboard then
        if (tick := tick_of(data)) is not None:
            if is_old:
                return Seen(self.number, self._incoming(user.id, "command", text=RESUME), query=asked)
            if keyboard is None or not _is_id(message.message_id):
                return Seen(self.number, query=asked)
            return Seen(self.number, None, Ticking(user.id, message.message_id, tick, keyboard), asked)
        if (control := control_of(data)) is not None:
            if is_old:
                return Seen(self.number, self._incoming(user.id, "command", text=RESUME), query=asked)
            known_boxes = self.lately(user.id, message.message_id)
            boxes = ticked(keyboard) if known_boxes is None else known_boxes
            values = tuple(str(box) for box in sorted(boxes))
            return Seen(self.number, self._incoming(user.id, "pick", button=control, values=values), query=asked)
        return Seen(self.number, self._incoming(user.id, "press", button=data), query=asked)
