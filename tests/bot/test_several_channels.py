"""One person on several channels: whatever is answered on one is answered on all, and nudges go where they may."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from bot.channels import Receipt, TryLater, Unreachable
from bot.web.conversation import read, turns
from conversations.incoming import Incoming
from storage import addresses, outbox, people, sessions
from storage.database import Unavailable
from tests.several import hear, link, sent, several, ways
from tests.talk import absent
from tests.world import Memory, Sent, World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from messages.message import Message
    from storage.outbox import Row

HAD_ALREADY = "Dat had je al beantwoord"
ALREADY = "Daar antwoordde je al op"
PLACES = {"memory": "sofie", "slack": "T1:U1", "telegram": "77"}
EXPECTED = "2026-11-02"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The small world, with Sofie on Slack and on Telegram, which was linked last; Jan is absent since today."""
    made = await several(World(tmp_path, "2026-11-02 08:00")).people()
    made.app.channels["slack"] = Moody(lambda: made.clock, "slack")
    for channel in ("slack", "telegram"):
        await link(made, "sofie", channel, PLACES[channel])
    for channel in ("memory", "slack", "telegram"):
        sent(made, channel).clear()
    yield made
    await made.close()


@dataclass
class Moody(Memory):
    """A channel that can be out of order."""

    mood: Exception | None = None

    async def send(self, address: str, message: Message, key: str) -> Receipt:
        """Arrived, or not."""
        if self.mood is not None:
            raise self.mood
        return await super().send(address, message, key)


async def rows(world: World, who: str = "sofie") -> list[Row]:
    """What was said to somebody, everywhere."""
    return await world.app.database.run(lambda tx: outbox.transcript(tx, who, 100))


async def asked_everywhere(world: World) -> dict[str, Sent]:
    """One question, asked on three channels: by hand, as reminders do over time."""
    await world.say("sofie", "jan is ziek")
    first = [row for row in await rows(world) if row.question == "since"][-1]
    for channel in ("slack", "telegram"):
        copy = {name: getattr(first, name) for name in ("organisation", "person", "kind", "body", "talk", "question")}
        row = outbox.Row(
            **copy, id=f"{first.id}-{channel}", channel=channel, address=PLACES[channel],
            not_before=world.clock, created_at=world.clock,
        )  # fmt: skip
        await world.app.database.run(lambda tx, row=row: outbox.queue(tx, row))  # type: ignore[misc]
    await world.app.deliver()
    return {channel: sent(world, channel)[-1] for channel in PLACES}


def button(sent_there: Sent, label: str) -> str:
    """The id of that button."""
    return next(button.id for button in sent_there.message.buttons if button.label == label)


@pytest.mark.parametrize("order", list(permutations(PLACES)), ids="-".join)
@pytest.mark.parametrize("same", [True, False], ids=["same", "different"])
async def test_one_answer(world: World, order: tuple[str, ...], same: bool) -> None:  # noqa: FBT001 - a case
    """Answered on one, the question is closed on all; a later press hears so, and changes nothing (A9)."""
    asked = await asked_everywhere(world)
    first, *others = order
    await hear(world, first, PLACES[first], "press", button=button(asked[first], "Vandaag"))
    for channel in PLACES:
        (now,) = [one for one in sent(world, channel) if one.id == asked[channel].id]
        assert () == now.message.buttons
        assert now.text.endswith("maandag 2 november")
    for channel in others:
        label = "Vandaag" if same else "Gisteren"
        (said,) = await hear(world, channel, PLACES[channel], "press", button=button(asked[channel], label))
        assert HAD_ALREADY in said.text
    (talk,) = await world.app.database.run(lambda tx: sessions.open_of(tx, "sofie"))
    assert EXPECTED == talk.answers["since"]
    assert {"maandag 2 november"} == {row.answered for row in await rows(world) if row.question == "since"}


async def test_answered_everywhere_at_once(world: World) -> None:
    """Three different answers at the same moment: one is kept, and all three messages say which."""
    asked = await asked_everywhere(world)
    labels = dict(zip(PLACES, ("Vandaag", "Gisteren", "Vandaag"), strict=True))
    await asyncio.gather(
        *(hear(world, one, PLACES[one], "press", button=button(asked[one], label)) for one, label in labels.items())
    )
    answers = {row.answered for row in await rows(world) if row.id in {one.id for one in asked.values()}}
    assert 1 == len(answers)
    (kept,) = answers
    for channel in PLACES:
        (now,) = [one for one in sent(world, channel) if one.id == asked[channel].id]
        assert now.text.endswith(str(kept))
    assert 2 == sum(HAD_ALREADY in row.body for row in await rows(world))


