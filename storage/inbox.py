"""What came in: each event of a channel counts once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.tables import inbox
from storage.transaction import Statement, new

if TYPE_CHECKING:
    from datetime import datetime

    from storage.transaction import Tx

FIRST = Statement(new(inbox).on_conflict_do_nothing())


def first_time(tx: Tx, channel: str, id: str, at: datetime) -> bool:  # noqa: A002 - the channel's own id
    """Whether this event was never seen before. From now on it was."""
    return tx.execute(FIRST, channel=channel, id=id, at=at) == 1
