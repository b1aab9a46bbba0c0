"""A version goes into use as the page does it, once nobody else has to be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import adopting

if TYPE_CHECKING:
    from datetime import datetime

    from bot.adopting import Progress, Which
    from bot.house import House
    from storage.database import Database


async def adopt(  # noqa: PLR0917 - as `adopting.begin`
    database: Database, house: House, organisation: str, ref: str, which: Which, by: str, now: datetime
) -> Progress:
    """New cases follow it; with "all" the first running ones too. How far it is."""
    await database.run(lambda tx: adopting.begin(tx, house, organisation, ref, which, by, now))
    if which == "all":
        await adopting.go_on(database, house, now, pages=adopting.AT_ONCE)
    found = await database.run(lambda tx: adopting.progress(tx, organisation))
    assert found is not None
    return found
