"""A case begins or changes: kept, looked at again in time, and what no longer holds is cancelled with it."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from bot import standing
from bot.house import BRUSSELS
from bot.recipients import recipient
from conversations.case import Case, Spell
from conversations.changes import Change, CheckInsSet, Closed, apply
from storage import cases, outbox, sessions

if TYPE_CHECKING:
    from datetime import datetime

    from bot.house import House
    from conversations.case import Person
    from conversations.talking.dialogue import OpenCase
    from storage.database import Tx


def open_case(tx: Tx, house: House, employee: Person, report: OpenCase, by: Person, now: datetime) -> Case:
    """The case of this absence: the running one, or a new one under the organisation's policy."""
    running = cases.open_of(tx, employee.id)
    if running is not None:
        return running
    organisation = house.organisation(tx, employee.organisation)
    manager = employee.manager or by.id
    anchors = {"absence_start": report.start, "absence_reported": report.reported}
    if report.certificate_end is not None:
        anchors["certificate_end"] = report.certificate_end
    hr = recipient(tx, "hr", None, employee.organisation, now.astimezone(BRUSSELS).date())
    case = Case(
        id=house.new_id(),
        organisation=employee.organisation,
        employee=employee.id,
        manager=manager,
        hr=hr.id if hr else None,
        policy=organisation.policy,
        anchors=anchors,
        facts=employee.facts,
        spells=(Spell(report.start),),
    )
    cases.add(tx, case, by.id, now, None, report.reported_by)
    cases.reschedule(tx, case.id, house.next_due(tx, case, now))
    standing.keep(tx, house, [case], now)
    return case


def save(tx: Tx, house: House, before: Case, changes: list[Change], by: str, now: datetime) -> Case:
    """Change a case, and know when to look at it again. What waits for a case that ended is cancelled."""
    after = reduce(apply, changes, before)
    saved = cases.save(tx, before, changes, by, now, house.next_due(tx, after, now))
    if any(isinstance(change, Closed) for change in changes):
        outbox.cancel_case(tx, saved.id, "closed")
    if CheckInsSet("no") in changes:
        for talk in sessions.open_of(tx, saved.employee):
            if talk.case == saved.id:  # nothing is asked any more, nor taken up again
                sessions.save(tx, replace(talk, state="over"), now)
    standing.keep(tx, house, [saved], now)
    return saved
