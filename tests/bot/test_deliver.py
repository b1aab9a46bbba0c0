"""From the outbox to the channel: what becomes of a message when the channel takes it, refuses it, or says nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.channels import Receipt, Refused, TryLater, Unreachable, Unsure
from conversations.case import Person
from conversations.changes import CheckInsSet, Closed, Done, HandedOver, Silenced
from messages.message import Message, Paragraph, Run, as_text, to_json
from storage import addresses, outbox, people, sending
from storage.outbox import Row
from tests.talk import absent, change
from tests.world import World

if TYPE_CHECKING:
    from storage.database import Tx


@dataclass
class Moody:
    """A channel that does with each message what it was told, and remembers what it was given."""

    name: str = "moody"
    moods: list[Exception | None] = field(default_factory=list)
    given: list[tuple[str, str]] = field(default_factory=list)
    waits: asyncio.Event | None = None
    called: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, address: str, message: Message, key: str) -> Receipt:
        """Take it, or raise what comes next."""
        self.given.append((address, as_text(message)))
        self.called.set()
        if self.waits is not None:
            await self.waits.wait()
        mood = self.moods.pop(0) if self.moods else None
        if mood is not None:
            raise mood
        return Receipt(address, key)

    async def edit(self, receipt: Receipt, message: Message) -> None:
        """Nothing looks different here."""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The small world on a Monday at nine, with a moody channel beside the other."""
    made = await World(tmp_path).people()
    made.app.channels["moody"] = Moody()
    yield made
    await made.close()


def moody(world: World) -> Moody:
    """The moody channel."""
    channel = world.app.channels["moody"]
    assert isinstance(channel, Moody)
    return channel


async def queue(world: World, number: str = "r1", kind: str = "nudge", who: str = "sofie", **more: object) -> None:
    """A message that may go out now."""
    body = to_json(Message((Paragraph((Run(f"Bericht {number}."),)),)))
    row = Row(
        id=number, organisation="stad", person=who, kind=kind, body=body, channel="moody", address=who,  # type: ignore[arg-type] # a kind
        not_before=world.clock, created_at=world.clock, **more,  # type: ignore[arg-type] # by name
    )  # fmt: skip
    await world.app.database.run(lambda tx: outbox.queue(tx, row))


async def state(world: World, number: str = "r1") -> tuple[str, str | None, int]:
    """State, reason and attempts of a message."""
    row = await world.app.database.run(lambda tx: outbox.get(tx, number))
    assert row is not None
    return row.state, row.reason, row.attempts


async def trouble(world: World) -> list[str]:
    """The messages HR should know about."""
    return [row.id for row in await world.app.database.run(lambda tx: outbox.trouble(tx, "stad", 100))]


@pytest.mark.parametrize(
    ("kind", "mood", "expected", "told"),
    [
        ("nudge", None, ("sent", None, 1), None),
        ("nudge", TryLater("busy", 60), ("later", "try_later", 1), None),
        ("nudge", Unreachable("gone"), ("sent", None, 1), None),
        ("nudge", Refused("no"), ("failed", "refused", 1), "raakte niet afgeleverd"),
        ("nudge", Unsure("timeout"), ("unsure", "unknown", 1), "Niet zeker afgeleverd"),
        ("nudge", ValueError("a bug"), ("unsure", "unknown", 1), "Niet zeker afgeleverd"),
        ("reply", Unsure("timeout"), ("later", "try_later", 1), None),
        ("reply", OSError("reset"), ("later", "try_later", 1), None),
        ("notice", Unsure("timeout"), ("unsure", "unknown", 1), None),
    ],
)
async def test_outcomes(
    world: World, kind: str, mood: Exception | None, expected: tuple[str, str | None, int], told: str | None
) -> None:
    """Each thing a channel can say has its state, and what a person must know reaches HR, once."""
    moody(world).moods = [mood]
    await queue(world, kind=kind)
    await world.app.deliver()
    await world.app.deliver()
    assert expected == await state(world)
    assert [told is not None] * (told is not None) == [told in sent.text for sent in world.to("els") if told]
    assert len(world.to("els")) == (told is not None)


