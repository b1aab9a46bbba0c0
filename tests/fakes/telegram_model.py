"""Who and what there is in the fake Telegram: people, chats, messages, presses on buttons."""

from __future__ import annotations

import asyncio
import copy
import threading
from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]


class Refusal(Exception):  # noqa: N818 - the server refuses; nothing went wrong in the fake
    """An answer with ok false. `breach`: the bot did what the documentation forbids."""

    def __init__(self, code: int, description: str, *, breach: str = "", retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code, self.description, self.breach = code, description, breach
        self.parameters = {} if retry_after is None else {"retry_after": retry_after}

    def body(self) -> JSON:
        """What goes over the line."""
        body: JSON = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad(description: str, breach: str = "") -> Refusal:
    """400 for something the documentation forbids."""
    return Refusal(400, f"Bad Request: {description}", breach=breach or description)


@dataclass
class Person:
    """Somebody on Telegram (or the bot itself)."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = "nl"
    is_bot: bool = False
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    met: bool = False

    def as_user(self) -> JSON:
        """The User object."""
        user: JSON = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        optional = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        return user | {name: value for name, value in optional.items() if value is not None}


@dataclass
class Room:
    """A chat: private (with its person), a group or a channel; `bot` is the bot's status in it."""

    id: int
    kind: str
    title: str | None = None
    person: Person | None = None
    bot: str = "left"

    def as_chat(self) -> JSON:
        """The Chat object inside messages."""
        if self.person is None:
            return {"id": self.id, "title": self.title, "type": self.kind}
        user = self.person.as_user()
        return {name: user[name] for name in ("id", "first_name", "last_name", "username") if name in user} | {
            "type": "private"
        }


@dataclass
class Message:
    """A message as the server keeps it. `content` holds text, entities, photo... as in the API.

    `first` is the Message object as it was before any edit.
    """

    id: int
    room: Room
    sender: Person | None
    date: int
    content: JSON
    markup: JSON | None = None
    edited: int | None = None
    deleted: bool = False
    first: JSON = field(init=False)

    def __post_init__(self) -> None:
        self.first = self.as_message()

    def as_message(self) -> JSON:
        """The Message object."""
        message: JSON = {"message_id": self.id}
        if self.sender is not None:
            message["from"] = self.sender.as_user()
        else:
            message["sender_chat"] = self.room.as_chat()
        message |= {"chat": self.room.as_chat(), "date": self.date}
        if self.edited is not None:
            message["edit_date"] = self.edited
        message |= copy.deepcopy(self.content)
        if self.markup is not None and "inline_keyboard" in self.markup:
            message["reply_markup"] = copy.deepcopy(self.markup)
        return message


@dataclass
class Press:
    """A press on a button: what became of it."""

    id: str
    person: Person
    message: Message
    label: str
    data: str
    at: float
    answer: str | None = None
    alert: bool = False
    answered: threading.Event = field(default_factory=threading.Event, repr=False)

    async def heard(self, timeout: float = 5.0) -> str | None:  # noqa: ASYNC109 - same as wait
        """As `wait`, while the bot runs in the same event loop."""
        return await asyncio.to_thread(self.wait, timeout)

    def wait(self, timeout: float = 5.0) -> str | None:
        """Block until the bot answered the callback query; its text, None when it had none."""
        assert self.answered.wait(timeout), f"no answerCallbackQuery for {self.label!r} within {timeout} s"
        return self.answer


@dataclass
class Call:
    """One call of the bot and what the server made of it (status 0: the connection was cut)."""

    method: str
    arguments: JSON
    at: float
    status: int = 0
    description: str = ""


@dataclass
class World:
    """Everything there is, by id."""

    bot: Person
    people: dict[int, Person] = field(default_factory=dict)
    rooms: dict[int, Room] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    presses: dict[str, Press] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)
    next_message: int = 41

    def add(self, room: Room, sender: Person | None, date: int, content: JSON, markup: JSON | None = None) -> Message:
        """A new message in a chat."""
        self.next_message += 1
        message = Message(self.next_message, room, sender, date, content, markup)
        self.messages[message.id] = message
        return message

    def room_of(self, person: Person) -> Room:
        """This person's private chat with the bot."""
        return self.rooms.setdefault(person.id, Room(person.id, "private", person=person))
