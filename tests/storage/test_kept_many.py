"""What is read or written of many at once, on both kinds of database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from conversations.case import Person
from conversations.changes import Closed
from storage import addresses, cases, outbox, people, sending
from tests.storage.acme import LATER, LEASE, NOW, TODAY, jans_case, message

if TYPE_CHECKING:
    from storage.database import Database, Tx


async def test_what_was_decided_of_many(acme: Database) -> None:
    """Each case has its own, one of which nothing was decided has none, and nobody asks for nothing."""

    def work(tx: Tx) -> dict[str, dict[str, object]]:
        cases.add(tx, replace(jans_case(), id="c2", employee="vera"), "an", NOW, NOW)
        cases.tell(tx, "c1", "k", NOW, "said", None, "company_c@1")
        return {**cases.outcomes_of(tx, ["c1", "c2"]), **cases.outcomes_of(tx, [])}  # type: ignore[dict-item]

    assert {"c1": {"k": ("said", NOW)}, "c2": {}} == await acme.run(work)


async def test_many_are_rescheduled(acme: Database) -> None:
    """Each to its own moment, or never."""

    def work(tx: Tx) -> list[object]:
        cases.add(tx, replace(jans_case(), id="c2", employee="vera"), "an", NOW, NOW)
        cases.reschedule_all(tx, {"c1": LATER, "c2": None})
        cases.reschedule_all(tx, {})
        return [cases.planned(tx, case) for case in ("c1", "c2")]

    assert [LATER, None] == await acme.run(work)


async def test_what_was_recalled_is_the_same(acme: Database) -> None:
    """Who and what is read ahead is what would have been read one by one; nothing is read for nobody."""

    def ahead(tx: Tx) -> tuple[object, ...]:
        people.recall(tx, {"jan", "vera", "stranger"})
        people.recall(tx, ())
        cases.recall(tx, {"c1", "c9"})
        cases.recall(tx, ())
        return people.get(tx, "jan"), people.get(tx, "stranger"), cases.load(tx, "c1"), cases.load(tx, "c9")

    def one_by_one(tx: Tx) -> tuple[object, ...]:
        return people.get(tx, "jan"), people.get(tx, "stranger"), cases.load(tx, "c1"), cases.load(tx, "c9")

    assert await acme.run(one_by_one) == await acme.run(ahead)


async def test_what_is_written_is_not_remembered_as_it_was(acme: Database) -> None:
    """A person or a case that changes in this transaction is read anew."""

    def work(tx: Tx) -> tuple[object, ...]:
        people.recall(tx, {"vera"})
        cases.recall(tx, {"c1"})
        people.set_away(tx, "vera", TODAY, None, None)
        case = cases.load(tx, "c1")
        assert case is not None
        cases.save(tx, case, [Closed("returned", TODAY)], "an", NOW, None)
        vera, closed = people.get(tx, "vera"), cases.load(tx, "c1")
        assert vera is not None
        assert closed is not None
        return vera.away_from, closed.status

    assert (TODAY, "closed") == await acme.run(work)


async def test_who_may_see_a_case_that_was_read_before(acme: Database) -> None:
    """Reading a case ahead opens it to nobody: everybody sees what they would have seen."""

    def seen(tx: Tx, *, ahead: bool) -> dict[str, bool]:
        if ahead:
            cases.recall(tx, {"c1"})
        everybody = people.of(tx, "acme").values()
        return {one.id: cases.visible(tx, one, "c1", TODAY) is not None for one in everybody}

    found = await acme.run(lambda tx: seen(tx, ahead=False))
    assert {True, False} == set(found.values())
    assert found == await acme.run(lambda tx: seen(tx, ahead=True))
    ended = [Closed("returned", TODAY)]
    await acme.run(lambda tx: cases.save(tx, jans_case(), ended, "an", NOW, None))
    assert await acme.run(lambda tx: seen(tx, ahead=False)) == await acme.run(lambda tx: seen(tx, ahead=True))


async def test_a_claim_is_begun_and_finished_at_once(acme: Database) -> None:
    """Only what is still of this claim is begun, once; each gets its own end; another's token changes nothing."""
    ends = [
        sending.Ending("r1", "sent", receipt="x"), sending.Ending("r2", "later", retry_at=LATER, reason="busy"),
    ]  # fmt: skip

    def queue(tx: Tx) -> None:
        for number in range(1, 4):
            outbox.queue(tx, message(f"r{number}", address=f"a{number}"))
        sending.claim(tx, NOW, LEASE, 10, "t")
        sending.finish(tx, "r3", "t", "cancelled", NOW, reason="done")

    await acme.run(queue)
    assert set() == await acme.run(lambda tx: sending.begin_attempts(tx, "other", NOW))
    assert set() == await acme.run(lambda tx: sending.begin_attempts(tx, "t", NOW + LEASE + timedelta(seconds=1)))
    assert {"r1", "r2"} == await acme.run(lambda tx: sending.begin_attempts(tx, "t", NOW))
    assert set() == await acme.run(lambda tx: sending.begin_attempts(tx, "t", NOW))

    def states(tx: Tx) -> list[tuple[object, ...]]:
        rows = [outbox.get(tx, f"r{number}") for number in range(1, 4)]
        return [(row.state, row.attempts, row.receipt, row.reason) for row in rows if row is not None]

    await acme.run(lambda tx: sending.finish_all(tx, ends, "other", NOW))
    assert [("claimed", 1, None, None)] * 2 == (await acme.run(states))[:2]
    await acme.run(lambda tx: sending.finish_all(tx, ends, "t", NOW))
    expected = [("sent", 1, "x", None), ("later", 1, None, "busy"), ("cancelled", 0, None, "done")]
    assert expected == await acme.run(states)
    assert [] == await acme.run(lambda tx: sending.claim(tx, NOW, LEASE, 10, "u"))


