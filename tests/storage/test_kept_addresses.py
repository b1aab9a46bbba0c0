"""Where people are reached, and whose an address is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING

from storage import accounts, addresses, people
from tests.storage.acme import NOW

if TYPE_CHECKING:
    from storage.database import Database, Tx


async def test_an_address_leads_to_its_person(acme: Database) -> None:
    """A linked address is that person's; linked again it is the other's."""
    await acme.run(lambda tx: addresses.link(tx, "an", "slack", "U1", NOW))
    found = await acme.run(lambda tx: addresses.at(tx, "slack", "U1"))
    assert found is not None
    assert "an" == found.id
    assert await acme.run(lambda tx: addresses.at(tx, "telegram", "U1")) is None
    await acme.run(lambda tx: addresses.link(tx, "dirk", "slack", "U1", NOW))
    assert await acme.run(lambda tx: addresses.address_of(tx, "an")) is None
    assert ("slack", "U1") == await acme.run(lambda tx: addresses.address_of(tx, "dirk"))


async def test_the_address_linked_last_is_preferred_while_it_is_reachable(acme: Database) -> None:
    """An unreachable address is passed over until it is linked again."""

    def link(tx: Tx) -> None:
        addresses.link(tx, "an", "web", "an", NOW)
        addresses.link(tx, "an", "slack", "U1", NOW + timedelta(days=1))

    await acme.run(link)
    assert ("slack", "U1") == await acme.run(lambda tx: addresses.address_of(tx, "an"))
    await acme.run(lambda tx: addresses.unreachable(tx, "slack", "U1", NOW))
    assert ("web", "an") == await acme.run(lambda tx: addresses.address_of(tx, "an"))
    await acme.run(lambda tx: addresses.link(tx, "an", "slack", "U1", NOW + timedelta(days=2)))
    assert ("slack", "U1") == await acme.run(lambda tx: addresses.address_of(tx, "an"))


async def test_an_account_is_of_one_person(acme: Database) -> None:
    """Of two people who link one account at once, one gets it; the other's try changes nothing."""
    tried = ("an", "dirk")
    got = await asyncio.gather(
        *(acme.run(lambda tx, who=who: addresses.claim(tx, who, "slack", "U1", NOW)) for who in tried)
    )  # type: ignore[misc]
    (winner,) = [who for who, took in zip(tried, got, strict=True) if took]
    found = await acme.run(lambda tx: addresses.at(tx, "slack", "U1"))
    assert found is not None
    assert winner == found.id


async def test_an_account_of_somebody_who_left_is_free(acme: Database) -> None:
    """It goes over, without the wish of who had it; one's own account may be linked again, and keeps the wish."""

    def work(tx: Tx) -> list[addresses.Way]:
        addresses.link(tx, "an", "web", "an", NOW)
        assert addresses.claim(tx, "an", "slack", "U1", NOW)
        addresses.prefer(tx, "an", "slack", NOW)
        assert addresses.claim(tx, "an", "slack", "U1", NOW)
        assert [("slack", True), ("web", False)] == [(way.channel, way.chosen) for way in addresses.ways_to(tx, "an")]
        an = people.get(tx, "an")
        assert an is not None
        people.put(tx, replace(an, active=False))
        assert addresses.claim(tx, "dirk", "slack", "U1", NOW)
        return addresses.ways_to(tx, "dirk")

    assert [addresses.Way("slack", "U1", reachable=True, chosen=False)] == await acme.run(work)


async def test_an_account_is_let_go_by_its_owner_alone(acme: Database) -> None:
    """Nobody lets go of what is another's."""
    await acme.run(lambda tx: addresses.link(tx, "an", "slack", "U1", NOW))
    assert not await acme.run(lambda tx: addresses.unlink(tx, "dirk", "slack", "U1"))
    assert await acme.run(lambda tx: addresses.unlink(tx, "an", "slack", "U1"))
    assert await acme.run(lambda tx: addresses.at(tx, "slack", "U1")) is None
    assert not await acme.run(lambda tx: addresses.unlink(tx, "an", "slack", "U1"))


