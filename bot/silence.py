"""A platform that takes no messages of ours any more: HR hears it another way, once a day, while something waits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.channels import Listening
from bot.desk import Desk
from bot.house import BRUSSELS
from bot.recipients import recipient
from conversations.timing.guard import decent
from storage import addresses, outbox

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.channels import Channel
    from bot.house import House
    from storage.database import Database, Tx

LONG = timedelta(hours=1)  # what is shorter mends itself


class Silence:
    """Since when each platform takes nothing, as far as this process saw."""

    def __init__(self) -> None:
        self._since: dict[str, datetime] = {}

    async def look(self, database: Database, channels: Mapping[str, Channel], house: House, now: datetime) -> None:
        """Look at each platform; tell HR of one that has been silent for long."""
        for name, channel in channels.items():
            if not isinstance(channel, Listening) or channel.ready:
                self._since.pop(name, None)
            elif now - self._since.setdefault(name, now) >= LONG:
                await database.run(lambda tx, name=name: _tell(tx, house, name, now))  # type: ignore[misc] # bound at once


def _tell(tx: Tx, house: House, channel: str, now: datetime) -> None:
    today = now.astimezone(BRUSSELS).date()
    for organisation in outbox.waiting_on(tx, channel):
        hr = recipient(tx, "hr", None, organisation, today)
        ways = addresses.ways_to(tx, hr.id) if hr is not None else []
        other = next((way[:2] for way in ways if way.reachable and way.channel != channel), None)
        if hr is None or other is None:
            continue
        desk = Desk(tx, house, hr, now, *other, kind="notice", key=f"silent/{channel}/{organisation}/{today}")
        desk.not_before = decent(hr, house.calendar(house.organisation(tx, organisation)), now)
        desk.tell("problems/silent", channel=channel)
        desk.send()
