"""What people do in the fake Telegram, and what they see on their screen."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.fakes.telegram_html import utf16
from tests.fakes.telegram_model import JSON, Message, Person, Press, Room

if TYPE_CHECKING:
    from tests.fakes.telegram import FakeTelegram


@dataclass(frozen=True)
class Button:
    """A button under a message."""

    text: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Seen:
    """A message as it stands on the screen now."""

    id: int
    text: str
    entities: tuple[JSON, ...]
    buttons: tuple[tuple[Button, ...], ...]
    from_bot: bool
    edited: bool

    @property
    def labels(self) -> list[str]:
        """The words on the buttons."""
        return [button.text for row in self.buttons for button in row]

    def pieces(self, kind: str) -> list[str]:
        """The formatted pieces of one kind: what is "bold", what is a "text_link"."""
        units = self.text.encode("utf-16-le")
        found = [one for one in self.entities if one["type"] == kind]
        return [units[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le") for one in found]

    @property
    def links(self) -> dict[str, str]:
        """Words of a link and where it goes."""
        urls = [one["url"] for one in self.entities if one["type"] == "text_link"]
        return dict(zip(self.pieces("text_link"), urls, strict=True))


Which = str | Callable[[Button], bool]


class User:
    """A person with a phone. Every act makes the update that Telegram would make."""

    def __init__(self, telegram: FakeTelegram, person: Person) -> None:
        self.telegram, self.person = telegram, person
        self._read = 0

    @property
    def id(self) -> int:
        """The id, which is the private chat's id too."""
        return self.person.id

    def starts(self, token: str | None = None) -> Seen:
        """Press Start, or follow a link t.me/bot?start=TOKEN."""
        self.person.started = self.person.met = True
        return self.types("/start" + (f" {token}" if token else ""))

    def types(self, text: str) -> Seen:
        """Write a message."""
        content: JSON = {"text": text}
        if text.startswith("/"):
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": utf16(text.split(maxsplit=1)[0])}]
        return self.sends(**content)

    def sends(self, **content: Any) -> Seen:
        """Send anything: the fields of the Message object (photo, location, via_bot...)."""

        def send() -> Seen:
            self._may_write()
            room = self.telegram.world.room_of(self.person)
            return _seen(self.telegram.happens(room, self.person, content))

        return self.telegram.do(send)

    def sends_photo(self, caption: str | None = None) -> Seen:
        """Send a picture."""
        photo = [{"file_id": "AgACAgQAAxk", "file_unique_id": "AQADr", "width": 90, "height": 67, "file_size": 1204}]
        return self.sends(photo=photo, **({"caption": caption} if caption else {}))

    def sends_sticker(self) -> Seen:
        """Send a sticker."""
        sizes = {"width": 512, "height": 512, "is_animated": False, "is_video": False, "type": "regular"}
        return self.sends(sticker={"file_id": "CAACAgQ", "file_unique_id": "AgADs", "emoji": "👍", **sizes})

    def sends_voice(self) -> Seen:
        """Speak."""
        return self.sends(
            voice={"file_id": "AwACAgQ", "file_unique_id": "AgADv", "duration": 4, "mime_type": "audio/ogg"}
        )

    def sends_contact(self, of: User | None = None, phone: str = "+32470000000") -> Seen:
        """Share a telephone number: one's own, or somebody else's."""
        whose = (of or self).person
        return self.sends(contact={"phone_number": phone, "first_name": whose.first_name, "user_id": whose.id})

    def forwards(self, by: User, text: str) -> Seen:
        """Forward what somebody else wrote."""
        origin = {"type": "user", "sender_user": by.person.as_user(), "date": self.telegram.clock.unix()}
        return self.sends(text=text, forward_origin=origin)

    def edits(self, message: Seen, text: str) -> Seen:
        """Change what one wrote before."""

        def edit() -> Seen:
            mine = self.telegram.world.messages[message.id]
            assert mine.sender is self.person, "only one's own messages can be edited"
            mine.content, mine.edited = {"text": text}, self.telegram.clock.unix()
            self.telegram.updates.add("edited_message", mine.as_message(), mine.room.id)
            return _seen(mine)

        return self.telegram.do(edit)

    def presses(self, which: Which, message: Seen | None = None, *, inaccessible: bool = False) -> Press:
        """Press a button: the newest with this label, or of this message as it was seen (a late or second press).

        `press.wait()` or `await press.heard()` gives the words of answerCallbackQuery. `inaccessible`: Telegram
        does not have the message any more and sends date 0 instead of it.
        """

        def press() -> Press:
            self._may_write()
            seen, button = self._find(which, [message] if message else list(reversed(self._screen())))
            assert button.data is not None, f"{button.text!r} opens a page and does not call the bot"
            shown = self.telegram.world.messages[seen.id]
            done = Press(str(random.getrandbits(62)), self.person, shown, button.text, button.data,
                         self.telegram.clock.seconds())  # fmt: skip
            self.telegram.world.presses[done.id] = done
            gone = {"chat": shown.room.as_chat(), "message_id": shown.id, "date": 0}
            query = {
                "id": done.id, "from": self.person.as_user(), "message": gone if inaccessible else shown.as_message(),
                "chat_instance": str(-self.id * 7919), "data": button.data,
            }  # fmt: skip
            self.telegram.updates.add("callback_query", query, shown.room.id)
            return done

        return self.telegram.do(press)

    def opens(self, which: Which) -> str:
        """Press a button with a web address; the address."""
        _, button = self._find(which, list(reversed(self.sees())))
        assert button.url is not None, f"{button.text!r} has no web address"
        return button.url

    @staticmethod
    def _find(which: Which, screen: list[Seen]) -> tuple[Seen, Button]:
        for seen in screen:
            for row in seen.buttons:
                for button in row:
                    if button.text == which if isinstance(which, str) else which(button):
                        return seen, button
        raise AssertionError(f"no button {which!r}; there are {[seen.labels for seen in screen if seen.buttons]}")

    def blocks(self) -> None:
        """Stop and block the bot."""
        self.telegram.do(lambda: self._membership("member", "kicked"))

    def unblocks(self) -> None:
        """Let the bot write again."""
        self.telegram.do(lambda: self._membership("kicked", "member"))

    def _membership(self, before: str, after: str) -> None:
        self.person.blocked = after == "kicked"
        self.telegram.joins(self.telegram.world.room_of(self.person), self.person, before, after)

    def deactivates(self) -> None:
        """Delete the whole account."""
        self.person.deactivated = True

    def deletes(self, message: Seen) -> None:
        """Take a message away, for both; the bot is told nothing."""
        self.telegram.world.messages[message.id].deleted = True

    def writes_in_group(self, room: Group, text: str, **content: Any) -> None:
        """Write where others read along."""

        def write() -> None:
            self.person.met = True
            self.telegram.happens(room.room, self.person, {"text": text, **content})

        self.telegram.do(write)

    def sees(self) -> list[Seen]:
        """Everything in the private chat with the bot, oldest first."""
        return self.telegram.do(self._screen)

    def sees_from_bot(self) -> list[Seen]:
        """Only what the bot said."""
        return [seen for seen in self.sees() if seen.from_bot]

    @property
    def last(self) -> Seen:
        """The newest message of the bot."""
        return self.sees_from_bot()[-1]

    def new(self) -> list[Seen]:
        """What the bot said since the last look; does not wait."""
        found = self._unread()
        self._read = max([self._read, *(seen.id for seen in found)])
        return found

    async def reads(self, count: int = 1, patience: timedelta = timedelta(seconds=5)) -> list[Seen]:
        """Wait for at least so many new messages of the bot, and read them."""
        await self.telegram.until(lambda: len(self._unread()) >= count, patience)
        return self.new()

    def _unread(self) -> list[Seen]:
        return [seen for seen in self.sees_from_bot() if seen.id > self._read]

    def _screen(self) -> list[Seen]:
        mine = self.telegram.world.messages.values()
        return [_seen(one) for one in mine if one.room.person is self.person and not one.deleted]

    def _may_write(self) -> None:
        assert self.person.started, f"{self.person.first_name} has not pressed Start: user.starts()"
        assert not self.person.blocked, f"{self.person.first_name} blocked the bot: user.unblocks()"
        assert not self.person.deactivated, f"{self.person.first_name} is gone"


