"""The channel against a Telegram of our own: asked for updates by polling, spoken to by its real library."""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from bot import logs
from bot.channels import Receipt, Refused, TryLater, Unreachable, Unsure, again, telegram_polling
from bot.channels.pace import Pace, Rate
from bot.channels.telegram import Telegram
from conversations.incoming import Incoming
from messages.labels import labels
from messages.message import Button, Input, Message, Option, Paragraph, Run, settled
from tests.fakes import telegram_faults as faults
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_clock import Limits
from tests.fakes.telegram_user import User

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ROW = "Zk3vQ9xT1mB7nL5cR2wY8a"
SECRET = "invented-secret_of-thirty-two-and-more"


class Ears:
    """Keeps what it hears, once each, as an inbox does; fails on what it is told to."""

    def __init__(self) -> None:
        self.heard: list[Incoming] = []
        self.tries: list[str] = []
        self.failing: set[str] = set()

    async def hear(self, incoming: Incoming) -> None:
        """Keep it, unless it is there."""
        self.tries.append(incoming.id)
        await asyncio.sleep(0)
        if "all" in self.failing or incoming.text in self.failing:
            raise RuntimeError
        if incoming.id not in {one.id for one in self.heard}:
            self.heard.append(incoming)

    async def home(self, channel: str, address: str) -> Message | None:
        """Nothing to see."""
        raise NotImplementedError

    @property
    def said(self) -> list[tuple[str, str]]:
        """What kind of thing, and its words."""
        return [(one.kind, one.text) for one in self.heard]


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    """A Telegram that lets everything through quickly, and whose rules were kept when the test is over."""
    with FakeTelegram(limits=Limits(10_000, 10_000, 10_000), webhook_retry=0.05) as fake:
        yield fake
        assert [] == fake.violations


