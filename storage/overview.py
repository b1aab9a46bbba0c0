"""Looking over all cases of an organisation at once: what is late, whom nobody leads, what did not arrive.

Two tables are kept beside the cases for this and can be made from them anew (bot/standing.py), because a case itself
is sealed. Every question reads an index up to a limit, so it costs the same in a town and in a country.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from sqlalchemy import BindParameter, Select, and_, bindparam, delete, exists, func, or_, select, update

from conversations.timing.waiting import Waiting
from storage import people as directory
from storage.columns import among, within
from storage.tables import addresses, outbox, overview, people, waiting
from storage.transaction import Statement, new

if TYPE_CHECKING:
    from conversations.case import Case
    from storage.transaction import Tx

Phase = Literal["", "absent", "near", "back", "care", "paused"]
Kind = Literal["late", "escalated"]

NEAR = timedelta(days=31)  # a return within a month is in sight (S4-10)
SOON = timedelta(days=7)  # a certificate that ends within a week
RECENTLY = timedelta(days=14)  # how long what ended or did not arrive is shown
MOST = 200  # nobody counts further
ROWS = 500  # messages looked at, the newest first
SEEN = "seen"  # somebody knows of the message that perhaps did not arrive

TODAY: BindParameter[date] = bindparam("today")
ORGANISATION: BindParameter[str] = bindparam("organisation")
LIMIT: BindParameter[int] = bindparam("most")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which cases somebody wants to see: of a team, in a phase, under a policy. Empty is all of them."""

    team: str = ""
    phase: Phase = ""
    policy: str = ""

    @property
    def shape(self) -> tuple[bool, Phase, bool]:
        """Which questions this makes."""
        return bool(self.team), self.phase, bool(self.policy)


class Step(NamedTuple):
    """A step of a case that waits."""

    case: str
    what: Waiting

    def is_of(self, kind: Kind) -> bool:
        """Whether it stands on that list."""
        return (self.what.escalated is None) == (kind == "late")


class Undelivered(NamedTuple):
    """A message that did not arrive, or perhaps not. Never what it said."""

    id: str
    person: str
    case: str | None
    at: datetime
    perhaps: bool


# --- Keeping it ----------------------------------------------------------------------------------------

ABOUT = ("case", "organisation", "employee", "manager", "team", "policy", "care", "paused_until", "expected", "back",
         "certificate_ends")  # fmt: skip
STEP = ("case", "milestone", "nth", "organisation", "to", "since", "again", "until", "missed", "escalated")
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


# --- Which cases ---------------------------------------------------------------------------------------

IS_BACK = and_(overview.c.back.is_not(None), overview.c.back <= TODAY)
IS_NEAR = and_(overview.c.expected.is_not(None), overview.c.expected <= bindparam("near"))
PHASES: Mapping[Phase, Any] = {
    "care": overview.c.care,
    "back": and_(~overview.c.care, IS_BACK),
    "near": and_(~overview.c.care, or_(overview.c.back.is_(None), overview.c.back > TODAY), IS_NEAR),
    "absent": and_(
        ~overview.c.care,
        or_(overview.c.back.is_(None), overview.c.back > TODAY),
        or_(overview.c.expected.is_(None), overview.c.expected > bindparam("near")),
    ),
    "paused": and_(overview.c.paused_until.is_not(None), overview.c.paused_until >= TODAY),
}
Shape = tuple[bool, Phase, bool]
FEW = 1000  # cases that are looked at one by one; of more, the first ones on a list are soon found


def _conditions(shape: Shape) -> list[Any]:
    """What makes a case one of the chosen ones."""
    team, phase, policy = shape
    return [
        *([overview.c.team == bindparam("team")] if team else []),
        *([PHASES[phase]] if phase else []),
        *([overview.c.policy == bindparam("policy")] if policy else []),
    ]


@cache
def _chosen(shape: Shape) -> Statement:
    return Statement(
        select(overview.c.case).where(overview.c.organisation == ORGANISATION, *_conditions(shape)).limit(LIMIT)
    )


