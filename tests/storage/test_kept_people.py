"""Organisations, people and their addresses."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from conversations.case import Person
from storage import organisations, people
from storage.database import Refused
from storage.organisations import Organisation
from tests.storage.acme import NOW

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


async def test_an_address_leads_to_its_person(acme: Database) -> None:
    """A linked address is that person's; linked again it is the other's."""
    await acme.run(lambda tx: people.link(tx, "an", "slack", "U1", NOW))
    found = await acme.run(lambda tx: people.at(tx, "slack", "U1"))
    assert found is not None
    assert "an" == found.id
    assert await acme.run(lambda tx: people.at(tx, "telegram", "U1")) is None
    await acme.run(lambda tx: people.link(tx, "dirk", "slack", "U1", NOW))
    assert await acme.run(lambda tx: people.address_of(tx, "an")) is None
    assert ("slack", "U1") == await acme.run(lambda tx: people.address_of(tx, "dirk"))


async def test_the_address_linked_last_is_preferred_while_it_is_reachable(acme: Database) -> None:
    """An unreachable address is passed over until it is linked again."""

    def link(tx: Tx) -> None:
        people.link(tx, "an", "web", "an", NOW)
        people.link(tx, "an", "slack", "U1", NOW + timedelta(days=1))

    await acme.run(link)
    assert ("slack", "U1") == await acme.run(lambda tx: people.address_of(tx, "an"))
    await acme.run(lambda tx: people.unreachable(tx, "slack", "U1", NOW))
    assert ("web", "an") == await acme.run(lambda tx: people.address_of(tx, "an"))
    await acme.run(lambda tx: people.link(tx, "an", "slack", "U1", NOW + timedelta(days=2)))
    assert ("slack", "U1") == await acme.run(lambda tx: people.address_of(tx, "an"))


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


# --- Several addresses ---------------------------------------------------------------------------------


async def test_an_account_is_of_one_person(acme: Database) -> None:
    """Of two people who link one account at once, one gets it; the other's try changes nothing."""
    tried = ("an", "dirk")
    got = await asyncio.gather(
        *(acme.run(lambda tx, who=who: people.claim(tx, who, "slack", "U1", NOW)) for who in tried)
    )  # type: ignore[misc]
    (winner,) = [who for who, took in zip(tried, got, strict=True) if took]
    found = await acme.run(lambda tx: people.at(tx, "slack", "U1"))
    assert found is not None
    assert winner == found.id


async def test_an_account_of_somebody_who_left_is_free(acme: Database) -> None:
    """It goes over, without the wish of who had it; one's own account may be linked again, and keeps the wish."""

    def work(tx: Tx) -> list[people.Way]:
        people.link(tx, "an", "web", "an", NOW)
        assert people.claim(tx, "an", "slack", "U1", NOW)
        people.prefer(tx, "an", "slack", NOW)
        assert people.claim(tx, "an", "slack", "U1", NOW)
        assert [("slack", True), ("web", False)] == [(way.channel, way.chosen) for way in people.ways_to(tx, "an")]
        an = people.get(tx, "an")
        assert an is not None
        people.put(tx, replace(an, active=False))
        assert people.claim(tx, "dirk", "slack", "U1", NOW)
        return people.ways_to(tx, "dirk")

    assert [people.Way("slack", "U1", reachable=True, chosen=False)] == await acme.run(work)


async def test_an_account_is_let_go_by_its_owner_alone(acme: Database) -> None:
    """Nobody lets go of what is another's."""
    await acme.run(lambda tx: people.link(tx, "an", "slack", "U1", NOW))
    assert not await acme.run(lambda tx: people.unlink(tx, "dirk", "slack", "U1"))
    assert await acme.run(lambda tx: people.unlink(tx, "an", "slack", "U1"))
    assert await acme.run(lambda tx: people.at(tx, "slack", "U1")) is None
    assert not await acme.run(lambda tx: people.unlink(tx, "an", "slack", "U1"))


async def test_the_channel_that_was_chosen_comes_first(acme: Database) -> None:
    """Also after another was linked, until another is chosen; what does not work is passed over."""

    def work(tx: Tx) -> list[tuple[str, str] | None]:
        people.link(tx, "an", "web", "an", NOW)
        people.link(tx, "an", "slack", "U1", NOW + timedelta(days=1))
        people.prefer(tx, "an", "web", NOW)
        people.claim(tx, "an", "telegram", "7", NOW + timedelta(days=2))
        found = [people.address_of(tx, "an")]
        people.prefer(tx, "an", "slack", NOW + timedelta(days=3))
        found.append(people.address_of(tx, "an"))
        people.recall_reach(tx, ["an"])
        found.append(people.address_of(tx, "an"))
        people.unreachable(tx, "slack", "U1", NOW)
        found.append(people.address_of(tx, "an"))
        people.recall_reach(tx, ["an"])
        found.append(people.address_of(tx, "an"))
        people.reachable(tx, "slack", "U1")
        return [*found, people.address_of(tx, "an")]

    slack, telegram = ("slack", "U1"), ("telegram", "7")
    assert [("web", "an"), slack, slack, telegram, telegram, slack] == await acme.run(work)


async def test_a_whole_workspace_goes(acme: Database) -> None:
    """An address without a user part stands for every address under it, and for no other; each is named once."""

    def work(tx: Tx) -> tuple[list[tuple[str, str]], list[tuple[str, str]], list[bool]]:
        for who, address in (("an", "T1:U1"), ("dirk", "T1:U2"), ("vera", "T12:U1"), ("jan", "T_:U1")):
            people.link(tx, who, "slack", address, NOW)
        people.link(tx, "hilde", "telegram", "T1:U3", NOW)
        first, again = (sorted(people.unreachable(tx, "slack", "T1", NOW)) for _ in range(2))
        assert not [one for one in people.unreachable(tx, "slack", "T_", NOW) if one[0] != "jan"]
        return first, again, [people.ways_to(tx, who)[0].reachable for who in ("an", "dirk", "vera", "hilde")]

    gone = [("an", "T1:U1"), ("dirk", "T1:U2")]
    assert (gone, [], [False, False, True, True]) == await acme.run(work)


async def test_who_was_thought_unreachable_is_heard(acme: Database) -> None:
    """The address still leads to its person, and says that we thought it gone."""
    await acme.run(lambda tx: people.link(tx, "an", "slack", "U1", NOW))
    heard = []
    for turn in (people.unreachable, people.link):
        found = await acme.run(lambda tx: people.heard_at(tx, "slack", "U1"))
        assert found is not None
        heard.append((found[0].id, found[1]))
        if turn is people.unreachable:
            await acme.run(lambda tx: people.unreachable(tx, "slack", "U1", NOW))
    assert [("an", False), ("an", True)] == heard
    assert await acme.run(lambda tx: people.heard_at(tx, "slack", "U2")) is None


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