@pytest.fixture
def els(telegram: FakeTelegram) -> User:
    """Somebody who opened the chat before."""
    return telegram.user(710000001, "Els", started=True)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failures are tried again at once."""
    monkeypatch.setattr(telegram_polling, "SHORTEST", 0.01)
    monkeypatch.setattr(telegram_polling, "LONGEST", 0.05)
    monkeypatch.setattr(telegram_polling, "ELSEWHERE", 0.05)


def channel(telegram: FakeTelegram, **given: Any) -> Telegram:
    """The channel, in no hurry to wait."""
    pace = Pace(each=Rate(1000, 1000), together=Rate(1000, 1000))
    return Telegram(**{"token": telegram.token, "now": lambda: AT, "api_url": telegram.url, "pace": pace} | given)


@asynccontextmanager
async def opened(telegram: FakeTelegram, ears: Ears, **given: Any) -> AsyncIterator[Telegram]:
    """The channel, listening."""
    made = channel(telegram, **given)
    await made.open(ears)
    try:
        yield made
    finally:
        await made.close()


def asked(*buttons: str, text: str = "Heb je Jan bereikt?") -> Message:
    """A question with buttons."""
    made = tuple(Button(label.lower(), label, f"{ROW}.{n}") for n, label in enumerate(buttons))
    return Message((Paragraph((Run(text),)),), made)


def boxes(*labels: str) -> Message:
    """A question with boxes."""
    options = tuple(Option(label.lower(), label) for label in labels)
    control = Input("several", options, id=f"{ROW}.i", prompt="Duid aan wat past", done="Klaar")
    return Message((Paragraph((Run("Welke taken?"),)),), (), control)


async def test_a_question_and_its_answer(telegram: FakeTelegram, els: User) -> None:
    """The button comes back as it was given out, the press is answered once, the choice stays and the buttons go."""
    ears = Ears()
    async with opened(telegram, ears) as bot:
        receipt = await bot.send(str(els.id), asked("Ja", "Nee"), "row")
        press = els.presses("Nee")
        await asyncio.to_thread(press.wait)
        await telegram.quiet()
        await bot.edit(receipt, settled(asked("Ja", "Nee"), "Nee"))
        await bot.edit(receipt, settled(asked("Ja", "Nee"), "Nee"))
    assert [("press", f"{ROW}.1")] == [(one.kind, one.button) for one in ears.heard]
    shown = els.sees()[-1]
    assert ("Heb je Jan bereikt?\n\nNee", (), ["Nee"]) == (shown.text, shown.buttons, shown.pieces("bold"))
    assert [True] == [call.arguments["link_preview_options"]["is_disabled"] for call in telegram.calls("sendMessage")]


async def test_who_shows_up_types_and_goes(telegram: FakeTelegram) -> None:
    """A link with a token, words, a command, a picture, a block and what lifts it."""
    ears, els = Ears(), telegram.user(710000001)
    async with opened(telegram, ears):
        els.starts("8fK2_mPq-Zx71LwTgR5vNA")
        els.types("Jan is ziek")
        els.types("/help")
        els.sends_photo("attest van Jan")
        els.edits(els.sees()[1], "Jan is beter")
        els.blocks()
        els.unblocks()
        await telegram.quiet()
    expected = [
        ("hello", "8fK2_mPq-Zx71LwTgR5vNA"), ("text", "Jan is ziek"), ("command", "help"), ("text", ""),
        ("gone", ""), ("back", ""),
    ]  # fmt: skip
    assert expected == ears.said


async def test_boxes_are_ticked_in_the_message_itself(telegram: FakeTelegram, els: User) -> None:
    """Quick fingers lose no tick; what is ticked at the end is what comes in."""
    ears = Ears()
    async with opened(telegram, ears) as bot:
        receipt = await bot.send(str(els.id), boxes("Onthaal", "Magazijn", "Post"), "row")
        first = els.sees()[-1]
        for label in ("⬜ Onthaal", "⬜ Magazijn", "⬜ Post", "⬜ Post"):  # all as the message first looked
            els.presses(label, first)
        await telegram.until(lambda: ["✅ Onthaal", "✅ Magazijn", "✅ Post", "Klaar"] == els.sees()[-1].labels)
        els.presses("✅ Magazijn")
        await telegram.until(lambda: ["✅ Onthaal", "⬜ Magazijn", "✅ Post", "Klaar"] == els.sees()[-1].labels)
        els.presses("Klaar")
        await telegram.until(lambda: ears.heard)
        await telegram.until(lambda: not telegram.unanswered())
        await bot.edit(receipt, settled(boxes("Onthaal", "Magazijn", "Post"), "Onthaal en Post"))
    assert [("pick", f"{ROW}.i", ("0", "2"))] == [(one.kind, one.button, one.values) for one in ears.heard]
    assert [] == els.sees()[-1].labels


async def test_ticks_outlive_the_process(telegram: FakeTelegram, els: User) -> None:
    """What is ticked stands in the message: another process reads it there."""
    async with opened(telegram, Ears()) as bot:
        await bot.send(str(els.id), boxes("Onthaal", "Magazijn"), "row")
        els.presses("⬜ Magazijn")
        await telegram.until(lambda: "✅ Magazijn" in els.sees()[-1].labels)
    ears = Ears()
    async with opened(telegram, ears):
        els.presses("Klaar")
        await telegram.quiet()
    assert [("1",)] == [one.values for one in ears.heard]


async def test_a_late_tick_puts_no_keyboard_back(telegram: FakeTelegram, els: User) -> None:
    """A settled message stays settled, whoever still has the old one on the screen."""
    async with opened(telegram, Ears()) as bot:
        receipt = await bot.send(str(els.id), boxes("Onthaal"), "row")
        old = els.sees()[-1]
        await bot.edit(receipt, settled(boxes("Onthaal"), "Niets"))
        els.presses("⬜ Onthaal", old)
        await telegram.until(lambda: not telegram.unanswered())
    assert [] == els.sees()[-1].labels


async def test_a_press_is_answered_after_it_was_kept_and_once(telegram: FakeTelegram, els: User) -> None:
    """While nothing can be kept it turns round; repeated by Telegram it is answered once; too late is no trouble."""
    ears = Ears()
    async with opened(telegram, ears) as bot:
        await bot.send(str(els.id), asked("Ja"), "row")
        ears.failing = {"all"}
        press = els.presses("Ja")
        await telegram.until(lambda: len(ears.tries) > 4)
        assert not press.answered.is_set()
        ears.failing = set()
        await asyncio.to_thread(press.wait)
        telegram.repeats()
        await telegram.quiet()
        telegram.fails("getUpdates", faults.error(500, "Internal Server Error"), times=1)
        late = els.presses("Ja")
        telegram.passes(timedelta(minutes=16))
        await telegram.quiet()
    assert 2 == len(ears.heard)
    assert late.message.id == press.message.id


async def test_groups_are_left_once(telegram: FakeTelegram, els: User) -> None:
    """Put in a group, the bot says nothing and goes."""
    ears, group = Ears(), telegram.group("Ploeg Noord", "supergroup")
    async with opened(telegram, ears):
        group.adds_bot(els)
        els.writes_in_group(group, "Jan is ziek")
        await telegram.quiet()
        await telegram.until(lambda: telegram.left_groups)
    assert [group.room.id] == telegram.left_groups
    assert [] == ears.heard


async def test_the_menu_and_the_name(telegram: FakeTelegram) -> None:
    """The commands in Dutch, set at opening, after whatever went wrong before."""
    async with opened(telegram, Ears(), name="@Terugkeer_Bot"):
        await telegram.until(lambda: telegram.menu)
    expected = [(code[1:], words) for code, words in labels("telegram").items() if code.startswith("/")]
    assert expected == [(one["command"], one["description"]) for one in telegram.menu]


# --- Sending -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("meaning", "delivered", "fault"),
    [
        (Unsure, 1, faults.cut(taken=True)),
        (Unsure, 0, faults.cut()),
        (Unsure, 1, faults.broken(502, taken=True)),
        (Unsure, 0, faults.broken(500)),
        (Unsure, 1, faults.truncated()),
        (Unsure, 1, faults.html(200, taken=True)),
        (Unsure, 0, faults.html(504)),
        (TryLater, 0, faults.error(429, "Too Many Requests: retry after 7", 7)),
        (TryLater, 0, faults.error(401, "Unauthorized")),
        (Unreachable, 0, faults.error(403, "Forbidden: bot was blocked by the user")),
        (Unreachable, 0, faults.error(403, "Forbidden: user is deactivated")),
        (Refused, 0, faults.error(400, "Bad Request: BUTTON_DATA_INVALID")),
        (Unsure, 0, faults.error(400, "Bad Request: SOMETHING_NEW")),
    ],
)
async def test_what_became_of_a_message(
    telegram: FakeTelegram, els: User, meaning: type[Exception], delivered: int, fault: faults.Fault
) -> None:
    """One call, whatever comes back; and only what Telegram surely did not take is tried again."""
    async with opened(telegram, Ears(), secret=SECRET) as bot:
        telegram.fails("sendMessage", fault)
        with pytest.raises(meaning):
            await bot.send(str(els.id), asked("Ja"), "row")
    assert 1 == len(telegram.calls("sendMessage"))
    assert delivered == len(els.sees())


async def test_addresses_that_do_not_work(telegram: FakeTelegram, els: User) -> None:
    """Somebody who never came, somebody who left, and no address at all."""
    els.blocks()
    async with opened(telegram, Ears(), secret=SECRET) as bot:
        for address in ("99", str(els.id), "", "0", "-100123", "els", "1" * 30, "٣"):
            with pytest.raises(Unreachable):
                await bot.send(address, asked("Ja"), "row")


async def test_nobody_there(telegram: FakeTelegram) -> None:
    """Before it is opened, after it is closed, or with no server: later."""
    for bot in (channel(telegram), channel(telegram, api_url="http://127.0.0.1:9")):
        with pytest.raises(TryLater):
            await bot.send("7", asked("Ja"), "row")
        await bot.open(Ears())
        if bot._url.endswith(":9/bot"):
            with pytest.raises(TryLater):
                await bot.send("7", asked("Ja"), "row")
        await bot.close()
        with pytest.raises(TryLater):
            await bot.send("7", asked("Ja"), "row")


async def test_refused_markup_is_sent_bare(telegram: FakeTelegram, els: User) -> None:
    """A definite refusal of the HTML, so the words go once more without it."""
    async with opened(telegram, Ears(), secret=SECRET) as bot:
        telegram.fails("sendMessage", faults.error(400, "Bad Request: can't parse entities: Unclosed start tag"))
        message = Message((Paragraph((Run("Dag "), Run("Els & Jan", bold=True))),), (Button("a", "Ja", f"{ROW}.0"),))
        await bot.send(str(els.id), message, "row")
    assert [("Dag Els & Jan", (), ["Ja"])] == [(one.text, one.entities, one.labels) for one in els.sees()]


async def test_one_who_must_wait_holds_up_nobody_else(telegram: FakeTelegram, els: User) -> None:
    """429 pauses that chat; told so in several chats at once, it is all of us."""
    others = [telegram.user(n, started=True) for n in (11, 12, 13, 14)]
    async with opened(telegram, Ears(), secret=SECRET) as bot:
        telegram.fails("sendMessage", faults.error(429, "Too Many Requests: retry after 30", 30), times=3)
        with pytest.raises(TryLater) as told:
            await bot.send(str(els.id), asked("Ja"), "row")
        assert 30.0 == told.value.after
        telegram.heals()
        await bot.send("11", asked("Ja"), "row")
        with pytest.raises(TryLater):
            await bot.send(str(els.id), asked("Ja"), "row")
        telegram.fails("sendMessage", faults.error(429, "Too Many Requests: retry after 30", 30), times=2)
        for address in ("12", "13"):
            with pytest.raises(TryLater):
                await bot.send(address, asked("Ja"), "row")
        with pytest.raises(TryLater):
            await bot.send("14", asked("Ja"), "row")
    assert 4 == len(telegram.calls("sendMessage"))
    assert [1, 0, 0, 0] == [len(one.sees()) for one in others]


async def test_a_refused_token_stops_the_calls(telegram: FakeTelegram, els: User) -> None:
    """One 401 and nothing is sent for a while: no message burns its tries on it."""
    async with opened(telegram, Ears(), secret=SECRET) as bot:
        await telegram.until(lambda: bot.ready)
        telegram.revokes_token("7000000001:AAOtherOtherOtherOther")
        for _ in range(5):
            with pytest.raises(TryLater) as told:
                await bot.send(str(els.id), asked("Ja"), "row")
            assert told.value.after > 800
        assert not bot.ready
    assert not channel(telegram).ready


async def test_a_webhook_that_is_refused_is_not_ready(telegram: FakeTelegram, els: User) -> None:
    """Telegram takes messages and brings nothing: nobody would be heard."""
    telegram.fails("setWebhook", faults.error(400, "Bad Request: bad webhook: HTTPS url must be provided"))
    async with opened(telegram, Ears(), secret=SECRET, web="http://127.0.0.1:9") as bot:
        await telegram.until(lambda: telegram.calls("setWebhook"))
        await bot.send(str(els.id), asked("Ja"), "row")
        assert not bot.ready


@pytest.mark.parametrize(
    "fault", [faults.cut(), faults.broken(502), faults.html(200), faults.error(429, "Too Many Requests", 1)]
)
async def test_an_edit_is_tried_a_few_times(
    telegram: FakeTelegram, els: User, fault: faults.Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken line, a busy server: twice is no problem; after three times whoever asked hears that it did not work."""
    monkeypatch.setattr(again, "PAUSE", 0.01)
    async with opened(telegram, Ears(), secret=SECRET) as bot:
        receipt = await bot.send(str(els.id), asked("Ja", "Nee"), "row")
        telegram.fails("editMessageText", fault, times=2)
        await bot.edit(receipt, settled(asked("Ja", "Nee"), "Ja"))
        assert not els.sees()[-1].buttons
        telegram.fails("editMessageText", fault, times=3)
        with pytest.raises(TryLater):
            await bot.edit(receipt, settled(asked("Ja", "Nee"), "Nee"))


