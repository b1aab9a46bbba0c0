"""The manager or HR invites the employee, once, to hear from me as well."""

from __future__ import annotations

from conversations.changes import CheckInsSet, Done
from conversations.talking.dialogue import Ask, Begin, Scene, Script, Tell

NEEDS = ("coming",)


def talk(scene: Scene) -> Script:
    """What it is, sure?, invited. One invitation per case; a no stays a no (domain.md d.6)."""
    case, employee = scene.the_case, {"employee": scene.employee}
    if case.checkins != "unasked":
        yield Tell(case.checkins, employee)
        return _settled(scene)
    if case.care or case.contact.disconnected(scene.today):
        yield Tell("not_now", employee)
        return ()
    sure = yield Ask("sure", choices=("yes", "no"), data=employee, required=True)
    if sure != "yes":
        yield Tell("left")
        return _settled(scene)
    yield Tell("sent", employee)
    return (CheckInsSet("invited"), *_settled(scene), Begin("invitation", who=case.employee, about={"by": scene.me.id}))


def _settled(scene: Scene) -> tuple[Done, ...]:
    """Nobody is asked again to invite: the milestone that asks it is done, whether it spoke already or not."""
    steps = ((step.milestone, step.nth) for step in scene.coming if step.ask == "invite" and step.state != "done")
    found = dict.fromkeys((*((scene.milestone,) if scene.milestone else ()), *steps))
    return tuple(Done(*one) for one in found)