@dataclass(frozen=True)
class Group:
    """A group or a channel."""

    telegram: FakeTelegram
    room: Room

    @property
    def id(self) -> int:
        """The chat's id, negative."""
        return self.room.id

    def adds_bot(self, by: User) -> None:
        """Make the bot a member."""
        by.person.met = True
        self.telegram.do(lambda: self.telegram.joins(self.room, by.person, "left", "member"))

    def removes_bot(self, by: User) -> None:
        """Throw the bot out."""
        self.telegram.do(lambda: self.telegram.joins(self.room, by.person, "member", "kicked"))

    def posts(self, text: str) -> None:
        """A post in a channel, by nobody in particular."""
        self.telegram.do(lambda: self.telegram.happens(self.room, None, {"text": text}))

    def sees(self) -> list[Seen]:
        """Everything in the group, oldest first."""
        mine = self.telegram.world.messages
        return self.telegram.do(lambda: [_seen(one) for one in mine.values() if one.room is self.room])


def _seen(message: Message) -> Seen:
    rows = (message.markup or {}).get("inline_keyboard", [])
    buttons = tuple(tuple(Button(one["text"], one.get("callback_data"), one.get("url")) for one in row) for row in rows)
    by_bot = message.sender is not None and message.sender.is_bot
    text, entities = message.content.get("text", ""), tuple(message.content.get("entities", ()))
    return Seen(message.id, text, entities, buttons, by_bot, message.edited is not None)