async def test_what_must_wait_long_is_drawn_later(telegram: FakeTelegram, els: User) -> None:
    """Nobody stands waiting for minutes; nor before the bot is open."""
    async with opened(telegram, Ears(), secret=SECRET) as bot:
        receipt = await bot.send(str(els.id), asked("Ja"), "row")
        telegram.fails("editMessageText", faults.error(429, "Too Many Requests", 300))
        with pytest.raises(TryLater) as problem:
            await bot.edit(receipt, settled(asked("Ja"), "Ja"))
        assert 300 <= problem.value.after
        assert 1 == len(telegram.calls("editMessageText"))
    with pytest.raises(TryLater):
        await bot.edit(receipt, settled(asked("Ja"), "Ja"))


async def test_an_edit_of_what_is_gone_is_done(telegram: FakeTelegram, els: User) -> None:
    """A message that was deleted, an odd receipt: nothing more to do, and nothing is raised."""
    async with opened(telegram, Ears(), secret=SECRET) as bot:
        receipt = await bot.send(str(els.id), asked("Ja"), "row")
        els.deletes(els.sees()[-1])
        for odd in (receipt, Receipt("99", "1"), Receipt("x", "1"), Receipt(str(els.id), "x")):
            await bot.edit(odd, settled(asked("Ja"), "Ja"))


