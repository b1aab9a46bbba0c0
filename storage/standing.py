"""How cases stand and what waits in them, kept beside them for whoever looks over all at once.

A case itself is sealed. These two tables can be made from the cases anew (bot/standing.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select, update

from conversations.timing.waiting import Waiting
from storage import people as directory
from storage.columns import among
from storage.tables import overview, waiting
from storage.transaction import Statement, new

if TYPE_CHECKING:
    from conversations.case import Case
    from storage.transaction import Tx

ABOUT = ("case", "organisation", "employee", "manager", "team", "policy", "care", "paused_until", "expected", "back",
         "certificate_ends")  # fmt: skip
WAITS = ("case", *Waiting._fields)
KNOWN = Statement(select(*(overview.c[name] for name in ABOUT)).where(among(overview.c.case, "ids")))
WAITED = Statement(select(*(waiting.c[name] for name in WAITS)).where(among(waiting.c.case, "ids")))
INSERT = new(overview)
PUT = Statement(
    INSERT.on_conflict_do_update(
        index_elements=["case"], set_={name: INSERT.excluded[name] for name in ABOUT if name != "case"}
    )
)
WAIT = Statement(new(waiting))
TEAM = Statement(
    update(overview).where(overview.c.employee == bindparam("its_employee")).values(team=bindparam("team"))
)
NO_WAIT = Statement(delete(waiting).where(waiting.c.case == bindparam("its_case")))
NO_VIEW = Statement(delete(overview).where(overview.c.case == bindparam("its_case")))


def _row(case: Case, team: str) -> tuple[Any, ...]:
    back = [day for name in ("partial_return", "actual_return") if (day := case.anchors.get(name)) is not None]
    ends = None if "actual_return" in case.anchors else case.anchors.get("certificate_end")
    paused = case.paused_until if case.status == "paused" else None
    return (case.id, case.organisation, case.employee, case.manager, team, case.policy, case.care, paused,
            case.anchors.get("expected_return"), min(back, default=None), ends)  # fmt: skip


def keep(tx: Tx, standing: Mapping[str, tuple[Case, Sequence[Waiting]]]) -> int:
    """Let it be known of these cases how they stand and what waits in them; in how many that was not so before."""
    if not standing:
        return 0
    ids = sorted(standing)
    views = _views(tx, [case for case, _ in standing.values()])
    known = {row[0]: tuple(row) for row in tx.all(KNOWN, ids=ids)}
    waited: dict[str, set[tuple[Any, ...]]] = {case: set() for case in ids}
    for case, *step in tx.all(WAITED, ids=ids):
        waited[case].add(tuple(step))
    other = {case for case in ids if known.get(case) != views.get(case)}
    moved = {case for case in ids if waited[case] != {tuple(step) for step in standing[case][1]}}
    for case in sorted(other - views.keys()):
        tx.execute(NO_VIEW, its_case=case)
    tx.execute_many(PUT, [dict(zip(ABOUT, views[case], strict=True)) for case in ids if case in other & views.keys()])
    for case in sorted(case for case in moved if waited[case]):
        tx.execute(NO_WAIT, its_case=case)
    tx.execute_many(WAIT, [_wait(standing[case][0], step) for case in sorted(moved) for step in standing[case][1]])
    return len(other | moved)


def view(tx: Tx, found: Sequence[Case]) -> None:
    """The same without what waits, for many at once: the next look at each finds that."""
    rows = _views(tx, found)
    tx.execute_many(PUT, [dict(zip(ABOUT, row, strict=True)) for row in rows.values()])


def _views(tx: Tx, found: Sequence[Case]) -> dict[str, tuple[Any, ...]]:
    """The rows of those that run."""
    live = [case for case in found if case.is_live]
    if any(directory.recalled(tx, case.employee) is None for case in live):
        directory.recall(tx, {case.employee for case in live})
    teams = {case.id: person.team for case in live if (person := directory.get(tx, case.employee)) is not None}
    return {case.id: _row(case, teams.get(case.id, "")) for case in live}


def _wait(case: Case, step: Waiting) -> dict[str, Any]:
    return {"case": case.id, "organisation": case.organisation, **step._asdict()}


def in_team(tx: Tx, employee: str, team: str) -> None:
    """The employee is in another team now."""
    tx.execute(TEAM, its_employee=employee, team=team)


def forget(tx: Tx, case: str) -> None:
    """The case has ended."""
    tx.execute(NO_WAIT, its_case=case)
    tx.execute(NO_VIEW, its_case=case)


def of_case(tx: Tx, case: str) -> list[Waiting]:
    """What waits in that case, whether late or not."""
    return [Waiting(*row[1:]) for row in tx.all(WAITED, ids=[case])]


def step(tx: Tx, case: str, milestone: str, nth: int) -> Waiting | None:
    """What waits in that case under that name, as it is now."""
    return next((one for one in of_case(tx, case) if (one.milestone, one.nth) == (milestone, nth)), None)
