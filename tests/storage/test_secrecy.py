"""What must not be readable is not in the files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conversations.case import Attempt, Contact
from conversations.changes import ContactAgreed, Contacted, Learned, Planned
from conversations.plan import Agreement, Plan
from conversations.talking.dialogue import Pending, Talk
from storage import addresses, cases, outbox, plans, retention, sessions
from storage.database import Database
from tests.storage.acme import NOW, TODAY, jans_case, message, settle_people

if TYPE_CHECKING:
    from pathlib import Path

    from storage.database import Tx
    from storage.vault import Vault

CANARY = "kanarievogel"


def write_everywhere(tx: Tx) -> None:
    """The word in every place where a person's text, answer or circumstance can come."""
    settle_people(tx)
    case = jans_case(facts=frozenset({f"{CANARY}_fact"}))
    cases.add(tx, case, "an", NOW, NOW)
    plan = Plan(limitations=CANARY, agreements=(Agreement("a1", "content", "own", CANARY),), open_points=(CANARY,))
    contact = Contact(colleagues_text=CANARY, info_wishes=(CANARY,))
    changes = [Planned(plan), ContactAgreed(contact), Contacted(Attempt(TODAY, "reached", CANARY)), Learned(CANARY)]
    cases.save(tx, case, changes, "an", NOW, NOW)
    talk = Talk("t1", "acme", "an", "report", TODAY, "c1", answers={CANARY: CANARY})
    sessions.add(tx, talk, NOW)
    sessions.save(tx, replace(talk, pending=Pending("limits", "insist", CANARY)), NOW)
    outbox.queue(tx, message("r1", body=f'{{"text": "{CANARY}"}}', case="c1", talk="t1"))
    outbox.answer(tx, "r1", CANARY, NOW)


def files(folder: Path) -> bytes:
    """Everything in the folder: the database, its log and what else may be there."""
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


async def test_sealed_text_is_not_in_the_files(sqlite_path: Path, vault: Vault) -> None:
    """Not in the log while it runs and not in the database afterwards; with the key it is all there."""
    async with Database(f"sqlite:///{sqlite_path}", vault) as database:
        await database.run(write_everywhere)
        assert CANARY.encode() not in files(sqlite_path.parent)
        row = await database.run(lambda tx: outbox.get(tx, "r1"))
        (kept,) = await database.run(lambda tx: plans.of(tx, "c1"))
    assert row is not None
    assert (CANARY, CANARY) == (row.answered, kept.plan.limitations)
    content = files(sqlite_path.parent)
    assert CANARY.encode() not in content
    assert b"an@acme.example" in content  # the search would have found it


async def test_sealed_text_is_not_in_a_dump(acme: Database) -> None:
    """On both engines: no column of any table holds the text."""

    def dump(tx: Tx) -> str:
        retention.forget_case(tx, "c1")
        write_everywhere(tx)
        tables = ("cases", "told", "plans", "sessions", "outbox", "attempts", "journal", "people")
        rows = [tx._connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables]  # noqa: S608 - ours
        return repr(rows)

    content = await acme.run(dump)
    assert CANARY not in content
    assert "an@acme.example" in content


async def test_what_was_erased_is_overwritten(sqlite_path: Path, vault: Vault) -> None:
    """Readable text that was replaced or deleted is gone from the files too, once they are tidied."""
    async with Database(f"sqlite:///{sqlite_path}", vault) as database:
        await database.run(settle_people)
        await database.run(lambda tx: addresses.link(tx, "an", "telegram", CANARY, NOW))
        assert CANARY.encode() in files(sqlite_path.parent)
        await database.run(lambda tx: addresses.unlink(tx, "an", "telegram", CANARY))
        await database.tidy()
        assert CANARY.encode() not in files(sqlite_path.parent)
