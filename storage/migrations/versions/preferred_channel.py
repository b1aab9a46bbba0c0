"""Which channel somebody asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column more."""
    op.add_column("addresses", sa.Column("preferred_at", sa.DateTime(timezone=True), nullable=True))
