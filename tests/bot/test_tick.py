"""The clock, looked at once, eight times at once, and after three days of silence."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.settings import Settings
from conversations.case import Case, Contact, Person
from conversations.changes import ContactAgreed, Done, Silenced
from storage import addresses, cases, outbox, people
from storage.outbox import Row
from tests.talk import absent, change
from tests.world import CAST, World

EVERYBODY = {person.id: person for person in CAST}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The small world on a Monday morning."""
    made = await World(tmp_path).people()
    yield made
    await made.close()


async def rows_of(world: World, *who: str) -> list[Row]:
    """What was queued for these people, in the order of queueing."""
    return await world.app.database.run(lambda tx: [row for one in who for row in outbox.transcript(tx, one, 1000)])


async def decided(world: World, case: Case) -> Counter[str]:
    """How often each thing was decided about the moments of a case."""
    found = await world.app.database.run(lambda tx: cases.decisions(tx, case.id))
    return Counter(one.outcome for one in found)


# --- Eight at once -------------------------------------------------------------------------------------


async def eight_at_once(world: World) -> None:
    """Eight bots on one database tick at the same moment, several days in a row."""
    settings = Settings(database_url=world.url, keys={"test": b"k" * 32})
    bots = [App(settings, clock=lambda: world.clock, channels=(world.memory,)) for _ in range(8)]
    try:
        for who in ("jan", "fatima", "pieter", "lotte"):
            await absent(world, who, date(2026, 11, 2))
        for _ in range(6):
            world.clock += timedelta(days=1)
            await asyncio.gather(*(bot.tick() for bot in bots))
        alone = await rows_of(world, *EVERYBODY)
        keys = [row.key for row in alone if row.key]
        assert len(keys) == len(set(keys))
        assert 4 <= len(keys)
        assert {1} == set(Counter(sent.id for sent in world.memory.sent).values())
        assert len(alone) == len(world.memory.sent)
    finally:
        for bot in bots:
            await bot.stop()


async def batch_after_batch(world: World) -> None:
    """One bot looks at one case at a time, on PostgreSQL with two hands."""
    for who in ("jan", "fatima", "pieter", "lotte"):
        await absent(world, who, date(2026, 11, 2))
    world.clock += timedelta(days=1)
    assert 4 == await world.app.tick()
    keys = Counter(row.key for row in await rows_of(world, "sofie", "nadia") if row.kind == "nudge")
    assert 4 == len(keys) == keys.total()
    assert {1} == set(Counter(sent.id for sent in world.memory.sent).values())
    assert 4 == len(world.memory.sent)
    assert 0 == await world.app.tick()