async def test_a_morning_of_many() -> None:
    """At Telegram's own limits a burst meets no 429, and a chat gets its messages in order."""
    with FakeTelegram() as telegram:
        people = [telegram.user(n, started=True) for n in range(1, 31)]
        async with opened(telegram, Ears(), secret=SECRET, pace=None) as bot:
            await asyncio.gather(*(bot.send(str(one.id), asked("Ja"), "row") for one in people))
            for n in range(3):
                await bot.send("1", asked(text=f"bericht {n}"), "row")
        assert 0 == telegram.too_many
        assert [f"bericht {n}" for n in range(3)] == [one.text for one in people[0].sees()][1:]
        assert [] == telegram.violations


# --- Listening -----------------------------------------------------------------------------------------


async def test_nothing_is_confirmed_before_it_is_kept(telegram: FakeTelegram, els: User) -> None:
    """While nothing can be kept, everything stays with Telegram; afterwards it comes in once, in order."""
    ears = Ears()
    ears.failing = {"all"}
    async with opened(telegram, ears):
        for n in range(5):
            els.types(f"woord {n}")
        await telegram.until(lambda: len(ears.tries) > 12)
        assert 5 == telegram.pending()
        ears.failing = set()
        await telegram.quiet()
    assert [f"woord {n}" for n in range(5)] == [one.text for one in ears.heard]


