"""The tables.

Text that says something about a person is in a sealed column (see vault.py): `content`, `body`, `answered`, `what`.
Beside it stand only ids, codes and times that queries need. People's names and mail addresses are directory data
and stay readable. Two nullable columns are indexes over a state: `cases.next_due` and `outbox.ready_at` have a
value only while there is something to do, so looking for work costs the same however much is kept.

Every index of `sessions`, `outbox` and `journal` is a page more that a turn must bring to the disk. So what is asked
once a year ("all messages about this case", to erase them) has none, and `case` there is no foreign key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Time,
    or_,
)

from storage.columns import UtcDateTime, within

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _key(name: str) -> Column[str]:
    return Column(name, String(200), primary_key=True)


def _code(name: str, *, needed: bool = True, unique: bool = False) -> Column[Any]:
    return Column(name, String(200), nullable=not needed, unique=unique)


def _moment(name: str, *, needed: bool = True) -> Column[Any]:
    return Column(name, UtcDateTime, nullable=not needed)


def _sealed(name: str, *, needed: bool = True) -> Column[Any]:
    return Column(name, LargeBinary, nullable=not needed)


def _owner(name: str, of: str, *, needed: bool = True, key: bool = False) -> Column[Any]:
    """A row that goes when the row it belongs to goes."""
    return Column(name, ForeignKey(of, ondelete="CASCADE"), primary_key=key, nullable=not needed)


def _partial(name: str, *columns: Column[Any], where: ColumnElement[bool], unique: bool = False) -> None:
    """An index over the rows that matter, small however large the table becomes."""
    Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


organisations = Table(
    "organisations",
    metadata,
    _key("id"),
    Column("name", Text, nullable=False),
    _code("policy"),
    Column("facts", Text, nullable=False),
    Column("holidays", Text, nullable=False),
    Column("send_at", Time),  # the hour of its own at which it begins to write; empty: the policy's
    # The last link of the journal's chain. Here, because whoever writes the next one must lock something.
    Column("journal_number", Integer, nullable=False, server_default="0"),
    Column("journal_hash", LargeBinary),
)

people = Table(
    "people",
    metadata,
    _key("id"),
    Column("organisation", ForeignKey("organisations.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("email_key", Text, unique=True),  # folded, because people type their address as they like
    _code("roles"),
    Column("team", Text, nullable=False),
    _code("manager", needed=False),
    _code("deputy", needed=False),
    Column("away_from", Date),
    Column("away_until", Date),
    _code("workdays"),
    Column("opens", Time, nullable=False),
    Column("closes", Time, nullable=False),
    _code("locale"),
    Column("active", Boolean, nullable=False),
    Column("facts", Text, nullable=False, server_default=""),
    Column("name_key", Text, nullable=False, server_default=""),  # as it is looked for in what somebody typed
    Column("left_on", Date),  # the night in which it was seen that somebody had left (retention.py)
)
Index("people_name_key", people.c.organisation, people.c.name_key)
Index("people_organisation", people.c.organisation, people.c.name)
Index("people_team", people.c.organisation, people.c.team)
_partial("people_deputy", people.c.deputy, where=people.c.deputy.is_not(None))
_partial("people_manager", people.c.manager, where=people.c.manager.is_not(None))
# Who left or may be away: whose cases have nobody to lead them.
_partial(
    "people_out",
    people.c.organisation,
    where=or_(~people.c.active, people.c.away_from.is_not(None), people.c.away_until.is_not(None)),
)

addresses = Table(
    "addresses",
    metadata,
    _key("channel"),
    Column("address", Text, primary_key=True),
    Column("person", ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    _moment("linked_at"),
    _moment("unreachable_at", needed=False),
    _moment("preferred_at", needed=False),  # only while the person asked for this channel
    _moment("confirmed_at", needed=False),  # heard from, to the month; else it counts from when it was linked
    _moment("asked_at", needed=False),  # whether it is still theirs, and nothing was heard since
    sqlite_with_rowid=False,
)
_partial("addresses_unreachable", addresses.c.person, where=addresses.c.unreachable_at.is_not(None))


cases = Table(
    "cases",
    metadata,
    _key("id"),
    Column("organisation", ForeignKey("organisations.id"), nullable=False),
    Column("employee", ForeignKey("people.id"), nullable=False, index=True),
    Column("manager", ForeignKey("people.id"), nullable=False, index=True),
    Column("coach", ForeignKey("people.id"), index=True),
    # Who keeps contact, or takes it up again, where that is nobody of the three above: seldom, so small indexes.
    _code("keeper", needed=False),
    _code("restarts", needed=False),
    _code("status"),
    Column("closed_on", Date),
    _moment("next_due", needed=False),
    _moment("opened_at"),
    _moment("changed_at"),
    Column("version", Integer, nullable=False),
    _sealed("content"),
    CheckConstraint("status IN ('open', 'paused', 'closed', 'silenced')", name="status"),
)
_partial("cases_next_due", cases.c.next_due, where=cases.c.next_due.is_not(None))
_partial("cases_keeper", cases.c.keeper, where=cases.c.keeper.is_not(None))
_partial("cases_restarts", cases.c.restarts, where=cases.c.restarts.is_not(None))
Index("cases_organisation_status", cases.c.organisation, cases.c.status)
# One running case an employee: a second report extends the first.
_partial("cases_open", cases.c.employee, where=within(cases.c.status, "open", "paused"), unique=True)

told = Table(
    "told",
    metadata,
    _owner("case", "cases.id", key=True),
    _key("key"),
    _moment("at"),
    _code("outcome"),
    _code("reason", needed=False),
    _code("policy"),
    sqlite_with_rowid=False,
)

# Kept beside the cases for whoever looks over all of them, and made anew from them at any time (bot/standing.py).
# Only of running cases; of each no more than questions need: dates, codes, no text.
overview = Table(
    "overview",
    metadata,
    _owner("case", "cases.id", key=True),
    _code("organisation"),
    Column("employee", ForeignKey("people.id"), nullable=False, index=True),
    Column("manager", ForeignKey("people.id"), nullable=False, index=True),
    Column("team", Text, nullable=False),  # of the employee
    _code("policy"),
    Column("care", Boolean, nullable=False),
    Column("paused_until", Date),
    Column("expected", Date),
    Column("back", Date),  # the first day worked again, partially or fully
    Column("certificate_ends", Date),  # only while nobody said that the colleague is fully back
    sqlite_with_rowid=False,
)
Index("overview_organisation", overview.c.organisation, overview.c.policy)
Index("overview_team", overview.c.organisation, overview.c.team)
Index("overview_led", overview.c.organisation, overview.c.manager)
_partial(
    "overview_certificate",
    overview.c.organisation,
    overview.c.certificate_ends,
    where=overview.c.certificate_ends.is_not(None),
)

waiting = Table(
    "waiting",
    metadata,
    _owner("case", "cases.id", key=True),
    _key("milestone"),
    Column("nth", Integer, primary_key=True, autoincrement=False),
    _code("organisation"),
    _code("to"),
    Column("since", Date, nullable=False),
    Column("again", Date),
    Column("until", Date),
    Column("missed", Boolean, nullable=False),
    Column("escalated", Date),
    sqlite_with_rowid=False,
)
_partial("waiting_late", waiting.c.organisation, waiting.c.since, where=waiting.c.escalated.is_(None))
_partial("waiting_escalated", waiting.c.organisation, waiting.c.since, where=waiting.c.escalated.is_not(None))

plans = Table(
    "plans",
    metadata,
    _owner("case", "cases.id", key=True),
    Column("kept", Integer, primary_key=True, autoincrement=False),  # the version of the case it came with
    Column("version", Integer, nullable=False),
    _moment("at"),
    _code("by"),
    _sealed("content"),
    sqlite_with_rowid=False,
)

policies = Table(
    "policies",
    metadata,
    _key("ref"),
    Column("text", Text, nullable=False),
    _moment("at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("number", Integer, primary_key=True),  # order of beginning
    _code("id", unique=True),
    _code("organisation"),
    _owner("person", "people.id"),
    _code("case", needed=False),
    _code("state"),
    _moment("asked_at"),
    Column("version", Integer, nullable=False),
    _sealed("content"),
    CheckConstraint("state IN ('open', 'parked', 'over')", name="state"),
)
Index("sessions_person", sessions.c.person)

inbox = Table(
    "inbox",
    metadata,
    _key("channel"),
    _key("id"),
    _moment("at"),
    sqlite_with_rowid=False,
)

outbox = Table(
    "outbox",
    metadata,
    Column("number", Integer, primary_key=True),  # order of queueing
    _code("id", unique=True),
    _code("organisation"),
    _owner("person", "people.id"),
    _code("case", needed=False),
    _code("talk", needed=False),
    _code("question", needed=False),
    Column("key", String(400)),
    _code("kind"),
    Column("urgent", Boolean, nullable=False),
    _code("channel"),
    Column("address", Text, nullable=False),
    _moment("not_before"),
    _moment("created_at"),
    _code("state"),
    _moment("ready_at", needed=False),  # only while queued or later
    _moment("lease_until", needed=False),  # only while claimed
    _code("token", needed=False),
    _moment("attempted_at", needed=False),  # only once this claim made its attempt
    Column("holding", Boolean),  # true while under way: later messages to the same address wait; else empty
    Column("attempts", Integer, nullable=False),
    Column("receipt", Text),
    _code("reason", needed=False),
    _moment("finished_at", needed=False),
    _moment("answered_at", needed=False),
    _moment("redraw_at", needed=False),  # only while it was answered and perhaps does not look so where it was sent
    _sealed("body", needed=False),
    _sealed("answered", needed=False),
    CheckConstraint("state IN ('queued', 'claimed', 'sent', 'later', 'failed', 'unsure', 'cancelled')", name="state"),
)
_partial("outbox_ready", outbox.c.ready_at, outbox.c.number, where=outbox.c.ready_at.is_not(None))
_partial("outbox_lease", outbox.c.lease_until, where=outbox.c.lease_until.is_not(None))
_partial(
    "outbox_holding",
    outbox.c.channel,
    outbox.c.address,
    outbox.c.number,
    where=outbox.c.holding.is_not(None),
)
_partial("outbox_key", outbox.c.key, where=outbox.c.key.is_not(None), unique=True)  # queued once, whoever ticks
_partial("outbox_talk", outbox.c.talk, outbox.c.number, where=outbox.c.talk.is_not(None))
_partial("outbox_redraw", outbox.c.redraw_at, where=outbox.c.redraw_at.is_not(None))
_partial(
    "outbox_trouble",
    outbox.c.organisation,
    outbox.c.number,
    where=within(outbox.c.state, "failed", "unsure"),
)
Index("outbox_person", outbox.c.person, outbox.c.number)

attempts = Table(
    "attempts",
    metadata,
    _owner("row", "outbox.id", key=True),
    _key("token"),
    _moment("at"),
    _code("outcome", needed=False),
    _moment("finished_at", needed=False),
    sqlite_with_rowid=False,
)

journal = Table(
    "journal",
    metadata,
    Column("organisation", ForeignKey("organisations.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _code("case", needed=False),
    _code("by"),
    _moment("at"),
    _sealed("what", needed=False),  # empty once its case was erased; the chain runs over its digest
    Column("digest", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
_partial("journal_case", journal.c.case, where=journal.c.case.is_not(None))

links = Table(
    "links",
    metadata,
    _key("hash"),
    _owner("person", "people.id"),
    _code("purpose"),
    _moment("expires"),
    _moment("used", needed=False),
    _code("visit", needed=False),  # the browser that asked: what it asked for ends with it
    _code("used_channel", needed=False),  # the account that showed it
    Column("used_address", Text),
)
Index("links_expires", links.c.expires)
_partial("links_visit", links.c.visit, where=links.c.visit.is_not(None))

# Who somebody is at the provider that signs people in: issuer and subject, which never change, and no mail address.
identities = Table(
    "identities",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    _owner("person", "people.id"),
    _moment("bound_at"),
    sqlite_with_rowid=False,
)
Index("identities_person", identities.c.person, identities.c.issuer, unique=True)

visits = Table(
    "visits",
    metadata,
    _key("hash"),
    _owner("person", "people.id"),
    _moment("expires"),
    _moment("authenticated_at", needed=False),  # at the provider; empty by a link, or where the provider does not say
)
Index("visits_person", visits.c.person)
Index("visits_expires", visits.c.expires)

# HR's cadence: what was published, the draft (every revision, so that nobody's work is lost), what is being adopted.
cadences = Table(
    "cadences",
    metadata,
    Column("organisation", ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    _code("ref", unique=True),
    Column("text", Text, nullable=False),  # what differs from the pack; the whole is in `policies`
    _moment("at"),
    _code("by"),
    sqlite_with_rowid=False,
)

drafts = Table(
    "drafts",
    metadata,
    Column("organisation", ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("text", Text),  # empty: thrown away, or published
    _moment("at"),
    _code("by"),
    sqlite_with_rowid=False,
)

adoptions = Table(
    "adoptions",
    metadata,
    Column("organisation", ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True),
    _code("policy"),
    _code("by"),
    _moment("at"),
    Column("after", String(200), nullable=False),  # the last case that was moved
    Column("moved", Integer, nullable=False),
    _moment("finished_at", needed=False),
    sqlite_with_rowid=False,
)

texts = Table(
    "texts",
    metadata,
    Column("organisation", ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True),
    _key("milestone"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("text", Text),  # empty: back to the words of the house
    _moment("at"),
    _code("by"),
    sqlite_with_rowid=False,
)

# What HR brought in: of each file no more than what it takes to know it again, and to know an older one.
imports = Table(
    "imports",
    metadata,
    Column("organisation", ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", String(64), primary_key=True),
    _code("kind"),  # people or absences
    Column("as_of", Date),  # the day the file tells of, where somebody said so
    _moment("at"),
    _code("by"),
    Column("rows", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# A file between looking and doing: minutes, and a little longer where a colleague has to look too.
rehearsals = Table(
    "rehearsals",
    metadata,
    _key("id"),
    Column("organisation", ForeignKey("organisations.id", ondelete="CASCADE"), nullable=False, index=True),
    _code("by"),
    _moment("at"),
    _moment("expires"),
    _sealed("content"),
    sqlite_with_rowid=False,
)

# What one asked a second person to agree to: gone once it is answered or too old. Ids and codes.
proposals = Table(
    "proposals",
    metadata,
    _key("id"),
    Column("organisation", ForeignKey("organisations.id", ondelete="CASCADE"), nullable=False),
    _code("action"),
    _code("subject"),
    _code("wanted"),
    _code("seen"),
    _code("by"),
    _moment("at"),
    _moment("expires"),
    _code("returned_by", needed=False),
    _moment("returned_at", needed=False),
    _code("reason", needed=False),
    sqlite_with_rowid=False,
)
Index("proposals_subject", proposals.c.organisation, proposals.c.action, proposals.c.subject, unique=True)
