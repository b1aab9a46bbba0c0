"""A cadence being adopted by running cases: how far it is, so that it goes on after whatever came in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select, update

from storage import tables
from storage.cases import IS_LIVE
from storage.transaction import Statement, new

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from storage.transaction import Tx

adoptions, cases = tables.adoptions, tables.cases
FIELDS = ("organisation", "policy", "by", "at", "after", "moved", "finished_at")
COLUMNS = [adoptions.c[name] for name in FIELDS]
INSERT = new(adoptions)
BEGIN = Statement(
    INSERT.on_conflict_do_update(
        index_elements=["organisation"],
        set_={name: INSERT.excluded[name] for name in FIELDS if name != "organisation"},
    )
)
OF = Statement(select(*COLUMNS).where(adoptions.c.organisation == bindparam("organisation")))
UNFINISHED = Statement(select(*COLUMNS).where(adoptions.c.finished_at.is_(None)).order_by(adoptions.c.organisation))
ADVANCE = Statement(
    update(adoptions)
    .where(
        adoptions.c.organisation == bindparam("mine"),
        adoptions.c.policy == bindparam("adopting"),
        adoptions.c.after == bindparam("before"),
        adoptions.c.finished_at.is_(None),
    )
    .values(after=bindparam("after"), moved=bindparam("moved"), finished_at=bindparam("finished_at"))
)
_LIVE = (
    select(cases.c.id)
    .where(cases.c.organisation == bindparam("organisation"), cases.c.id > bindparam("after"), IS_LIVE)
    .order_by(cases.c.id)
    .limit(bindparam("most"))
)
LIVE = Statement(_LIVE)
LOCKED = Statement(_LIVE.with_for_update())
COUNT = Statement(
    select(func.count())
    .select_from(cases)
    .where(cases.c.organisation == bindparam("organisation"), cases.c.id > bindparam("after"), IS_LIVE)
)


@dataclass(frozen=True, slots=True)
class Adoption:
    """How far it is: every running case up to id `after` follows the policy; `moved` of them did not before."""

    organisation: str
    policy: str
    by: str
    at: datetime
    after: str = ""
    moved: int = 0
    finished_at: datetime | None = None


def begin(tx: Tx, adoption: Adoption) -> None:
    """From now on this is what the organisation adopts, whatever was under way."""
    tx.execute(BEGIN, **{name: getattr(adoption, name) for name in FIELDS})


def of(tx: Tx, organisation: str) -> Adoption | None:
    """The last one of this organisation."""
    row = tx.first(OF, organisation=organisation)
    return None if row is None else Adoption(*row)


def unfinished(tx: Tx) -> list[Adoption]:
    """Every one that is under way."""
    return [Adoption(*row) for row in tx.all(UNFINISHED)]


def advance(tx: Tx, before: Adoption, after: Adoption) -> bool:
    """It is as far as that now. False when somebody else went on with it meanwhile, or began another."""
    written = tx.execute(
        ADVANCE,
        mine=before.organisation,
        adopting=before.policy,
        before=before.after,
        after=after.after,
        moved=after.moved,
        finished_at=after.finished_at,
    )
    return written == 1


def running(tx: Tx, organisation: str, after: str, limit: int, *, locked: bool = False) -> Sequence[str]:
    """Ids of running cases, from the one after `after` ("" to begin). `locked`: nobody else decides of them now."""
    return [one for (one,) in tx.all(LOCKED if locked else LIVE, organisation=organisation, after=after, most=limit)]


def count(tx: Tx, organisation: str, after: str = "") -> int:
    """How many cases are running, from the one after `after`."""
    row = tx.first(COUNT, organisation=organisation, after=after)
    return row[0] if row else 0
