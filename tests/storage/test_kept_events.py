"""Events that came in: each counts once, and some happen only so often."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage import inbox
from tests.storage.acme import NOW

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database

QUARTER = timedelta(minutes=15)


async def test_only_so_often(acme: Database) -> None:
    """Five in any quarter of an hour, not more; each leaves its place when its quarter is over; others count apart."""

    async def allowed(at: datetime, who: str = "try/one") -> bool:
        return await acme.run(lambda tx: inbox.at_most(tx, "slack", who, 5, QUARTER, at))

    minute = timedelta(minutes=1)
    assert [True] * 5 + [False] * 2 == [await allowed(NOW + n * minute) for n in range(7)]
    assert await allowed(NOW, "try/two")
    assert not await allowed(NOW + QUARTER - minute)
    assert [True, False] == [await allowed(NOW + QUARTER) for _ in range(2)]
    assert [True, False] == [await allowed(NOW + QUARTER + minute) for _ in range(2)]


async def test_once_a_day(acme: Database) -> None:
    """Once, and once more a day later; an event of the channel with the same name is another thing."""
    day = timedelta(days=1)

    async def allowed(at: datetime) -> bool:
        return await acme.run(lambda tx: inbox.at_most(tx, "slack", "stranger/x", 1, day, at))

    assert await acme.run(lambda tx: inbox.first_time(tx, "slack", "stranger/x", NOW))
    assert [True, False] == [await allowed(NOW), await allowed(NOW + day - timedelta(seconds=1))]
    assert await allowed(NOW + day)