async def test_answered_everywhere_at_once_on_postgresql(postgresql: str, tmp_path: Path) -> None:
    """Where transactions really run beside each other it is the same; what was not kept comes in again."""
    world = await several(World(tmp_path, "2026-11-02 08:00", url=postgresql)).people()
    try:
        for channel in ("slack", "telegram"):
            await link(world, "sofie", channel, PLACES[channel])
        for _ in range(3):
            asked = await asked_everywhere(world)
            events = [
                Incoming(one, f"p{asked[one].id}", PLACES[one], "press", world.clock, button=button(asked[one], label))
                for one, label in zip(PLACES, ("Vandaag", "Gisteren", "Vandaag"), strict=True)
            ]
            await asyncio.gather(*(until_kept(world, event) for event in events))
            kept = {row.answered for row in await rows(world) if row.id in {one.id for one in asked.values()}}
            assert 1 == len(kept)
            assert kept <= {"maandag 2 november", "zondag 1 november"}
            await world.say("sofie", "stop")
    finally:
        await world.close()


async def until_kept(world: World, event: Incoming) -> None:
    """As a platform does: what was not kept comes in again."""
    while True:
        try:
            await world.app.converse(event)
        except Unavailable:
            continue
        return


async def test_after_the_talk(world: World) -> None:
    """When the talk is over too, a press elsewhere says that it was answered."""
    asked = await asked_everywhere(world)
    await hear(world, "slack", PLACES["slack"], "press", button=button(asked["slack"], "Vandaag"))
    await hear(world, "slack", PLACES["slack"], text="stop")
    (said,) = await hear(world, "telegram", PLACES["telegram"], "press", button=button(asked["telegram"], "Vandaag"))
    assert ALREADY in said.text


async def test_on_the_page_an_answer_stands_once(world: World) -> None:
    """The page shows what was said everywhere, and what the person answered under the last of it."""
    asked = await asked_everywhere(world)
    await hear(world, "slack", PLACES["slack"], "press", button=button(asked["slack"], "Vandaag"))
    found = await world.app.database.run(lambda tx: read(tx, next(p for p in [people.get(tx, "sofie")] if p)))
    assert ["maandag 2 november"] == [turn.answer for turn in turns(found, world.today) if turn.answer]


async def test_further_on_another_channel(world: World) -> None:
    """Begun on Slack, typed on Telegram, tapped on the page: one talk, and each answer comes where it was given."""
    (first,) = await hear(world, "slack", PLACES["slack"], text="jan is ziek")
    await hear(world, "telegram", PLACES["telegram"], text="vandaag")
    (second,) = await hear(world, "telegram", PLACES["telegram"], text="ja")
    assert second.message.buttons
    (closed,) = sent(world, "slack")
    assert (first.id, ()) == (closed.id, closed.message.buttons)
    third = await world._hear("sofie", "press", button=second.message.buttons[0].id)
    assert third
    (talk,) = await world.app.database.run(lambda tx: sessions.open_of(tx, "sofie"))
    assert 2 <= len(talk.answers)


async def test_a_nudge_that_waits_is_spared(world: World) -> None:
    """Put off by Slack and answered by typing elsewhere, the nudge does not come any more."""
    await hear(world, "slack", PLACES["slack"], text="stuur het voortaan op slack")
    slack = world.app.channels["slack"]
    assert isinstance(slack, Moody)
    slack.mood = TryLater("busy", 3600)
    await absent(world, "jan", date(2026, 11, 2))
    await world.go_to("2026-11-02 10:00")
    (waits,) = [row for row in await rows(world) if row.kind == "nudge"]
    assert "later" == waits.state
    talk = waits.talk
    assert talk is not None
    await hear(world, "telegram", PLACES["telegram"], "press", button=f"{waits.id}.0")
    slack.mood = None
    slack.sent.clear()
    await world.go_to("2026-11-02 16:00")
    assert waits.id not in {one.id for one in slack.sent}
    (spared,) = [row for row in await rows(world) if row.id == waits.id]
    assert ("cancelled", "answered") == (spared.state, spared.reason)


# --- Where I write -------------------------------------------------------------------------------------


async def test_the_one_linked_last(world: World) -> None:
    """Nobody chose: the nudge goes to Telegram, and to no other."""
    await absent(world, "jan", date(2026, 11, 2))
    await world.go_to("2026-11-02 12:00")
    assert [1, 0, 0] == [len(sent(world, channel)) for channel in ("telegram", "slack", "memory")]


