"""What the clock says goes out with the transaction that decided it: its claim and its attempt are written with it.

Where something waits or is under way to the same address, as seen at the first message, it waits in line as every
other; so people read things in the order in which they were said. No look at each once more: nothing changed since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from bot.discreet import shortened
from storage import outbox, sending

if TYPE_CHECKING:
    from datetime import datetime

    from messages.message import Message
    from storage.database import Tx
    from storage.outbox import Row

LEASE = timedelta(seconds=120)  # longer than any call may take
MOST = 1000  # messages in line: from there on everything goes in line


class Taken(NamedTuple):
    """Messages under one claim, whose calls are made by whoever has it."""

    token: str = ""
    rows: Sequence[Row] = ()
    said: Mapping[str, Message] = MappingProxyType({})  # by row, what need not be read again


class Straight:
    """The messages of one transaction under one claim; `token` is new for every one."""

    def __init__(self, token: str, now: datetime) -> None:
        self._token, self._now = token, now
        self._rows: list[tuple[Row, Message]] = []
        self._in_line: set[tuple[str, str]] | None = None
        self._looked = False

    def queue(self, tx: Tx, row: Row, message: Message) -> None:
        """Queue the message, and take it where its turn is now."""
        if self._may_go(tx, row):
            self._rows.append((row, message))
            sending.queue_begun(tx, row, self._token, self._now, LEASE)
        else:
            outbox.queue_later(tx, row)

    def _may_go(self, tx: Tx, row: Row) -> bool:
        if not self._looked:
            self._in_line, self._looked = sending.in_line(tx, self._now, MOST), True
        free = self._in_line is not None and (row.channel, row.address) not in self._in_line
        return free and row.not_before <= self._now

    def taken(self, tx: Tx) -> Taken:
        """Those of which the call is to be made once this is committed: not what was queued before under its key."""
        mine = sending.note_attempts(tx, self._token, self._now) if self._rows else ()
        leaving = [(row, shortened(tx, row), message) for row, message in self._rows if row.id in mine]
        said = {row.id: message for row, leaves, message in leaving if leaves is row}
        return Taken(self._token, [leaves for _, leaves, _ in leaving], said)