async def test_batch_after_batch(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit in one batch is in the next, and nothing in two."""
    monkeypatch.setattr("bot.app.BATCH", 1)
    await batch_after_batch(world)


async def test_batch_after_batch_on_postgresql(
    postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor when two look at once."""
    monkeypatch.setattr("bot.app.BATCH", 1)
    world = await World(tmp_path, url=postgresql).people()
    assert 2 == world.app.database.hands
    try:
        await batch_after_batch(world)
    finally:
        await world.close()


async def test_eight_ticks_at_once(world: World) -> None:
    """On SQLite each nudge is queued, and sent, exactly once."""
    await eight_at_once(world)


async def test_eight_ticks_at_once_on_postgresql(postgresql: str, tmp_path: Path) -> None:
    """On PostgreSQL too."""
    world = await World(tmp_path, url=postgresql).people()
    try:
        await eight_at_once(world)
    finally:
        await world.close()


# --- Dropped -------------------------------------------------------------------------------------------


async def test_nobody_is_reminded_of_what_was_dropped(world: World) -> None:
    """Two days of rest: the first call was not asked for, so it is not asked again, and did not "stay" with anybody."""
    await absent(world, "jan", date(2026, 11, 2))
    resting = Contact(disconnect_from=date(2026, 11, 2), disconnect_until=date(2026, 11, 3))
    await change(world, "jan", ContactAgreed(resting))
    await world.go_to("2026-11-03 16:00")
    await change(world, "jan", ContactAgreed(Contact()))
    await world.go_to("2026-11-06 16:00")
    case = await world.case("jan")
    found = await world.app.database.run(lambda tx: cases.decisions(tx, case.id))
    first = {one.key.split("/", 3)[-1]: (one.outcome, one.reason) for one in found if one.key.startswith("first_call/")}
    kinds = ("nudge/0", "reminder/1", "escalation/1")
    assert dict.fromkeys(kinds, ("dropped", "disconnected")) == first
    assert not any("bleef liggen" in sent.text for sent in world.to("els"))


# --- Downtime ------------------------------------------------------------------------------------------


async def test_three_days_of_downtime(world: World) -> None:
    """Afterwards each line manager hears one thing, that names them all."""
    for who in ("jan", "fatima", "pieter", "lotte"):
        await absent(world, who, date(2026, 11, 2))
    world.clock += timedelta(days=3)
    await world.app.tick()
    assert Counter({"sofie": 1, "nadia": 1}) == Counter(sent.to for sent in world.memory.sent)
    assert 4 <= len(world.to("sofie")[0].message.buttons)
    assert "Vandaag voor jou" in world.to("sofie")[0].text


async def test_two_months_of_downtime(world: World) -> None:
    """Weeks later only the latest of each milestone is said, and the rest is recorded as missed."""
    await absent(world, "jan", date(2026, 11, 2))
    case = await world.case("jan")
    world.clock += timedelta(days=56)
    await world.app.tick()
    assert 1 >= len(world.to("sofie"))
    outcomes = await decided(world, case)
    assert 3 <= outcomes["missed"]
    said = await world.app.database.run(lambda tx: cases.decisions(tx, case.id))
    milestones = [one.key.split("/")[0] for one in said if one.outcome == "said"]
    assert len(milestones) == len(set(milestones))
    assert {"too_late"} == {one.reason for one in said if one.outcome == "missed"}


async def test_clock_set_back(world: World) -> None:
    """A clock that goes back an hour says nothing twice."""
    await absent(world, "jan", date(2026, 11, 2))
    await world.go_to("2026-11-03 12:00")
    before = len(world.memory.sent)
    world.clock -= timedelta(hours=3)
    await world.app.tick()
    world.clock += timedelta(hours=3)
    await world.app.tick()
    assert before == len(world.memory.sent)


# --- Together and alone --------------------------------------------------------------------------------


async def test_one_alone_two_together(world: World) -> None:
    """One opener comes as it is; from two on they come as one message."""
    await absent(world, "jan", date(2026, 11, 2))
    await world.go_to("2026-11-02 12:00")
    assert 1 == len(world.to("sofie"))
    assert "Vandaag voor jou" not in world.last("sofie")
    await absent(world, "fatima", date(2026, 11, 2))
    await absent(world, "pieter", date(2026, 11, 2))
    world.clock += timedelta(days=1)
    await world.app.tick()
    assert 2 == len(world.to("sofie"))
    assert "Vandaag voor jou" in world.last("sofie")


async def test_urgent_law_goes_alone(world: World) -> None:
    """A legal latest date within three working days is not one of several: it comes by itself."""
    for who in ("jan", "fatima", "pieter"):
        await absent(world, who, date(2026, 11, 2))
    await world.go_to("2027-01-31 12:00")
    rows = await rows_of(world, *EVERYBODY)
    urgent = [row for row in rows if row.urgent]
    assert urgent
    assert all(row.talk and not (row.key or "").startswith("today/") for row in urgent)


# --- Reminders and their end ---------------------------------------------------------------------------


async def kinds(world: World, case: Case) -> dict[str, list[str]]:
    """For each occurrence of a milestone what was decided, in order: nudge/0:said, reminder/1:said ..."""
    found: dict[str, list[str]] = {}
    for one in await world.app.database.run(lambda tx: cases.decisions(tx, case.id)):
        milestone, _, nth, kind, n = one.key.split("/")
        found.setdefault(f"{milestone}#{nth}", []).append(f"{kind}/{n}:{one.outcome}")
    return found


async def test_reminded_twice_then_escalated_then_silent(world: World) -> None:
    """What nobody answers is reminded of as the policy says, goes to somebody else once, and ends there."""
    await absent(world, "jan", date(2026, 11, 2))
    case = await world.case("jan")
    await world.go_to("2027-02-26 12:00")
    policy = await world.app.database.run(lambda tx: world.app.house.policy(tx, case.policy))
    escalated = 0
    for which, steps in (await kinds(world, case)).items():
        milestone = policy.milestone(which.partition("#")[0])
        assert milestone is not None
        assert len(steps) == len({step.partition(":")[0] for step in steps}), which
        assert sum(step.startswith("reminder") for step in steps) <= len(milestone.remind), which
        assert sum(step.startswith("escalation") for step in steps) <= 1, which
        escalated += any(step == "escalation/0:said" or step.startswith("escalation") for step in steps)
    assert escalated


async def test_done_ends_everything(world: World) -> None:
    """What was done is not reminded of, also when the reminder waits in the outbox already."""
    await absent(world, "jan", date(2026, 11, 2))
    case = await world.case("jan")
    await world.go_to("2026-11-02 12:00")
    (nudge,) = [row for row in await rows_of(world, "sofie") if row.key]
    _, milestone, on, nth, *_ = (nudge.key or "").split("/")
    waiting = replace(
        nudge, id="w1", key=f"{case.id}/{milestone}/{on}/{nth}/reminder/9", state="queued",
        not_before=world.clock + timedelta(hours=1),
    )  # fmt: skip
    await world.app.database.run(lambda tx: outbox.queue(tx, waiting))
    await change(world, "jan", Done(milestone, int(nth)))
    await world.go_to("2026-11-20 12:00")
    assert "cancelled" == {row.id: row.state for row in await rows_of(world, "sofie")}["w1"]
    assert ["nudge/0:said"] == [
        step for which, steps in (await kinds(world, case)).items() if which == f"{milestone}#{nth}" for step in steps
    ] or ["nudge/1:said"]


async def test_silence_is_at_once(world: World) -> None:
    """Once everything stops, nothing about that person goes out any more, also of what was queued."""
    await absent(world, "jan", date(2026, 11, 2))
    case = await world.case("jan")
    await world.go_to("2026-11-02 12:00")
    rows = [row for row in await rows_of(world, "sofie") if row.key]
    for number, kind in enumerate(("nudge", "notice")):
        waiting = replace(
            rows[0], id=f"w{number}", kind=kind, key=f"w{number}", not_before=world.clock + timedelta(hours=1)
        )  # fmt: skip
        await world.app.database.run(lambda tx, row=waiting: outbox.queue(tx, row))  # type: ignore[misc]
    before = len(world.memory.sent)
    await change(world, "jan", Silenced())
    states = {row.id: row.state for row in await rows_of(world, "sofie")}
    assert ("cancelled", "cancelled") == (states["w0"], states["w1"])
    await world.go_to("2027-03-01 12:00")
    assert [] == [sent.text for sent in world.memory.sent[before:] if "Jan" in sent.text]
    assert await world.app.database.run(lambda tx: cases.planned(tx, case.id)) is None


# --- Who hears it --------------------------------------------------------------------------------------


async def put(world: World, *staff: Person) -> None:
    """These people are as given from now on."""
    for person in staff:
        await world.app.database.run(lambda tx, person=person: people.put(tx, person))  # type: ignore[misc]


def away(who: str, deputy: str | None) -> Person:
    """Somebody who is away in the first week."""
    return replace(EVERYBODY[who], away_from=date(2026, 11, 2), away_until=date(2026, 11, 8), deputy=deputy)


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        ([away("sofie", "nadia")], "nadia"),
        ([away("sofie", None)], "els"),
        ([away("sofie", "nadia"), away("nadia", "sofie")], "els"),
        ([away("sofie", "nadia"), away("nadia", "tom")], "tom"),
        ([away("sofie", "sofie")], "els"),
        ([away("sofie", "jan")], "els"),
        ([replace(EVERYBODY["sofie"], active=False, deputy=None)], "els"),
    ],
)
async def test_while_the_manager_is_away(world: World, gone: list[Person], expected: str) -> None:
    """The deputy hears it and can answer, the deputy's deputy, or else HR; never in a circle, never the one absent."""
    await put(world, *gone)
    await absent(world, "jan", date(2026, 11, 2))
    await world.go_to("2026-11-03 12:00")
    assert {expected} == {sent.to for sent in world.memory.sent}
    assert "Jan" in world.last(expected)
    before = len(world.memory.sent)
    await world._hear(expected, "press", button=world.to(expected)[-1].message.buttons[0].id)
    assert "Dat kan ik jou niet tonen" not in world.memory.sent[before].text
    assert "te oud" not in world.memory.sent[before].text