@pytest.mark.parametrize("text", ["stuur het voortaan op Slack", "schrijf me op slack"])
async def test_the_one_that_was_asked_for(world: World, text: str) -> None:
    """Said on any channel and at any question, it holds from then on, also after another is linked."""
    (asked,) = await hear(world, "telegram", PLACES["telegram"], text="jan is ziek")
    await hear(world, "telegram", PLACES["telegram"], "press", button=button(asked, "Vandaag"))
    said = await hear(world, "telegram", PLACES["telegram"], text=text)
    assert "Ik schrijf je voortaan op Slack" in said[0].text
    assert ("slack", PLACES["slack"]) == (await ways(world, "sofie"))[0]
    (talk,) = await world.app.database.run(lambda tx: sessions.open_of(tx, "sofie"))
    assert EXPECTED == talk.answers["since"]
    assert said[0].message.buttons, "the question that was open is asked again"
    await link(world, "sofie", "telegram", "99")
    assert ("slack", PLACES["slack"]) == (await ways(world, "sofie"))[0]


async def test_chosen_with_a_tap(world: World) -> None:
    """To choose offers what is linked; what is not linked is explained."""
    (asked,) = await hear(world, "telegram", PLACES["telegram"], text="kies kanaal")
    assert ["Telegram", "Slack", "memory"] == [button.label for button in asked.message.buttons]
    await hear(world, "telegram", PLACES["telegram"], "press", button=asked.message.buttons[1].id)
    assert "slack" == (await ways(world, "sofie"))[0][0]
    (said,) = await world.say("els", "stuur het voortaan op telegram")
    assert "nog niet aan jou gekoppeld" in said.text


# --- Gone, and back ------------------------------------------------------------------------------------


async def gone(world: World, channel: str, address: str) -> None:
    """The platform says that this address does not work any more."""
    world.clock += timedelta(minutes=1)
    await hear(world, channel, address, "gone")


async def test_gone_and_back(world: World) -> None:
    """Blocked, nudges take another way and HR hears nothing; heard again, they come back."""
    await gone(world, "telegram", "77")
    await absent(world, "jan", date(2026, 11, 2))
    await world.go_to("2026-11-02 12:00")
    assert [0, 1] == [len(sent(world, channel)) for channel in ("telegram", "slack")]
    assert [] == world.to("els")
    assert [] == await hear(world, "telegram", "77", "back")
    assert "telegram" == (await ways(world, "sofie"))[0][0]
    assert [] == await hear(world, "telegram", "nobody", "back")


async def test_a_workspace_is_gone(world: World) -> None:
    """Everybody under it takes another way, what waited too; who has none is named to HR, once."""
    await link(world, "nadia", "slack", "T1:U2")
    await link(world, "tom", "slack", "T2:U3")
    await world.app.database.run(lambda tx: addresses.unreachable(tx, "memory", "nadia", world.clock))
    await world.app.database.run(lambda tx: addresses.unreachable(tx, "telegram", "77", world.clock))
    await gone(world, "slack", "T1")
    await gone(world, "slack", "T1")
    assert [("memory", "sofie")] == await ways(world, "sofie")
    assert [] == await ways(world, "nadia")
    assert ("slack", "T2:U3") == (await ways(world, "tom"))[0]
    await world.go_to("2026-11-02 10:00")
    (told,) = world.to("els")
    assert "komen niet meer aan bij Nadia Haddad" in told.text


@pytest.mark.parametrize("by", ["event", "call"])
async def test_nowhere_left(world: World, by: str) -> None:
    """What could be said nowhere is said when somebody is heard again; HR hears once meanwhile."""
    for channel in ("memory", "telegram"):
        await world.app.database.run(
            lambda tx, channel=channel: addresses.unreachable(tx, channel, PLACES[channel], world.clock)  # type: ignore[misc]
        )
    slack = world.app.channels["slack"]
    assert isinstance(slack, Moody)
    if by == "event":
        await gone(world, "slack", "T1:U1")
    else:
        slack.mood = Unreachable("account_inactive")
    await absent(world, "jan", date(2026, 11, 2))
    await world.go_to("2026-11-02 12:00")
    assert [] == slack.sent
    (told,) = world.to("els")
    assert "Sofie Peeters" in told.text
    slack.mood = None
    said = await hear(world, "slack", "T1:U1", text="help")
    assert 2 == len(said)
    assert "Jan" in said[0].text + said[1].text
    assert ("slack", "T1:U1") in await ways(world, "sofie")
    await gone(world, "slack", "nobody")
    await world.app.converse(Incoming("slack", "x1", "", "gone", world.clock))
    assert ("slack", "T1:U1") in await ways(world, "sofie")
