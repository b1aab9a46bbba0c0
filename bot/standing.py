"""How cases stand, kept for whoever looks over all of them: whenever one changes or is looked at, and every night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.timing.waiting import waiting
from storage import cases, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.house import House
    from conversations.case import Case
    from storage.database import Tx


def keep(
    tx: Tx,
    house: House,
    about: Iterable[Case],
    now: datetime,
    decided: Mapping[str, Mapping[str, tuple[str, datetime]]] | None = None,
) -> int:
    """Of these cases; in how many it was not known. What waits follows from the timeline and what was decided.

    `decided` is what was, by case and by key, for who knows it already.
    """
    by_id = {case.id: case for case in about}
    if decided is None:
        decided = cases.outcomes_of(tx, list(by_id))
    found = {}
    for case in by_id.values():
        organisation = house.organisation(tx, case.organisation)
        policy, calendar = house.followed(tx, case), house.calendar(organisation)
        found[case.id] = (case, waiting(policy, house.known(tx, case), calendar, decided[case.id], now))
    return standing.keep(tx, found)
