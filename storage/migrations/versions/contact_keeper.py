"""Who keeps contact with somebody, so that it is found among the cases of that person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two columns more, empty: the case is sealed, so they are filled in when it changes."""
    for name in ("keeper", "restarts"):
        op.add_column("cases", sa.Column(name, sa.String(length=200), nullable=True))
        known = sa.text(f"{name} IS NOT NULL")
        op.create_index(f"cases_{name}", "cases", [name], unique=False, sqlite_where=known, postgresql_where=known)
