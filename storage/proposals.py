"""What somebody asked a second person to agree to: ids and codes, for as long as it waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, update

from storage.tables import proposals
from storage.transaction import Statement, new

if TYPE_CHECKING:
    from datetime import datetime

    from storage.transaction import Tx

FIELDS = (
    "id", "organisation", "action", "subject", "wanted", "seen", "by", "at", "expires", "returned_by", "returned_at",
    "reason",
)  # fmt: skip
COLUMNS = [proposals.c[name] for name in FIELDS]
VALID = (proposals.c.organisation == bindparam("its_organisation"), proposals.c.expires > bindparam("now"))
WAITS = proposals.c.returned_at.is_(None)
THIS = (proposals.c.action == bindparam("its_action"), proposals.c.subject == bindparam("its_subject"))

ADD = Statement(new(proposals))
GET = Statement(select(*COLUMNS).where(proposals.c.id == bindparam("its_id"), WAITS, *VALID))
ABOUT = Statement(select(*COLUMNS).where(*THIS, *VALID))
OF = Statement(select(*COLUMNS).where(*VALID).order_by(proposals.c.at, proposals.c.id))
TAKE = Statement(delete(proposals).where(proposals.c.id == bindparam("its_id"), WAITS))
RETURN = Statement(
    update(proposals)
    .where(proposals.c.id == bindparam("its_id"), WAITS)
    .values({name: bindparam(name) for name in ("returned_by", "returned_at", "reason")})
)
CLEAR = Statement(delete(proposals).where(proposals.c.organisation == bindparam("its_organisation"), *THIS))


@dataclass(frozen=True, slots=True)
class Proposal:
    """An act that waits for a second person, or that one sent back (then with by whom, when and why).

    `subject` is what it is about: a version or "" for the draft; a person. `wanted` is what is asked of it, and
    `seen` how that stood then.
    """

    id: str
    organisation: str
    action: str
    subject: str
    wanted: str
    seen: str
    by: str
    at: datetime
    expires: datetime
    returned_by: str | None = None
    returned_at: datetime | None = None
    reason: str | None = None


def put(tx: Tx, proposal: Proposal) -> None:
    """It waits. Whatever was asked of the same before gives way to it."""
    clear(tx, proposal.organisation, proposal.action, proposal.subject)
    tx.execute(ADD, **{name: getattr(proposal, name) for name in FIELDS})


def get(tx: Tx, organisation: str, proposal: str, now: datetime) -> Proposal | None:
    """The one that waits under that id; None when it is another organisation's, answered, or too old."""
    row = tx.first(GET, its_id=proposal, its_organisation=organisation, now=now)
    return None if row is None else Proposal(*row)


def about(tx: Tx, organisation: str, action: str, subject: str, now: datetime) -> Proposal | None:
    """What was asked last of that: it waits, or was sent back."""
    row = tx.first(ABOUT, its_organisation=organisation, its_action=action, its_subject=subject, now=now)
    return None if row is None else Proposal(*row)


def of(tx: Tx, organisation: str, now: datetime) -> list[Proposal]:
    """Every one that waits or was sent back, the oldest first."""
    return [Proposal(*row) for row in tx.all(OF, its_organisation=organisation, now=now)]


def take(tx: Tx, proposal: str) -> bool:
    """It waits no longer. False when somebody else was first."""
    return tx.execute(TAKE, its_id=proposal) == 1


def send_back(tx: Tx, proposal: str, by: str, at: datetime, reason: str) -> bool:
    """It waits no longer, and who asked reads why. False when somebody else was first."""
    return tx.execute(RETURN, its_id=proposal, returned_by=by, returned_at=at, reason=reason) == 1


def clear(tx: Tx, organisation: str, action: str, subject: str) -> None:
    """Nothing is asked of that any more."""
    tx.execute(CLEAR, its_organisation=organisation, its_action=action, its_subject=subject)
