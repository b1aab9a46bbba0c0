"""Cases: who may see them, how they are changed, and when the next thing about them is due.

The whole case is in the sealed `content`; the columns beside it are indexes, written in the same statement.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import BindParameter, Boolean, and_, bindparam, exists, func, or_, select, union_all, update

from conversations import deputies
from conversations.case import Case, Person
from conversations.changes import Change, apply
from storage import journal, outbox, plans, tables
from storage.columns import among, within
from storage.tables import cases, people
from storage.transaction import Conflict, Statement, new

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from storage.transaction import Tx

CASE = TypeAdapter(Case)
FOUND = select(cases.c.id, cases.c.content)

IS_LIVE = within(cases.c.status, "open", "paused")
ME: BindParameter[str] = bindparam("me")
ON: BindParameter[date] = bindparam("on")
IS_LED: BindParameter[bool] = bindparam("leads", type_=Boolean)
IN_HOUSE = cases.c.organisation == bindparam("organisation")
LEADS = (cases.c.manager, cases.c.coach)
FURTHER = people.alias("further")
# Gone, or away on that day: for who leads a case, and for the deputy of that one.
OUT = tuple(
    or_(
        one.c.active.is_(False),
        and_(
            or_(one.c.away_from.is_not(None), one.c.away_until.is_not(None)),
            or_(one.c.away_from.is_(None), one.c.away_from <= ON),
            or_(one.c.away_until.is_(None), one.c.away_until >= ON),
        ),
    )
    for one in (people, FURTHER)
)
CHOSEN = (cases.c.keeper, cases.c.restarts)  # who keeps contact, or takes it up again
STANDS_IN = (
    exists().where(people.c.id.in_(LEADS), people.c.deputy == ME, OUT[0]),
    exists().where(people.c.id.in_(LEADS), FURTHER.c.id == people.c.deputy, FURTHER.c.deputy == ME, OUT[0], OUT[1]),
)

VISIBLE = Statement(
    FOUND.where(
        cases.c.id == bindparam("case"),
        IN_HOUSE,
        or_(
            and_(cases.c.employee == ME, IS_LIVE),
            and_(
                cases.c.employee != ME,
                or_(
                    bindparam("hr", type_=Boolean),
                    and_(IS_LED, cases.c.status == "closed", cases.c.manager == ME),
                    and_(IS_LED, IS_LIVE, or_(*(one == ME for one in (*LEADS, *CHOSEN)), *STANDS_IN)),
                ),
            ),
        ),
    )
)
# As a union of look-ups, so that each uses its index however many cases there are.
MINE = select(cases.c.id).where(cases.c.employee == ME)
LENT = union_all(
    *(select(cases.c.id).where(role == ME) for role in (cases.c.employee, *LEADS, *CHOSEN)),
    *(select(cases.c.id).join(people, people.c.id == lead).where(people.c.deputy == ME, OUT[0]) for lead in LEADS),
    *(
        select(cases.c.id)
        .join(people, people.c.id == lead)
        .join(FURTHER, FURTHER.c.id == people.c.deputy)
        .where(FURTHER.c.deputy == ME, OUT[0], OUT[1])
        for lead in LEADS
    ),
)
ALL_LIVE = Statement(FOUND.where(IN_HOUSE, IS_LIVE).order_by(cases.c.id))
ALL_ENDED = Statement(
    FOUND.where(IN_HOUSE, within(cases.c.status, "closed", "silenced"), cases.c.employee != ME).order_by(cases.c.id)
)
MINE_LIVE = Statement(FOUND.where(cases.c.id.in_(MINE), IN_HOUSE, IS_LIVE).order_by(cases.c.id))
LENT_LIVE = Statement(FOUND.where(cases.c.id.in_(LENT), IN_HOUSE, IS_LIVE).order_by(cases.c.id))
MINE_ENDED = Statement(
    FOUND.where(cases.c.manager == ME, IN_HOUSE, cases.c.status == "closed", cases.c.employee != ME, IS_LED).order_by(
        cases.c.id
    )
)
LOAD = Statement(FOUND.where(cases.c.id == bindparam("case")))
SEVERAL = Statement(FOUND.where(among(cases.c.id, "ids")))
OPEN_OF = Statement(FOUND.where(cases.c.employee == bindparam("employee"), IS_LIVE))
OF_EMPLOYEE = Statement(FOUND.where(cases.c.employee == bindparam("employee")).order_by(cases.c.id))
LIVE_AFTER = Statement(
    FOUND.where(cases.c.id > bindparam("after"), IS_LIVE).order_by(cases.c.id).limit(bindparam("most"))
)
DUE = Statement(
    FOUND.where(cases.c.next_due <= bindparam("now"))
    .order_by(cases.c.next_due)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
ADD = Statement(new(cases).on_conflict_do_nothing())
OFTEN = ("next_due", "changed_at", "version", "content")
SELDOM = (
    "employee",
    "manager",
    "coach",
    "keeper",
    "restarts",
    "status",
    "closed_on",
)  # in an index or a foreign key, so dear to write
STALE = update(cases).where(cases.c.id == bindparam("case"), cases.c.version == bindparam("before"))
SAVE = Statement(STALE.values({name: bindparam(name) for name in OFTEN}))
SAVE_ALL = Statement(STALE.values({name: bindparam(name) for name in (*OFTEN, *SELDOM)}))
RESCHEDULE = Statement(update(cases).where(cases.c.id == bindparam("case")).values(next_due=bindparam("next_due")))
RESCHEDULE_ALL = Statement(update(cases).where(among(cases.c.id, "ids")).values(next_due=bindparam("next_due")))
RUNNING = Statement(select(func.count()).select_from(cases).where(IN_HOUSE, IS_LIVE))
LOOK_AGAIN = Statement(update(cases).where(IN_HOUSE, IS_LIVE).values(next_due=bindparam("next_due")))
WHO: BindParameter[str] = bindparam("who")
STANDS_IN_FOR = select(people.c.id).where(people.c.deputy == WHO)
# In a part of the case, or behind whoever is, up to the deputy's deputy.
CONCERNED = or_(
    *(one == WHO for one in (cases.c.employee, *LEADS, *CHOSEN)),
    *(lead.in_(STANDS_IN_FOR) for lead in LEADS),
    *(lead.in_(select(FURTHER.c.id).where(FURTHER.c.deputy.in_(STANDS_IN_FOR))) for lead in LEADS),
)
LOOK_AGAIN_AT = Statement(update(cases).where(IN_HOUSE, IS_LIVE, CONCERNED).values(next_due=bindparam("next_due")))
FIRST_DUE = Statement(select(cases.c.next_due).where(cases.c.next_due.is_not(None)).order_by(cases.c.next_due).limit(1))
PLANNED = Statement(select(cases.c.next_due).where(cases.c.id == bindparam("case")))
TELL = Statement(new(tables.told).on_conflict_do_nothing())
TOLD = Statement(select(tables.told.c.key, tables.told.c.at).where(tables.told.c.case == bindparam("case")))
OUTCOMES_OF = Statement(
    select(*(tables.told.c[name] for name in ("case", "key", "outcome", "at"))).where(among(tables.told.c.case, "ids"))
)
DECISIONS = Statement(
    select(*(tables.told.c[name] for name in ("key", "at", "outcome", "reason", "policy")))
    .where(tables.told.c.case == bindparam("case"))
    .order_by(tables.told.c.at, tables.told.c.key)
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a moment: why something was said, and why it was not."""

    key: str
    at: datetime
    outcome: str
    reason: str | None
    policy: str


