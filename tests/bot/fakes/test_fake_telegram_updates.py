"""How the fake Telegram tells the bot what happened, by polling and by webhook, and how its answers go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict, NetworkError, RetryAfter, TelegramError, TimedOut

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_faults import Fault, broken, cut, error, html, slow, truncated
from tests.fakes.telegram_user import User

SECRET = "s" * 32


@dataclass
class Hook:
    """A webhook that keeps what it hears and answers what it was told to, then 200."""

    url: str
    bodies: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        """Take one update."""
        self.bodies.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    @property
    def texts(self) -> list[str]:
        """The words of the messages it heard."""
        return [body["message"]["text"] for body in self.bodies]


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    """A Telegram with nobody on it, whose seconds take 10 ms."""
    with FakeTelegram(speed=100) as fake:
        yield fake


@pytest_asyncio.fixture
async def bot(telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    """The real library, talking to it, with the kind of durations that its next version has."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with Bot(telegram.token, base_url=telegram.base_url) as ours:
        yield ours


@pytest_asyncio.fixture
async def hook() -> AsyncIterator[Hook]:
    """A server for updates."""
    here = Hook("")
    app = web.Application()
    app.router.add_post("/updates", here.hear)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    here.url = f"http://127.0.0.1:{runner.addresses[0][1]}/updates"
    yield here
    await runner.cleanup()


@pytest.fixture
def jan(telegram: FakeTelegram) -> User:
    """Somebody who pressed Start before."""
    return telegram.user(1001, "Jan", started=True)


def texts(updates: tuple[Update, ...]) -> list[str | None]:
    """The words in each."""
    return [update.message.text if update.message else None for update in updates]


def understood(sent: Any, read: Any) -> Any:
    """What the library read, without the fields that it fills in itself (empty lists, False)."""
    if isinstance(sent, dict):
        added = {name: value for name, value in read.items() if name not in sent and value}
        return {name: understood(value, read.get(name)) for name, value in sent.items()} | added
    if isinstance(sent, list):
        return [understood(one, other) for one, other in zip(sent, read, strict=True)]
    return read


async def test_polling_confirms_what_is_below_the_offset(telegram: FakeTelegram, bot: Bot, jan: User) -> None:
    """An update comes back until a later offset is asked for; a gap is no obstacle."""
    jan.types("een")
    [first] = await bot.get_updates()
    assert [first.update_id] == [update.update_id for update in await bot.get_updates()]
    telegram.skips_update_ids(7)
    jan.types("twee")
    [second] = await bot.get_updates(offset=first.update_id + 1)
    assert first.update_id + 8 == second.update_id
    assert () == await bot.get_updates(offset=second.update_id + 1)
    assert 0 == telegram.pending()


async def test_an_update_can_come_twice(telegram: FakeTelegram, bot: Bot, jan: User) -> None:
    """A repeat has the same id and is shown once, whatever the offset says."""
    jan.types("een")
    [first] = await bot.get_updates()
    telegram.repeats()
    after = first.update_id + 1
    assert [first.update_id] == [update.update_id for update in await bot.get_updates(offset=after)]
    assert () == await bot.get_updates(offset=after)


async def test_update_ids_can_start_anew(telegram: FakeTelegram, bot: Bot, jan: User) -> None:
    """After a quiet week ids are random; an offset of before hides nothing."""
    jan.types("een")
    [first] = await bot.get_updates()
    telegram.restarts_update_ids(5)
    jan.types("twee")
    assert ["twee"] == texts(await bot.get_updates(offset=first.update_id + 1))
    assert () == await bot.get_updates(offset=6)


async def test_a_poll_waits_for_news(telegram: FakeTelegram, bot: Bot, jan: User) -> None:
    """GetUpdates with a timeout answers as soon as there is something, or empty when it is over."""
    assert () == await bot.get_updates(timeout=20)
    telegram.clock.speed = 1
    waiting = asyncio.create_task(bot.get_updates(timeout=20))
    await telegram.until(lambda: len(telegram.calls("getUpdates")) == 2)
    jan.types("hallo")
    assert ["hallo"] == texts(await waiting)


