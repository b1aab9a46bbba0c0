"""The fake Telegram against the real python-telegram-bot: what it takes, refuses and delivers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import aiohttp
import pytest
import pytest_asyncio
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_user import User


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    """A Telegram with nobody on it."""
    with FakeTelegram() as fake:
        yield fake


@pytest_asyncio.fixture
async def bot(telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    """The real library, talking to it, with the kind of durations that its next version has."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with Bot(telegram.token, base_url=telegram.base_url) as ours:
        yield ours


@pytest.fixture
def jan(telegram: FakeTelegram) -> User:
    """Somebody who pressed Start before."""
    return telegram.user(1001, "Jan", started=True)


def keyboard(*buttons: tuple[str, str]) -> InlineKeyboardMarkup:
    """One button a row."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=data)] for text, data in buttons])


async def test_the_real_library_knows_itself(telegram: FakeTelegram, bot: Bot) -> None:
    """GetMe gives a bot whose id is in the token."""
    assert int(telegram.token.partition(":")[0]) == (await bot.get_me()).id


async def test_a_message_is_seen_as_people_see_it(telegram: FakeTelegram, bot: Bot, jan: User) -> None:
    """HTML becomes plain text with entities in UTF-16, buttons have labels and data."""
    await bot.send_message(
        jan.id, "🙂 <b>Dag Jan</b> &amp; co, <a href='https://e.be/?a=1&amp;b=2'>lees</a>\n", parse_mode=ParseMode.HTML,
        reply_markup=keyboard(("Ja", "r1.0"), ("Nee", "r1.1")),
    )  # fmt: skip
    seen = jan.last
    assert ("🙂 Dag Jan & co, lees", ["Ja", "Nee"]) == (seen.text, seen.labels)
    assert (["Dag Jan"], {"lees": "https://e.be/?a=1&b=2"}) == (seen.pieces("bold"), seen.links)
    assert {"type": "bold", "offset": 3, "length": 7} == seen.entities[0]
    assert [] == telegram.violations


async def test_wrong_html_is_refused(telegram: FakeTelegram, bot: Bot, jan: User) -> None:
    """It gives 400, is a breach and is seen by nobody."""
    with pytest.raises(BadRequest, match="Can't parse entities: unescaped"):
        await bot.send_message(jan.id, "Jan & Piet", parse_mode=ParseMode.HTML)
    assert 1 == len(telegram.violations)
    assert [] == jan.sees()


async def test_length_counts_after_parsing_in_utf16(telegram: FakeTelegram, bot: Bot, jan: User) -> None:
    """4096 units pass however long the tags are, one more does not; nothing at all does not either."""
    await bot.send_message(jan.id, f"<b>{'🙂' * 2048}</b>", parse_mode=ParseMode.HTML)
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.send_message(jan.id, "🙂" * 2048 + "!")
    with pytest.raises(BadRequest, match="Text must be non-empty"):
        await bot.send_message(jan.id, " \n")
    assert [1, 2] == [len(jan.sees()), len(telegram.violations)]


@pytest.mark.parametrize(
    ("button", "said"),
    [
        ({"text": "Ja", "callback_data": "x" * 65}, "Button_data_invalid"),
        ({"text": "Ja", "callback_data": ""}, "Button_data_invalid"),
        ({"text": "Ja", "callback_data": "é" * 33}, "Button_data_invalid"),
        ({"text": "Ja"}, "Text buttons are unallowed"),
        ({"text": " ", "callback_data": "x"}, "must be a non-empty String"),
        ({"text": "Ja", "callback_data": "x", "url": "https://e.be"}, "exactly one"),
        ({"text": "Ja", "url": "ftp://e.be"}, "Wrong HTTP URL"),
        ({"text": "Ja", "callback_data": "x", "colour": "red"}, "unknown fields colour"),
    ],
)
async def test_wrong_buttons_are_refused(
    telegram: FakeTelegram, bot: Bot, jan: User, button: dict[str, str], said: str
) -> None:
    """Each button has words and exactly one action, of at most 64 bytes."""
    with pytest.raises(BadRequest) as caught:
        await bot.send_message(jan.id, "x", api_kwargs={"reply_markup": {"inline_keyboard": [[button]]}})
    assert said.lower() in caught.value.message.lower()
    assert 1 == len(telegram.violations)


@pytest.mark.parametrize("shape", [[9], [8] * 13, [0]])
async def test_too_many_buttons_are_refused(bot: Bot, jan: User, shape: list[int]) -> None:
    """At most 8 in a row and 100 in all, and no empty rows."""
    rows = [[InlineKeyboardButton("Ja", callback_data="x")] * count for count in shape]
    with pytest.raises(BadRequest):
        await bot.send_message(jan.id, "x", reply_markup=InlineKeyboardMarkup(rows))


async def test_unknown_and_missing_arguments_are_breaches(telegram: FakeTelegram, bot: Bot, jan: User) -> None:
    """A name that the documentation does not have is refused, and so is a call without its text."""
    with pytest.raises(BadRequest, match="Unknown arguments colour"):
        await bot.send_message(jan.id, "x", api_kwargs={"colour": "red"})
    with pytest.raises(BadRequest, match="Message text is empty"):
        await bot.send_message(jan.id, "")
    assert 2 == len(telegram.violations)


async def test_an_edit_changes_what_is_seen(telegram: FakeTelegram, bot: Bot, jan: User) -> None:
    """Text and keyboard are replaced; the same once more is no change; a message that is gone is not found."""
    sent = await bot.send_message(jan.id, "Ben je er?", reply_markup=keyboard(("Ja", "r1.0")))
    await bot.edit_message_text("Je bent er.", jan.id, sent.message_id)
    assert [("Je bent er.", [], True)] == [(seen.text, seen.labels, seen.edited) for seen in jan.sees()]
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("Je bent er.", jan.id, sent.message_id)
    await bot.edit_message_reply_markup(jan.id, sent.message_id, reply_markup=keyboard(("Nee", "r1.1")))
    assert ["Nee"] == jan.last.labels
    jan.deletes(jan.last)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", jan.id, sent.message_id)
    assert [] == telegram.violations


async def test_a_message_can_be_taken_back_for_two_days(telegram: FakeTelegram, bot: Bot, jan: User) -> None:
    """DeleteMessage works within 48 hours, and not after."""
    first, second = [await bot.send_message(jan.id, text) for text in ("een", "twee")]
    await bot.delete_message(jan.id, first.message_id)
    telegram.passes(timedelta(hours=49))
    with pytest.raises(BadRequest, match="can't be deleted"):
        await bot.delete_message(jan.id, second.message_id)
    assert ["twee"] == [seen.text for seen in jan.sees()]


async def test_who_cannot_be_reached_is_told_apart(telegram: FakeTelegram, bot: Bot, jan: User) -> None:
    """Unknown, never started, blocked and gone each have their own words."""
    shy = telegram.user(1002)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(999, "x")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(shy.id, "x")
    group = telegram.group("Team")
    group.adds_bot(by=shy)
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(shy.id, "x")
    jan.blocks()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(jan.id, "x")
    jan.unblocks()
    await bot.send_message(jan.id, "x")
    jan.deactivates()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(jan.id, "x")
    assert [] == telegram.violations


async def test_a_wrong_token_is_unauthorized(telegram: FakeTelegram, bot: Bot, jan: User) -> None:
    """A revoked token gives 401 on every call."""
    telegram.revokes_token("7000000001:new")
    with pytest.raises(InvalidToken):
        await bot.send_message(jan.id, "x")


async def test_the_limits_are_kept(telegram: FakeTelegram, bot: Bot, jan: User) -> None:
    """A short burst in one chat passes, then 429 with a time to wait; sending before that is a breach."""
    for number in range(5):
        await bot.send_message(jan.id, str(number))
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(jan.id, "te veel")
    assert timedelta(seconds=1) == caught.value.retry_after
    assert (1, []) == (telegram.too_many, telegram.violations)
    telegram.passes(timedelta(seconds=0.3))
    with pytest.raises(RetryAfter):
        await bot.send_message(jan.id, "te veel")
    assert 1 == len(telegram.violations)
    telegram.passes(timedelta(seconds=2))
    await bot.send_message(jan.id, "weer")
    assert 6 == len(jan.sees())


async def test_thirty_a_second_in_all(telegram: FakeTelegram, bot: Bot) -> None:
    """Different chats share 30 messages a second."""
    telegram.clock.speed = 1e-6
    people = [telegram.user(2000 + number, started=True) for number in range(31)]
    for one in people[:30]:
        await bot.send_message(one.id, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(people[30].id, "x")


async def test_a_press_is_answered_once(telegram: FakeTelegram, bot: Bot, jan: User) -> None:
    """The answer's words reach who pressed; a second answer is refused and a breach."""
    await bot.send_message(jan.id, "Ben je er?", reply_markup=keyboard(("Ja", "r1.0")))
    press = jan.presses("Ja")
    [update] = await bot.get_updates(timeout=1)
    query = update.callback_query
    assert query is not None
    assert query.message is not None
    assert ("r1.0", jan.id, jan.last.id) == (query.data, query.from_user.id, query.message.message_id)
    assert [press] == telegram.unanswered()
    await bot.answer_callback_query(query.id, "Genoteerd")
    assert "Genoteerd" == await press.heard()
    assert [] == telegram.unanswered()
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(query.id)
    assert 1 == len(telegram.violations)


