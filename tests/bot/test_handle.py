"""One event, whatever it is and however often it comes: one effect, for the right person."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.handle import _meant
from conversations.changes import HandedOver, Returned
from conversations.incoming import Incoming
from conversations.talking.dialogue import Talk
from conversations.talking.reply import Heard
from messages.message import Input, Message, Option, to_json
from storage import addresses, cases, outbox, people, sessions
from storage.database import Unavailable
from storage.outbox import Row
from tests.talk import absent, change
from tests.world import CAST, World, at

if TYPE_CHECKING:
    from storage.database import Tx

ALREADY = "Daar antwoordde je al op"
HAD_ALREADY = "Dat had je al beantwoord"
NOT_YOURS = "Dat kan ik jou niet tonen"
TOO_OLD = "Die knop is intussen te oud"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The small world on a Monday morning."""
    made = await World(tmp_path).people()
    yield made
    await made.close()


async def transcript(world: World, who: str) -> list[Row]:
    """What was said to somebody."""
    return await world.app.database.run(lambda tx: outbox.transcript(tx, who, 100))


async def talks(world: World, who: str) -> list[Talk]:
    """The talks of somebody that are not over."""
    return await world.app.database.run(lambda tx: sessions.open_of(tx, who))


def event(world: World, number: str, who: str = "sofie", **what: object) -> Incoming:
    """Something somebody does, under that number."""
    return Incoming("memory", number, who, at=world.clock, **{"kind": "text", **what})  # type: ignore[arg-type] # by name


def button(world: World, label: str, who: str = "sofie") -> str:
    """The id of the button with that label, on the last message that has it."""
    return next(
        button.id
        for sent in reversed(world.to(who))
        for button in sent.message.buttons
        if button.label == label
    )  # fmt: skip


# --- Once ----------------------------------------------------------------------------------------------


async def story(folder: Path, deliveries: list[int]) -> list[tuple[str, str | None]]:
    """What Sofie reads and answered, after her events came in as these numbers say."""
    world = await World(folder).people()
    try:
        await world.say("sofie", "jan is ziek")
        today = button(world, "Vandaag")
        events = [
            event(world, "p", kind="press", button=today),
            event(world, "q", kind="press", button=today),
            event(world, "r", text="help"),
            event(world, "s", "els", text="wie is er afwezig"),
        ]
        for number in deliveries:
            await world.app.converse(events[number])
        rows = [row for who in ("sofie", "els") for row in await transcript(world, who)]
        return [(world.memory.sent[0].to, None), *((_text(world, row), row.answered) for row in rows)]
    finally:
        await world.close()


def _text(world: World, row: Row) -> str:
    return next(sent.text for sent in world.memory.sent if sent.id == row.id)


@settings(max_examples=12, deadline=None)
@given(st.permutations([0, 1, 2, 3]), st.lists(st.sampled_from([0, 1, 2, 3]), max_size=8))
def test_an_event_counts_once(order: list[int], again: list[int]) -> None:
    """However often and late an event comes in again, everybody reads and answered the same."""
    repeated = [*order[:2], *again[:2], *order[2:], *again]
    first_times = list(dict.fromkeys(repeated))

    async def both() -> None:
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
            assert await story(Path(one), first_times) == await story(Path(other), repeated)

    asyncio.run(both())


async def test_the_same_event_at_once(world: World) -> None:
    """Eight deliveries of one event at the same time are one event."""
    await asyncio.gather(*(world.app.converse(event(world, "1", text="jan is ziek")) for _ in range(8)))
    assert 1 == len(world.to("sofie"))
    assert 1 == len(await talks(world, "sofie"))


