"""What is forgotten, and when (domain.md d.5; every term may be shortened)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, exists, or_, select, update

from storage import journal, tables
from storage.columns import within
from storage.transaction import Statement

if TYPE_CHECKING:
    from datetime import datetime

    from storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Terms:
    """How long each kind of thing is kept.

    said    what was said and answered in the chat, and talks that are over; a talk left open keeps its part
    cases   a case with its plan and contacts, after it ended
    seen    ids of events that came in, to know a repeated one
    files   that a file was brought in: its digest, its day and how long it was
    people  who left, once no case names them
    """

    said: timedelta = timedelta(days=90)
    cases: timedelta = timedelta(days=730)
    seen: timedelta = timedelta(days=30)
    files: timedelta = timedelta(days=400)
    people: timedelta = timedelta(days=730)


SAID = Statement(
    delete(tables.outbox).where(
        tables.outbox.c.created_at <= bindparam("until"),
        within(tables.outbox.c.state, "sent", "failed", "unsure", "cancelled"),
        or_(
            tables.outbox.c.talk.is_(None),
            tables.outbox.c.talk.not_in(select(tables.sessions.c.id).where(tables.sessions.c.state != "over")),
        ),
    )
)
TALKS = Statement(
    delete(tables.sessions).where(tables.sessions.c.state == "over", tables.sessions.c.asked_at <= bindparam("until"))
)
ENDED = Statement(select(tables.cases.c.id).where(tables.cases.c.closed_on <= bindparam("until")))
OF_CASE = [
    Statement(delete(tables.outbox).where(tables.outbox.c.case == bindparam("case"))),
    Statement(delete(tables.sessions).where(tables.sessions.c.case == bindparam("case"))),
    Statement(delete(tables.cases).where(tables.cases.c.id == bindparam("case"))),  # takes plans and decisions along
]
WHO = tables.people
LEFT = Statement(update(WHO).where(~WHO.c.active, WHO.c.left_on.is_(None)).values(left_on=bindparam("today")))
BACK = Statement(update(WHO).where(WHO.c.active, WHO.c.left_on.is_not(None)).values(left_on=None))
OTHER = WHO.alias("other")
NAMED = [
    *(tables.cases.c[name] == WHO.c.id for name in ("employee", "manager", "coach", "keeper", "restarts")),
    *(OTHER.c[name] == WHO.c.id for name in ("manager", "deputy")),
]
GONE = Statement(  # takes ways in, talks and messages along
    delete(WHO).where(~WHO.c.active, WHO.c.left_on <= bindparam("until"), *(~exists().where(named) for named in NAMED))
)
SEEN = Statement(delete(tables.inbox).where(tables.inbox.c.at <= bindparam("until")))
LINKS = Statement(delete(tables.links).where(tables.links.c.expires <= bindparam("until")))
VISITS = Statement(delete(tables.visits).where(tables.visits.c.expires <= bindparam("until")))

FILES = Statement(delete(tables.imports).where(tables.imports.c.at <= bindparam("until")))
REHEARSALS = Statement(delete(tables.rehearsals).where(tables.rehearsals.c.expires <= bindparam("until")))
PROPOSALS = Statement(delete(tables.proposals).where(tables.proposals.c.expires <= bindparam("until")))


def forget_case(tx: Tx, case: str) -> None:
    """Erase the case with its plans, talks, messages and decisions, and what the journal says of it."""
    journal.forget(tx, case)
    for statement in OF_CASE:
        tx.execute(statement, case=case)


def sweep(tx: Tx, now: datetime, terms: Terms = Terms()) -> Mapping[str, int]:
    """Forget what is past its term; how many of each: cases, said, talks, seen, links, visits, files, asked, people."""
    ended = [case for (case,) in tx.all(ENDED, until=(now - terms.cases).date())]
    for case in ended:
        forget_case(tx, case)
    tx.execute(BACK)
    tx.execute(LEFT, today=now.date())
    return {
        "cases": len(ended),
        "said": tx.execute(SAID, until=now - terms.said),
        "talks": tx.execute(TALKS, until=now - terms.said),
        "seen": tx.execute(SEEN, until=now - terms.seen),
        "links": tx.execute(LINKS, until=now),
        "visits": tx.execute(VISITS, until=now),
        "files": tx.execute(FILES, until=now - terms.files) + tx.execute(REHEARSALS, until=now),
        "asked": tx.execute(PROPOSALS, until=now),
        "people": tx.execute(GONE, until=(now - terms.people).date()),
    }