async def test_unsure_nudge(world: World) -> None:
    """A nudge that perhaps arrived is never sent again, and HR finds it among what was not surely delivered."""
    moody(world).moods = [Unsure("timeout")]
    await queue(world)
    await world.app.deliver()
    await world.go_to("2026-11-09 12:00")
    assert 1 == len(moody(world).given)
    assert ["r1"] == await trouble(world)
    assert "Sofie Peeters" in world.to("els")[0].text
    await world.say("els", "wat is te laat")
    assert "Sofie, ma 2 nov: niet zeker afgeleverd" in world.to("els")[-1].text
    await world.go_to("2026-11-17 12:00")
    await world.say("els", "wat is te laat")
    assert "afgeleverd" not in world.to("els")[-1].text


async def test_unsure_nudge_to_hr(world: World) -> None:
    """A colleague of HR hears it, one who is there; who is alone in HR finds it among what was not surely delivered."""
    moody(world).moods = [Unsure("timeout"), Unsure("timeout")]
    await queue(world, who="els")
    await world.app.deliver()
    assert [] == world.to("els")
    await world.say("els", "wat is te laat")
    assert "Els, ma 2 nov: niet zeker afgeleverd" in world.to("els")[-1].text

    def more(tx: Tx) -> None:
        for who, away in (("ann", world.today), ("bert", None)):
            hr = Person(who, "stad", f"{who.title()} Nieuw", "", frozenset({"employee", "hr"}))
            people.put(tx, replace(hr, away_from=away, away_until=away))
            addresses.link(tx, who, "memory", who, world.clock)

    await world.app.database.run(more)
    await queue(world, "r2", who="els")
    await world.app.deliver()
    await world.app.deliver()
    (told,) = world.to("bert")
    assert "een bericht aan Els Willems" in told.text
    assert [] == world.to("ann")


async def test_unsure_reply(world: World) -> None:
    """An answer inside a talk that perhaps arrived is sent again after a while."""
    moody(world).moods = [Unsure("timeout")]
    await queue(world, kind="reply")
    await world.app.deliver()
    await world.go_to("2026-11-02 09:10")
    assert 2 == len(moody(world).given)
    assert ("sent", None, 2) == await state(world)


async def test_later_for_a_day(world: World) -> None:
    """A channel that keeps saying "later" is tried again, longer apart each time, for a day; then HR hears it, once."""
    moody(world).moods = [TryLater("busy", 1) for _ in range(99)]
    await queue(world)
    await queue(world, "r2")
    await world.go_to("2026-11-02 12:00")
    assert "later" == (await state(world))[0]
    await world.go_to("2026-11-03 12:00")
    assert ("failed", "too_late") == (await state(world))[:2]
    tries = sum("r1" in text for _, text in moody(world).given)
    assert 48 <= tries <= 52
    assert 1 == len(world.to("els"))


