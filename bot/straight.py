"""Messages that go out as soon as they are queued: claimed, and their attempt written down, by who queues them.

Only to whom nothing waits or is under way; so what goes to one address keeps the order in which it was queued.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import outbox, sending

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from messages.message import Message
    from storage.database import Tx
    from storage.outbox import Row

MOST = 1000  # messages in line: from there on everything goes in line


class Straight:
    """The messages of one transaction under one claim. `token` is new for every one; the claim ends after `lease`."""

    def __init__(self, token: str, now: datetime, lease: timedelta) -> None:
        self.token = token
        self.said: dict[str, Message] = {}  # by row, so that nobody has to read again what was just written
        self._now, self._lease = now, lease
        self._rows: list[Row] = []
        self._in_line: set[tuple[str, str]] | None = None
        self._looked = False

    def queue(self, tx: Tx, row: Row, message: Message) -> None:
        """Queue the message, and take it where its turn is now; else it waits in line as every other."""
        if not self._may_go(tx, row):
            outbox.queue_later(tx, row)
            return
        self._rows.append(row)
        self.said[row.id] = message
        sending.queue_begun(tx, row, self.token, self._now, self._lease)

    def _may_go(self, tx: Tx, row: Row) -> bool:
        if not self._looked:
            self._in_line, self._looked = sending.in_line(tx, self._now, MOST), True
        free = self._in_line is not None and (row.channel, row.address) not in self._in_line
        return free and row.not_before <= self._now

    def begun(self, tx: Tx) -> list[Row]:
        """Those of which the call is to be made once this is committed: not what was queued before under its key."""
        mine = sending.note_attempts(tx, self.token, self._now) if self._rows else ()
        return [row for row in self._rows if row.id in mine]
