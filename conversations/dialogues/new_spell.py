"""Absent again after a return: a date, and never whether it is the same illness (domain.md f.3, 6)."""

from __future__ import annotations

from datetime import timedelta

from conversations.changes import AbsentAgain, Moved
from conversations.talking.dialogue import Ask, Begin, Scene, Script, Tell
from conversations.talking.endings import to_hr


def talk(scene: Scene) -> Script:
    """The plan stays, its follow-up pauses, contact is agreed anew. HR computes the clocks."""
    case, today = scene.the_case, scene.today
    back = case.anchors.get("actual_return") or case.anchors.get("partial_return")
    told = {"employee": scene.employee}
    if back is None or back > today:
        yield Tell("still_absent", told)
        return (Begin("change_dates"),)
    since = yield Ask(
        "since", "date", data=told, suggest=(today, today - timedelta(days=1)), tense="past",
        least=back, most=today + timedelta(days=31), required=True,
    )  # fmt: skip
    until = yield Ask("until", "date", data=told, least=since, suggest=(since + timedelta(days=6),))
    keep = yield Ask("keep", choices=("yes", "no"), data={**told, "since": since, "until": until or None},
                     required=True)  # fmt: skip
    if keep == "no":
        yield Tell("not_kept")
        return ()
    yield Tell("kept", {**told, "plan": case.plan is not None and bool(case.plan.running)})
    ends = (Moved("certificate_end", until),) if until else ()
    return (AbsentAgain(since), *ends, *to_hr(scene, "absent_again", since=since.isoformat()))
