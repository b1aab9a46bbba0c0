"""Since when somebody does not work there any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column more, empty: who left before counts as having left in the night after this."""
    op.add_column("people", sa.Column("left_on", sa.Date(), nullable=True))
