"""The manager or HR invites the employee, once, to hear from me as well."""

from __future__ import annotations

from conversations.case import CheckInsSet
from conversations.talking.dialogue import Ask, Begin, Scene, Script, Tell


def talk(scene: Scene) -> Script:
    """What it is, sure?, invited. One invitation per case; a no stays a no (domain.md d.6)."""
    case, employee = scene.the_case, {"employee": scene.employee}
    if case.checkins != "unasked":
        yield Tell(case.checkins, employee)
        return ()
    if case.care or case.contact.disconnected(scene.today):
        yield Tell("not_now", employee)
        return ()
    sure = yield Ask("sure", choices=("yes", "no"), data=employee, required=True)
    if sure != "yes":
        yield Tell("left")
        return ()
    yield Tell("sent", employee)
    return (CheckInsSet("invited"), Begin("invitation", who=case.employee))