async def test_what_comes_back_comes_back_in_order(telegram: FakeTelegram, els: User) -> None:
    """Keeping works again just after the first of somebody's words failed: the later ones still wait for it."""
    ears, jan = Ears(), telegram.user(22, started=True)
    ears.failing = {"all"}
    async with opened(telegram, ears):
        els.types("een")
        els.types("twee")
        jan.types("dag")
        await telegram.until(lambda: len(ears.tries) > 8)  # "een" is suspect by now, and no longer holds up others
        ears.failing = {"een"}
        await telegram.until(lambda: ears.heard)
        assert ["dag"] == [one.text for one in ears.heard]
        ears.failing = set()
        await telegram.quiet()
    said = [one.text for one in ears.heard if one.address == str(els.id)]
    assert said in (["een", "twee"], ["twee"])


async def test_poison_is_let_go(telegram: FakeTelegram, els: User) -> None:
    """One update that can never be kept does not keep the others waiting, and is gone in the end."""
    ears, jan = Ears(), telegram.user(22, started=True)
    ears.failing = {"gif"}
    async with opened(telegram, ears):
        els.types("gif")
        jan.types("dag")
        await telegram.until(lambda: ears.heard)
        await telegram.quiet()
    assert ["dag"] == [one.text for one in ears.heard]


