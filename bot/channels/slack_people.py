"""Who is of the workspace itself: no guest, no bot, nobody of another company, nobody whose account is closed.

It is looked up when there is room for it, and somebody of whom nothing could be learned is let in: an account only does
something once its person proved from both sides that it is theirs.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from bot.channels import NotSent, Unsure
from bot.channels.slack_calls import Calls
from bot.channels.slack_events import apart

FOR_SURE = 6 * 3600.0  # seconds what was learned is good for
QUICKLY = 1.0  # seconds somebody waits for it
MOST = 10_000
NOT_OURS = ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted")


class People:
    """What is known of who speaks to us."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._known: OrderedDict[str, tuple[float, bool]] = OrderedDict()

    async def is_one_of_us(self, address: str) -> bool:
        """Whether to listen to whoever is at this address."""
        now = asyncio.get_running_loop().time()
        until, known = self._known.get(address, (0.0, True))
        if now < until:
            return known
        team, user = apart(address)
        try:
            async with asyncio.timeout(QUICKLY):
                found = (await self._calls("users.info", query={"user": user})).get("user") or {}
        except (NotSent, Unsure, TimeoutError):
            return known
        theirs = found.get("team_id", team)
        ours = not any(found.get(flag) for flag in NOT_OURS) and (theirs == team or not theirs.startswith("T"))
        self._known[address] = (now + FOR_SURE, ours)
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        return ours