async def test_a_press_does_not_wait_for_ever(telegram: FakeTelegram, bot: Bot, jan: User) -> None:
    """After a quarter of an hour a callback query cannot be answered."""
    await bot.send_message(jan.id, "Ben je er?", reply_markup=keyboard(("Ja", "r1.0")))
    press = jan.presses(lambda button: button.data == "r1.0")
    telegram.passes(timedelta(minutes=16))
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(press.id)
    assert [] == telegram.violations


async def test_a_button_pressed_late_or_twice_calls_again(bot: Bot, jan: User) -> None:
    """Who still has the old keyboard on the screen can press it, and each press is a query of its own."""
    sent = await bot.send_message(jan.id, "Ben je er?", reply_markup=keyboard(("Ja", "r1.0")))
    old = jan.last
    first = jan.presses("Ja")
    await bot.edit_message_text("Je bent er.", jan.id, sent.message_id)
    second = jan.presses("Ja", old, inaccessible=True)
    updates = await bot.get_updates()
    assert [first.id, second.id] == [update.callback_query and update.callback_query.id for update in updates]
    assert [True, False] == [
        bool(update.callback_query and update.callback_query.message and update.callback_query.message.is_accessible)
        for update in updates
    ]
    with pytest.raises(AssertionError, match="no button 'Ja'"):
        jan.presses("Ja")