async def test_the_channel_that_was_chosen_comes_first(acme: Database) -> None:
    """Also after another was linked, until another is chosen; what does not work is passed over."""

    def work(tx: Tx) -> list[tuple[str, str] | None]:
        addresses.link(tx, "an", "web", "an", NOW)
        addresses.link(tx, "an", "slack", "U1", NOW + timedelta(days=1))
        addresses.prefer(tx, "an", "web", NOW)
        addresses.claim(tx, "an", "telegram", "7", NOW + timedelta(days=2))
        found = [addresses.address_of(tx, "an")]
        addresses.prefer(tx, "an", "slack", NOW + timedelta(days=3))
        found.append(addresses.address_of(tx, "an"))
        addresses.recall(tx, ["an"])
        found.append(addresses.address_of(tx, "an"))
        addresses.unreachable(tx, "slack", "U1", NOW)
        found.append(addresses.address_of(tx, "an"))
        addresses.recall(tx, ["an"])
        found.append(addresses.address_of(tx, "an"))
        addresses.reachable(tx, "slack", "U1")
        return [*found, addresses.address_of(tx, "an")]

    slack, telegram = ("slack", "U1"), ("telegram", "7")
    assert [("web", "an"), slack, slack, telegram, telegram, slack] == await acme.run(work)


async def test_a_whole_workspace_goes(acme: Database) -> None:
    """An address without a user part stands for every address under it, and for no other; each is named once."""

    def work(tx: Tx) -> tuple[list[tuple[str, str]], list[tuple[str, str]], list[bool]]:
        for who, address in (("an", "T1:U1"), ("dirk", "T1:U2"), ("vera", "T12:U1"), ("jan", "T_:U1")):
            addresses.link(tx, who, "slack", address, NOW)
        addresses.link(tx, "hilde", "telegram", "T1:U3", NOW)
        first, again = (sorted(addresses.unreachable(tx, "slack", "T1", NOW)) for _ in range(2))
        assert not [one for one in addresses.unreachable(tx, "slack", "T_", NOW) if one[0] != "jan"]
        return first, again, [addresses.ways_to(tx, who)[0].reachable for who in ("an", "dirk", "vera", "hilde")]

    gone = [("an", "T1:U1"), ("dirk", "T1:U2")]
    assert (gone, [], [False, False, True, True]) == await acme.run(work)


async def test_who_was_thought_unreachable_is_heard(acme: Database) -> None:
    """The address still leads to its person, and says that we thought it gone."""
    await acme.run(lambda tx: addresses.link(tx, "an", "slack", "U1", NOW))
    heard = []
    for turn in (addresses.unreachable, addresses.link):
        found = await acme.run(lambda tx: addresses.heard_at(tx, "slack", "U1"))
        assert found is not None
        heard.append((found[0].id, found[1]))
        if turn is addresses.unreachable:
            await acme.run(lambda tx: addresses.unreachable(tx, "slack", "U1", NOW))
    assert [("an", False), ("an", True)] == heard
    assert await acme.run(lambda tx: addresses.heard_at(tx, "slack", "U2")) is None


async def test_a_silent_account_is_of_one_night(acme: Database, engine: str) -> None:
    """Of two that look at once, one gets it; the other goes on without."""
    looked, both = Event(), Event()
    long_after = NOW + timedelta(days=400)

    def silent(tx: Tx) -> list[str]:
        return [one.address for one in accounts.silent(tx, "web", long_after, long_after, 9)]

    def first(tx: Tx) -> list[str]:
        found = silent(tx)
        looked.set()
        assert engine == "sqlite" or both.wait(20)
        for address in found:
            accounts.asked(tx, "slack", address, long_after + timedelta(seconds=1))
        return found

    def second(tx: Tx) -> list[str]:
        assert looked.wait(20)
        found = silent(tx)
        both.set()
        return found

    await acme.run(lambda tx: addresses.link(tx, "an", "slack", "U1", NOW))
    assert (["U1"], []) == tuple(await asyncio.gather(acme.run(first), acme.run(second)))
