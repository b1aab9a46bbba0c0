"""Which browser asked for a code and which account showed it, and when an account was last heard."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Columns more. What was linked before counts as heard now: nobody knows better, and nobody is asked for that."""
    op.add_column("links", sa.Column("visit", sa.String(length=200), nullable=True))
    op.add_column("links", sa.Column("used_channel", sa.String(length=200), nullable=True))
    op.add_column("links", sa.Column("used_address", sa.Text(), nullable=True))
    known = sa.text("visit IS NOT NULL")
    op.create_index("links_visit", "links", ["visit"], unique=False, sqlite_where=known, postgresql_where=known)
    for name in ("confirmed_at", "asked_at"):
        op.add_column("addresses", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE addresses SET confirmed_at = CURRENT_TIMESTAMP WHERE channel <> 'web'")
