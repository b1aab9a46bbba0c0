"""Answered questions lose their buttons where they were sent, also when the process was killed before it could do that.

That one looks answered is kept once it is so. Whoever heard the answer draws it at once; what was not drawn a while
later, for whatever reason, or was still on its way then, is drawn by the tick: after two minutes, four, eight, and not
any more after a day. Drawing twice changes nothing.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.channels import Receipt, TryLater
from bot.channels.web import NAME as WEB
from bot.discreet import shortened
from bot.outgoing import addressed
from messages.message import from_json, settled
from storage import addresses, outbox
from storage.database import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.channels import Channel
    from storage.database import Database, Tx
    from storage.outbox import Row

log = structlog.get_logger()

SOON = timedelta(minutes=2)  # longer than whoever heard the answer takes to draw it
WORTH = timedelta(hours=24)
BATCH = 50


async def show(database: Database, channels: Mapping[str, Channel], row: Row, said: str, base_url: str) -> bool:
    """Draw the question as answered; whether it looks so now. What was never sent, or is on its way, is left."""
    channel = channels.get(row.channel)
    if channel is None or row.receipt is None:
        return False
    try:
        await channel.edit(
            Receipt(row.address, row.receipt), addressed(settled(from_json(row.body), said), row.case, base_url)
        )
    except TryLater as problem:
        log.info("not_drawn", row=row.id, channel=row.channel, reason=str(problem))
        return False
    if row.channel != WEB:
        with contextlib.suppress(Unavailable):  # then it is drawn once more
            await database.run(lambda tx: outbox.drawn(tx, row.id))
    return True


async def redraw(database: Database, channels: Mapping[str, Channel], now: datetime, base_url: str) -> None:
    """Draw what was answered a while ago and may still look open.

    Where a channel could not draw one, its others wait for the next look: each try may take a minute, and the tick
    has more to do.
    """
    busy: set[str] = set()
    for row in await database.run(lambda tx: _stale(tx, now)):
        if row.channel in busy or await show(database, channels, row, row.answered or "", base_url):
            continue
        if row.receipt is not None:
            busy.add(row.channel)
        if row.answered_at is not None:
            again = now + max(SOON, now - row.answered_at)
            await database.run(lambda tx, row=row, again=again: outbox.redraw_at(tx, row.id, again))  # type: ignore[misc] # bound at once


def _stale(tx: Tx, now: datetime) -> list[Row]:
    """What to draw, as it may stand there. A chat that was let go, or too long ago: not any more."""
    found = []
    for row in outbox.redraw(tx, now, now + SOON, BATCH):
        there = {way[:2] for way in addresses.ways_to(tx, row.person)}
        if (row.channel, row.address) in there and row.answered_at is not None and now - row.answered_at < WORTH:
            found.append(shortened(tx, row))
        else:
            outbox.drawn(tx, row.id)
    return found
