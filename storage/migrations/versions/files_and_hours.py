"""What HR brought in, what waits for a yes, and the hour at which an organisation begins to write."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _code(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=200), nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _house(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation"], ["organisations.id"], name=f"fk_{table}_organisation", ondelete="CASCADE"
    )


def upgrade() -> None:
    """Two tables and a column more, empty."""
    op.add_column("organisations", sa.Column("send_at", sa.Time(), nullable=True))
    op.create_table(
        "imports",
        _code("organisation"),
        sa.Column("digest", sa.String(length=64), nullable=False),
        _code("kind"),
        sa.Column("as_of", sa.Date(), nullable=True),
        _moment("at"),
        _code("by"),
        sa.Column("rows", sa.Integer(), nullable=False),
        _house("imports"),
        sa.PrimaryKeyConstraint("organisation", "digest", name="pk_imports"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rehearsals",
        _code("id"),
        _code("organisation"),
        _code("by"),
        _moment("at"),
        _moment("expires"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _house("rehearsals"),
        sa.PrimaryKeyConstraint("id", name="pk_rehearsals"),
        sqlite_with_rowid=False,
    )
    op.create_index("rehearsals_organisation", "rehearsals", ["organisation"], unique=False)
