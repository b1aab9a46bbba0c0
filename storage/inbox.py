"""What came in: each event of a channel counts once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam

from storage.tables import inbox
from storage.transaction import Statement, new

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from storage.transaction import Tx

SEEN = new(inbox)
FIRST = Statement(SEEN.on_conflict_do_nothing())
AGAIN = Statement(
    SEEN.on_conflict_do_update(
        index_elements=["channel", "id"], set_={"at": SEEN.excluded.at}, where=inbox.c.at <= bindparam("until")
    )
)


def first_time(tx: Tx, channel: str, id: str, at: datetime) -> bool:  # noqa: A002 - the channel's own id
    """Whether this event was never seen before. From now on it was."""
    return tx.execute(FIRST, channel=channel, id=id, at=at) == 1


def at_most(tx: Tx, channel: str, id: str, times: int, within: timedelta, at: datetime) -> bool:  # noqa: A002 - idem
    """Whether this happened less than so many times in that stretch of time. If so it happened once more now.

    Each time has a place of its own, which is free again when the stretch is over: no table, and nothing to count.
    """
    return any(tx.execute(AGAIN, channel=channel, id=f"{id}/{n}", at=at, until=at - within) == 1 for n in range(times))