def _row(case: str) -> str:
    return f"cases/{case}"


def _read(tx: Tx, row: tuple[Any, ...]) -> Case:
    return CASE.validate_json(tx.vault.open(row[1], _row(row[0])), strict=True)


def _remembered(tx: Tx, row: tuple[Any, ...]) -> Case:
    case = tx.memory["cases", row[0]] = _read(tx, row)
    return case


def _one(tx: Tx, row: tuple[Any, ...] | None) -> Case | None:
    """The case in that row; what this transaction has read, and is sealed as it was, is not opened again."""
    if row is None:
        return None
    key = ("cases as sealed", row[0])
    sealed, case = tx.memory.get(key, (None, None))
    if sealed != row[1]:
        case = _read(tx, row)
        tx.memory[key] = row[1], case
    found: Case | None = case
    return found


def _seldom(case: Case, at: datetime) -> dict[str, Any]:
    inside = (case.employee, case.manager, case.coach)
    return {
        "keeper": None if case.contact.person in inside else case.contact.person,
        "restarts": None if case.contact.restarts in inside else case.contact.restarts,
        "employee": case.employee,
        "manager": case.manager,
        "coach": case.coach,
        "status": case.status,
        "closed_on": None if case.is_live else case.anchors.get("case_closed", at.astimezone(UTC).date()),
    }


