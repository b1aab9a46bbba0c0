"""A new absence: who, since when, until when, and who told it. Never why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from conversations.case import Case, Person
from conversations.talking.dialogue import Ask, Begin, OpenCase, Scene, Script, Tell
from conversations.talking.endings import to_hr

NEEDS = ("cases",)

NOBODY = "nobody"  # of those who are offered
LONGEST_BACK = timedelta(days=730)  # an older first day is a slip of the keyboard
LONGEST_AHEAD = timedelta(days=90)  # an absence that is known beforehand


def talk(scene: Scene) -> Script:
    """Ends with a case, or with the way to the dialogue that fits better.

    `about` may bring what was typed already: "employee", or "among" for a first name that fits several; "since" and
    "until" are offered, to be confirmed with a tap.
    """
    labels = {person.id: person.name for person in _mine(scene)}
    who = scene.about.get("employee", "")
    if who not in scene.people:
        if set(labels) == {scene.me.id}:
            yield Tell("not_by_you")
            return ()
        named = {one: labels[one] for one in scene.about.get("among", "").split(",") if one in labels}
        offered, others = (named, ()) if len(named) > 1 else (labels, (NOBODY,))
        who = yield Ask("who", "person", (*offered, *others), offered, data={"others": others}, required=True)
    if who == NOBODY:
        yield Tell("not_found", {"hr": "hr" in scene.me.roles})
        return ()
    if who == scene.me.id:
        yield Tell("yourself")
        return (Begin("notice", who="hr", about={"notice": "own_absence", "by": who, "employee": who}),)
    employee = _called(scene, who, labels)
    if who not in labels:
        yield Tell("not_your_team", {"employee": employee})
        return to_hr(scene, "absence_to_report", employee=who)
    for case in scene.cases:
        if case.employee == who and case.is_live:
            return (yield from _known(scene, case, employee))
    if who in scene.silenced:
        yield Tell("silenced", {"employee": employee})
        return ()
    return (yield from _new(scene, who, employee))


def _mine(scene: Scene) -> list[Person]:
    """Whom the talker may report: HR everybody, a manager the own team and a team stood in for; and oneself."""

    def is_mine(person: Person) -> bool:
        manager = scene.people.get(person.manager or "")
        return (
            person.manager == scene.me.id
            or (manager is not None and manager.deputy == scene.me.id and manager.is_away(scene.today))
            or person.id == scene.me.id
        )

    everybody = sorted(scene.people.values(), key=lambda person: person.name)
    return [person for person in everybody if person.active and ("hr" in scene.me.roles or is_mine(person))]


def _called(scene: Scene, who: str, mine: Iterable[str]) -> str:
    """The first name, or the whole one where a colleague shares it; there is no case yet that would tell."""
    person = scene.people[who]
    shared = any(one != who and scene.people[one].first_name == person.first_name for one in mine)
    return person.name if shared else scene.name(who)


def _known(scene: Scene, case: Case, employee: str) -> Script:
    """Somebody whose case is open: other dates, or absent again after a return."""
    returned = case.anchors.get("actual_return") or case.anchors.get("partial_return")
    if returned is not None and returned <= scene.today:
        again = yield Ask(
            "again", choices=("yes", "no"), data={"employee": employee, "returned": returned}, required=True
        )
        return (Begin("new_spell", case=case.id),) if again == "yes" else ()
    since = case.anchors["absence_start"]
    change = yield Ask("known", choices=("yes", "no"), data={"employee": employee, "since": since}, required=True)
    return (Begin("change_dates", case=case.id),) if change == "yes" else ()


def _new(scene: Scene, who: str, employee: str) -> Script:
    today = scene.today
    said = _said(scene, "since")
    since: date = yield Ask(
        "since", "date", data={"employee": employee}, suggest=(said,) if said else (today, today - timedelta(days=1)),
        tense="past", least=today - LONGEST_BACK, most=today + LONGEST_AHEAD, required=True,
    )  # fmt: skip
    friday = max(since, today) + timedelta(days=(4 - max(since, today).weekday()) % 7)
    said = _said(scene, "until")
    days = (said,) if said and said >= since else (friday, friday + timedelta(days=7))
    until = yield Ask("until", "date", data={"employee": employee}, suggest=days, least=since)
    told_by = yield Ask("reported_by", choices=("self", "family", "colleague", "hr"), data={"employee": employee})
    told = {"employee": employee, "since": since, "until": until or None, "reported_by": told_by or None}
    save = yield Ask("save", choices=("yes", "no"), data=told, required=True)
    if save == "no":
        yield Tell("not_saved")
        return ()
    manager = scene.people[who].manager
    if manager == scene.me.id:
        yield Tell("started", {"employee": employee, "since": since})
    else:
        known = scene.name(manager) if manager in scene.people else None
        yield Tell("started_for_another", {"employee": employee, "manager": known})
    return (OpenCase(who, since, today, until or None, told_by or None),)


def _said(scene: Scene, which: str) -> date | None:
    """A day that was typed in the sentence that began this."""
    day = date.fromisoformat(scene.about[which]) if which in scene.about else None
    return day if day and abs(day - scene.today) <= LONGEST_AHEAD else None
