"""What is forgotten, when, and how thoroughly."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from conversations.changes import Closed, Planned
from conversations.plan import Plan
from conversations.talking.dialogue import Talk
from storage import (
    addresses,
    cases,
    inbox,
    journal,
    links,
    outbox,
    people,
    retention,
    sending,
    sessions,
    tables,
    visits,
)
from storage.transaction import Statement
from tests.storage.acme import LEASE, NOW, TODAY, message

if TYPE_CHECKING:
    from storage.database import Database, Tx

DAY = timedelta(days=1)
TERMS = retention.Terms()


def live_through(tx: Tx) -> None:
    """Jan's case gets a plan, a talk, a message that was sent, a decision, and ends today."""
    case = cases.load(tx, "c1")
    assert case is not None
    cases.save(tx, case, [Planned(Plan(limitations="niet tillen")), Closed("returned", TODAY)], "an", NOW, None)
    cases.tell(tx, "c1", "k", NOW, "said", None, "company_c@1")
    talk = Talk("t1", "acme", "an", "contact", TODAY, "c1")
    sessions.add(tx, talk, NOW)
    sessions.save(tx, replace(talk, state="over"), NOW)
    outbox.queue(tx, message("r1", case="c1", talk="t1"))
    sending.claim(tx, NOW, LEASE, 1, "t")
    sending.begin_attempts(tx, "t", NOW)
    sending.finish(tx, "r1", "t", "sent", NOW)
    inbox.first_time(tx, "web", "1", NOW)
    links.add(tx, "l", "an", "sign_in", NOW + DAY)
    visits.add(tx, "v", "an", NOW + DAY)


def counts(tx: Tx) -> dict[str, int]:
    """How many rows each table has, where there are any."""
    found: dict[str, Any] = {
        name: tx.first(Statement(select(func.count()).select_from(table)))
        for name, table in tables.metadata.tables.items()
    }
    return {name: row[0] for name, row in found.items() if row[0]}


ALWAYS = {"organisations": 2, "people": 7, "journal": 2}
FIRST = {**ALWAYS, "cases": 1, "plans": 1, "told": 1}


async def test_things_are_forgotten_when_their_term_ends(acme: Database) -> None:
    """Two years, with the clock moved: each kind is there the day before its term and gone at its term."""
    await acme.run(live_through)
    chat = {"sessions": 1, "outbox": 1, "attempts": 1}
    web = {"links": 1, "visits": 1}
    for moment, expected in (
        (NOW, {**FIRST, **chat, **web, "inbox": 1}),
        (NOW + DAY, {**FIRST, **chat, "inbox": 1}),
        (NOW + TERMS.seen - DAY, {**FIRST, **chat, "inbox": 1}),
        (NOW + TERMS.seen, {**FIRST, **chat}),
        (NOW + TERMS.said - DAY, {**FIRST, **chat}),
        (NOW + TERMS.said, FIRST),
        (NOW + TERMS.cases - DAY, FIRST),
        (NOW + TERMS.cases, ALWAYS),
    ):
        await acme.run(lambda tx, moment=moment: retention.sweep(tx, moment))  # type: ignore[misc]
        assert expected == await acme.run(counts)
    assert await acme.run(lambda tx: journal.verify(tx, "acme")) is None
    assert [(), ()] == [entry.changes for entry in await acme.run(lambda tx: journal.of(tx, "c1"))]


async def test_the_sweep_tells_what_it_forgot(acme: Database) -> None:
    """Proof of erasure: how many of each kind."""
    await acme.run(live_through)
    forgot = await acme.run(lambda tx: retention.sweep(tx, NOW + TERMS.cases))
    none = dict.fromkeys(("said", "talks", "files", "asked", "people"), 0)
    assert {"cases": 1, "seen": 1, "links": 1, "visits": 1, **none} == forgot
    assert 0 == sum((await acme.run(lambda tx: retention.sweep(tx, NOW + TERMS.cases))).values())


async def test_what_still_goes_on_is_not_forgotten(acme: Database) -> None:
    """A running case, a message in line, and the messages of a parked talk stay, however old."""

    def fill(tx: Tx) -> None:
        sessions.add(tx, Talk("t1", "acme", "an", "contact", TODAY, "c1", state="parked"), NOW)
        outbox.queue(tx, message("r1", talk="t1"))
        sending.claim(tx, NOW, LEASE, 1, "t")
        sending.begin_attempts(tx, "t", NOW)
        sending.finish(tx, "r1", "t", "sent", NOW)
        outbox.queue(tx, message("r2"))

    await acme.run(fill)
    before = await acme.run(counts)
    await acme.run(lambda tx: retention.sweep(tx, NOW + 10 * TERMS.cases))
    assert before == await acme.run(counts)


async def test_who_left_is_forgotten(acme: Database) -> None:
    """Two years after it was first seen, with talks, messages and ways in; not while a case or colleague names them."""

    def fill(tx: Tx) -> None:
        for who in ("hilde", "jan", "dirk"):
            person = people.get(tx, who)
            assert person is not None
            people.put(tx, replace(person, active=False))
        addresses.link(tx, "hilde", "web", "hilde", NOW)
        outbox.queue(tx, message("r1", person="hilde", address="hilde"))
        outbox.queue(tx, message("r2"))
        sessions.add(tx, Talk("t1", "acme", "hilde", "check_in", TODAY), NOW)
        links.add(tx, "l", "hilde", "sign_in", NOW + 900 * DAY)

    await acme.run(fill)
    before = await acme.run(lambda tx: set(people.of(tx, "acme")))
    for after, gone in ((DAY, set()), (TERMS.people, set()), (TERMS.people + DAY, {"hilde"})):
        await acme.run(lambda tx, after=after: retention.sweep(tx, NOW + after))  # type: ignore[misc]
        assert before - gone == await acme.run(lambda tx: set(people.of(tx, "acme")))
    assert ["r2"] == [row.id for row in await acme.run(lambda tx: outbox.transcript(tx, "an", 10))]
    assert {"outbox", "addresses", "sessions", "links"} & (await acme.run(counts)).keys() == {"outbox"}


def test_the_page_names_every_table_and_its_term() -> None:
    """docs/privacy.md says of each table what is in it and how long; the terms are those that are kept to."""
    page = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text(encoding="utf-8")
    section = page.partition("# What is kept, where, and how long")[2].partition("\n# ")[0]
    rows = [line.split(" | ") for line in section.splitlines() if line.startswith("| ")][2:]
    named = {name: row[2] for row in rows for name in re.findall(r"\w+", row[0])}
    assert set(tables.metadata.tables) == set(named)
    terms = {
        "people": TERMS.people,
        "cases": TERMS.cases,
        "outbox": TERMS.said,
        "inbox": TERMS.seen,
        "imports": TERMS.files,
    }
    assert terms == {name: timedelta(days=int(re.findall(r"(\d+) days", named[name])[0])) for name in terms}
