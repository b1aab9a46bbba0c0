"""The journal: a chain without free text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import bindparam, select

from conversations.case import Attempt, Contact
from conversations.changes import ContactAgreed, Contacted, Done, HandedOver, Moved, Planned, Reviewed
from conversations.plan import Agreement, Plan
from storage import cases, journal, tables
from storage.database import Refused
from storage.transaction import Statement
from tests.storage.acme import NOW, TODAY

if TYPE_CHECKING:
    from storage.database import Database, Tx

j = tables.journal
WHAT = Statement(select(j.c.what, j.c.digest, j.c.hash).where(j.c.number == bindparam("its_number")))
IT = j.c.number == bindparam("its_number")
BREAKS = {
    "another author": j.update().where(IT).values(by="vera"),
    "another time": j.update().where(IT).values(at=NOW.replace(year=2020)),
    "another case": j.update().where(IT).values(case="c9"),
    "another content": j.update().where(IT).values(what=b"x"),
    "another content with its digest": j.update().where(IT).values(what=None, digest=b"x"),
    "another hash": j.update().where(IT).values(hash=b"x"),
    "taken out": j.delete().where(IT),
}


async def fill(acme: Database, entries: int) -> None:
    """So many entries after the one of Jan's case."""

    def write(tx: Tx) -> None:
        for number in range(entries):
            journal.add(tx, "acme", "c1", "an", NOW, [Done("contact", number)])

    await acme.run(write)


async def test_a_whole_chain_has_no_broken_row(acme: Database) -> None:
    """Also longer than a page, and of an organisation without entries, or none at all."""
    await fill(acme, 1005)
    for organisation in ("acme", "other", "nobody"):
        assert await acme.run(lambda tx, o=organisation: journal.verify(tx, o)) is None  # type: ignore[misc]


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("number", [1, 3, 5])
async def test_the_first_broken_row_is_named(acme: Database, how: str, number: int) -> None:
    """A changed or missing row is found, the last one too."""
    await fill(acme, 4)
    await acme.run(lambda tx: tx.execute(Statement(BREAKS[how]), its_number=number))
    assert number == await acme.run(lambda tx: journal.verify(tx, "acme"))


ROWS = Statement(select(j).where(j.c.organisation == "acme").order_by(j.c.number))
ONE = ("case", "by", "at", "what", "digest", "hash")
PUT = Statement(j.update().where(IT).values({name: bindparam(name) for name in ONE}))
CUT = Statement(j.delete().where(j.c.number >= bindparam("its_number")))


def _flipped(chance: Random, value: bytes) -> bytes:
    place = chance.randrange(len(value))
    return value[:place] + bytes([value[place] ^ 1 << chance.randrange(8)]) + value[place + 1 :]


def tampered(tx: Tx, chance: Random) -> int:
    """Touch the journal somewhere; the number of the first row that is not what it was."""
    rows = [dict(zip(j.c.keys(), row, strict=True)) for row in tx.all(ROWS)]
    at, other = sorted(chance.sample(range(len(rows)), 2))
    row, number = rows[at], rows[at]["number"]
    how = chance.choice(["swapped", "moved", "taken out", "cut short", "copied", *ONE])
    if how == "swapped":
        for mine, theirs in ((row, rows[other]), (rows[other], row)):
            tx.execute(PUT, its_number=mine["number"], **{name: theirs[name] for name in ONE})
    elif how == "moved":
        tx.execute(Statement(j.update().where(IT).values(number=len(rows) + 7)), its_number=number)
    elif how == "taken out":
        tx.execute(Statement(j.delete().where(IT)), its_number=number)
    elif how == "cut short":
        tx.execute(CUT, its_number=number)
    elif how == "copied":
        tx.execute(PUT, its_number=rows[other]["number"], **{name: row[name] for name in ONE})
        return int(rows[other]["number"])
    else:
        changed = {
            "case": "c9", "by": "vera", "at": row["at"] + timedelta(seconds=chance.randrange(1, 10**6)),
            **{name: _flipped(chance, row[name]) for name in ("what", "digest", "hash")},
        }  # fmt: skip
        tx.execute(PUT, its_number=number, **{name: row[name] for name in ONE} | {how: changed[how]})
    return int(number)


async def test_a_thousand_ways_to_touch_it(acme: Database) -> None:
    """Whatever is changed, swapped, moved, copied or taken out, the first row of it is named."""
    await fill(acme, 11)

    def work(tx: Tx) -> list[tuple[int, int | None]]:
        found, chance = [], Random(4)  # noqa: S311 - the same thousand every time
        for _ in range(1000):
            tx._connection.execute("SAVEPOINT touched")
            found.append((tampered(tx, chance), journal.verify(tx, "acme")))
            tx._connection.execute("ROLLBACK TO touched")
        return found

    found = await acme.run(work)
    assert [touched for touched, _ in found] == [named for _, named in found]
    assert await acme.run(lambda tx: journal.verify(tx, "acme")) is None


