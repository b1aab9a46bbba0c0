"""What one asked a second person to agree to, and waits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _code(name: str, *, needed: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=200), nullable=not needed)


def _moment(name: str, *, needed: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not needed)


def upgrade() -> None:
    """A table, empty."""
    op.create_table(
        "proposals",
        *(_code(name) for name in ("id", "organisation", "action", "subject", "wanted", "seen", "by")),
        _moment("at"),
        _moment("expires"),
        _code("returned_by", needed=False),
        _moment("returned_at", needed=False),
        _code("reason", needed=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.id"], name="fk_proposals_organisation", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
        sqlite_with_rowid=False,
    )
    op.create_index("proposals_subject", "proposals", ["organisation", "action", "subject"], unique=True)
