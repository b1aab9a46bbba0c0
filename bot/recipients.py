"""Who hears it: the person with a role in a case, who stands in for somebody away, any HR person."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, get_args

from conversations.case import Role
from conversations.deputies import stands_in
from storage import people

if TYPE_CHECKING:
    from datetime import date

    from conversations.case import Case, Person
    from conversations.timing.timeline import Moment
    from storage.database import Tx

ROLES = get_args(Role)


def recipient(tx: Tx, who: str, case: Case | None, organisation: str, on: date) -> Person | None:
    """The person with that role in the case, or with that id. HR of nobody in particular is any HR person."""
    if who not in ROLES:
        return people.get(tx, who)
    chosen = case.held_by(cast("Role", who)) if case is not None else None
    if chosen is not None:
        return people.get(tx, chosen)
    if who in ("hr", "coach"):
        able = [one for one in people.of(tx, organisation).values() if who in one.roles and one.active]
        here = [one for one in able if not one.is_away(on)] or able
        return min(here, key=lambda one: one.id, default=None)
    return None


def addressee(tx: Tx, case: Case, moment: Moment, on: date) -> Person | None:
    """Who hears this: the role in the case; for contact whoever keeps it; whoever stands in for somebody away."""
    who: str = moment.to
    contact = case.contact
    # After a full disconnection contact is taken up by whoever was chosen for it.
    again = contact.restarts if moment.anchored == contact.disconnect_until else None
    chosen = again or contact.person
    if moment.to == "manager" and moment.ask == "contact" and chosen not in (None, case.employee):
        keeper = people.get(tx, chosen or "")
        if keeper is not None and keeper.roles & {"hr", "coach", "manager"}:
            who = keeper.id
    person = recipient(tx, who, case, case.organisation, on)
    if person is None and moment.to == "coach":
        person = recipient(tx, "manager", case, case.organisation, on)
    if person is None or moment.to == "employee" or (person.active and not person.is_away(on)):
        return person
    deputy = stands_in(person, people.of(tx, case.organisation), on)
    return deputy if deputy is None or deputy.id != case.employee else recipient(tx, "hr", None, case.organisation, on)
