"""Who somebody is at the provider that signs people in: by issuer and subject, never by a mail address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from storage import journal, visits
from storage.tables import identities
from storage.transaction import Conflict, Statement, new

if TYPE_CHECKING:
    from datetime import datetime

    from conversations.case import Person
    from storage.transaction import Tx

ADD = Statement(new(identities).on_conflict_do_nothing(index_elements=["issuer", "subject"]))
WHO = Statement(
    select(identities.c.person).where(
        identities.c.issuer == bindparam("issuer"), identities.c.subject == bindparam("subject")
    )
)
RELEASE = Statement(
    delete(identities).where(
        identities.c.person == bindparam("its_person"), identities.c.issuer == bindparam("its_issuer")
    )
)
RELEASE_ALL = Statement(delete(identities).where(identities.c.person == bindparam("its_person")))


def who(tx: Tx, issuer: str, subject: str) -> str | None:
    """The id of the person with that account there."""
    row = tx.first(WHO, issuer=issuer, subject=subject)
    return None if row is None else row[0]


def bind(tx: Tx, person: Person, issuer: str, subject: str, at: datetime) -> None:
    """That account is this person's from now on, and no other one there; it stands in the journal.

    Conflict when it is somebody else's: nobody takes an account over.
    """
    if who(tx, issuer, subject) == person.id:
        return
    tx.execute(RELEASE, its_person=person.id, its_issuer=issuer)
    if not tx.execute(ADD, issuer=issuer, subject=subject, person=person.id, bound_at=at):
        raise Conflict("This account is somebody else's.")
    journal.write(tx, person.organisation, None, person.id, at, [{"change": "AccountBound", "person": person.id}])


def release(tx: Tx, person: Person, by: str, at: datetime) -> bool:
    """No account is this person's any more, and who is signed in with it is not. False when there was none."""
    if not tx.execute(RELEASE_ALL, its_person=person.id):
        return False
    visits.end_all(tx, person.id)
    journal.write(tx, person.organisation, None, by, at, [{"change": "AccountReleased", "person": person.id}])
    return True