def _often(tx: Tx, case: Case, at: datetime, next_due: datetime | None) -> dict[str, Any]:
    return {
        "next_due": next_due if case.is_live else None,
        "changed_at": at,
        "version": case.version,
        "content": tx.vault.seal(CASE.dump_json(case).decode(), _row(case.id)),
    }


def add(tx: Tx, case: Case, by: str, at: datetime, next_due: datetime | None, reported_by: str | None = None) -> None:
    """A new case. Conflict when the employee has a running one, or the id is taken.

    `reported_by` is a code for who brought the news (self, family, colleague, hr): for the journal alone.
    """
    columns = _seldom(case, at) | _often(tx, case, at, next_due)
    written = tx.execute(ADD, id=case.id, organisation=case.organisation, opened_at=at, **columns)
    if not written:
        raise Conflict(f"There is a running case of {case.employee} already.")
    if case.plan is not None:
        plans.add(tx, case.id, case.version, case.plan, by, at)
    opened = {"change": "Opened", "employee": case.employee, "manager": case.manager, "policy": case.policy}
    told = {"reported_by": reported_by} if reported_by else {}
    dates = {f"anchors.{name}": day.isoformat() for name, day in sorted(case.anchors.items())}
    journal.write(tx, case.organisation, case.id, by, at, [{**opened, **told, **dates}])


def visible(tx: Tx, viewer: Person, case: str, on: date) -> Case | None:
    """The case, if this person may know of it on that day: the only way to a case for anything a person asks.

    The same answer as `access.may(.., "know", ..)`, in one statement whatever the answer is: None for "not there" and
    "not yours" alike, at the same cost.
    """
    if not viewer.active:
        return None
    known: Case | None = tx.memory.get(("cases", case))
    if known is not None and _is_own(viewer, known):
        return known
    return _one(tx, tx.first(VISIBLE, case=case, hr="hr" in viewer.roles, **_asked(viewer, on)))


def _asked(viewer: Person, on: date) -> dict[str, Any]:
    leads = bool(viewer.roles & deputies.LEADS)
    return {"organisation": viewer.organisation, "me": viewer.id, "on": on, "leads": leads}


def _is_own(viewer: Person, case: Case) -> bool:
    """The plainest part of the same rule, for a case this transaction has read: HR, and who is in a running one."""
    if viewer.organisation != case.organisation:
        return False
    if viewer.id == case.employee:
        return case.is_live
    leads = case.is_live and bool(viewer.roles & deputies.LEADS) and viewer.id in (case.manager, case.coach)
    return leads or "hr" in viewer.roles


def all_visible(tx: Tx, viewer: Person, on: date, *, ended: bool = False) -> list[Case]:
    """Every running case that `visible` would show to this person; with `ended` every ended one instead."""
    if not viewer.active:
        return []
    if "hr" in viewer.roles:
        statement = ALL_ENDED if ended else ALL_LIVE
    elif ended:
        statement = MINE_ENDED
    else:
        # Only who leads can have a part in the case of another; everybody else asks the plainer question.
        statement = LENT_LIVE if viewer.roles & deputies.LEADS else MINE_LIVE
    return [_read(tx, row) for row in tx.all(statement, **_asked(viewer, on))]


def load(tx: Tx, case: str) -> Case | None:
    """The case, whoever asks: for the tick and for delivery, never for a person."""
    known: Case | None = tx.memory.get(("cases", case))
    return known or _one(tx, tx.first(LOAD, case=case))


def recall(tx: Tx, ids: Iterable[str]) -> None:
    """Read these cases in one go, for whoever asks for them one by one in this transaction."""
    wanted = sorted(case for case in ids if ("cases", case) not in tx.memory)
    for row in tx.all(SEVERAL, ids=wanted) if wanted else ():
        _remembered(tx, row)


def open_of(tx: Tx, employee: str) -> Case | None:
    """The running case of this employee."""
    return _one(tx, tx.first(OPEN_OF, employee=employee))


def live(tx: Tx, after: str, limit: int) -> list[Case]:
    """Running cases by id, from the one after `after` ("" to begin): for what goes over all of them in pages."""
    return [_read(tx, row) for row in tx.all(LIVE_AFTER, after=after, most=limit)]


