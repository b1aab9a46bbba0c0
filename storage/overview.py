"""Looking over all cases of an organisation at once: what is late, what ends, whom nobody leads.

It reads what standing.py keeps. Every question reads an index up to a limit, so it costs the same in a town and in a
country.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from sqlalchemy import BindParameter, Select, and_, bindparam, exists, func, or_, select

from conversations.timing.waiting import Waiting
from storage.columns import among
from storage.standing import WAITED, WAITS
from storage.tables import cases, overview, people, waiting
from storage.transaction import Statement

if TYPE_CHECKING:
    from storage.transaction import Tx

Phase = Literal["", "absent", "near", "back", "care", "paused"]
Kind = Literal["late", "escalated"]

NEAR = timedelta(days=31)  # a return within a month is in sight (S4-10)
SOON = timedelta(days=7)  # a certificate that ends within a week
RECENTLY = timedelta(days=14)  # how long what ended or did not arrive is shown
MOST = 200  # nobody counts further

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


def conditions(shape: Shape) -> list[Any]:
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
        select(overview.c.case).where(overview.c.organisation == ORGANISATION, *conditions(shape)).limit(LIMIT)
    )


def chosen_ones(tx: Tx, organisation: str, chosen: Chosen, today: date) -> list[str] | None:
    """The chosen cases where they are few; None where they are many, or all. Asked once a transaction."""
    if not any(chosen.shape):
        return None
    key = ("overview", f"{organisation}/{chosen}")
    if key not in tx.memory:
        rows = tx.all(_chosen(chosen.shape), **values_of(organisation, chosen, today, FEW + 1))
        tx.memory[key] = [case for (case,) in rows] if len(rows) <= FEW else None
    found: list[str] | None = tx.memory[key]
    return found


def values_of(organisation: str, chosen: Chosen, today: date, most: int) -> dict[str, Any]:
    """What those conditions are asked with."""
    return {
        "organisation": organisation, "today": today, "near": today + NEAR, "most": most, "team": chosen.team,
        "policy": chosen.policy,
    }  # fmt: skip


@cache
def _among(shape: Shape) -> Statement:
    of_them = (among(overview.c.case, "ids"), overview.c.organisation == ORGANISATION)
    return Statement(select(overview.c.case).where(*of_them, *conditions(shape)))


def chosen_of(tx: Tx, organisation: str, chosen: Chosen, today: date, ids: Sequence[str]) -> set[str]:
    """Which of these cases are chosen ones."""
    values = values_of(organisation, chosen, today, 0)
    return {case for (case,) in tx.all(_among(chosen.shape), **values, ids=ids)} if ids else set()


def _counted(found: Select[Any]) -> Statement:
    return Statement(select(func.count()).select_from(found.order_by(None).limit(LIMIT).subquery()))


def number(tx: Tx, statement: Statement, values: Mapping[str, Any]) -> int:
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
        steps = steps.where(exists().where(overview.c.case == waiting.c.case, *conditions(shape)))
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
    values = values_of(organisation, chosen, today, most)
    found = [Step(case, Waiting(*step)) for case, *step in tx.all(listed, **values)]
    return found, len(found) if len(found) < most else number(tx, counted, {**values, "most": MOST})


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
        *conditions(shape),
    )
    return Statement(ending.order_by(overview.c.certificate_ends, overview.c.case).limit(LIMIT)), _counted(ending)


def certificates(tx: Tx, organisation: str, chosen: Chosen, today: date, most: int) -> tuple[list[str], int]:
    """Cases of which the certificate ends within a week, or ended these weeks without news; soonest first."""
    listed, counted = _certificates(chosen.shape)
    days = {"least": today - RECENTLY, "last": today + SOON}
    values = {**values_of(organisation, chosen, today, most), **days}
    found = [case for (case,) in tx.all(listed, **values)]
    return found, len(found) if len(found) < most else number(tx, counted, {**values, "most": MOST})


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
        .where(people.c.organisation == ORGANISATION, OUT, out, *conditions(shape))
    )
    return Statement(alone.order_by(overview.c.case).limit(LIMIT)), _counted(alone)


def leaderless(tx: Tx, organisation: str, chosen: Chosen, today: date, most: int) -> tuple[list[str], int]:
    """Cases whose line manager left, or is away while nobody stands in."""
    listed, counted = _leaderless(chosen.shape)
    values = values_of(organisation, chosen, today, most)
    found = [case for (case,) in tx.all(listed, **values)]
    return found, len(found) if len(found) < most else number(tx, counted, {**values, "most": MOST})


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
        cases = cases.where(*conditions(shape))
    return Statement(cases.order_by(people.c.name, overview.c.case).limit(LIMIT))


def named(
    tx: Tx, organisation: str, chosen: Chosen, today: date, like: Sequence[str], most: int
) -> list[tuple[str, str]]:
    """Running cases with the names they are about, by name. `like` are patterns ("%jan%") the name must all match."""
    ids = chosen_ones(tx, organisation, chosen, today)
    if ids == []:
        return []
    words = {f"word{number}": word for number, word in enumerate(like)}
    values = {**values_of(organisation, chosen, today, most), **words, "ids": ids or []}
    rows = tx.all(_found(chosen.shape, len(like), few=ids is not None), **values)
    return cast("list[tuple[str, str]]", rows)


# --- What there is to choose from ----------------------------------------------------------------------

TEAMS = Statement(
    select(people.c.team).where(people.c.organisation == ORGANISATION, people.c.team != "").distinct().limit(LIMIT)
)
POLICIES = Statement(select(overview.c.policy).where(overview.c.organisation == ORGANISATION).distinct())
NOT_LOOKED_AT = Statement(
    select(func.count()).select_from(
        select(cases.c.id)
        .where(cases.c.next_due <= bindparam("now"), cases.c.organisation.concat("") == ORGANISATION)  # few are due
        .limit(LIMIT).subquery()
    )
)  # fmt: skip
RUNNING = Statement(select(func.count()).where(overview.c.organisation == ORGANISATION))


def teams(tx: Tx, organisation: str, most: int = 500) -> list[str]:
    """The teams there are, by name."""
    return sorted(team for (team,) in tx.all(TEAMS, organisation=organisation, most=most))


def policies(tx: Tx, organisation: str) -> list[str]:
    """The policies that running cases follow."""
    return sorted(policy for (policy,) in tx.all(POLICIES, organisation=organisation))


def running(tx: Tx, organisation: str) -> int:
    """How many cases run."""
    return number(tx, RUNNING, {"organisation": organisation})


def not_looked_at(tx: Tx, organisation: str, now: datetime) -> int:
    """How many cases are due to be looked at (up to MOST): what waits in them may be known a minute later."""
    return number(tx, NOT_LOOKED_AT, {"organisation": organisation, "now": now, "most": MOST})
