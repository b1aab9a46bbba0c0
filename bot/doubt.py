"""What nobody knows arrived. Where the platform can be asked it is, once all that was under way has settled.

A look while the message is still under way would send it twice (1 in 10,000 kills); so a message stays in doubt for
longer than any call takes. Found: it was sent. Not there: it goes out again, unless it was answered elsewhere. No
telling, a day long: HR hears it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.channels import Findable, TryLater
from bot.reach import hr_is_told
from storage import outbox, sending
from storage.database import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.channels import Channel, Receipt
    from bot.house import House
    from storage.database import Database, Tx
    from storage.outbox import Row

log = structlog.get_logger()

TRIES = 5
AT_ONCE = 50  # messages looked up in one go
NO_TELLING = timedelta(hours=24)
UNDER_WAY = timedelta(minutes=5)  # a call is over long before
CLOCKS = timedelta(minutes=5)  # by so much may the platform's clock differ from ours


async def look_up(
    database: Database, channels: Mapping[str, Channel], now: Callable[[], datetime], house: House, settle: timedelta
) -> int:
    """Resolve what has been in doubt for longer than `settle`; how many messages that were."""
    resolved = 0
    for name, channel in channels.items():
        if not isinstance(channel, Findable):
            continue
        until = now() - settle
        rows = await database.run(
            lambda tx, name=name, until=until: sending.in_doubt(tx, name, until, AT_ONCE)  # type: ignore[misc]
        )
        told = True
        for row in rows:
            try:
                called = row.attempted_at or row.created_at
                found = await channel.find(row.address, row.id, called - CLOCKS, called + UNDER_WAY + CLOCKS)
            except TryLater:
                told = False
                break  # it cannot be asked now; the next look is soon
            except Unavailable:
                raise
            except Exception as problem:  # noqa: BLE001 - this one stays in doubt, the others do not
                log.warning("not_looked_up", row=row.id, channel=name, problem=type(problem).__name__)
                told = False
                continue
            at = now()
            await database.run(lambda tx, row=row, found=found, at=at: _resolve(tx, house, row, found, at))  # type: ignore[misc]
            resolved += 1
        if not told:
            await database.run(lambda tx, name=name, until=until: _give_up(tx, house, name, until))  # type: ignore[misc]
    return resolved


def _give_up(tx: Tx, house: House, channel: str, now: datetime) -> None:
    for row in sending.give_up(tx, channel, now - NO_TELLING):
        if row.answered_at is None:
            hr_is_told(tx, house, row, "unsure", now)


def _resolve(tx: Tx, house: House, row: Row, found: Receipt | None, now: datetime) -> None:
    if found is not None:
        sending.resolve(tx, row.id, "sent", now, receipt=found.id, token=row.token)
        outbox.redraw_at(tx, row.id, now)  # answered meanwhile, it still shows its buttons
    elif row.answered_at is not None:
        sending.resolve(tx, row.id, "sent", now, token=row.token)  # answered elsewhere: nobody misses it
    elif row.attempts < TRIES:
        sending.resolve(tx, row.id, "later", now, retry_at=now, token=row.token)
    elif sending.resolve(tx, row.id, "failed", now, reason="too_many_tries", token=row.token):
        hr_is_told(tx, house, row, "failed", now)
