"""When somebody last proved at the provider who they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column more, empty: who is signed in now is asked again before a weighty step."""
    op.add_column("visits", sa.Column("authenticated_at", sa.DateTime(timezone=True), nullable=True))