BERT = Person("bert", "stad", "Bert Claes", "bert@stad.example", frozenset({"employee", "hr"}), "HR")
ELS_KEEPS = ContactAgreed(Contact(person="els", frequency="weekly", agreed_on=date(2026, 11, 2)))


@pytest.mark.parametrize(
    ("staff", "change_of", "asked", "told"),
    [
        ([], None, "Sofie", "els"),
        ([away("sofie", "nadia")], None, "Nadia", "els"),
        ([], ELS_KEEPS, "Els", None),
        ([BERT], ELS_KEEPS, "Els", "bert"),
        ([BERT, replace(away("sofie", None), away_from=date(2026, 11, 3))], None, "Bert", "els"),
    ],
)
async def test_who_was_asked(
    world: World, staff: list[Person], change_of: ContactAgreed | None, asked: str, told: str | None
) -> None:
    """What stays undone goes to somebody else than who was asked, and names who that was; alone in HR nobody hears."""
    await put(world, *staff)
    for person in staff:
        if person.id not in EVERYBODY:
            await world.app.database.run(
                lambda tx, person=person: addresses.link(tx, person.id, "memory", person.id, world.clock)  # type: ignore[misc]
            )
    await absent(world, "jan", date(2026, 11, 2))
    if change_of is not None:
        await change(world, "jan", change_of)
    await world.go_to("2026-11-06 12:00")
    heard = [sent for sent in world.memory.sent if "Dit bleef liggen bij" in sent.text and "telefoontje" in sent.text]
    assert ([told] if told else []) == [sent.to for sent in heard]
    assert all(f"Dit bleef liggen bij {asked}: " in sent.text for sent in heard)