def save(tx: Tx, before: Case, changes: Sequence[Change], by: str, at: datetime, next_due: datetime | None) -> Case:
    """The case after the changes, under the next version, with its line in the journal.

    A new plan is kept as a version; a silenced case takes its waiting messages with it; a case that ended is due
    no more. Conflict when `before` is stale. ValueError without changes: nothing else may write a case.
    """
    if not changes:
        raise ValueError("A case is only written with its changes.")
    tx.memory.pop(("cases", before.id), None)
    after = replace(reduce(apply, changes, before), version=before.version + 1)
    often, seldom = _often(tx, after, at, next_due), _seldom(after, at)
    if seldom == _seldom(before, at):
        written = tx.execute(SAVE, case=after.id, before=before.version, **often)
    else:
        written = tx.execute(SAVE_ALL, case=after.id, before=before.version, **often, **seldom)
    if not written:
        raise Conflict(f"The case {before.id} is no longer at version {before.version}.")
    if after.plan is not None and after.plan != before.plan:
        plans.add(tx, after.id, after.version, after.plan, by, at)
    if after.status == "silenced" != before.status:
        outbox.cancel_case(tx, after.id, "silenced")
    journal.add(tx, after.organisation, after.id, by, at, changes)
    return after


def of_employee(tx: Tx, employee: str) -> list[Case]:
    """Every case of this employee that was not erased yet, ended ones too."""
    return [_read(tx, row) for row in tx.all(OF_EMPLOYEE, employee=employee)]


def due(tx: Tx, now: datetime, limit: int) -> list[Case]:
    """Cases with something due, the longest due first; locked, and without those another tick has locked."""
    return [_remembered(tx, row) for row in tx.all(DUE, now=now, most=limit)]


def reschedule(tx: Tx, case: str, next_due: datetime | None) -> None:
    """When to look at this case again; None for not any more. No change of the case, so no version."""
    tx.execute(RESCHEDULE, case=case, next_due=next_due)


def reschedule_all(tx: Tx, plan: Mapping[str, datetime | None]) -> None:
    """The same for many, by case. Cases that are alike are due again together."""
    together: dict[datetime | None, list[str]] = {}
    for case, when in plan.items():
        together.setdefault(when, []).append(case)
    tx.execute_many(RESCHEDULE_ALL, [{"ids": ids, "next_due": when} for when, ids in together.items()])


def running(tx: Tx, organisation: str) -> int:
    """How many cases run there."""
    found = tx.first(RUNNING, organisation=organisation)
    return 0 if found is None else int(found[0])


def look_again(tx: Tx, organisation: str, now: datetime, person: str | None = None) -> int:
    """Let the tick look at these running cases at once, because days or hours changed under them; how many.

    All of the organisation, or those in which that person may hear something. What is due is decided by the dates
    and by what was told, so a look too many changes nothing.
    """
    if person is None:
        return tx.execute(LOOK_AGAIN, organisation=organisation, next_due=now)
    return tx.execute(LOOK_AGAIN_AT, organisation=organisation, who=person, next_due=now)


def first_due(tx: Tx) -> datetime | None:
    """When a case will be looked at next, of all of them."""
    found = tx.first(FIRST_DUE)
    return found[0] if found else None


def planned(tx: Tx, case: str) -> datetime | None:
    """When the case will be looked at again; None for not any more."""
    found = tx.first(PLANNED, case=case)
    when: datetime | None = found[0] if found else None
    return when


def tell(  # noqa: PLR0913, PLR0917 - what is decided, and why, is one row
    tx: Tx, case: str, key: str, at: datetime, outcome: str, reason: str | None, policy: str
) -> bool:
    """Decide about a moment, once. False when it was decided before; that stands."""
    return tx.execute(TELL, case=case, key=key, at=at, outcome=outcome, reason=reason, policy=policy) == 1


def tell_later(tx: Tx, case: str, decision: Decision) -> None:
    """The same, written with others like it: for who holds the case, so that nobody else decides meanwhile."""
    told = {name: getattr(decision, name) for name in ("key", "at", "outcome", "reason", "policy")}
    tx.later(TELL, case=case, **told)


def told(tx: Tx, case: str) -> dict[str, datetime]:
    """The moments of the case that were decided, by key, and when."""
    return dict(tx.all(TOLD, case=case))


def outcomes_of(tx: Tx, ids: Sequence[str]) -> dict[str, dict[str, tuple[str, datetime]]]:
    """What was decided about each moment of these cases, and when: by case, and by key."""
    found: dict[str, dict[str, tuple[str, datetime]]] = {case: {} for case in ids}
    for case, key, outcome, at in tx.all(OUTCOMES_OF, ids=ids) if ids else ():
        found[case][key] = (outcome, at)
    return found


def decisions(tx: Tx, case: str) -> list[Decision]:
    """What was decided about each moment of the case and why, in order of time."""
    return [Decision(*row) for row in tx.all(DECISIONS, case=case)]
