"""What waits in which case, and where each case stands: kept beside the cases for whoever looks over all of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _code(name: str, *, needed: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=200), nullable=not needed)


def _days(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Date(), nullable=True) for name in names]


def upgrade() -> None:
    """Two tables more, empty: the nightly audit fills them, because the cases are sealed."""
    op.create_table(
        "overview",
        _code("case"),
        _code("organisation"),
        _code("employee"),
        _code("manager"),
        sa.Column("team", sa.Text(), nullable=False),
        _code("policy"),
        sa.Column("care", sa.Boolean(), nullable=False),
        *_days("paused_until", "expected", "back", "certificate_ends"),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_overview_case", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["employee"], ["people.id"], name="fk_overview_employee"),
        sa.ForeignKeyConstraint(["manager"], ["people.id"], name="fk_overview_manager"),
        sa.PrimaryKeyConstraint("case", name="pk_overview"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "waiting",
        _code("case"),
        _code("milestone"),
        sa.Column("nth", sa.Integer(), autoincrement=False, nullable=False),
        _code("organisation"),
        _code("to"),
        sa.Column("since", sa.Date(), nullable=False),
        *_days("again", "until"),
        sa.Column("missed", sa.Boolean(), nullable=False),
        *_days("escalated"),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_waiting_case", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case", "milestone", "nth", name="pk_waiting"),
        sqlite_with_rowid=False,
    )
    for table, name, columns in (
        ("overview", "overview_employee", ["employee"]),
        ("overview", "overview_manager", ["manager"]),
        ("overview", "overview_organisation", ["organisation", "policy"]),
        ("overview", "overview_team", ["organisation", "team"]),
        ("overview", "overview_led", ["organisation", "manager"]),
        ("people", "people_team", ["organisation", "team"]),
    ):
        op.create_index(name, table, columns, unique=False)
    for table, name, columns, known in (
        ("overview", "overview_certificate", ["organisation", "certificate_ends"], "certificate_ends IS NOT NULL"),
        ("waiting", "waiting_late", ["organisation", "since"], "escalated IS NULL"),
        ("waiting", "waiting_escalated", ["organisation", "since"], "escalated IS NOT NULL"),
        ("addresses", "addresses_unreachable", ["person"], "unreachable_at IS NOT NULL"),
    ):
        where = sa.text(known)
        op.create_index(name, table, columns, unique=False, sqlite_where=where, postgresql_where=where)
    away = "away_from IS NOT NULL OR away_until IS NOT NULL"
    op.create_index(
        "people_out",
        "people",
        ["organisation"],
        unique=False,
        sqlite_where=sa.text(f"active = 0 OR {away}"),
        postgresql_where=sa.text(f"NOT active OR {away}"),
    )