async def test_what_is_written_later_is_there_for_who_looks(acme: Database) -> None:
    """A row that waits is written before anything is read, and at the end; a decision that stood stands."""
    said = cases.Decision("k", NOW, "said", None, "company_c@1")

    def work(tx: Tx) -> tuple[object, ...]:
        cases.tell_later(tx, "c1", said)
        cases.tell_later(tx, "c1", replace(said, outcome="dropped"))
        outbox.queue_later(tx, message("r1"))
        return cases.decisions(tx, "c1"), outbox.get(tx, "r1") is not None

    assert ([said], True) == await acme.run(work)
    await acme.run(lambda tx: outbox.queue_later(tx, message("r2")))
    assert await acme.run(lambda tx: outbox.get(tx, "r2") is not None)


async def test_names_and_addresses_read_ahead_are_the_same(acme: Database) -> None:
    """Who shares a first name in the team, and the address linked last, whether read ahead or one by one."""

    def found(tx: Tx, *, ahead: bool) -> list[object]:
        if ahead:
            people.recall_teams(tx, {"an", "dirk", "vera"})
            addresses.recall(tx, {"an", "dirk", "vera"})
        jan = people.get(tx, "jan")
        assert jan is not None
        where = [addresses.address_of(tx, one) for one in ("an", "dirk", "vera")]
        return [people.has_namesake(tx, jan, in_team=True), *where]

    def fill(tx: Tx) -> None:
        people.put(tx, Person("jan2", "acme", "Jan Maes", "", manager="an"))
        addresses.link(tx, "an", "web", "an", NOW)
        addresses.link(tx, "an", "slack", "U1", LATER)
        addresses.link(tx, "dirk", "web", "dirk", NOW)
        addresses.link(tx, "dirk", "slack", "U2", LATER)
        addresses.unreachable(tx, "slack", "U2", LATER)

    await acme.run(fill)
    expected = [True, ("slack", "U1"), ("web", "dirk"), None]
    assert expected == await acme.run(lambda tx: found(tx, ahead=False))
    assert expected == await acme.run(lambda tx: found(tx, ahead=True))
