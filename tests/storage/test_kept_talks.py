"""Talks between two messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conversations.talking.dialogue import PARKED_AS, Pending, Talk
from storage import sessions
from storage.database import Conflict, Refused
from tests.storage.acme import NOW, TODAY

if TYPE_CHECKING:
    from conversations.talking.dialogue import Json
    from storage.database import Database, Tx

TALK = Talk("t1", "acme", "an", "contact", TODAY, "c1", about={"milestone": "first_call", "nth": "0"}, asked="reached")
ANSWERS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
WORDS = st.text(st.characters(codec="utf-8"))


@given(st.dictionaries(WORDS, ANSWERS | WORDS | st.lists(WORDS)))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_answers_come_back_as_they_were_read(acme: Database, answers: dict[str, Json]) -> None:
    """A yes stays a yes, 4 stays 4 and "4" stays "4": answers are replayed, so their kind matters."""

    def keep(tx: Tx) -> Talk | None:
        known = sessions.get(tx, "t1")
        if known is None:
            sessions.add(tx, TALK, NOW)
            known = TALK
        return sessions.save(tx, replace(known, answers=answers), NOW)

    saved = await acme.run(keep)
    found = await acme.run(lambda tx: sessions.get(tx, "t1"))
    assert saved == found
    assert found is not None
    assert {name: type(value) for name, value in answers.items()} == {
        name: type(value) for name, value in found.answers.items()
    }


async def test_a_talk_comes_back_as_kept(acme: Database) -> None:
    """Parked questions and what waits for a yes survive."""
    talk = replace(
        TALK, answers={"why": PARKED_AS, "when": None}, pending=Pending("until", "confirm", "2026-12-01"), misreads=2
    )
    await acme.run(lambda tx: sessions.add(tx, talk, NOW))
    assert talk == await acme.run(lambda tx: sessions.get(tx, "t1"))
    assert await acme.run(lambda tx: sessions.get(tx, "t2")) is None


async def test_the_talk_touched_last_comes_first(acme: Database) -> None:
    """Open and parked talks, the last asked first, of two asked at once the last begun; those over are left out."""

    def fill(tx: Tx) -> None:
        for number, minutes in ((1, 0), (2, 5), (3, 5), (4, 9)):
            sessions.add(tx, replace(TALK, id=f"t{number}"), NOW + timedelta(minutes=minutes))
        parked = sessions.get(tx, "t1")
        over = sessions.get(tx, "t4")
        assert parked is not None
        assert over is not None
        sessions.save(tx, replace(parked, state="parked"), NOW + timedelta(hours=1))
        sessions.save(tx, replace(over, state="over"), NOW + timedelta(hours=2))
        sessions.add(tx, replace(TALK, id="t5", person="jan"), NOW)

    await acme.run(fill)
    assert ["t1", "t3", "t2"] == [talk.id for talk in await acme.run(lambda tx: sessions.open_of(tx, "an"))]


async def test_a_stale_talk_is_a_conflict(acme: Database) -> None:
    """Two devices answer the same question: the second is told that the talk went on."""
    await acme.run(lambda tx: sessions.add(tx, TALK, NOW))
    saved = await acme.run(lambda tx: sessions.save(tx, TALK, NOW))
    assert 1 == saved.version
    with pytest.raises(Conflict):
        await acme.run(lambda tx: sessions.save(tx, TALK, NOW))
    with pytest.raises(Refused):
        await acme.run(lambda tx: sessions.add(tx, TALK, NOW))
