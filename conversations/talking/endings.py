"""What many talks share: how one greets the colleague, and their ends: the milestone is done, HR hears of it."""

from __future__ import annotations

from conversations.changes import Done
from conversations.talking.dialogue import Begin, Scene


def done(scene: Scene) -> tuple[Done, ...]:
    """The milestone that opened this talk is done; of a talk somebody began, whatever waits for the same talk now."""
    if scene.milestone:
        return (Done(*scene.milestone),)
    waits = (one for one in scene.coming if one.state == "now" and one.ask == scene.dialogue)
    return tuple(Done(one.milestone, one.nth) for one in waits if scene.case and one.case == scene.case.id)


def to_hr(scene: Scene, what: str, **about: str) -> tuple[Begin, ...]:
    """HR hears what happened (`what` names the words in `notice`), unless HR is who did it."""
    if "hr" in scene.me.roles:
        return ()
    return (Begin("notice", who="hr", about={"notice": what, "by": scene.me.id, **about}),)


def first_name(scene: Scene) -> str:
    """How one greets the absent colleague: the first name, whatever name tells people apart."""
    employee = scene.people.get(scene.the_case.employee)
    return employee.first_name if employee else scene.employee
