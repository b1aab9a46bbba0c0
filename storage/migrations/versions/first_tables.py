"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The first tables."""
    op.create_table(
        "inbox",
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "id", name="pk_inbox"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("policy", sa.String(length=200), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("holidays", sa.Text(), nullable=False),
        sa.Column("journal_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("journal_hash", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
    )
    op.create_table(
        "policies",
        sa.Column("ref", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ref", name="pk_policies"),
    )
    op.create_table(
        "journal",
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case", sa.String(length=200), nullable=True),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_journal_organisation"),
        sa.PrimaryKeyConstraint("organisation", "number", name="pk_journal"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "journal_case",
        "journal",
        ["case"],
        unique=False,
        sqlite_where=sa.text('"case" IS NOT NULL'),
        postgresql_where=sa.text('"case" IS NOT NULL'),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=True),
        sa.Column("roles", sa.String(length=200), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("manager", sa.String(length=200), nullable=True),
        sa.Column("deputy", sa.String(length=200), nullable=True),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("workdays", sa.String(length=200), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("locale", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_people_organisation"),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("email_key", name="uq_people_email_key"),
    )
    op.create_index(
        "people_deputy",
        "people",
        ["deputy"],
        unique=False,
        sqlite_where=sa.text("deputy IS NOT NULL"),
        postgresql_where=sa.text("deputy IS NOT NULL"),
    )
    op.create_index(
        "people_manager",
        "people",
        ["manager"],
        unique=False,
        sqlite_where=sa.text("manager IS NOT NULL"),
        postgresql_where=sa.text("manager IS NOT NULL"),
    )
    op.create_index("people_organisation", "people", ["organisation", "name"], unique=False)
    op.create_table(
        "addresses",
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unreachable_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_addresses_person", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("channel", "address", name="pk_addresses"),
        sqlite_with_rowid=False,
    )
    op.create_index("addresses_person", "addresses", ["person"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("employee", sa.String(length=200), nullable=False),
        sa.Column("manager", sa.String(length=200), nullable=False),
        sa.Column("coach", sa.String(length=200), nullable=True),
        sa.Column("status", sa.String(length=200), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("status IN ('open', 'paused', 'closed', 'silenced')", name="ck_cases_status"),
        sa.ForeignKeyConstraint(["coach"], ["people.id"], name="fk_cases_coach"),
        sa.ForeignKeyConstraint(["employee"], ["people.id"], name="fk_cases_employee"),
        sa.ForeignKeyConstraint(["manager"], ["people.id"], name="fk_cases_manager"),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_cases_organisation"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
    )
    op.create_index("cases_coach", "cases", ["coach"], unique=False)
    op.create_index("cases_employee", "cases", ["employee"], unique=False)
    op.create_index("cases_manager", "cases", ["manager"], unique=False)
    op.create_index(
        "cases_next_due",
        "cases",
        ["next_due"],
        unique=False,
        sqlite_where=sa.text("next_due IS NOT NULL"),
        postgresql_where=sa.text("next_due IS NOT NULL"),
    )
    op.create_index(
        "cases_open",
        "cases",
        ["employee"],
        unique=True,
        sqlite_where=sa.text("status IN ('open', 'paused')"),
        postgresql_where=sa.text("status IN ('open', 'paused')"),
    )
    op.create_index("cases_organisation_status", "cases", ["organisation", "status"], unique=False)
    op.create_table(
        "links",
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_links_person", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hash", name="pk_links"),
    )
    op.create_index("links_expires", "links", ["expires"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("case", sa.String(length=200), nullable=True),
        sa.Column("talk", sa.String(length=200), nullable=True),
        sa.Column("question", sa.String(length=200), nullable=True),
        sa.Column("key", sa.String(length=400), nullable=True),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token", sa.String(length=200), nullable=True),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holding", sa.Boolean(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("redraw_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("answered", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'claimed', 'sent', 'later', 'failed', 'unsure', 'cancelled')", name="ck_outbox_state"
        ),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_outbox_person", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name="pk_outbox"),
        sa.UniqueConstraint("id", name="uq_outbox_id"),
    )
    op.create_index(
        "outbox_holding",
        "outbox",
        ["channel", "address", "number"],
        unique=False,
        sqlite_where=sa.text("holding IS NOT NULL"),
        postgresql_where=sa.text("holding IS NOT NULL"),
    )
    op.create_index(
        "outbox_key",
        "outbox",
        ["key"],
        unique=True,
        sqlite_where=sa.text('"key" IS NOT NULL'),
        postgresql_where=sa.text('"key" IS NOT NULL'),
    )
    op.create_index(
        "outbox_lease",
        "outbox",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("lease_until IS NOT NULL"),
        postgresql_where=sa.text("lease_until IS NOT NULL"),
    )
    op.create_index("outbox_person", "outbox", ["person", "number"], unique=False)
    op.create_index(
        "outbox_ready",
        "outbox",
        ["ready_at", "number"],
        unique=False,
        sqlite_where=sa.text("ready_at IS NOT NULL"),
        postgresql_where=sa.text("ready_at IS NOT NULL"),
    )
    op.create_index(
        "outbox_redraw",
        "outbox",
        ["redraw_at"],
        unique=False,
        sqlite_where=sa.text("redraw_at IS NOT NULL"),
        postgresql_where=sa.text("redraw_at IS NOT NULL"),
    )
    op.create_index(
        "outbox_talk",
        "outbox",
        ["talk", "number"],
        unique=False,
        sqlite_where=sa.text("talk IS NOT NULL"),
        postgresql_where=sa.text("talk IS NOT NULL"),
    )
    op.create_index(
        "outbox_trouble",
        "outbox",
        ["organisation", "number"],
        unique=False,
        sqlite_where=sa.text("state IN ('failed', 'unsure')"),
        postgresql_where=sa.text("state IN ('failed', 'unsure')"),
    )
    op.create_table(
        "sessions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("case", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'parked', 'over')", name="ck_sessions_state"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_sessions_person", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name="pk_sessions"),
        sa.UniqueConstraint("id", name="uq_sessions_id"),
    )
    op.create_index("sessions_person", "sessions", ["person"], unique=False)
    op.create_table(
        "visits",
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_visits_person", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hash", name="pk_visits"),
    )
    op.create_index("visits_expires", "visits", ["expires"], unique=False)
    op.create_index("visits_person", "visits", ["person"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("row", sa.String(length=200), nullable=False),
        sa.Column("token", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=200), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["row"], ["outbox.id"], name="fk_attempts_row", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("row", "token", name="pk_attempts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "plans",
        sa.Column("case", sa.String(length=200), nullable=False),
        sa.Column("kept", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_plans_case", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case", "kept", name="pk_plans"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "told",
        sa.Column("case", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("policy", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_told_case", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case", "key", name="pk_told"),
        sqlite_with_rowid=False,
    )
