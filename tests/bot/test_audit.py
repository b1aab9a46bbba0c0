"""What should have gone out, against what went out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.audit import Found
from conversations.changes import Closed, Paused
from storage import cases
from tests.talk import absent, change
from tests.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The small world on a Monday morning, with two people absent."""
    made = await World(tmp_path).people()
    for who in ("jan", "lotte"):
        await absent(made, who, date(2026, 11, 2))
    yield made
    await made.close()


async def test_nothing_was_forgotten(world: World) -> None:
    """While the bot ticks, an audit finds nothing, whenever it looks."""
    for _ in range(30):
        await world.go_to(world.after(days=2, hours=1))
        assert Found(2, 0, 0) == await world.app.audit()


async def test_ended_cases_are_not_looked_at(world: World) -> None:
    """A case that ended has nothing to say any more."""
    await change(world, "lotte", Closed("returned", date(2026, 11, 2)))
    assert Found(1, 0, 0) == await world.app.audit()


@pytest.mark.parametrize("planned", [None, timedelta(days=30)])
async def test_a_case_that_fell_out_is_put_back(world: World, planned: timedelta | None) -> None:
    """A case nobody would look at in time is found, counted and put right; afterwards what is due is said."""
    case = await world.case("jan")
    later = None if planned is None else world.clock + planned
    await world.app.database.run(lambda tx: cases.reschedule(tx, case.id, later))
    await world.go_to("2026-11-04 10:00")
    assert [] == world.to("sofie")
    found = await world.app.audit()
    assert (2, 1) == (found.cases, found.repaired)
    assert found.forgotten
    assert Found(2, 0, 0) == await world.app.audit()
    await world.go_to("2026-11-04 12:00")
    assert world.to("sofie")


async def test_what_is_held_is_not_forgotten(world: World) -> None:
    """What waits for the end of a pause was looked at; the audit leaves it there, also at night."""
    await change(world, "jan", Paused(date(2026, 11, 20)))
    for _ in range(8):
        await world.go_to(world.after(days=2, hours=5))
        assert Found(2, 0, 0) == await world.app.audit()
    assert [] == world.to("sofie")
    await world.go_to("2026-11-23 12:00")
    assert world.to("sofie")