async def test_at_once_on_postgresql(postgresql: str, tmp_path: Path) -> None:
    """Where transactions really run beside each other: one event is one, and of eight answers one is kept."""
    world = await World(tmp_path, url=postgresql).people()
    try:
        await asyncio.gather(*(world.app.converse(event(world, "1", text="jan is ziek")) for _ in range(8)))
        assert 1 == len(world.to("sofie"))
        labels = [button(world, "Vandaag"), button(world, "Gisteren")] * 4
        presses = [event(world, f"p{n}", kind="press", button=label) for n, label in enumerate(labels)]
        await asyncio.gather(*(hear_until_kept(world, press) for press in presses))
        (talk,) = await talks(world, "sofie")
        assert talk.answers["since"] in ("2026-11-01", "2026-11-02")
        rows = await transcript(world, "sofie")
        assert 7 == sum(HAD_ALREADY in row.body for row in rows)
        assert 1 == sum(row.answered is not None for row in rows)
    finally:
        await world.close()


async def hear_until_kept(world: World, heard: Incoming) -> None:
    """As a channel does: what was not kept comes in again."""
    while True:
        try:
            await world.app.converse(heard)
        except Unavailable:
            continue
        return


async def test_pressed_twice(world: World) -> None:
    """The second press of an answered question changes nothing, and says so."""
    await world.say("sofie", "jan is ziek")
    today, yesterday = button(world, "Vandaag"), button(world, "Gisteren")
    await world.press("sofie", "Vandaag")
    (question, *_) = await transcript(world, "sofie")
    (talk,) = await talks(world, "sofie")
    (said,) = await world._hear("sofie", "press", button=today)
    (said_again,) = await world._hear("sofie", "press", button=yesterday)
    assert HAD_ALREADY in said.text
    assert HAD_ALREADY in said_again.text
    assert "2026-11-02" == talk.answers["since"]
    assert (question.answered, talk) == (
        (await transcript(world, "sofie"))[0].answered,
        (await talks(world, "sofie"))[0],
    )


async def test_pressed_after_the_talk(world: World) -> None:
    """A press on a question of a talk that is over tells that it was answered, and opens nothing."""
    await absent(world, "jan", date(2026, 11, 2))
    await world.go_to("2026-11-02 09:30")
    await world.say("sofie", "stop")
    for sent in list(world.to("sofie")):
        for pressed in sent.message.buttons:
            before = await world.app.database.run(lambda tx: cases.open_of(tx, "jan"))
            said = await world._hear("sofie", "press", button=pressed.id)
            assert said, pressed.label
            assert before == await world.app.database.run(lambda tx: cases.open_of(tx, "jan"))


async def test_on_two_channels(world: World) -> None:
    """An answer on the phone and another on the desk, at once: the first is kept, the other hears that."""
    await world.app.database.run(lambda tx: addresses.link(tx, "sofie", "web", "sofie", world.clock))
    await world.say("sofie", "jan is ziek")
    today, yesterday = button(world, "Vandaag"), button(world, "Gisteren")
    first = event(world, "a", kind="press", button=today)
    second = replace(event(world, "a", kind="press", button=yesterday), channel="web")
    await asyncio.gather(world.app.converse(first), world.app.converse(second))
    (talk,) = await talks(world, "sofie")
    rows = await transcript(world, "sofie")
    assert "2026-11-02" == talk.answers["since"]
    assert "maandag 2 november" == rows[0].answered
    assert 1 == sum(HAD_ALREADY in row.body for row in rows)
    assert "web" == next(row.channel for row in rows if HAD_ALREADY in row.body)


async def test_pressed_by_somebody_else(world: World) -> None:
    """A button that was sent to another person does nothing, and the answer names nobody."""
    await world.say("sofie", "jan is ziek")
    before = await talks(world, "sofie")
    today = button(world, "Vandaag")
    for other in ("els", "nadia", "jan"):
        (said,) = await world._hear(other, "press", button=today)
        assert NOT_YOURS in said.text
        assert not [person.name for person in CAST if person.first_name in said.text]
    assert before == await talks(world, "sofie")


