"""What became of messages, for who looks after the machine: how many and why. Never what they say, or to whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, func, select

from storage.columns import within
from storage.tables import outbox
from storage.transaction import Statement
from storage.unreached import ENDED

if TYPE_CHECKING:
    from storage.transaction import Tx

RECENTLY = timedelta(days=14)
MOST = 50

OF_HOUSE = outbox.c.organisation == bindparam("organisation")
WAITING = Statement(
    select(outbox.c.channel, outbox.c.state, func.count(), func.min(outbox.c.ready_at))
    .where(OF_HOUSE, outbox.c.ready_at.is_not(None), outbox.c.ready_at <= bindparam("until"))
    .group_by(outbox.c.channel, outbox.c.state)
)
LOST = (OF_HOUSE, within(outbox.c.state, "failed", "unsure"), outbox.c.created_at > bindparam("since"))
TROUBLE = Statement(
    select(outbox.c.channel, outbox.c.state, func.count()).where(*LOST).group_by(outbox.c.channel, outbox.c.state)
)
NAMES = ("id", "channel", "kind", "state", "attempts", "reason", "created_at")
LATEST = Statement(
    select(*(outbox.c[name] for name in NAMES), ENDED)
    .where(*LOST)
    .order_by(outbox.c.number.desc())
    .limit(bindparam("most"))
)


class Lost(NamedTuple):
    """A message that did not arrive, or perhaps not."""

    id: str
    channel: str
    kind: str
    state: str
    attempts: int
    reason: str | None
    at: datetime
    ended: datetime  # when it was known not to have arrived


class Way(NamedTuple):
    """One channel: what should have gone out by now and since when, what is tried again, and what went wrong."""

    channel: str
    waiting: int
    since: datetime | None
    again: int
    unsure: int
    failed: int


def ways(tx: Tx, organisation: str, now: datetime) -> list[Way]:
    """Every channel on which something waits or went wrong these weeks, by name."""
    waits = {(row[0], row[1]): row[2:] for row in tx.all(WAITING, organisation=organisation, until=now)}
    wrong = {(row[0], row[1]): row[2] for row in tx.all(TROUBLE, organisation=organisation, since=now - RECENTLY)}
    found = []
    for channel in sorted({channel for channel, _ in (*waits, *wrong)}):
        waiting, since = waits.get((channel, "queued"), (0, None))
        again, _ = waits.get((channel, "later"), (0, None))
        unsure, failed = wrong.get((channel, "unsure"), 0), wrong.get((channel, "failed"), 0)
        found.append(Way(channel, waiting, since, again, unsure, failed))
    return found


def lost(tx: Tx, organisation: str, now: datetime) -> list[Lost]:
    """The last ones that did not arrive, or perhaps not."""
    return [Lost(*row) for row in tx.all(LATEST, organisation=organisation, since=now - RECENTLY, most=MOST)]