async def test_an_end_kept_elsewhere(acme: Database) -> None:
    """The end of the journal is the link of its last entry, and stays that of that entry when others follow."""
    number, end = await acme.run(lambda tx: journal.head(tx, "acme"))
    await fill(acme, 3)
    assert end == await acme.run(lambda tx: journal.link_of(tx, "acme", number))
    assert end != (await acme.run(lambda tx: journal.head(tx, "acme")))[1]
    assert (0, "") == await acme.run(lambda tx: journal.head(tx, "other"))
    assert await acme.run(lambda tx: journal.link_of(tx, "acme", 99)) is None


async def test_a_row_that_was_put_in_is_named(acme: Database) -> None:
    """An entry behind the last one is no part of the chain."""
    await fill(acme, 1)
    extra = {"organisation": "acme", "number": 3, "by": "x", "at": NOW, "digest": b"x", "hash": b"x"}
    await acme.run(lambda tx: tx.execute(Statement(j.insert().values(extra))))
    assert 3 == await acme.run(lambda tx: journal.verify(tx, "acme"))


async def test_entries_tell_ids_dates_and_codes(acme: Database) -> None:
    """Who, when, which change, and of it only what is no text."""
    changes = (
        Moved("expected_return", date(2027, 1, 1)), Moved("certificate_end", None), HandedOver("coach", "coen"),
        Contacted(Attempt(TODAY, "reached", "phone", "an")),
        ContactAgreed(Contact(channel="phone", colleagues_text="Zeg dat ik gauw terug ben", info_wishes=("feest",))),
        Planned(Plan(status="discussed", limitations="niet tillen", remark="ok")),
        Reviewed(Agreement("a1", "content", "own", "korter", employee_remark="liever", state="kept")),
    )  # fmt: skip
    await acme.run(lambda tx: journal.add(tx, "acme", "c1", "an", NOW, changes))
    entry = (await acme.run(lambda tx: journal.of(tx, "c1")))[-1]
    assert ("acme", 2, "c1", "an", NOW) == (entry.organisation, entry.number, entry.case, entry.by, entry.at)
    assert [
        {"change": "Moved", "anchor": "expected_return", "to": "2027-01-01"},
        {"change": "Moved", "anchor": "certificate_end", "to": None},
        {"change": "HandedOver", "role": "coach", "to": "coen"},
        {
            "change": "Contacted", "attempt.on": "2026-11-23", "attempt.outcome": "reached",
            "attempt.channel": "phone", "attempt.by": "an",
        },
        {"change": "ContactAgreed", "contact.channel": "phone"},
    ] == list(entry.changes[:5])  # fmt: skip
    told = str(entry.changes)
    assert not [text for text in ("gauw", "feest", "tillen", "remark", "korter", "liever") if text in told]
    assert "a1" == entry.changes[6]["agreement.id"]


async def test_an_erased_entry_leaves_the_chain_whole(acme: Database) -> None:
    """What was said is gone, that something was said stays, and nothing looks broken."""
    await fill(acme, 2)
    assert 3 == await acme.run(lambda tx: journal.forget(tx, "c1"))
    assert await acme.run(lambda tx: journal.verify(tx, "acme")) is None
    assert [(), (), ()] == [entry.changes for entry in await acme.run(lambda tx: journal.of(tx, "c1"))]
    await fill(acme, 1)
    assert await acme.run(lambda tx: journal.verify(tx, "acme")) is None


async def test_a_journal_belongs_to_an_organisation(acme: Database) -> None:
    """An entry of no organisation is Refused."""
    with pytest.raises(Refused):
        await acme.run(lambda tx: journal.add(tx, "nobody", None, "an", NOW, []))


async def test_a_change_that_failed_leaves_no_entry(acme: Database) -> None:
    """The entry and the change are one transaction."""

    def fail(tx: Tx) -> None:
        case = cases.load(tx, "c1")
        assert case is not None
        cases.save(tx, case, [Done("first_call")], "an", NOW, None)
        raise KeyError("after all not")

    with pytest.raises(KeyError):
        await acme.run(fail)
    assert 1 == len(await acme.run(lambda tx: journal.of(tx, "c1")))
    kept = await acme.run(lambda tx: cases.load(tx, "c1"))
    assert kept is not None
    assert replace(kept, done=frozenset()) == kept
