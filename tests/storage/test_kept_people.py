"""Organisations and people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import TYPE_CHECKING, Any

import pytest

from conversations.case import Person
from storage import organisations, people
from storage.database import Refused
from storage.organisations import Organisation

if TYPE_CHECKING:
    from storage.database import Database, Tx

FULL = Person(
    id="els", organisation="acme", name="Els Van den Bossche", email="Els@Acme.example",
    roles=frozenset({"manager", "hr"}), team="Onthaal", manager="an", deputy="dirk", away_from=date(2026, 12, 1),
    away_until=None, workdays=frozenset({1, 3, 7}), opens=time(7, 15), closes=time(19, 45), locale="nl", active=False,
)  # fmt: skip


async def test_a_person_comes_back_as_kept(acme: Database) -> None:
    """Every field survives, and a second put replaces all of them."""

    def keep(tx: Tx, person: Person) -> Person | None:
        people.put(tx, person)
        return people.get(tx, person.id)

    assert await acme.run(lambda tx: keep(tx, FULL)) == FULL
    changed = replace(FULL, manager=None, roles=frozenset(), workdays=frozenset(), team="")
    assert await acme.run(lambda tx: keep(tx, changed)) == changed


async def test_an_organisation_comes_back_as_kept(database: Database) -> None:
    """Every field survives."""
    acme = Organisation("acme", "Acme", "company_d@2", frozenset({"staff_of_20"}), frozenset({date(2026, 12, 24)}))
    await database.run(lambda tx: organisations.put(tx, acme))
    assert acme == await database.run(lambda tx: organisations.get(tx, "acme"))
    assert [acme] == await database.run(organisations.all)
    assert await database.run(lambda tx: organisations.get(tx, "nobody")) is None


async def test_people_are_of_one_organisation(acme: Database) -> None:
    """`of` gives those of the organisation only, by id."""
    found = await acme.run(lambda tx: people.of(tx, "acme"))
    assert {"an", "dirk", "jan", "hilde", "coen", "vera"} == set(found)
    assert all(key == person.id for key, person in found.items())


async def test_a_mail_address_is_known_however_it_is_typed(acme: Database) -> None:
    """Capitals and spaces around make no difference; no address finds nobody."""
    found = await acme.run(lambda tx: people.by_email(tx, "  AN@acme.EXAMPLE "))
    assert found is not None
    assert "an" == found.id
    assert await acme.run(lambda tx: people.by_email(tx, " ")) is None


async def test_a_mail_address_is_of_one_person(acme: Database) -> None:
    """Somebody else's mail address is Refused; having none is no clash."""
    with pytest.raises(Refused):
        await acme.run(lambda tx: people.put(tx, Person("x", "acme", "X", "AN@acme.example")))
    for nobody in ("x", "y"):
        await acme.run(lambda tx, nobody=nobody: people.put(tx, Person(nobody, "acme", nobody, "")))  # type: ignore[misc]


async def test_somebody_goes_away_and_comes_back(acme: Database) -> None:
    """Dates and deputy are set together, and taken away together."""
    gone = (date(2026, 12, 1), date(2026, 12, 5), "dirk")
    await acme.run(lambda tx: people.set_away(tx, "an", *gone))
    an = await acme.run(lambda tx: people.get(tx, "an"))
    assert an is not None
    assert gone == (an.away_from, an.away_until, an.deputy)
    await acme.run(lambda tx: people.set_away(tx, "an", None, None, None))
    an = await acme.run(lambda tx: people.get(tx, "an"))
    assert an is not None
    assert (None, None, None) == (an.away_from, an.away_until, an.deputy)


async def test_names_are_looked_for_by_an_index_of_their_own(acme: Database, engine: str) -> None:
    """However many work there, and in whatever order somebody writes a name."""

    def plan(tx: Tx) -> str:
        people.put(tx, FULL)
        assert {"bossche den els van": FULL.name} == people.named(tx, "acme", {"bossche den els van", "els peeters"})
        if engine == "postgresql":
            tx._connection.execute("SET LOCAL enable_seqscan = off")
        prepared = people.IN_FULL.on(tx._dialect)
        explain = "EXPLAIN " if engine == "postgresql" else "EXPLAIN QUERY PLAN "
        arguments: Any = prepared.arguments({"organisation": "acme", "keys": ["els peeters"]})
        return "\n".join(str(row[-1]) for row in tx._connection.execute(explain + prepared.sql, arguments).fetchall())

    steps = await acme.run(plan)
    assert "people_name_key" in steps
    assert engine == "postgresql" or "organisation=? AND name_key=?" in steps
