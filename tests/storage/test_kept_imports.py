"""Files that were brought in, lists that wait for a yes, and cases that are looked at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

import pytest

from storage import cases, imports, organisations, people
from storage.imports import Brought, Rehearsal
from tests.storage.acme import LATER, NOW, TODAY

if TYPE_CHECKING:
    from storage.database import Database, Tx

FILE = Brought("d1", "people", TODAY, NOW, "hilde", 12)
LIST = Rehearsal("r1", "acme", "hilde", NOW, NOW + timedelta(minutes=20), '["Ünï", "kanarie"]')


async def test_files_are_known_again(acme: Database) -> None:
    """The last one comes first, the same one again counts as the last time, and another organisation's is not there."""

    def work(tx: Tx) -> list[Brought]:
        imports.add(tx, "acme", FILE)
        imports.add(tx, "acme", replace(FILE, digest="d2", at=NOW + timedelta(hours=1), as_of=None))
        imports.add(tx, "acme", replace(FILE, at=NOW + timedelta(hours=2), by="an"))
        imports.add(tx, "other", replace(FILE, digest="d3"))
        return imports.of(tx, "acme")

    found = await acme.run(work)
    assert [("d1", "an", TODAY), ("d2", "hilde", None)] == [(one.digest, one.by, one.as_of) for one in found]


async def test_a_list_waits_and_goes(acme: Database) -> None:
    """It waits for its organisation, one for each person, until its time; and is gone when it is dropped."""

    def work(tx: Tx) -> None:
        imports.keep(tx, LIST)
        assert imports.get(tx, "acme", "r1", NOW) == LIST
        assert imports.get(tx, "other", "r1", NOW) is None
        assert imports.get(tx, "acme", "r1", LIST.expires) is None
        assert [replace(LIST, content="")] == imports.waiting(tx, "acme", NOW)
        imports.keep(tx, replace(LIST, id="r2", by="an"))
        imports.keep(tx, replace(LIST, id="r3"))
        assert ["r2", "r3"] == sorted(one.id for one in imports.waiting(tx, "acme", NOW))
        imports.drop(tx, "r2")
        late = replace(LIST, id="r4", by="an", at=LATER + timedelta(hours=1), expires=LATER + timedelta(hours=2))
        imports.keep(tx, late)
        assert ["r4"] == [one.id for one in imports.waiting(tx, "acme", NOW)]

    await acme.run(work)


@pytest.mark.parametrize(
    ("who", "looked"), [(None, 1), ("an", 1), ("jan", 1), ("coen", 1), ("dirk", 1), ("vera", 1), ("hilde", 0)]
)
async def test_looked_at_again(acme: Database, who: str | None, looked: int) -> None:
    """Running cases in which somebody may hear something: in a part, as deputy, or as the deputy's deputy."""

    def work(tx: Tx) -> tuple[int, bool]:
        people.set_away(tx, "dirk", None, None, "vera")
        cases.reschedule(tx, "c1", LATER)
        count = cases.look_again(tx, "acme", NOW, who)
        assert 0 == cases.look_again(tx, "other", NOW)
        return count, cases.planned(tx, "c1") == NOW

    assert (looked, bool(looked)) == await acme.run(work)


async def test_people_are_found(acme: Database) -> None:
    """By a part of the name, the address or the team, whatever the case; a sign of the query language is a sign."""

    def work(tx: Tx) -> dict[str, list[str]]:
        people.put(tx, replace(people.get(tx, "vera"), active=False))  # type: ignore[type-var] # she is there
        asked = ("", "PEETERS", "acme.example", "%", "_", "/", "vera")
        assert 5 == people.count(tx, "acme")
        assert ["an", "coen", "dirk", "hilde"] == [one.id for one in people.in_roles(tx, "acme")]
        return {text: [one.id for one in people.search(tx, "acme", text)] for text in asked}

    everybody = ["an", "coen", "dirk", "hilde", "jan"]
    assert {
        "": everybody, "PEETERS": ["an"], "acme.example": everybody, "%": [], "_": [], "/": [], "vera": [],
    } == await acme.run(work)  # fmt: skip


async def test_an_hour_of_its_own(acme: Database) -> None:
    """The hour at which an organisation begins is kept, and taken away again."""

    def work(tx: Tx) -> list[time | None]:
        known = organisations.Organisation("acme", "Acme", "company_c@1", holidays=frozenset({date(2026, 12, 24)}))
        hours = []
        for hour in (time(7, 30), None):
            organisations.put(tx, replace(known, send_at=hour))
            found = organisations.get(tx, "acme")
            assert found is not None
            hours.append(found.send_at)
        return hours

    assert [time(7, 30), None] == await acme.run(work)
