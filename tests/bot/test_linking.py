"""One person, several chats: linking one, letting it go, and who is told what."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.linking import LENGTH, code_in, deep_link, grouped
from conversations.incoming import Incoming
from messages.message import to_json
from storage import addresses, links, outbox, people
from storage.outbox import Row
from tests.several import code_of, hear, link, sent, several, ways
from tests.world import CAST, World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

STRANGER = "ik ken deze chat nog niet"
WRONG = "Die code werkt niet (meer)"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The small world on a Monday morning, with Slack and Telegram beside the other channel."""
    made = await several(World(tmp_path)).people()
    yield made
    await made.close()


# --- The code ------------------------------------------------------------------------------------------


async def test_a_code_is_read_however_it_is_copied(world: World) -> None:
    """128 bits, readable, in a link that Telegram takes; with dashes, blanks, quotes or "koppel" around it."""
    for _ in range(50):
        code = await code_of(world, "sofie")
        assert LENGTH == len(code)
        assert code[0] in "01234567"
        for text in (
            code, code.lower(), grouped(code), f"koppel {grouped(code)}", f' "{code}" ', f"Koppelcode: {code}.",
            f"/start {code}", grouped(code).replace("-", " "), grouped(code).replace("-", "\u2011"),
        ):  # fmt: skip
            assert code == code_in(text)
    assert f"https://t.me/een_bot?start={code}" == deep_link("een_bot", code)


@pytest.mark.parametrize("text", ["", "koppel", "jan is ziek", "3", "0" * 25, "0" * 27, "8" * 26, "U" * 26, "0" * 500])
def test_other_words_are_no_code(text: str) -> None:
    """Nothing people say looks like one."""
    assert code_in(text) is None


# --- Linking -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "channel", "address"), [("hello", "telegram", "77"), ("text", "slack", "T1:U1")])
async def test_linked(world: World, kind: str, channel: str, address: str) -> None:
    """A code in a deep link or typed: welcome there, a notice elsewhere with how to undo it, and nudges go there."""
    (said,) = await hear(world, channel, address, kind, text=await code_of(world, "sofie"))
    assert "Dag Sofie, fijn dat je er bent" in said.text
    assert "Ik schrijf je voortaan hier" in said.text
    (notice,) = world.to("sofie")
    assert "Er is een chat aan jou gekoppeld" in notice.text
    assert f"ontkoppel {channel.capitalize()}" in notice.text
    assert [(channel, address), ("memory", "sofie")] == await ways(world, "sofie")
    (talk,) = await hear(world, channel, address, text="jan is ziek")
    assert "[Vandaag]" in talk.text


@pytest.mark.parametrize("what", ["made_up", "expired", "used", "newer", "other_purpose", "inactive"])
async def test_a_code_that_opens_nothing(world: World, what: str) -> None:
    """Whatever is wrong with it, the same sentence; the account stays a stranger's."""
    code = await code_of(world, "sofie")
    match what:
        case "made_up":
            code = "0" * LENGTH
        case "expired":
            world.clock += timedelta(minutes=10)
        case "used":
            await hear(world, "telegram", "1", text=code)
        case "newer":
            await code_of(world, "sofie")
        case "other_purpose":
            await world.app.database.run(lambda tx: links.withdraw(tx, "sofie", "chat"))
            later = world.clock + timedelta(minutes=10)
            await world.app.database.run(lambda tx: links.add(tx, links.hashed(code), "sofie", "sign_in", later))
        case _:
            await leaves(world, "sofie")
    (said,) = await hear(world, "telegram", "77", text=code)
    assert WRONG in said.text
    assert not [person.first_name for person in CAST if person.first_name in said.text]
    (said,) = await hear(world, "telegram", "77", text="jan is ziek")
    assert STRANGER in said.text


async def leaves(world: World, who: str) -> None:
    """Somebody is not of the organisation any more."""
    left = replace(next(person for person in CAST if person.id == who), active=False)
    await world.app.database.run(lambda tx: people.put(tx, left))