async def test_edits_count_as_messages(telegram: FakeTelegram, bot: Bot, jan: User) -> None:
    """The limit of a chat is shared by sending and editing."""
    sent = await bot.send_message(jan.id, "0")
    for number in range(1, 5):
        await bot.edit_message_text(str(number), jan.id, sent.message_id)
    with pytest.raises(RetryAfter):
        await bot.edit_message_text("5", jan.id, sent.message_id)
    assert 1 == telegram.too_many


async def test_what_people_cannot_do(telegram: FakeTelegram, jan: User) -> None:
    """Nobody writes before Start, after blocking, or presses what is not there."""
    shy = telegram.user(1002)
    with pytest.raises(AssertionError, match="has not pressed Start"):
        shy.types("hallo")
    jan.blocks()
    with pytest.raises(AssertionError, match="blocked the bot"):
        jan.types("hallo")


async def test_plain_requests_are_read_as_well(telegram: FakeTelegram, jan: User) -> None:
    """JSON bodies and query strings pass; a type that is wrong, a body that is none and an unknown method do not."""
    async with aiohttp.ClientSession(f"{telegram.base_url}{telegram.token}/") as client:
        good = {"chat_id": jan.id, "text": "één", "entities": [{"type": "bold", "offset": 0, "length": 3}]}
        assert 200 == (await client.post("sendMessage", json=good)).status
        assert 200 == (await client.get("sendmessage", params={"chat_id": str(jan.id), "text": "twee"})).status
        assert 400 == (await client.post("sendMessage", json=good | {"disable_notification": "misschien"})).status
        assert 400 == (await client.post("sendMessage", json=good | {"reply_markup": "[]"})).status
        assert 400 == (await client.post("sendMessage", json=[])).status
        assert 404 == (await client.post("sendCarrierPigeon")).status
    assert [["één"], []] == [seen.pieces("bold") for seen in jan.sees()]
    assert 4 == len(telegram.violations)
