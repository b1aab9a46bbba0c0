"""Every version of every plan, as it was when it was kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select

from conversations.plan import Plan
from storage.tables import plans
from storage.transaction import Statement, new

if TYPE_CHECKING:
    from storage.transaction import Tx

PLAN = TypeAdapter(Plan)


@dataclass(frozen=True, slots=True)
class Kept:
    """A plan as it was kept: with which version of the case, by whom and when."""

    kept: int
    by: str
    at: datetime
    plan: Plan


ADD = Statement(new(plans))
OF = Statement(
    select(plans.c.kept, plans.c.by, plans.c.at, plans.c.content)
    .where(plans.c.case == bindparam("case"))
    .order_by(plans.c.kept)
)


def _row(case: str, kept: int) -> str:
    return f"plans/{case}/{kept}"


def add(tx: Tx, case: str, kept: int, plan: Plan, by: str, at: datetime) -> None:
    """Keep the plan that came with version `kept` of the case."""
    content = tx.vault.seal(PLAN.dump_json(plan).decode(), _row(case, kept))
    tx.execute(ADD, case=case, kept=kept, version=plan.version, by=by, at=at, content=content)


def of(tx: Tx, case: str) -> list[Kept]:
    """Every version of the plan of that case, oldest first."""

    def read(row: tuple[Any, ...]) -> Kept:
        kept, by, at, content = row
        return Kept(kept, by, at, PLAN.validate_json(tx.vault.open(content, _row(case, kept)), strict=True))

    return [read(row) for row in tx.all(OF, case=case)]
