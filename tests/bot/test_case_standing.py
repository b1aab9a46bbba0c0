"""What is kept of how cases stand is what the timelines say, whenever somebody looks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot import scenes
from bot.case_file import Reader
from bot.changing import open_case, save
from conversations.case import Contact, Person
from conversations.changes import (
    CareSet,
    Closed,
    ContactAgreed,
    Done,
    HandedOver,
    Learned,
    Moved,
    Paused,
    PutOff,
    Returned,
)
from conversations.talking.dialogue import OpenCase, Talk
from conversations.upcoming import late_for_hr
from storage import cases, organisations, overview, people, standing
from storage.overview import Chosen
from tests.world import BRUSSELS, CAST, ORGANISATION, World

if TYPE_CHECKING:
    from conversations.changes import Change
    from storage.database import Tx

EVERYBODY = {person.id: person for person in CAST}
Known = set[tuple[str, str, int, date]]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The world."""
    world = World(tmp_path)
    await world.people()
    yield world
    await world.close()


async def absent(world: World, who: str, since: date) -> None:
    """Somebody is absent since that day."""

    def work(tx: Tx) -> None:
        open_case(tx, world.app.house, EVERYBODY[who], OpenCase(who, since, world.today), EVERYBODY["els"], world.clock)

    await world.app.database.run(work)


async def change(world: World, who: str, *changes: Change) -> None:
    """The case of somebody changes."""

    def work(tx: Tx) -> None:
        case = cases.open_of(tx, who)
        assert case is not None
        save(tx, world.app.house, case, list(changes), "els", world.clock)

    await world.app.database.run(work)


def kept(tx: Tx, on: date) -> Known:
    """What the page would say is late."""
    both = (overview.steps(tx, kind, ORGANISATION, Chosen(), on, 500)[0] for kind in ("late", "escalated"))
    return {(one.case, one.what.milestone, one.what.nth, one.what.since) for steps in both for one in steps}


def computed(world: World, tx: Tx, on: date) -> Known:
    """What the chat says to HR is late: the timelines of all cases, of what is about a day before today."""
    talk = Talk("t", ORGANISATION, "els", "late", world.today)
    scene = scenes.build(tx, world.app.house, EVERYBODY["els"], talk, world.clock)
    assert scene is not None
    return {(one.case, one.milestone, one.nth, one.since) for one in late_for_hr(scene) if one.since < on}


async def agree(world: World) -> int:
    """Page and chat say the same; about how many steps."""
    pages, chat = await world.app.database.run(lambda tx: (kept(tx, world.today), computed(world, tx, world.today)))
    assert chat == pages
    return len(pages)


@pytest.mark.parametrize("policy", ["company_c@1", "flemish_government@1"])
async def test_page_and_chat_say_the_same(world: World, policy: str) -> None:
    """For half a year, through everything that happens in a case, on each of the days between."""
    await world.people(policy)
    for who, since in (("jan", 0), ("fatima", 10), ("pieter", 40), ("lotte", 100)):
        await absent(world, who, world.today - timedelta(days=since))
    rest = Contact(disconnect_until=world.today + timedelta(days=30), restarts="sofie")
    events: dict[int, tuple[str, tuple[Change, ...]]] = {
        3: ("jan", (Done("first_call"), Moved("expected_return", date(2027, 1, 11)))),
        9: ("fatima", (ContactAgreed(rest),)),
        12: ("lotte", (Returned(date(2026, 11, 23)), Learned("progressive"))),
        20: ("pieter", (CareSet(on=True),)),
        24: ("jan", (PutOff("contact_agreement", 0, date(2026, 12, 7)), Paused(date(2026, 12, 3)))),
        45: ("pieter", (CareSet(on=False), HandedOver("hr", "els"))),
        60: ("jan", (Returned(date(2027, 1, 18)),)),
        80: ("fatima", (Closed("returned", date(2027, 1, 21)),)),
    }
    most = 0
    for day in range(120):
        if day in events:
            await change(world, events[day][0], *events[day][1])
        await world.go_to(world.after(days=1))
        if day != 24 and not (25 <= day <= 31):  # the chat does not know of a pause
            most = max(most, await agree(world))
    assert most > 5