async def test_a_made_up_button(world: World) -> None:
    """Whatever stands in a button's id, it is one we gave out or it is nothing."""
    await world.say("sofie", "jan is ziek")
    row = button(world, "Vandaag").rpartition(".")[0]
    before = await talks(world, "sofie")
    for made_up in (
        "",
        ".",
        "x.0",
        f"{row}.",
        f"{row}.9",
        f"{row}.-1",
        f"{row}.²",
        f"{row}.٠",
        f"{row}.00",
        f"{row}.1e3",
    ):
        (said,) = await world._hear("sofie", "press", button=made_up)
        assert NOT_YOURS in said.text
    assert before == await talks(world, "sofie")


@pytest.mark.parametrize(("channel", "came"), [("telegram", ("0", "2")), ("slack", ("1", "3")), ("web", ("1", "3"))])
def test_a_box_by_its_place(channel: str, came: tuple[str, ...]) -> None:
    """Monday and Wednesday are called "1" and "3": on Telegram they come as the first box and the third."""
    days = {"1": "ma", "2": "di", "3": "wo"}
    control = Input("several", tuple(Option(day, name) for day, name in days.items()))
    row = Row(
        id="r1", organisation="stad", person="sofie", kind="reply", body=to_json(Message((), (), control)),
        channel=channel, address="1", not_before=at("2026-11-02 09:00"), created_at=at("2026-11-02 09:00"),
    )  # fmt: skip
    assert Heard(values=("1", "3"), labels=days) == _meant(row, "i", came)


async def test_six_weeks_late(world: World) -> None:
    """An open question is answered as well six weeks later; one whose case moved on says that it is too old."""
    await absent(world, "jan", date(2026, 11, 2))
    await world.go_to("2026-11-02 09:30")
    first = world.to("sofie")[0].message.buttons[0]
    await change(world, "jan", Returned(date(2026, 11, 16)))
    await world.go_to("2026-12-14 09:30")
    said = await world._hear("sofie", "press", button=first.id)
    assert 1 == len(said)
    await world.say("sofie", "stop")
    (said_again,) = await world._hear("sofie", "press", button=first.id)
    assert TOO_OLD in said_again.text or ALREADY in said_again.text


async def test_no_longer_the_manager(world: World) -> None:
    """Who gave a case away presses an old button in vain: nothing happens, and nothing is told."""
    await absent(world, "jan", date(2026, 11, 2))
    await world.go_to("2026-11-02 09:30")
    pressed = world.to("sofie")[0].message.buttons[0]
    await change(world, "jan", HandedOver("manager", "nadia"))
    case = await world.case("jan")
    (said,) = await world._hear("sofie", "press", button=pressed.id)
    assert TOO_OLD in said.text
    assert "Jan" not in said.text
    assert case == await world.case("jan")


async def test_who_left(world: World) -> None:
    """Somebody who left the organisation hears what a stranger hears, once a day, whatever is said."""
    left = replace(next(person for person in CAST if person.id == "sofie"), active=False)
    await world.app.database.run(lambda tx: people.put(tx, left))
    for who in ("sofie", "nobody"):
        (said,) = await world.say(who, "wie is er afwezig")
        assert "ik ken deze chat nog niet" in said.text
        assert [] == await world.say(who, "jan is ziek")
        assert [] == await world._hear(who, "press", button="x.0")


async def test_a_dialogue_that_is_gone(world: World) -> None:
    """After an upgrade without the dialogue, its open question is too old and nothing breaks."""
    gone = Talk("t1", "stad", "sofie", "removed_dialogue", world.today, asked="something")
    row = Row(
        id="r1", organisation="stad", person="sofie", kind="nudge", body='{"paragraphs": []}', channel="memory",
        address="sofie", not_before=world.clock, created_at=world.clock, talk="t1", question="something",
    )  # fmt: skip

    def work(tx: Tx) -> None:
        sessions.add(tx, gone, world.clock)
        outbox.queue(tx, row)

    await world.app.database.run(work)
    *_, said = await world._hear("sofie", "pick", button="r1.i", values=("2026-11-02",))
    assert TOO_OLD in said.text
    assert [] == await talks(world, "sofie")
    assert "Jan" in (await world.say("sofie", "jan is ziek"))[0].text