async def test_nobody_guesses(world: World) -> None:
    """Five tries in a quarter of an hour; then not even the right code opens anything, nor is anything said."""
    wrong = [await hear(world, "telegram", "77", text="1" * LENGTH) for _ in range(6)]
    assert [1, 1, 1, 1, 1, 0] == [len(said) for said in wrong]
    assert [] == await link(world, "sofie", "telegram", "77")
    assert 1 == len(await link(world, "els", "telegram", "88"))
    world.clock += timedelta(minutes=13)
    (said,) = await link(world, "sofie", "telegram", "77")
    assert "Dag Sofie" in said.text


async def test_an_account_is_not_taken_over(world: World) -> None:
    """A code of somebody else in my chat does nothing but tell HR; mine stays mine, and the code is used up."""
    await link(world, "nadia", "telegram", "77")
    code = await code_of(world, "sofie")
    (said,) = await hear(world, "telegram", "77", text=code)
    assert WRONG in said.text
    assert "Sofie" not in said.text
    (told,) = world.to("els")
    assert "Sofie Peeters" in told.text
    assert "die al van een collega is" in told.text
    assert [("memory", "sofie")] == await ways(world, "sofie")
    (said,) = await hear(world, "telegram", "99", text=code)
    assert WRONG in said.text


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_two_link_one_account_at_once(tmp_path: Path, database: str, request: pytest.FixtureRequest) -> None:
    """One of them has it, the other hears that it did not work."""
    url = request.getfixturevalue("postgresql") if database == "postgresql" else None
    world = await several(World(tmp_path, url=url)).people()
    try:
        codes = [await code_of(world, who) for who in ("sofie", "nadia")]
        await asyncio.gather(*(hear(world, "telegram", "77", text=code) for code in codes))
        owners = [who for who in ("sofie", "nadia") if ("telegram", "77") in await ways(world, who)]
        assert 1 == len(owners)
        assert 1 == sum(WRONG in one.text for one in sent(world, "telegram"))
    finally:
        await world.close()


async def test_one_code_shown_in_two_chats_at_once(world: World) -> None:
    """It opens one of them."""
    code = await code_of(world, "sofie")
    await asyncio.gather(hear(world, "telegram", "77", text=code), hear(world, "slack", "T1:U1", text=code))
    assert 2 == len(await ways(world, "sofie"))
    assert 1 == sum(WRONG in one.text for channel in ("telegram", "slack") for one in sent(world, channel))


async def test_linked_again(world: World) -> None:
    """One's own account again changes nothing; another one on that channel takes its place, and the first hears it."""
    await link(world, "sofie", "telegram", "77")
    await hear(world, "telegram", "77", text="liever via telegram")
    (said,) = await link(world, "sofie", "telegram", "77")
    assert "was al aan jou gekoppeld" in said.text
    await link(world, "sofie", "slack", "T1:U1")
    said_to = {one.to: one.text for one in await link(world, "sofie", "telegram", "99")}
    assert "Deze chat is daarom ontkoppeld" in said_to["77"]
    assert "Ik schrijf je voortaan hier" in said_to["99"]
    assert ("telegram", "99") == (await ways(world, "sofie"))[0]
    assert "Er is een chat aan jou gekoppeld: Telegram" in sent(world, "slack")[-1].text
    (said,) = await hear(world, "telegram", "77", text="dag")
    assert STRANGER in said.text


async def test_a_code_on_the_page(world: World) -> None:
    """Typed in the web chat it is not lost: it says where it belongs, and still works there."""
    await world.app.database.run(lambda tx: addresses.link(tx, "sofie", "web", "sofie", world.clock))
    code = await code_of(world, "sofie")
    await world.app.converse(Incoming("web", "w1", "sofie", "text", world.clock, text=code))
    (said,) = await hear(world, "telegram", "77", text=code)
    assert "Dag Sofie" in said.text


# --- Strangers -----------------------------------------------------------------------------------------


