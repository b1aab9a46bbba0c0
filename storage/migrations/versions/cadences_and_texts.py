"""HR's own cadence with its drafts, what is being adopted, and words of one's own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _owned(name: str, *columns: sa.Column[object], keys: tuple[str, ...] = ()) -> None:
    """A table of an organisation's own, which goes when that goes."""
    op.create_table(
        name,
        sa.Column("organisation", sa.String(length=200), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.id"], name=f"fk_{name}_organisation", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation", *keys, name=f"pk_{name}"),
        sqlite_with_rowid=False,
    )


def _code(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.String(length=200), nullable=False)


def _number(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _text(*, needed: bool) -> sa.Column[object]:
    return sa.Column("text", sa.Text(), nullable=not needed)


def _moment(name: str, *, needed: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not needed)


def upgrade() -> None:
    """Four tables more, empty."""
    _owned(
        "cadences", _number("version"), _code("ref"), _text(needed=True), _moment("at"), _code("by"), keys=("version",)
    )
    with op.batch_alter_table("cadences") as table:
        table.create_unique_constraint("uq_cadences_ref", ["ref"])
    _owned("drafts", _number("revision"), _text(needed=False), _moment("at"), _code("by"), keys=("revision",))
    _owned(
        "adoptions", _code("policy"), _code("by"), _moment("at"), _code("after"),
        sa.Column("moved", sa.Integer(), nullable=False), _moment("finished_at", needed=False),
    )  # fmt: skip
    _owned(
        "texts", _code("milestone"), _number("version"), _text(needed=False), _moment("at"), _code("by"),
        keys=("milestone", "version"),
    )  # fmt: skip