def chosen_ones(tx: Tx, organisation: str, chosen: Chosen, today: date) -> list[str] | None:
    """The chosen cases where they are few; None where they are many, or all. Asked once a transaction."""
    if not any(chosen.shape):
        return None
    key = ("overview", f"{organisation}/{chosen}")
    if key not in tx.memory:
        rows = tx.all(_chosen(chosen.shape), **_values(organisation, chosen, today, FEW + 1))
        tx.memory[key] = [case for (case,) in rows] if len(rows) <= FEW else None
    found: list[str] | None = tx.memory[key]
    return found


def _values(organisation: str, chosen: Chosen, today: date, most: int) -> dict[str, Any]:
    return {
        "organisation": organisation, "today": today, "near": today + NEAR, "most": most, "team": chosen.team,
        "policy": chosen.policy,
    }  # fmt: skip


def _counted(found: Select[Any]) -> Statement:
    return Statement(select(func.count()).select_from(found.order_by(None).limit(LIMIT).subquery()))


def _number(tx: Tx, statement: Statement, values: Mapping[str, Any]) -> int:
    """How many, up to `most`."""
    ((count,),) = tx.all(statement, **values)
    return int(count)


# --- What is late --------------------------------------------------------------------------------------


@cache
def _late(kind: Kind, shape: Shape) -> tuple[Statement, Statement]:
    steps = select(*(waiting.c[name] for name in WAITS)).where(
        waiting.c.organisation == ORGANISATION,
        waiting.c.since < TODAY,
        or_(waiting.c.again.is_(None), waiting.c.again <= TODAY),
        or_(waiting.c.until.is_(None), waiting.c.until > TODAY),
        waiting.c.escalated.is_(None) if kind == "late" else waiting.c.escalated.is_not(None),
    )
    if any(shape):
        steps = steps.where(exists().where(overview.c.case == waiting.c.case, *_conditions(shape)))
    order = (waiting.c.since, waiting.c.case, waiting.c.milestone, waiting.c.nth)
    return Statement(steps.order_by(*order).limit(LIMIT)), _counted(steps)


def steps(tx: Tx, kind: Kind, organisation: str, chosen: Chosen, today: date, most: int) -> tuple[list[Step], int]:
    """What nobody did in time, the oldest first, and how many there are (up to MOST).

    HR heard of "escalated" already, and of "late" not yet. Of few cases every step is looked at; of many the first
    ones are soon found by the day they are about.
    """
    ids = chosen_ones(tx, organisation, chosen, today)
    if ids is not None:
        found = [one for one in _steps_of(tx, ids) if one.what.is_late(today) and one.is_of(kind)]
        return found[:most], min(len(found), MOST)
    listed, counted = _late(kind, chosen.shape)
    values = _values(organisation, chosen, today, most)
    found = [Step(case, Waiting(*step)) for case, *step in tx.all(listed, **values)]
    return found, len(found) if len(found) < most else _number(tx, counted, {**values, "most": MOST})


def _steps_of(tx: Tx, ids: Sequence[str]) -> list[Step]:
    steps = (Step(case, Waiting(*step)) for case, *step in (tx.all(WAITED, ids=ids) if ids else ()))
    return sorted(steps, key=lambda one: (one.what.since, one.case, one.what.milestone, one.what.nth))


# --- Cases ---------------------------------------------------------------------------------------------


@cache
def _certificates(shape: Shape) -> tuple[Statement, Statement]:
    ending = select(overview.c.case).where(
        overview.c.organisation == ORGANISATION,
        overview.c.certificate_ends.is_not(None),
        overview.c.certificate_ends >= bindparam("least"),
        overview.c.certificate_ends <= bindparam("last"),
        *_conditions(shape),
    )
    return Statement(ending.order_by(overview.c.certificate_ends, overview.c.case).limit(LIMIT)), _counted(ending)


def certificates(tx: Tx, organisation: str, chosen: Chosen, today: date, most: int) -> tuple[list[str], int]:
    """Cases of which the certificate ends within a week, or ended these weeks without news; soonest first."""
    listed, counted = _certificates(chosen.shape)
    days = {"least": today - RECENTLY, "last": today + SOON}
    values = {**_values(organisation, chosen, today, most), **days}
    found = [case for (case,) in tx.all(listed, **values)]
    return found, len(found) if len(found) < most else _number(tx, counted, {**values, "most": MOST})