async def test_a_stranger_hears_once_a_day(world: World) -> None:
    """How to link, and nothing else, whatever is said; the same for somebody about whom a case runs."""
    for kind, what in (("text", {"text": "hoe gaat het met Jan Peeters"}), ("hello", {}), ("press", {"button": "x.0"})):
        address = f"s{kind}"
        (said,) = await hear(world, "telegram", address, kind, **what)
        assert STRANGER in said.text
        assert "Jan" not in said.text
        assert [] == await hear(world, "telegram", address, kind, **what)
        world.clock += timedelta(days=1)
        assert 1 == len(await hear(world, "telegram", address, kind, **what))


async def test_somebody_who_left_is_a_stranger(world: World) -> None:
    """The chat stays silent on everything but how to link, and whoever comes next in that account is let in."""
    await link(world, "sofie", "telegram", "77")
    await leaves(world, "sofie")
    (said,) = await hear(world, "telegram", "77", text="wie is er afwezig")
    assert STRANGER in said.text
    (said,) = await link(world, "nadia", "telegram", "77")
    assert "Dag Nadia" in said.text
    assert ("telegram", "77") not in await ways(world, "sofie")


# --- Letting go ----------------------------------------------------------------------------------------


async def test_let_go(world: World) -> None:
    """Asked once, then the chat is a stranger's; elsewhere the person hears it, and what waits goes there."""
    await link(world, "sofie", "telegram", "77")
    (asked,) = await hear(world, "telegram", "77", text="ontkoppel")
    assert "[Ja, ontkoppel] [Nee, laat zo]" in asked.text
    (said,) = await hear(world, "telegram", "77", "press", button=asked.message.buttons[1].id)
    assert "blijft gekoppeld" in said.text
    (asked,) = await hear(world, "telegram", "77", text="ontkoppel")
    (said,) = await hear(world, "telegram", "77", "press", button=asked.message.buttons[0].id)
    assert "Telegram is ontkoppeld" in said.text
    assert "Telegram is niet meer aan jou gekoppeld" in world.last("sofie")
    (said,) = await hear(world, "telegram", "77", text="wie is er afwezig")
    assert STRANGER in said.text
    (said,) = await link(world, "sofie", "telegram", "77")
    assert "Dag Sofie" in said.text


async def test_let_go_in_the_middle(world: World) -> None:
    """The question that was open is not asked in a chat that is let go; it goes on elsewhere."""
    await link(world, "sofie", "telegram", "77")
    await hear(world, "telegram", "77", text="jan is ziek")
    await hear(world, "telegram", "77", text="vandaag")
    (asked,) = await hear(world, "telegram", "77", text="ontkoppel")
    (said,) = await hear(world, "telegram", "77", "press", button=asked.message.buttons[0].id)
    assert () == said.message.buttons
    assert "Jan" not in said.text
    said_here = await world.say("sofie", "verder")
    assert said_here[-1].message.buttons


async def test_what_was_for_whom_had_it_before(world: World) -> None:
    """Whoever links an account after somebody else gets nothing that waited there, and sees no answer of theirs."""
    await link(world, "nadia", "telegram", "77")
    (asked,) = await hear(world, "telegram", "77", text="lotte is ziek")
    waits = Row(
        id="r1", organisation="stad", person="nadia", kind="reply", body=to_json(asked.message), channel="telegram",
        address="77", not_before=world.clock + timedelta(minutes=5), created_at=world.clock,
    )  # fmt: skip
    await world.app.database.run(lambda tx: outbox.queue(tx, waits))
    nadia = next(person for person in CAST if person.id == "nadia")
    await leaves(world, "nadia")
    await link(world, "sofie", "telegram", "77")
    before = list(sent(world, "telegram"))
    world.clock += timedelta(minutes=10)
    await world.app.deliver()
    await world.app.database.run(lambda tx: people.put(tx, nadia))
    said = await world._hear("nadia", "press", button=asked.message.buttons[0].id)
    assert said
    assert before == sent(world, "telegram")