async def test_poison_alone_waits_for_company(telegram: FakeTelegram, els: User) -> None:
    """As long as nothing else shows that keeping works, it is not let go."""
    ears = Ears()
    ears.failing = {"gif"}
    async with opened(telegram, ears):
        els.types("gif")
        await telegram.until(lambda: len(ears.tries) > 8)
        assert 1 == telegram.pending()


async def test_numbers_may_start_anew(telegram: FakeTelegram, els: User) -> None:
    """After a week of silence Telegram counts from anywhere; a gap, a repeat and a lower number are all heard once."""
    ears = Ears()
    async with opened(telegram, ears):
        els.types("een")
        await telegram.quiet()
        telegram.skips_update_ids(1000)
        els.types("twee")
        await telegram.quiet()
        telegram.repeats()
        await telegram.quiet()
        telegram.restarts_update_ids(5)
        els.types("drie")
        els.types("vier")
        await telegram.quiet()
    assert ["een", "twee", "drie", "vier"] == [one.text for one in ears.heard]


@pytest.mark.parametrize(
    "fault",
    [faults.broken(502), faults.cut(), faults.html(200), faults.truncated(), faults.error(429, "Too Many Requests", 1)],
)
async def test_asking_goes_on_after_anything(telegram: FakeTelegram, els: User, fault: faults.Fault) -> None:
    """Whatever comes back instead of updates, they are asked for again."""
    ears = Ears()
    telegram.fails("getUpdates", fault)
    async with opened(telegram, ears):
        els.types("dag")
        await telegram.until(lambda: ears.heard)