@pytest.mark.parametrize("hour", [time(6, 30), time(7), time(13, 15), time(16, 45)])
async def test_at_the_hour_of_the_organisation(world: World, hour: time) -> None:
    """What waits on HR's pages is what was asked, also where it writes sooner or later than the policy."""
    known = replace(CAST[0], opens=time(6), closes=time(18))
    await world.people(els=known, sofie=replace(EVERYBODY["sofie"], opens=time(6), closes=time(18)))

    def write_at(tx: Tx) -> None:
        house = world.app.house.organisation(tx, ORGANISATION)
        organisations.put(tx, replace(house, send_at=hour))

    await world.app.database.run(write_at)
    await absent(world, "jan", world.today - timedelta(days=3))
    await world.go_to(world.after(days=1))
    asked = 0
    for _ in range(25):
        for moment in (time(6, 45), time(9, 5), time(13), time(17)):
            day = world.today if moment > world.clock.astimezone(BRUSSELS).time() else world.today + timedelta(days=1)
            await world.go_to(f"{day} {moment:%H:%M}")
            await agree(world)
            asked = max(asked, await waits_as_asked(world))
    assert asked > 3


async def waits_as_asked(world: World) -> int:
    """What waits and was not missed was said; what was said and has still to be done waits; and the page says so."""

    def work(tx: Tx) -> tuple[set[str], set[str], set[str]]:
        case = cases.open_of(tx, "jan")
        assert case is not None
        rows = [f"{one.milestone}#{one.nth}" for one in standing.of_case(tx, case.id) if not one.missed]
        file = Reader(world.app.house, tx, EVERYBODY["els"], case, world.clock).file()
        held = {f"{one.milestone}#{one.nth}" for one in file.waits if one.held}
        parts = [one.key.split("/") for one in cases.decisions(tx, case.id) if one.outcome == "said"]
        return set(rows), held, {f"{part[0]}#{part[2]}" for part in parts if part[3] == "nudge"}

    waits, held, said = await world.app.database.run(work)
    assert waits - said <= held
    return len(waits & said)


async def test_audit_makes_it_anew(world: World) -> None:
    """What was lost, or never kept because the database is older, is there after the night."""
    await absent(world, "jan", world.today - timedelta(days=30))
    await world.go_to(world.after(days=3))
    before = await world.app.database.run(lambda tx: kept(tx, world.today))
    case = await world.case("jan")
    await world.app.database.run(lambda tx: standing.forget(tx, case.id))
    assert set() == await world.app.database.run(lambda tx: kept(tx, world.today))
    await world.app.audit()
    assert before == await world.app.database.run(lambda tx: kept(tx, world.today))
    assert before


async def test_an_escalation_moves_it(world: World) -> None:
    """What HR heard of stands with what was escalated, and no longer with what is only late."""
    await absent(world, "jan", world.today)
    await world.go_to(world.after(days=21))

    def look(tx: Tx) -> tuple[set[str], set[str]]:
        late, _ = overview.steps(tx, "late", ORGANISATION, Chosen(), world.today, 50)
        escalated, _ = overview.steps(tx, "escalated", ORGANISATION, Chosen(), world.today, 50)
        return {one.what.milestone for one in late}, {one.what.milestone for one in escalated}

    late, escalated = await world.app.database.run(look)
    assert escalated
    assert set() == late & escalated


async def test_a_pause_keeps_the_manager_still(world: World) -> None:
    """Nobody but HR is asked anything until its last day has passed; then it goes on by itself."""
    await absent(world, "jan", world.today)
    until = world.today + timedelta(days=20)
    await change(world, "jan", Paused(until))
    await world.go_to(f"{until} 12:00")
    assert [] == world.to("sofie")
    await world.go_to(world.after(days=4))
    assert world.to("sofie")


async def test_a_pause_that_is_ended(world: World) -> None:
    """HR ends it sooner: the next look asks what waits."""
    await absent(world, "jan", world.today)
    await change(world, "jan", Paused(world.today + timedelta(days=60)))
    await world.go_to(world.after(days=5))
    assert [] == world.to("sofie")
    await change(world, "jan", Paused(None))
    await world.go_to(world.after(days=3))
    assert world.to("sofie")
    assert "open" == (await world.case("jan")).status


async def test_who_leads_nobody(world: World) -> None:
    """A case whose line manager left stands among those without one, until somebody else takes it."""
    await absent(world, "lotte", world.today)
    gone = Person("nadia", ORGANISATION, "Nadia Haddad", "", frozenset({"manager"}), active=False)
    await world.app.database.run(lambda tx: people.put(tx, gone))

    def look(tx: Tx) -> list[str]:
        return overview.leaderless(tx, ORGANISATION, Chosen(), world.today, 10)[0]

    case = await world.case("lotte")
    assert [case.id] == await world.app.database.run(look)
    await change(world, "lotte", HandedOver("manager", "sofie"))
    assert [] == await world.app.database.run(look)
