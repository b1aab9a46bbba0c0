"""A process that is killed in the middle of its turns."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from storage import cases, journal, outbox, tables
from storage.database import Database
from storage.transaction import Statement

if TYPE_CHECKING:
    from storage.database import Tx
    from storage.vault import Vault

ROOT = Path(__file__).parents[2]
# Eight talkers; what was acknowledged is told on standard output, as a channel would.
CHILD = """
import asyncio, os, sys
from conversations.changes import Done
from storage import cases, inbox, outbox
from storage.database import Conflict, Database
from storage.vault import Vault
from tests.storage.acme import NOW, message

def turn(number, tx):
    assert inbox.first_time(tx, "web", str(number), NOW)
    case = cases.load(tx, "c1")
    cases.save(tx, case, [Done("contact", number)], "an", NOW, NOW)
    outbox.queue(tx, message(f"r{number}", case="c1"))

async def talk(database, first):
    for number in range(first, 1_000_000, 8):
        while True:
            try:
                await database.run(lambda tx: turn(number, tx))
            except Conflict:
                continue
            break
        os.write(1, f"{number}\\n".encode())

async def main():
    database = Database(sys.argv[1], Vault({"one": bytes(range(32))}, "one"))
    await asyncio.gather(*(talk(database, first) for first in range(8)))

asyncio.run(main())
"""
SEEN = Statement(select(tables.inbox.c.id))


def acknowledged_before_the_kill(url: str, turns: int) -> set[int]:
    """Let it talk, kill it after so many acknowledged turns, and return all that were acknowledged."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", CHILD, url], stdout=subprocess.PIPE, env=environment) as child:
        assert child.stdout is not None
        told = [int(child.stdout.readline()) for _ in range(turns)]
        child.send_signal(signal.SIGKILL)
        lines = child.stdout.read().splitlines(keepends=True)
        told += [int(line) for line in lines if line.endswith(b"\n")]
    return set(told)


async def test_no_acknowledged_turn_is_lost(acme: Database, url: str, vault: Vault) -> None:
    """After kill -9 every acknowledged turn is whole: seen, applied, answered, journaled; no half one is there."""
    await acme.close()
    told = acknowledged_before_the_kill(url, 60)
    async with Database(url, vault) as database:

        def look(tx: Tx) -> None:
            seen = {int(number) for (number,) in tx.all(SEEN)}
            case = cases.load(tx, "c1")
            assert case is not None
            assert told <= seen
            assert seen == {int(done.removeprefix("contact#")) for done in case.done}
            assert seen == {int(row.id[1:]) for row in outbox.transcript(tx, "an", 100_000)}
            assert len(seen) + 1 == len(journal.of(tx, "c1"))
            assert journal.verify(tx, "acme") is None

        await database.run(look)