OUT = or_(~people.c.active, people.c.away_from.is_not(None), people.c.away_until.is_not(None))
AWAY = and_(
    or_(people.c.away_from.is_not(None), people.c.away_until.is_not(None)),
    or_(people.c.away_from.is_(None), people.c.away_from <= TODAY),
    or_(people.c.away_until.is_(None), people.c.away_until >= TODAY),
)
deputies = people.alias("deputies")
# Somebody who is there today: the chain of deputies is two long, but a page need not be that wise.
STOOD_IN = exists().where(
    deputies.c.id == people.c.deputy,
    deputies.c.active,
    ~and_(
        or_(deputies.c.away_from.is_not(None), deputies.c.away_until.is_not(None)),
        or_(deputies.c.away_from.is_(None), deputies.c.away_from <= TODAY),
        or_(deputies.c.away_until.is_(None), deputies.c.away_until >= TODAY),
    ),
)


@cache
def _leaderless(shape: Shape) -> tuple[Statement, Statement]:
    out = or_(~people.c.active, and_(AWAY, ~STOOD_IN))
    alone = (
        select(overview.c.case)
        .join(people, overview.c.manager == people.c.id)
        .where(people.c.organisation == ORGANISATION, OUT, out, *_conditions(shape))
    )
    return Statement(alone.order_by(overview.c.case).limit(LIMIT)), _counted(alone)


def leaderless(tx: Tx, organisation: str, chosen: Chosen, today: date, most: int) -> tuple[list[str], int]:
    """Cases whose line manager left, or is away while nobody stands in."""
    listed, counted = _leaderless(chosen.shape)
    values = _values(organisation, chosen, today, most)
    found = [case for (case,) in tx.all(listed, **values)]
    return found, len(found) if len(found) < most else _number(tx, counted, {**values, "most": MOST})


@cache
def _found(shape: Shape, words: int, *, few: bool) -> Statement:
    cases = (
        select(overview.c.case, people.c.name)
        .join(people, people.c.id == overview.c.employee)
        .where(among(overview.c.case, "ids") if few else people.c.organisation == ORGANISATION)
    )
    for number in range(words):
        cases = cases.where(people.c.name.ilike(bindparam(f"word{number}"), escape="/"))
    if not few:
        cases = cases.where(*_conditions(shape))
    return Statement(cases.order_by(people.c.name, overview.c.case).limit(LIMIT))


def named(
    tx: Tx, organisation: str, chosen: Chosen, today: date, like: Sequence[str], most: int
) -> list[tuple[str, str]]:
    """Running cases with the names they are about, by name. `like` are patterns ("%jan%") the name must all match."""
    ids = chosen_ones(tx, organisation, chosen, today)
    if ids == []:
        return []
    words = {f"word{number}": word for number, word in enumerate(like)}
    values = {**_values(organisation, chosen, today, most), **words, "ids": ids or []}
    rows = tx.all(_found(chosen.shape, len(like), few=ids is not None), **values)
    return cast("list[tuple[str, str]]", rows)


# --- People --------------------------------------------------------------------------------------------

REACHED = addresses.alias("reached")
ANY = exists().where(REACHED.c.person == people.c.id)
UNREACHED = (
    select(people.c.id, people.c.name)
    .join(addresses, addresses.c.person == people.c.id)
    .where(
        addresses.c.unreachable_at.is_not(None),
        people.c.organisation.concat("") == ORGANISATION,  # so that SQLite begins with the few addresses
        people.c.active,
        ~exists().where(REACHED.c.person == people.c.id, REACHED.c.unreachable_at.is_(None)),
    )
)
LED = select(overview.c.manager).where(overview.c.organisation == ORGANISATION).distinct().subquery()
UNLINKED = select(people.c.id, people.c.name).join(LED, LED.c.manager == people.c.id).where(people.c.active, ~ANY)


def _has_part(shape: Shape) -> Any:
    """Whether somebody is of the chosen cases: absent in one or leading one, or else of the chosen team."""
    parts = or_(overview.c.employee == people.c.id, overview.c.manager == people.c.id)
    found = exists().where(parts, overview.c.organisation == ORGANISATION, *_conditions(shape))
    return or_(people.c.team == bindparam("team"), found) if shape == (True, "", False) else found