async def test_two_listeners_stand_in_each_others_way(telegram: FakeTelegram, bot: Bot) -> None:
    """A second poll ends the first with 409; with a webhook nobody may poll."""
    telegram.clock.speed = 1
    async with Bot(telegram.token, base_url=telegram.base_url) as other:
        first = asyncio.create_task(bot.get_updates(timeout=20))
        await telegram.until(lambda: telegram.calls("getUpdates"))
        second = asyncio.create_task(other.get_updates(timeout=20))
        with pytest.raises(Conflict, match="other getUpdates"):
            await first
        await bot.set_webhook(f"{telegram.url}/nowhere", secret_token=SECRET)
        with pytest.raises(Conflict, match="setWebhook"):
            await second
    with pytest.raises(Conflict, match="while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert () == await bot.get_updates()
    assert 3 == telegram.conflicts


async def test_the_library_reads_every_kind_of_update(telegram: FakeTelegram, bot: Bot, jan: User) -> None:
    """Whatever people do becomes an update that the real library understands whole."""
    an = telegram.user(1002, "An", last_name="De Smet", username="an")
    an.starts("aB-3_x")
    written = jan.types("Jan is ziek")
    jan.edits(written, "Jan is terug")
    for act in (jan.sends_photo, jan.sends_sticker, jan.sends_voice, jan.sends_contact):
        act()
    jan.sends_contact(an)
    jan.forwards(an, "niet van mij")
    jan.blocks()
    jan.unblocks()
    group, channel = telegram.group("Team"), telegram.group("Nieuws", "channel")
    group.adds_bot(by=jan)
    jan.writes_in_group(group, "wie is ziek?")
    channel.adds_bot(by=jan)
    channel.posts("nieuws")
    updates = await bot.get_updates()
    assert telegram.sent_updates() == understood(telegram.sent_updates(), [update.to_dict() for update in updates])
    kinds = [next(kind for kind in update.to_dict() if kind != "update_id") for update in updates]
    assert ["message", "message", "edited_message", *["message"] * 6, "my_chat_member", "my_chat_member"] == kinds[:11]
    assert ["my_chat_member", "message", "message", "my_chat_member", "channel_post"] == kinds[11:]
    assert ["/start aB-3_x", "Jan is ziek"] == texts(updates)[:2]
    await bot.leave_chat(group.id)
    jan.writes_in_group(group, "is hij weg?")
    assert ([group.id], 16) == (telegram.left_groups, telegram.pending())


async def test_a_webhook_hears_with_the_secret(telegram: FakeTelegram, bot: Bot, jan: User, hook: Hook) -> None:
    """Updates are posted as JSON with the secret in the header, and count as taken after 200."""
    jan.types("van daarvoor")
    await bot.set_webhook(hook.url, secret_token=SECRET)
    jan.types("en erna")
    await telegram.quiet()
    assert (["van daarvoor", "en erna"], [SECRET, SECRET]) == (hook.texts, hook.secrets)
    info = await bot.get_webhook_info()
    assert (hook.url, 0) == (info.url, info.pending_update_count)


async def test_a_webhook_that_fails_hears_again(telegram: FakeTelegram, bot: Bot, jan: User, hook: Hook) -> None:
    """What was not taken comes again, before the next of that chat; others do not wait for it."""
    await bot.set_webhook(hook.url, secret_token=SECRET)
    hook.answers = [503, 500]
    jan.types("een")
    jan.types("twee")
    await telegram.quiet()
    assert ["een", "een", "een", "twee"] == hook.texts
    assert [503, 500, 200, 200] == [delivery.status for delivery in telegram.deliveries]
    telegram.repeats()
    await telegram.quiet()
    assert hook.bodies[-1] == hook.bodies[-2]


@pytest.mark.parametrize(
    ("url", "secret", "said"),
    [
        ("http://terugkeer.example.be/", SECRET, "HTTPS URL must be provided"),
        ("https://terugkeer.example.be:9000/", SECRET, "only on ports"),
        ("https://terugkeer.example.be/", "met een spatie", "unallowed characters"),
        ("https://terugkeer.example.be/", "s" * 257, "too long"),
        ("nergens", SECRET, "invalid webhook URL"),
    ],
)
async def test_not_every_webhook_will_do(bot: Bot, url: str, secret: str, said: str) -> None:
    """Outside loopback: https, four ports; the secret has its own letters."""
    with pytest.raises(BadRequest) as caught:
        await bot.set_webhook(url, secret_token=secret)
    assert said.lower() in caught.value.message.lower()


@pytest.mark.parametrize(
    ("fault", "raised", "arrives"),
    [
        (error(429, "Too Many Requests: retry after 7", 7), RetryAfter, 0),
        (error(400, "Bad Request: PEER_FLOOD"), BadRequest, 0),
        (broken(), NetworkError, 0),
        (broken(500, taken=True), NetworkError, 1),
        (cut(), NetworkError, 0),
        (cut(taken=True), NetworkError, 1),
        (html(502), NetworkError, 0),
        (html(taken=True), TelegramError, 1),
        (truncated(), TelegramError, 1),
        (slow(5), TimedOut, 1),
        (slow(5, taken=False), TimedOut, 0),
    ],
)
async def test_calls_go_wrong_as_planned(
    telegram: FakeTelegram, bot: Bot, jan: User, fault: Fault, raised: type[TelegramError], arrives: int
) -> None:
    """A fault hits one call, and says whether the message was taken; the next call is well again."""
    telegram.fails("sendMessage", fault)
    with pytest.raises(raised):
        await bot.send_message(jan.id, "een", read_timeout=0.2)
    assert arrives == len(jan.sees())
    await bot.send_message(jan.id, "twee")
    assert "twee" == jan.last.text


async def test_faults_can_be_chosen_and_last(telegram: FakeTelegram, bot: Bot, jan: User) -> None:
    """A condition picks the calls; a lasting fault stays until it is healed."""
    telegram.fails("*", broken(503), times=None, when=lambda _, arguments: arguments.get("text") == "een")
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.send_message(jan.id, "een")
    await bot.send_message(jan.id, "twee")
    telegram.heals()
    await bot.send_message(jan.id, "een")
    assert ["twee", "een"] == [seen.text for seen in await jan.reads(2)]


async def test_a_menu_has_words_for_its_commands(telegram: FakeTelegram, bot: Bot) -> None:
    """SetMyCommands takes small letters, digits and underscores."""
    await bot.set_my_commands([("help", "Wat kan ik hier?")])
    assert [{"command": "help", "description": "Wat kan ik hier?"}] == telegram.menu
    with pytest.raises(BadRequest):
        await bot.set_my_commands([("Mijn-Dossiers", "x")])
