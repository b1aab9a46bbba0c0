"""Who hears it: the person with a role in a case, who stands in for somebody away, any HR person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast, get_args

from conversations.case import Role
from conversations.deputies import stands_in
from storage import cases, people

if TYPE_CHECKING:
    from datetime import date, datetime

    from conversations.case import Case, Office, Person
    from conversations.talking.dialogue import Begin
    from conversations.timing.timeline import Moment
    from storage.database import Tx

ROLES = get_args(Role)
# An employee hears nothing before a yes (issue: by choice), but for the question itself and its own last word.
BEFORE_A_YES = frozenset({"invitation"})
COLLEAGUES = 50  # of HR, or coaches, to find one who is there


def recipient(tx: Tx, who: str, case: Case | None, organisation: str, on: date) -> Person | None:
    """The person with that role in the case, or with that id. HR of nobody in particular is any HR person."""
    if who not in ROLES:
        return people.get(tx, who)
    chosen = case.held_by(cast("Role", who)) if case is not None else None
    found = people.get(tx, chosen) if chosen is not None else None
    if found is not None:
        return found  # who left long ago is forgotten, and nobody in particular
    if who in ("hr", "coach"):
        able = people.with_role(tx, organisation, cast("Office", who), COLLEAGUES)
        return min(able, key=lambda one: (one.is_away(on), one.id), default=None)
    return None


def meant(tx: Tx, case: Case, moment: Moment, on: date) -> Person | None:
    """Whose this is, there or not: the role in the case; for contact whoever keeps it."""
    who: str = moment.to
    contact = case.contact
    # After a full disconnection contact is taken up by whoever was chosen for it.
    again = contact.restarts if moment.anchored == contact.disconnect_until else None
    chosen = again or contact.person
    is_contact = (moment.to, moment.ask) == ("manager", "contact") and moment.kind != "escalation"
    if is_contact and chosen not in (None, case.employee):
        keeper = people.get(tx, chosen or "")
        if keeper is not None and keeper.roles & {"hr", "coach", "manager"}:
            who = keeper.id
    person = recipient(tx, who, case, case.organisation, on)
    if person is None and moment.to == "coach":
        person = recipient(tx, "manager", case, case.organisation, on)
    return person


def addressee(tx: Tx, case: Case, moment: Moment, on: date) -> Person | None:
    """Who hears this: whose it is, or whoever stands in for somebody away."""
    person = meant(tx, case, moment, on)
    if person is None or moment.to == "employee" or (person.active and not person.is_away(on)):
        return person
    deputy = stands_in(person, people.of(tx, case.organisation), on)
    return deputy if deputy is None or deputy.id != case.employee else recipient(tx, "hr", None, case.organisation, on)


def hr_about(tx: Tx, of: Person, on: date) -> Person | None:
    """Who of HR hears of what somebody did not get. Of HR themself that is a colleague.

    Who is alone there finds it among what was not delivered, as everybody does.
    """
    hr = recipient(tx, "hr", None, of.organisation, on)
    if hr is None or hr.id != of.id:
        return hr
    others = [one for one in people.with_role(tx, of.organisation, "hr", COLLEAGUES) if one.id != of.id]
    return min(others, key=lambda one: (one.is_away(on), one.id), default=None)


def as_heard(tx: Tx, who: Person, begin: Begin, now: datetime) -> Begin | None:
    """What begins with somebody, as far as that person may hear it; None when that is nothing at all."""
    if begin.case is None:
        return begin
    about = cases.load(tx, begin.case)
    if about is None or (about.status == "silenced" and begin.about.get("notice") != "silenced"):
        return None
    if about.employee == who.id and about.checkins != "yes" and begin.dialogue not in BEFORE_A_YES:
        return None
    seen = about.status != "silenced" and cases.visible(tx, who, begin.case, now.date()) is not None
    if begin.dialogue != "notice" or seen:
        return begin
    # Whoever gave a case away still hears that it went, and HR that it fell silent; of whom it is too, for words that
    # say so: a colleague's, for one.
    employee = people.get(tx, about.employee)
    return replace(begin, case=None, about={**({"employee": employee.first_name} if employee else {}), **begin.about})
