"""`terugkeer chat`: a whole talk on standard input and output, as one person, at a moment of choice."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from bot.app import App, new_id, wall_clock
from bot.channels.terminal import Terminal
from bot.channels.web import NAME
from bot.clock import Clock, travel
from bot.commands.opening import Stop, checked, database, person
from bot.house import BRUSSELS
from bot.outgoing import as_it_is_now
from bot.web.conversation import read

if TYPE_CHECKING:
    from bot.settings import Settings
    from conversations.case import Person
    from storage.database import Tx
    from storage.outbox import Row

_MOVE = re.compile(r"@\s*(\S.*)")


def moment(text: str) -> datetime:
    """A local moment such as 2026-11-23T09:00, in UTC. Raises Stop."""
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise Stop("A moment looks like 2026-11-23T09:00.") from error
    return (read if read.tzinfo else read.replace(tzinfo=BRUSSELS)).astimezone(UTC)


def _unanswered(tx: Tx, me: Person) -> list[Row]:
    """The last message that I got, where it still asks something: what the page shows last."""
    found = read(tx, me)
    return [row for row in found.rows[-1:] if row.question is not None and row.id in found.alive]


async def talk(settings: Settings, email: str, at: str | None, lines: TextIO, write: Callable[[str], None]) -> None:
    """Hear line after line, until there are no more. "@ 2026-12-01T09:00" goes there, with what happens on the way."""
    start = moment(at) if at is not None else wall_clock()
    clock = Clock(start, None if at is not None else wall_clock)
    async with database(settings) as reading:
        me = await reading.run(lambda tx: person(tx, email))
    terminal = Terminal(me.id, NAME, write)  # it stands in for the web chat, which is where everybody can be reached
    app = App(settings, clock, (terminal,))
    try:
        for row in await app.database.run(lambda tx: _unanswered(tx, me)):
            terminal.show(as_it_is_now(row, settings.base_url))
        await travel(app, clock, clock())
        while line := await asyncio.to_thread(lines.readline):
            if not line.strip() or line.startswith("#!"):
                continue
            write(f"> {line.strip()}")
            if move := _MOVE.fullmatch(line.strip()):
                await travel(app, clock, moment(move[1]))
            else:
                await app.converse(terminal.heard(line, new_id(), clock()))
    finally:
        await app.stop()


def chat(email: str, at: str | None) -> None:
    """The command."""
    asyncio.run(talk(checked(), email, at, sys.stdin, print))
