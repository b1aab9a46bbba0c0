"""The outbox: from in line to sent, or to the other ends."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import chain, count
from typing import TYPE_CHECKING, Any

import pytest

from storage import cases, outbox, sending
from storage.database import Database
from tests.storage.acme import LATER, LEASE, NOW, message

if TYPE_CHECKING:
    from storage.database import Tx
    from storage.outbox import Row
    from storage.vault import Vault


async def queue(acme: Database, *rows: Row) -> list[bool]:
    """Put the rows in line."""
    return await acme.run(lambda tx: [outbox.queue(tx, row) for row in rows])


async def claim(acme: Database, token: str = "t", at: Any = NOW, limit: int = 100) -> list[str]:
    """Take what may go out, by id."""
    return [row.id for row in await acme.run(lambda tx: sending.claim(tx, at, LEASE, limit, token))]


async def state(acme: Database, row: str = "r1") -> str:
    """How the message is now."""
    found = await acme.run(lambda tx: outbox.get(tx, row))
    assert found is not None
    return found.state


async def finish(acme: Database, row: str, token: str, outcome: Any, **more: Any) -> bool:
    """What became of the claim."""
    return await acme.run(lambda tx: sending.finish(tx, row, token, outcome, NOW, **more))


async def begin(acme: Database, row: str, token: str, at: Any = NOW) -> bool:
    """Begin an attempt."""
    return row in await acme.run(lambda tx: sending.begin_attempts(tx, token, at))


async def test_a_message_comes_back_as_queued(acme: Database) -> None:
    """Every field survives, and the outbox adds its number."""
    row = message(
        "r1", kind="nudge", body='{"p": "Jan is ziek 🙂"}', case="c1", talk="t1", question="reached",
        key="k", urgent=True,
    )  # fmt: skip
    await queue(acme, row)
    found = await acme.run(lambda tx: outbox.get(tx, "r1"))
    assert found is not None
    assert 1 == found.number
    assert all(getattr(row, name) == getattr(found, name) for name in outbox.PLAIN if name != "number")
    assert row.body == found.body
    assert await acme.run(lambda tx: outbox.get(tx, "r2")) is None


async def test_a_nudge_is_queued_once(acme: Database) -> None:
    """The same key, or the same id, is not queued again; messages without a key are."""
    rows = (message("r1", key="k"), message("r2", key="k"), message("r1"), message("r3"), message("r4"))
    assert [True, False, False, True, True] == await queue(acme, *rows)


async def test_what_waits_is_counted(acme: Database) -> None:
    """The backlog: what waits, since when the first of it could have gone out, and what is unsure."""
    assert (0, None, 0) == await acme.run(outbox.backlog)
    await queue(acme, message("r1"), message("r2", address="b", not_before=LATER), message("r3", address="c"))
    await claim(acme, limit=1)
    await begin(acme, "r1", "t")
    await finish(acme, "r1", "t", "unsure")
    assert (2, NOW, 1) == await acme.run(outbox.backlog)


async def test_a_message_is_sent(acme: Database) -> None:
    """Claimed, attempted, sent: with its receipt, and nobody takes it again."""
    await queue(acme, message("r1"))
    assert ["r1"] == await claim(acme)
    assert [] == await claim(acme, "other")
    assert await begin(acme, "r1", "t")
    assert await finish(acme, "r1", "t", "sent", receipt="123.456")
    found = await acme.run(lambda tx: outbox.get(tx, "r1"))
    assert found is not None
    assert ("sent", "123.456", 1) == (found.state, found.receipt, found.attempts)
    assert [] == await claim(acme, at=LATER)


async def test_a_message_waits_for_its_time(acme: Database) -> None:
    """Nothing goes out before `not_before`; then in order of time, at most so many."""
    await queue(
        acme,
        message("r1", not_before=LATER, address="a"),
        message("r2", address="b"),
        message("r3", not_before=NOW + timedelta(seconds=1), address="c"),
    )
    assert ["r2"] == await claim(acme)
    assert NOW + timedelta(seconds=1) == await acme.run(outbox.first_ready)
    assert ["r3"] == await claim(acme, "u", at=LATER, limit=1)
    assert ["r1"] == await claim(acme, "v", at=LATER, limit=1)


async def test_messages_to_one_address_keep_their_order(acme: Database) -> None:
    """While one is under way, or comes later after an attempt, what follows it waits; other addresses go on."""
    await queue(acme, message("r1"), message("r2"), message("r3", address="elsewhere"))
    assert ["r1"] == await claim(acme, "a", limit=1)
    assert ["r3"] == await claim(acme, "b")
    await begin(acme, "r1", "a")
    await finish(acme, "r1", "a", "later", retry_at=LATER)
    assert [] == await claim(acme, "c")
    assert ["r1"] == await claim(acme, "d", at=LATER)
    await finish(acme, "r1", "d", "sent")
    assert ["r2"] == await claim(acme, "e", at=LATER)


async def test_a_message_put_off_without_an_attempt_holds_back_nobody(acme: Database) -> None:
    """A nudge that must wait until the morning does not stop an answer now."""
    await queue(acme, message("r1"))
    await claim(acme)
    assert await finish(acme, "r1", "t", "later", retry_at=LATER, reason="quiet_hours")
    await queue(acme, message("r2"))
    assert ["r2"] == await claim(acme, "u")
    assert ["r1"] == await claim(acme, "v", at=LATER)


async def test_later_needs_a_time(acme: Database) -> None:
    """`later` without a time, or a time without `later`, is a mistake of the caller."""
    await queue(acme, message("r1"))
    await claim(acme)
    with pytest.raises(ValueError, match="later"):
        await finish(acme, "r1", "t", "later")
    with pytest.raises(ValueError, match="later"):
        await finish(acme, "r1", "t", "sent", retry_at=LATER)


async def test_only_the_token_of_the_claim_counts(acme: Database) -> None:
    """Who comes back with another token begins nothing and changes nothing."""
    await queue(acme, message("r1"))
    await claim(acme)
    assert not await begin(acme, "r1", "other")
    assert not await finish(acme, "r1", "other", "sent")
    assert "claimed" == await state(acme)
    assert await begin(acme, "r1", "t")
    assert not await begin(acme, "r1", "t")


async def test_a_lease_that_ran_out_with_an_attempt_is_unsure(acme: Database) -> None:
    """Perhaps it arrived: it is never sent again by itself, and HR sees it."""
    await queue(acme, message("r1"))
    await claim(acme)
    await begin(acme, "r1", "t")
    assert [] == await acme.run(lambda tx: sending.expire(tx, NOW))
    assert ["r1"] == [row.id for row in await acme.run(lambda tx: sending.expire(tx, LATER))]
    assert [] == await acme.run(lambda tx: sending.expire(tx, LATER))
    assert "unsure" == await state(acme)
    assert [] == await claim(acme, "u", at=LATER)
    assert ["r1"] == [row.id for row in await acme.run(lambda tx: outbox.trouble(tx, "acme", 10))]
    second = timedelta(seconds=1)
    for channel, until, found in (("web", LATER, ["r1"]), ("web", LATER - second, []), ("slack", LATER, [])):
        rows = await acme.run(lambda tx, which=(channel, until): sending.in_doubt(tx, *which, 10))  # type: ignore[misc]
        assert found == [row.id for row in rows]


async def test_what_stays_in_doubt_is_given_up_once(acme: Database) -> None:
    """It stays unsure, is said to be given up once, and is not looked up any more."""
    await queue(acme, message("r1"))
    await claim(acme, "t")
    await begin(acme, "r1", "t")
    await acme.run(lambda tx: sending.expire(tx, LATER))
    assert [["r1"], []] == [
        [row.id for row in await acme.run(lambda tx: sending.give_up(tx, "web", LATER))] for _ in range(2)
    ]
    assert "unsure" == await state(acme)
    assert [] == await acme.run(lambda tx: sending.in_doubt(tx, "web", LATER, 10))


async def test_what_is_in_doubt_is_resolved_for_one_attempt(acme: Database) -> None:
    """Who looked up an older attempt does not decide about a later one."""
    await queue(acme, message("r1"))
    await claim(acme, "t")
    await begin(acme, "r1", "t")
    await acme.run(lambda tx: sending.expire(tx, LATER))
    assert not await acme.run(lambda tx: sending.resolve(tx, "r1", "sent", LATER, token="older"))
    assert await acme.run(lambda tx: sending.resolve(tx, "r1", "sent", LATER, token="t"))


async def test_a_lease_that_ran_out_without_an_attempt_goes_back_in_line(acme: Database) -> None:
    """Nothing was called, so another worker takes it; the first may not begin any more."""
    await queue(acme, message("r1"))
    await claim(acme)
    assert not await begin(acme, "r1", "t", at=NOW + LEASE)
    assert [] == await acme.run(lambda tx: sending.expire(tx, LATER))
    assert "queued" == await state(acme)
    assert ["r1"] == await claim(acme, "u", at=LATER)
    assert not await begin(acme, "r1", "t", at=LATER)
    assert await begin(acme, "r1", "u", at=LATER)


async def test_a_late_outcome_is_still_taken(acme: Database) -> None:
    """A worker that was only slow says what became of it, as long as nobody decided since."""
    await queue(acme, message("r1"))
    await claim(acme)
    await begin(acme, "r1", "t")
    await acme.run(lambda tx: sending.expire(tx, LATER))
    assert await finish(acme, "r1", "t", "sent", receipt="x")
    assert "sent" == await state(acme)
    assert not await finish(acme, "r1", "t", "failed")
    assert "sent" == await state(acme)


@pytest.mark.parametrize("outcome", ["sent", "failed", "cancelled", "later"])
async def test_an_unsure_message_is_resolved_once(acme: Database, outcome: Any) -> None:
    """What was found out later decides; sent again means another claim, with another token."""
    await queue(acme, message("r1"))
    await claim(acme)
    await begin(acme, "r1", "t")
    await acme.run(lambda tx: sending.expire(tx, LATER))
    retry = LATER if outcome == "later" else None
    assert await acme.run(lambda tx: sending.resolve(tx, "r1", outcome, LATER, retry_at=retry))
    assert not await acme.run(lambda tx: sending.resolve(tx, "r1", "failed", LATER))
    assert outcome == await state(acme)
    assert (["r1"] if retry else []) == await claim(acme, "u", at=LATER)


async def test_stop_takes_what_was_not_called_for_yet(acme: Database) -> None:
    """Queued, put off and claimed messages about the case end; one under way is not lied about."""
    rows = [message(f"r{number}", case="c1", address=f"a{number}") for number in range(1, 6)]
    await queue(acme, *rows, message("r6", address="a6"))
    assert ["r1", "r2"] == await claim(acme, limit=2)
    await begin(acme, "r1", "t")
    await finish(acme, "r2", "t", "later", retry_at=LATER)
    assert ["r3"] == await claim(acme, "s", limit=1)
    assert 4 == await acme.run(lambda tx: outbox.cancel_case(tx, "c1", "stop"))
    states = [await state(acme, f"r{number}") for number in range(1, 7)]
    assert ["claimed", "cancelled", "cancelled", "cancelled", "cancelled", "queued"] == states
    assert not await begin(acme, "r3", "s")
    assert not await finish(acme, "r3", "s", "sent")
    assert ["r6"] == await claim(acme, "u", at=NOW)


async def test_the_first_answer_stands(acme: Database) -> None:
    """Pressed twice, on two devices: one answer, and when it was given."""
    await queue(acme, message("r1", talk="t1", question="reached"), message("r2", talk="t1"))
    open_one = await acme.run(lambda tx: outbox.open_question(tx, "t1"))
    assert open_one is not None
    assert "r1" == open_one.id
    assert await acme.run(lambda tx: outbox.answer(tx, "r1", "Ja, gebeld", NOW))
    assert not await acme.run(lambda tx: outbox.answer(tx, "r1", "Nee", LATER))
    found = await acme.run(lambda tx: outbox.get(tx, "r1"))
    assert found is not None
    assert ("Ja, gebeld", NOW) == (found.answered, found.answered_at)
    assert await acme.run(lambda tx: outbox.open_question(tx, "t1")) is None


async def test_what_was_answered_is_drawn_once(acme: Database) -> None:
    """Not before its time, by one at a time, again when nobody said that it was, and found by an index of its own."""
    await queue(acme, message("r1"), message("r2"), message("r3"))
    await acme.run(lambda tx: outbox.answer(tx, "r1", "Ja", NOW, LATER))
    await acme.run(lambda tx: outbox.answer(tx, "r2", "Ja", NOW))

    async def stale(at: Any) -> list[str]:
        rows = await acme.run(lambda tx: outbox.redraw(tx, at, at + LEASE, 9))
        return [row.id for row in rows if row.answered == "Ja"]

    assert [[], ["r1"], [], ["r1"]] == [await stale(at) for at in (NOW, LATER, LATER, LATER + LEASE)]
    await acme.run(lambda tx: outbox.drawn(tx, "r1"))
    assert [] == await stale(LATER + 2 * LEASE)


async def test_looking_for_what_to_draw_never_walks_the_table(acme: Database, engine: str) -> None:
    """However many messages were answered, only those count that are not drawn."""

    def plan(tx: Tx) -> str:
        if engine == "postgresql":
            tx._connection.execute("SET LOCAL enable_seqscan = off")
        prepared = outbox.REDRAW.on(tx._dialect)
        explain = "EXPLAIN " if engine == "postgresql" else "EXPLAIN QUERY PLAN "
        arguments: Any = prepared.arguments({"now": NOW, "again": LATER, "most": 9})
        return "\n".join(str(row[-1]) for row in tx._connection.execute(explain + prepared.sql, arguments).fetchall())

    steps = await acme.run(plan)
    assert "outbox_redraw" in steps
    assert "Seq Scan" not in steps
    assert "SCAN outbox" not in steps.replace("SCAN outbox USING", "")


async def test_the_transcript_is_read_backwards_in_pages(acme: Database) -> None:
    """The last messages to a person in order; then those before."""
    await queue(acme, *(message(f"r{number}") for number in range(1, 6)), message("x", person="jan"))
    last = await acme.run(lambda tx: outbox.transcript(tx, "an", 2))
    rest = await acme.run(lambda tx: outbox.transcript(tx, "an", 9, last[0].number))
    assert ["r4", "r5"] == [row.id for row in last]
    assert ["r1", "r2", "r3"] == [row.id for row in rest]


async def test_eight_claimers_take_each_message_once(url: str, vault: Vault, acme: Database) -> None:
    """Eight workers on their own connections claim and finish eighty messages: none twice, none left."""
    await queue(acme, *(message(f"r{number}", address=f"a{number % 30}") for number in range(80)))
    tokens = count()

    async def work(mine: Database) -> list[str]:
        taken: list[str] = []
        while await acme.run(outbox.first_ready):
            token = f"t{next(tokens)}"
            rows = await mine.run(lambda tx, token=token: sending.claim(tx, NOW, LEASE, 7, token))  # type: ignore[misc]
            begun = await mine.run(lambda tx, token=token: sending.begin_attempts(tx, token, NOW))  # type: ignore[misc]
            assert {row.id for row in rows} == begun
            for row in rows:
                await finish(mine, row.id, token, "sent")
                taken.append(row.id)
        return taken

    workers = [Database(url, vault, threads=1) for _ in range(8)]
    taken = await asyncio.gather(*map(work, workers))
    for worker in workers:
        await worker.close()
    assert sorted(f"r{number}" for number in range(80)) == sorted(chain.from_iterable(taken))


async def test_eight_ticks_queue_each_nudge_once(url: str, vault: Vault, acme: Database) -> None:
    """Eight ticks at once on the same due case decide each moment once and queue each nudge once."""
    workers = [Database(url, vault, threads=1) for _ in range(8)]
    ids = count()

    def tick(day: int, tx: Tx) -> int:
        queued = 0
        for case in cases.due(tx, NOW, 100):
            key = f"check_in/{day}"
            if cases.tell(tx, case.id, key, NOW, "said", None, case.policy):
                queued += outbox.queue(tx, message(f"n{next(ids)}", kind="nudge", case=case.id, key=f"{case.id}/{key}"))
        return queued

    for day in range(10):
        rounds = await asyncio.gather(*(worker.run(lambda tx, day=day: tick(day, tx)) for worker in workers))  # type: ignore[misc]
        assert 1 == sum(rounds)
    for worker in workers:
        await worker.close()
    assert 10 == len(await acme.run(lambda tx: outbox.transcript(tx, "an", 100)))


# --- Several channels ----------------------------------------------------------------------------------


async def test_what_was_asked_last(acme: Database) -> None:
    """The last question, answered or not: neither what only tells something, nor what still waits for its hour."""
    rows = [
        message("r1", talk="t1", question="day"),
        message("r2", talk="t2", question="how"),
        message("r3", talk="t3"),
        message("r4", talk="t4", question="sure", not_before=LATER),
    ]
    await queue(acme, *rows)
    await acme.run(lambda tx: outbox.answer(tx, "r2", "Goed", NOW))
    person = rows[0].person
    assert ["t2", "t4"] == [await acme.run(lambda tx, at=at: outbox.last_asked(tx, person, at)) for at in (NOW, LATER)]
    assert await acme.run(lambda tx: outbox.last_asked(tx, "nobody", NOW)) is None


async def test_who_is_in_a_talk(acme: Database) -> None:
    """Whom the last message asked something in reply, a short while ago, and who did not answer it yet."""
    person = message("r1").person
    since = NOW - timedelta(minutes=5)

    async def talked(*rows: Row) -> Any:
        await queue(acme, *rows)
        return await acme.run(lambda tx: outbox.in_a_talk(tx, person, since))

    assert await talked(message("r1", kind="nudge", talk="t1", question="how", key="k")) is None
    assert NOW == await talked(message("r2", talk="t1", question="day"))
    assert await acme.run(lambda tx: outbox.in_a_talk(tx, person, NOW)) is None
    await acme.run(lambda tx: outbox.answer(tx, "r2", "Goed", NOW))
    assert await talked() is None
    assert await talked(message("r3", talk="t1", question="sure"), message("r4")) is None


async def test_a_question_is_asked_in_several_places(acme: Database) -> None:
    """Every message that asks it and was not answered, oldest first; not other questions, nor what never arrived."""
    asking = {"talk": "t1", "question": "reached"}
    await queue(
        acme,
        message("r1", **asking), message("r2", **asking, channel="slack"), message("r3", talk="t1", question="when"),
        message("r4", talk="t2", question="reached"), message("r5", **asking, case="c1"), message("r6", **asking),
    )  # fmt: skip
    await acme.run(lambda tx: outbox.cancel_case(tx, "c1", "closed"))
    await acme.run(lambda tx: outbox.answer(tx, "r6", "Ja", NOW))
    found = await acme.run(lambda tx: outbox.unanswered(tx, "t1", "reached"))
    assert ["r1", "r2"] == [row.id for row in found]


async def test_a_nudge_that_was_answered_is_spared(acme: Database) -> None:
    """While it waits; what is under way goes on."""
    await queue(acme, message("r1"), message("r2", address="other"))
    assert ["r1"] == await claim(acme, limit=1)
    assert [False, True, False] == [
        await acme.run(lambda tx, row=row: outbox.spare(tx, row)) for row in ("r1", "r2", "r2")
    ]  # type: ignore[misc]
    assert ["claimed", "cancelled"] == [await state(acme, row) for row in ("r1", "r2")]
    assert not await claim(acme, at=LATER, token="u")


async def test_what_waits_moves_to_another_address(acme: Database) -> None:
    """In the order it was queued, behind what was queued there before; what is under way stays."""
    slack = {"channel": "slack", "address": "U1"}
    await queue(acme, message("r1", **slack), message("r2"), message("r3", **slack), message("r4", **slack))
    assert ["r1"] == await claim(acme, limit=1)
    await begin(acme, "r1", "t")
    assert 2 == await acme.run(lambda tx: outbox.move(tx, "slack", "U1", ("web", "an")))
    assert ["r2", "r3", "r4"] == await claim(acme, "u")
    (found,) = [row for row in await acme.run(lambda tx: outbox.transcript(tx, "an", 9)) if row.channel == "slack"]
    assert "r1" == found.id


async def test_what_cannot_go_anywhere_waits_for_somebody_to_come_back(acme: Database) -> None:
    """It failed, and goes out when the address works again: not what is too old, answered, or another's."""
    await queue(acme, *(message(f"r{number}") for number in range(1, 4)), message("x", address="other"))
    assert 3 == await acme.run(lambda tx: outbox.strand(tx, "web", "an", NOW))
    assert ["x"] == await claim(acme)
    assert "failed" == await state(acme)
    await acme.run(lambda tx: outbox.answer(tx, "r2", "Ja", NOW))
    since, there = NOW - timedelta(days=7), ("slack", "U1")
    assert 0 == await acme.run(lambda tx: outbox.revive(tx, "an", there, NOW, LATER))
    assert 0 == await acme.run(lambda tx: outbox.revive(tx, "jan", there, since, LATER))
    assert 2 == await acme.run(lambda tx: outbox.revive(tx, "an", there, since, LATER))
    assert ["r1", "r3"] == await claim(acme, "u", at=LATER)
    found = await acme.run(lambda tx: outbox.get(tx, "r1"))
    assert found is not None
    assert there == (found.channel, found.address)


async def test_a_message_takes_another_way(acme: Database) -> None:
    """One that failed because its address was gone; not one that failed for another reason."""
    await queue(acme, message("r1"), message("r2", address="other"))
    await claim(acme)
    for row, reason in (("r1", "unreachable"), ("r2", "refused")):
        await begin(acme, row, "t")
        await finish(acme, row, "t", "failed", reason=reason)
    moved = [await acme.run(lambda tx, row=row: outbox.redirect(tx, row, ("slack", "U1"), NOW)) for row in ("r1", "r2")]  # type: ignore[misc]
    assert [True, False] == moved
    assert ["r1"] == await claim(acme, "u")
    found = await acme.run(lambda tx: outbox.get(tx, "r1"))
    assert found is not None
    assert ("slack", "U1", 0) == (found.channel, found.address, found.attempts)