@cache
def _unreachable(shape: Shape) -> tuple[Statement, Statement]:
    both = UNREACHED.union(UNLINKED)
    if any(shape):
        both = UNREACHED.where(_has_part(shape)).union(UNLINKED.where(_has_part(shape)))
    named = both.subquery()
    return (
        Statement(select(named.c.id).order_by(named.c.name, named.c.id).limit(LIMIT)),
        Statement(select(func.count()).select_from(select(named.c.id).limit(LIMIT).subquery())),
    )


def unreachable(tx: Tx, organisation: str, chosen: Chosen, today: date, most: int) -> tuple[list[str], int]:
    """Who has no address that works, and line managers of running cases who never had one; by name."""
    listed, counted = _unreachable(chosen.shape)
    values = _values(organisation, chosen, today, most)
    found = [person for (person,) in tx.all(listed, **values)]
    return found, len(found) if len(found) < most else _number(tx, counted, {**values, "most": MOST})


@cache
def _among(shape: Shape) -> Statement:
    of_them = (among(overview.c.case, "ids"), overview.c.organisation == ORGANISATION)
    return Statement(select(overview.c.case).where(*of_them, *_conditions(shape)))


def chosen_of(tx: Tx, organisation: str, chosen: Chosen, today: date, ids: Sequence[str]) -> set[str]:
    """Which of these cases are chosen ones."""
    values = _values(organisation, chosen, today, 0)
    return {case for (case,) in tx.all(_among(chosen.shape), **values, ids=ids)} if ids else set()


TROUBLE = Statement(
    select(outbox.c.id, outbox.c.person, outbox.c.case, outbox.c.attempted_at, outbox.c.created_at, outbox.c.state)
    .where(
        outbox.c.organisation == ORGANISATION,
        within(outbox.c.state, "failed", "unsure"),
        outbox.c.answered_at.is_(None),
        outbox.c.created_at > bindparam("since"),
        or_(outbox.c.reason.is_(None), outbox.c.reason != SEEN),
    )
    .order_by(outbox.c.number.desc())
    .limit(LIMIT)
)
SETTLE = Statement(
    update(outbox)
    .where(
        outbox.c.organisation == ORGANISATION,
        outbox.c.person == bindparam("its_person"),
        within(outbox.c.state, "failed", "unsure"),
        outbox.c.created_at <= bindparam("until"),
    )
    .values(reason=SEEN)
)


def undelivered(tx: Tx, organisation: str, now: datetime) -> list[Undelivered]:
    """What did not arrive these weeks, or perhaps not, and nobody looked at; the newest first."""
    rows = tx.all(TROUBLE, organisation=organisation, since=now - RECENTLY, most=ROWS)
    return [
        Undelivered(row, person, case, attempted or created, state == "unsure")
        for row, person, case, attempted, created, state in rows
    ]


def settle(tx: Tx, organisation: str, person: str, until: datetime) -> int:
    """Somebody knows that what this person was sent up to then did perhaps not arrive; how many messages."""
    return tx.execute(SETTLE, organisation=organisation, its_person=person, until=until)


# --- What there is to choose from ----------------------------------------------------------------------

TEAMS = Statement(
    select(people.c.team).where(people.c.organisation == ORGANISATION, people.c.team != "").distinct().limit(LIMIT)
)
POLICIES = Statement(select(overview.c.policy).where(overview.c.organisation == ORGANISATION).distinct())
RUNNING = Statement(select(func.count()).where(overview.c.organisation == ORGANISATION))


def teams(tx: Tx, organisation: str, most: int = 500) -> list[str]:
    """The teams there are, by name."""
    return sorted(team for (team,) in tx.all(TEAMS, organisation=organisation, most=most))


def policies(tx: Tx, organisation: str) -> list[str]:
    """The policies that running cases follow."""
    return sorted(policy for (policy,) in tx.all(POLICIES, organisation=organisation))


def running(tx: Tx, organisation: str) -> int:
    """How many cases run."""
    return _number(tx, RUNNING, {"organisation": organisation})


def of_case(tx: Tx, case: str) -> list[Waiting]:
    """What waits in that case, whether late or not."""
    return [Waiting(*row[1:]) for row in tx.all(WAITED, ids=[case])]


def step(tx: Tx, case: str, milestone: str, nth: int) -> Waiting | None:
    """What waits in that case under that name, as it is now."""
    return next((one for one in of_case(tx, case) if (one.milestone, one.nth) == (milestone, nth)), None)