async def test_nothing_is_called_for_late_in_the_lease(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where calls take long, what was not called for in half the lease goes out under a new one, in order and once."""
    loop, seconds = asyncio.get_running_loop(), [0.0]
    monkeypatch.setattr(loop, "time", lambda: seconds[0])

    class Slow(Moody):
        async def send(self, address: str, message: Message, key: str) -> Receipt:
            seconds[0] += 61
            return await super().send(address, message, key)

    world.app.channels["moody"] = Slow()
    for number in range(3):
        await queue(world, f"r{number}")
    await world.app.deliver()
    assert ["Bericht r0."] == [text for _, text in moody(world).given]
    await world.go_to("2026-11-02 09:10")
    assert [f"Bericht r{number}." for number in range(3)] == [text for _, text in moody(world).given]


async def test_a_link_to_a_page_has_an_address(world: World) -> None:
    """A platform knows nothing of our pages: the link to the plan of a case is written out."""
    await absent(world, "jan", world.today)
    case = await world.case("jan")
    body = to_json(Message((Paragraph((Run("De afspraken", url="page:plan"),)),)))
    row = Row(
        id="r1", organisation="stad", person="sofie", kind="reply", body=body, channel="moody", address="sofie",
        not_before=world.clock, created_at=world.clock, case=case.id,
    )  # fmt: skip
    await world.app.database.run(lambda tx: outbox.queue(tx, row))
    await world.app.deliver()
    assert f"De afspraken (http://127.0.0.1:8321/plan/{case.id})" == moody(world).given[-1][1]


async def test_waits_as_long_as_it_is_told(world: World) -> None:
    """A channel that names a time is not called again before it."""
    moody(world).moods = [TryLater("slow down", 1800)]
    await queue(world)
    await world.go_to("2026-11-02 09:29")
    assert 1 == len(moody(world).given)
    await world.go_to("2026-11-02 09:31")
    assert 2 == len(moody(world).given)


async def test_in_order(world: World) -> None:
    """To one address messages come in the order they were queued, also when the first must wait."""
    moody(world).moods = [TryLater("busy", 60)]
    for number in ("r1", "r2", "r3"):
        await queue(world, number, "reply")
    await queue(world, "r4", "reply", "els")
    await world.app.deliver()
    assert ["r1", "r4"] == [text.split()[1].strip(".") for _, text in moody(world).given]
    await world.go_to("2026-11-02 09:05")
    assert ["r1", "r4", "r1", "r2", "r3"] == [text.split()[1].strip(".") for _, text in moody(world).given]


async def test_unreachable(world: World) -> None:
    """An address that is gone is not tried again: the message takes the other way there is to that person."""
    await world.app.database.run(
        lambda tx: addresses.link(tx, "sofie", "moody", "sofie", world.clock + timedelta(days=1))
    )
    moody(world).moods = [Unreachable("blocked")]
    await absent(world, "jan", date(2026, 11, 2))
    await world.go_to("2026-11-02 12:00")
    assert 1 == len(moody(world).given)
    assert moody(world).given[0][1] == world.to("sofie")[0].text
    assert [] == world.to("els")
    assert ("memory", "sofie") == await world.app.database.run(lambda tx: addresses.address_of(tx, "sofie"))


async def test_unreachable_everywhere(world: World) -> None:
    """When there is no other way HR hears it, once a day, in office hours; and again of what comes the next day."""
    world.memory.sent.clear()
    await world.app.database.run(lambda tx: addresses.unreachable(tx, "memory", "sofie", world.clock))
    await absent(world, "jan", date(2026, 11, 2))
    await absent(world, "pieter", date(2026, 11, 2))
    await world.go_to("2026-11-02 18:00")
    (said,) = world.to("els")
    assert "komen niet meer aan bij Sofie Peeters" in said.text
    assert [] == world.to("sofie")


async def test_nobody_of_hr(world: World) -> None:
    """When HR is unreachable too, nothing goes round in circles: one notice waits until HR is heard again."""
    await queue(world, who="els")
    moody(world).moods = [Refused("no")]
    for who in ("els", "sofie"):
        await world.app.database.run(lambda tx, who=who: addresses.unreachable(tx, "memory", who, world.clock))  # type: ignore[misc]
    await queue(world, "r2", who="sofie")
    moody(world).moods.append(Unreachable("gone"))
    await world.app.deliver()
    assert [] == world.memory.sent
    assert {"r1", "r2"} <= set(await trouble(world))
    assert 3 == len(await trouble(world))
    said = await world.hello("els")
    assert "Sofie" in said[0].text


# --- A process that died -------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "calls", "expected"), [("nudge", 0, "unsure"), ("reply", 1, "sent")])
async def test_lease_that_ran_out(world: World, kind: str, calls: int, expected: str) -> None:
    """Of a process that died in the middle of a call a nudge is not repeated, HR hears so; an answer is."""
    await queue(world, kind=kind)

    def dies(tx: Tx) -> None:
        sending.claim(tx, world.clock, timedelta(minutes=2), 10, "dead")
        sending.begin_attempts(tx, "dead", world.clock)

    await world.app.database.run(dies)
    await world.app.deliver()
    assert [] == moody(world).given
    world.clock += timedelta(minutes=2)
    await world.app.deliver()
    assert calls == len(moody(world).given)
    assert expected == (await state(world))[0]
    assert (kind == "nudge") == bool(world.to("els"))


async def test_started_after_a_kill(world: World) -> None:
    """The only process on a database does not wait for the leases of the one that was killed."""
    await queue(world, kind="reply")

    def dies(tx: Tx) -> None:
        sending.claim(tx, world.clock, timedelta(minutes=2), 10, "dead")
        sending.begin_attempts(tx, "dead", world.clock)

    await world.app.database.run(dies)
    await queue(world, "r2", "reply")
    await world.app.deliver()
    assert [] == moody(world).given
    world.app.start()
    await moody(world).called.wait()
    await world.app.stop()
    assert ["Bericht r1.", "Bericht r2."] == [text for _, text in moody(world).given]


async def test_claimed_and_not_called(world: World) -> None:
    """Of a process that died before the call, the message goes out as if nothing had been."""
    await queue(world)
    await world.app.database.run(lambda tx: sending.claim(tx, world.clock, timedelta(minutes=2), 10, "dead"))
    world.clock += timedelta(minutes=2)
    await world.app.deliver()
    assert ("sent", None, 1) == await state(world)


async def test_eight_at_once(world: World) -> None:
    """Eight deliveries at the same time give the channel each message once."""
    for number in range(40):
        await queue(world, f"r{number}", who=("sofie", "els", "nadia", "tom")[number % 4])
    await asyncio.gather(*(world.app.deliver() for _ in range(8)))
    assert 40 == len(moody(world).given) == len(set(moody(world).given))


async def test_stopping_finishes_the_call(world: World) -> None:
    """A call that is under way when the bot stops is waited for, and what became of it is kept."""
    moody(world).waits = asyncio.Event()
    await queue(world)
    caller = asyncio.create_task(world.app.deliver())
    await moody(world).called.wait()
    caller.cancel()  # whoever asked went away
    stopping = asyncio.create_task(world.app.stop())
    await asyncio.sleep(0)
    moody(world).waits.set()
    await stopping
    again = World(Path(world.url.removeprefix("sqlite:///")).parent)
    assert ("sent", None, 1) == await state(again)
    await again.close()


# --- Still wanted? -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "kind", "expected"),
    [
        (Silenced(), "nudge", ("cancelled", "silenced", 0)),
        (Silenced(), "notice", ("cancelled", "silenced", 0)),
        (Closed("returned", date(2026, 11, 2)), "nudge", ("cancelled", "closed", 0)),
        (Done("x"), "nudge", ("cancelled", "done", 0)),
        (Done("y"), "nudge", ("sent", None, 1)),
        (HandedOver("manager", "nadia"), "nudge", ("cancelled", "somebody_else", 0)),
        (HandedOver("manager", "nadia"), "notice", ("cancelled", "somebody_else", 0)),
    ],
)
async def test_still_wanted(world: World, what: object, kind: str, expected: tuple[str, str | None, int]) -> None:
    """What was queued before a case ended, fell silent, went to somebody else or was done is not said any more."""
    await absent(world, "jan", date(2026, 11, 2))
    case = await world.case("jan")
    await queue(world, kind=kind, case=case.id, key=f"{case.id}/x/2026-11-02/0/nudge/0")
    await change(world, "jan", what)  # type: ignore[arg-type] # a change
    await world.app.deliver()
    assert expected == await state(world)
    assert (expected[0] == "sent") == bool(moody(world).given)


@pytest.mark.parametrize("kind", ["nudge", "notice"])
async def test_nothing_follows_a_stop(world: World, kind: str) -> None:
    """What was queued for an employee before the check-ins were stopped is not said any more."""
    await absent(world, "jan", date(2026, 11, 2))
    await change(world, "jan", CheckInsSet("yes"))
    case = await world.case("jan")
    await queue(world, kind=kind, who="jan", case=case.id, key=f"{case.id}/x/2026-11-02/0/nudge/0")
    await change(world, "jan", CheckInsSet("no"))
    await world.app.deliver()
    assert ("cancelled", "no_checkins", 0) == await state(world)


async def test_many_unwanted_ones_hold_up_nobody(world: World) -> None:
    """However many are not wanted any more, the one behind them goes out in the same delivery."""
    await absent(world, "jan", date(2026, 11, 2))
    case = await world.case("jan")
    for number in range(120):
        await queue(world, f"old{number}", case=case.id, key=f"{case.id}/x/2026-11-02/0/nudge/{number}")
    await queue(world)
    await change(world, "jan", Done("x"))
    await world.app.deliver()
    assert ("sent", None, 1) == await state(world)
    assert ("cancelled", "done", 0) == await state(world, "old119")