async def test_two_listeners_do_not_fight(telegram: FakeTelegram, els: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a webhook set, or another process asking, we stand back for a while and say so."""
    monkeypatch.setattr(telegram_polling, "ELSEWHERE", 30.0)
    ears = Ears()
    telegram.fails("getUpdates", faults.error(409, "Conflict: terminated by other getUpdates request"), times=None)
    async with opened(telegram, ears) as bot:
        els.types("dag")
        await telegram.until(lambda: telegram.calls("getUpdates") and telegram.menu)
        await telegram.until(lambda: not bot.ready)
        assert 1 == len(telegram.calls("getUpdates"))


async def test_closing_is_prompt(telegram: FakeTelegram) -> None:
    """A question that Telegram still holds is let go of."""
    bot = channel(telegram)
    await bot.open(Ears())
    await telegram.until(lambda: telegram.calls("getUpdates"))
    async with asyncio.timeout(5):
        await bot.close()


async def test_the_webhook_is_set_and_used(telegram: FakeTelegram, els: User) -> None:
    """At opening Telegram is told where; what was not kept it brings again, and nobody asks."""
    ears = Ears()
    site = Starlette()
    server = uvicorn.Server(uvicorn.Config(site, host="127.0.0.1", port=0, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    await telegram.until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    old = "the-secret-that-was-there-before-this-one"
    bot = channel(telegram, secret=f"{SECRET},{old}", web=f"http://127.0.0.1:{port}/")
    site.router.routes.extend(bot.routes(ears))
    await bot.open(ears)
    await telegram.until(lambda: telegram.calls("setWebhook"))
    assert [SECRET] == [call.arguments["secret_token"] for call in telegram.calls("setWebhook")]
    ears.failing = {"all"}
    els.types("dag")
    await telegram.until(lambda: len(ears.tries) > 1)
    ears.failing = set()
    await bot.send(str(els.id), asked("Ja"), "row")
    await asyncio.to_thread(els.presses("Ja").wait)
    await telegram.quiet()
    await bot.close()
    server.should_exit = True
    await serving
    assert ["text", "press"] == [one.kind for one in ears.heard]
    assert [] == telegram.calls("getUpdates")


async def test_a_webhook_of_ours_goes_when_we_ask_again(telegram: FakeTelegram, els: User) -> None:
    """Without a secret we ask; a webhook we once set there is taken away, that of another installation is not."""
    ears, web = Ears(), "http://127.0.0.1:9"
    async with opened(telegram, ears, secret=SECRET, web=web):
        await telegram.until(lambda: telegram.calls("setWebhook"))
    async with opened(telegram, ears, web="http://127.0.0.1:99"):
        await telegram.until(lambda: telegram.calls("getWebhookInfo") and telegram.calls("getUpdates"))
        assert [] == telegram.calls("deleteWebhook")
    async with opened(telegram, ears, web=web):
        els.types("dag")
        await telegram.quiet()
    assert ["dag"] == [one.text for one in ears.heard]


async def test_from_webhook_to_asking_at_another_address(telegram: FakeTelegram, els: User) -> None:
    """It is ours by its mark, wherever we were: taken away before anything is asked, and what waited there comes."""
    ears = Ears()
    async with opened(telegram, ears, secret=SECRET, web="http://127.0.0.1:9", mark="ours"):
        await telegram.until(lambda: telegram.calls("setWebhook"))
    (told,) = telegram.calls("setWebhook")
    assert "http://127.0.0.1:9/telegram?of=ours" == told.arguments["url"]
    els.types("dag")
    async with opened(telegram, ears, web="http://127.0.0.1:99", mark="theirs"):
        await telegram.until(lambda: telegram.calls("getUpdates"))
    assert [] == telegram.calls("deleteWebhook")
    async with opened(telegram, ears, web="http://127.0.0.1:99", mark="ours"):
        await telegram.until(lambda: ears.heard)
    assert [False] == [call.arguments.get("drop_pending_updates", False) for call in telegram.calls("deleteWebhook")]
    assert ["dag"] == [one.text for one in ears.heard]
    assert [409] == [call.status for call in telegram.calls("getUpdates") if call.status not in (0, 200)]


# --- Logs ----------------------------------------------------------------------------------------------


class Everything(logging.Handler):
    """Writes all that any logger says."""

    def __init__(self) -> None:
        super().__init__(0)
        self.said = io.StringIO()

    def emit(self, record: logging.LogRecord) -> None:
        """As the most talkative handler would."""
        self.said.write(f"{record.name} {record.getMessage()} {record.exc_info}\n")


async def test_no_token_and_no_words_in_any_log(telegram: FakeTelegram, els: User) -> None:
    """At DEBUG, with every fault: neither our log nor a handler that hears all libraries has a token or a word."""
    ours, theirs, ears = io.StringIO(), Everything(), Ears()
    root = logging.getLogger()
    before = root.handlers[:], root.level
    logs.configure("debug", ours)
    root.addHandler(theirs)
    root.setLevel(logging.DEBUG)
    try:
        async with opened(telegram, ears) as bot:
            receipt = await bot.send(str(els.id), asked("KanarieJa", text="KanarieVraag"), "row")
            els.types("KanarieTekst")
            els.presses("KanarieJa")
            await telegram.quiet()
            for fault in (faults.truncated(), faults.html(502), faults.error(401, "Unauthorized")):
                telegram.fails("editMessageText", fault)
                with contextlib.suppress(TryLater):
                    await bot.edit(receipt, asked(text="KanarieAnders"))
            for fault in (faults.truncated(), faults.html(502), faults.html(200)):
                telegram.fails("getUpdates", fault)
                ears.failing = {"KanarieFout"}
                els.types("KanarieFout")
            await telegram.until(lambda: len(ears.tries) > 4)
    finally:
        root.handlers[:], level = before
        root.setLevel(level)
    log = ours.getvalue() + theirs.said.getvalue()
    assert "not_kept" in log
    for canary in (telegram.token, telegram.token.partition(":")[2], "Kanarie", SECRET):
        assert canary not in log