async def test_in_the_place_of_who_is_away(world: World) -> None:
    """Who takes the place of somebody away was never asked, and is not reminded: why it comes to them is said."""
    await put(world, replace(away("sofie", None), away_from=date(2026, 11, 3)))
    await absent(world, "jan", date(2026, 11, 2))
    await world.go_to("2026-11-04 12:00")
    assert world.to("els")[0].text.startswith("Sofie is weg, daarom vraag ik het aan jou:")
    assert not any("herinnering" in sent.text for sent in world.to("els"))


async def test_given_back(world: World) -> None:
    """Once the line manager is back, what comes next is for the line manager again."""
    await put(world, away("sofie", "nadia"))
    await absent(world, "jan", date(2026, 11, 2))
    await world.go_to("2026-11-06 12:00")
    assert [] == world.to("sofie")
    deputy = len(world.to("nadia"))
    await world.go_to("2026-11-13 12:00")
    assert world.to("sofie")
    assert deputy == len(world.to("nadia"))


async def test_another_keeps_contact(world: World) -> None:
    """Who was chosen to keep contact hears about contact, and can see what it is about."""
    await absent(world, "jan", date(2026, 11, 2))
    await change(world, "jan", ContactAgreed(Contact(person="nadia", frequency="weekly", agreed_on=date(2026, 11, 2))))
    await world.go_to("2026-11-13 12:00")
    assert world.to("nadia")
    assert [] == [sent.text for sent in world.to("nadia") if "Dat kan ik jou niet tonen" in sent.text]


async def test_not_before_a_yes(world: World) -> None:
    """An employee who never said yes never gets anything, in four months of everybody else being asked."""
    for who in ("jan", "lotte"):
        await absent(world, who, date(2026, 11, 2))
    await world.go_to("2027-03-01 12:00")
    assert [] == [*world.to("jan"), *world.to("lotte")]
