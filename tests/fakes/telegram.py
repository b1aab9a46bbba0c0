"""A Telegram of our own on loopback: the Bot API as documented, strict, and people who write to the bot.

    with FakeTelegram() as telegram:
        bot = Bot(telegram.token, base_url=telegram.base_url)
        jan = telegram.user(1001)
        jan.starts("token")

An independent reading of the documented rules: nothing of the bot's own code is used.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar

from tests.fakes.telegram_arguments import METHODS
from tests.fakes.telegram_clock import Clock, Limits
from tests.fakes.telegram_faults import Condition, Fault, Planned
from tests.fakes.telegram_methods import Methods
from tests.fakes.telegram_model import JSON, Call, Message, Person, Press, Room, World
from tests.fakes.telegram_server import Server
from tests.fakes.telegram_updates import Delivery, Updates
from tests.fakes.telegram_user import Group, User

T = TypeVar("T")
TOKEN = "7000000001:AAFakeFakeFakeFakeFakeFakeFakeFakeFake"  # an invented token, in the shape of a real one
PATIENCE = timedelta(seconds=20)


class FakeTelegram:
    """The server and everybody on it. `speed`: how many times faster than real its clock runs."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        speed: float = 1.0,
        began: datetime | None = None,
        limits: Limits | None = None,
        webhook_retry: float = 1.0,
        loopback_webhooks: bool = True,
    ) -> None:
        self._changed = threading.Condition()
        self.clock = Clock(speed, began)
        bot = Person(
            int(token.partition(":")[0]),
            "Terugkeerbot",
            username="terugkeer_bot",
            language_code=None,
            is_bot=True,
        )
        self.world = World(bot)
        self.updates = Updates(self.clock, self._tell, retry=webhook_retry)
        self.methods = Methods(self.world, self.clock, limits or Limits(), self.updates, loopback=loopback_webhooks)
        self._server = Server(self.methods, token, self._tell)
        self._users: dict[int, User] = {}

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    @property
    def url(self) -> str:
        """Where the server is: `http://127.0.0.1:port`."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def base_url(self) -> str:
        """As python-telegram-bot wants it: the token follows at once."""
        return f"{self.url}/bot"

    @property
    def token(self) -> str:
        """The bot's token now."""
        return self._server.token

    def revokes_token(self, new: str) -> None:
        """The old token gives 401 from here on."""
        self._server.token = new

    # People and groups

    def user(self, number: int, first_name: str | None = None, *, started: bool = False, **more: Any) -> User:
        """The person with this id. `started`: has opened the chat with the bot before. More: fields of Person."""
        if number not in self._users:
            person = Person(number, first_name or f"Mens {number}", **more)
            self.do(lambda: self.world.people.update({number: person}))
            self._users[number] = User(self, person)
        user = self._users[number]
        if started and not user.person.started:
            user.person.started = user.person.met = True
            self.do(lambda: self.world.room_of(user.person))
        return user

    def group(self, title: str, kind: str = "group") -> Group:
        """A new group ("group", "supergroup") or channel ("channel"); the bot is no member yet."""
        room = Room(-1000 - len(self.world.rooms), kind, title)
        self.do(lambda: self.world.rooms.update({room.id: room}))
        return Group(self, room)

    # What the bot did

    @property
    def violations(self) -> list[str]:
        """Every breach of the documented rules so far. A test ends with `assert [] == telegram.violations`."""
        return list(self.methods.violations)

    def calls(self, method: str | None = None) -> list[Call]:
        """What the bot called, in order."""
        return [call for call in self._server.calls if method in {None, call.method}]

    @property
    def too_many(self) -> int:
        """How often the bot got 429 for going over the limits (faults do not count)."""
        return self.methods.too_many

    @property
    def conflicts(self) -> int:
        """How often two listeners stood in each other's way."""
        return self.updates.conflicts

    @property
    def deliveries(self) -> list[Delivery]:
        """Every post to the webhook."""
        return list(self.updates.deliveries)

    @property
    def menu(self) -> list[JSON]:
        """The commands that setMyCommands put in the menu."""
        return self.methods.menu

    @property
    def left_groups(self) -> list[int]:
        """The groups that the bot left by itself."""
        return self.world.left

    def unanswered(self) -> list[Press]:
        """Presses that still turn round on the screen: no answerCallbackQuery yet."""
        return [press for press in self.world.presses.values() if not press.answered.is_set()]

    # Updates

    def sent_updates(self) -> list[JSON]:
        """Every update made so far, as JSON."""
        return list(self.updates.made)

    def pending(self) -> int:
        """Updates that the bot has not confirmed."""
        return self.do(lambda: len(self.updates.pending))

    def skips_update_ids(self, count: int) -> None:
        """Leave a gap before the next update."""
        self.do(lambda: setattr(self.updates, "next_id", self.updates.next_id + count))

    def restarts_update_ids(self, at: int | None = None) -> None:
        """Go on at a random id (or this one), as after a week without updates."""
        self.do(lambda: self.updates.restart(at))

    def repeats(self, update: JSON | None = None) -> None:
        """Send an update (the last one) once more under the same id."""
        again = update or self.updates.made[-1]
        body = next(value for name, value in again.items() if name != "update_id")
        chat = (body.get("message") or body)["chat"]["id"]
        self.do(lambda: self.updates.repeat(again, chat))

    def happens(self, room: Room, by: Person | None, content: JSON) -> Message:
        """A message in a chat, told to the bot when it is a member. Call it inside `do`."""
        message = self.world.add(room, by, self.clock.unix(), content)
        if room.person is not None or room.bot == "member":
            self.updates.add("channel_post" if room.kind == "channel" else "message", message.as_message(), room.id)
        return message

    def joins(self, room: Room, by: Person, before: str, after: str) -> None:
        """The bot's membership of a chat changes. Call it inside `do`."""
        room.bot = after
        bot = self.world.bot.as_user()
        change = {
            "chat": room.as_chat(), "from": by.as_user(), "date": self.clock.unix(),
            "old_chat_member": {"user": bot, "status": before} | ({"until_date": 0} if before == "kicked" else {}),
            "new_chat_member": {"user": bot, "status": after} | ({"until_date": 0} if after == "kicked" else {}),
        }  # fmt: skip
        self.updates.add("my_chat_member", change, room.id)
        if room.person is None and room.kind != "channel" and after == "member":
            self.happens(room, by, {"new_chat_members": [bot]})

    # Time and faults

    def passes(self, by: timedelta) -> None:
        """Let time go by at once."""
        self.clock.leap(by)

    def fails(self, method: str, fault: Fault, *, times: int | None = 1, when: Condition | None = None) -> None:
        """Let the next call(s) of this method ("*": any) go wrong; `times=None`: until `heals`."""
        assert method == "*" or method in METHODS, method
        self._server.faults.append(Planned(method, fault, times, when))

    def heals(self) -> None:
        """No more faults."""
        self._server.faults.clear()

    # Waiting

    def wait_until(self, true: Callable[[], object], patience: timedelta = PATIENCE) -> None:
        """Block until it is true."""
        end = time.monotonic() + patience.total_seconds()
        while not true():
            assert time.monotonic() < end, f"still not so after {patience.total_seconds()} s"
            with self._changed:
                self._changed.wait(0.02)

    async def until(self, true: Callable[[], object], patience: timedelta = PATIENCE) -> None:
        """Wait until it is true, while the bot runs in the same event loop."""
        await asyncio.to_thread(self.wait_until, true, patience)

    async def quiet(self, patience: timedelta = PATIENCE) -> None:
        """Wait until the bot confirmed every update."""
        await self.until(lambda: not self.pending(), patience)

    def do(self, work: Callable[[], T]) -> T:
        """Do something in the server's thread."""
        return self._server.do(work)

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()
