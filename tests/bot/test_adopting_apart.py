"""A case that cannot go over to a cadence holds up no other."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot import adopting
from conversations.case import Case, Spell
from storage import cases
from tests.bot.adopt import adopt
from tests.bot.test_adopting import edited, publish
from tests.world import ORGANISATION, World

if TYPE_CHECKING:
    from storage.database import Tx

SINCE = date(2026, 11, 2)
ABSENT = ("fatima", "jan", "lotte", "pieter", "sofie")


@pytest.mark.parametrize("broken", [("fatima",), ("sofie",), ("jan", "lotte"), ABSENT])
async def test_a_case_that_cannot_go_over(tmp_path: Path, broken: tuple[str, ...]) -> None:
    """It follows what it followed; every other one goes over once, and the adoption comes to its end."""
    world = await World(tmp_path).people()

    def work(tx: Tx) -> None:
        for who in ABSENT:
            policy = "gone@9" if who in broken else "company_c@1"
            anchors = {"absence_start": SINCE, "absence_reported": SINCE}
            case = Case(who, ORGANISATION, who, "nadia", policy, anchors=anchors, spells=(Spell(SINCE),))
            cases.add(tx, case, "els", world.clock, None)

    await world.app.database.run(work)
    policy = await publish(world, edited())
    found = await adopt(world.app.database, world.app.house, ORGANISATION, policy.ref, "all", "els", world.clock)
    followed = {who: (await world.case(who)).policy for who in ABSENT}
    assert {who: "gone@9" if who in broken else policy.ref for who in ABSENT} == followed
    assert (len(ABSENT) - len(broken), 0, True) == (found.moved, found.left, found.finished)
    assert 0 == await adopting.go_on(world.app.database, world.app.house, world.clock)
    await world.close()
