"""What is late, for HR: one thing at a time, and what to do about it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Any

from conversations.deputies import LEADS, stands_in
from conversations.talking.dialogue import Ask, Begin, Coming, Late, Line, Scene, Script, Tell
from conversations.upcoming import dialogue_of, late_for_hr

NEEDS = ("cases", "late", "coming")

MOST = 9  # as many as fit one message; the next ones follow on "meer"


def talk(scene: Scene) -> Script:
    """What the law asks first, then the oldest. HR reminds, takes over, or looks at the case.

    Who may not have heard from me is told as well.
    """
    if "hr" not in scene.me.roles:
        yield Tell("not_yours")
        return ()
    open_ones = late_for_hr(scene)
    unheard = [{"to": scene.name(one.to), "on": one.on, "perhaps": one.perhaps} for one in scene.undelivered]
    if unheard:
        yield Tell("undelivered", {"rows": unheard[:MOST], "more": len(unheard) - MOST})
    if not open_ones:
        yield Tell("nothing")
        return ()
    one, row = yield from _chosen(_rows(scene, open_ones))
    mine = one.to == scene.me.id
    choices = ("do", "open") if mine else ("remind", "take_over", "open")
    what = yield Ask("what", choices=choices, data={**row, "mine": mine}, required=True)
    about = {"milestone": one.milestone, "nth": str(one.nth)}
    if what == "remind":
        yield Tell("reminded", {"to": scene.name(one.to)})
        return reminded(scene.me.id, one, dialogue_of(scene, one.case, one.milestone, one.nth))
    if what == "do":
        return (Begin(dialogue_of(scene, one.case, one.milestone, one.nth), case=one.case, about=about),)
    return (Begin("take_over" if what == "take_over" else "case_menu", case=one.case),)


def reminded(me: str, one: Late, dialogue: str) -> tuple[Begin, ...]:
    """Whom it waits for is asked again, in the name of who reminds."""
    about = {"milestone": one.milestone, "nth": str(one.nth)}
    notice = {"notice": "reminder", "step": one.milestone, "by": me}
    return (
        Begin("notice", who=one.to, case=one.case, about=notice),
        Begin(dialogue, who=one.to, case=one.case, about=about),
    )


Row = dict[str, Any]


def _chosen(late: Sequence[tuple[Late, Row]]) -> Generator[Line, Any, tuple[Late, Row]]:
    """One of them, so many at a time."""
    by_key = {row["key"]: (one, row) for one, row in late}
    laws = sum(row["law"] for _, row in late)
    for start in range(0, len(late), MOST):
        rows = [row for _, row in late[start : start + MOST]]
        left = len(late) - start - len(rows)
        keys = tuple(row["key"] for row in rows)
        data = {"rows": rows, "more": left, "first": not start, "laws": 0 < laws < len(late)}
        name = f"which_{start}" if start else "which"
        choices = (*keys, "more") if left else keys
        which = yield Ask(name, choices=choices, data=data, required=True, words="which")
        if which != "more":
            return by_key[which]
    raise AssertionError("the last ones offer no more")


def _rows(scene: Scene, late: Sequence[Late]) -> list[tuple[Late, Row]]:
    """Each with who is really asked, in order."""
    cases = {case.id: case for case in scene.cases}
    steps = {(step.case, step.milestone, step.nth): step for step in scene.coming}
    rows: list[tuple[Late, Row]] = []
    for one in late:
        case, step = cases.get(one.case), steps.get((one.case, one.milestone, one.nth))
        asked = replace(one, to=_asked(scene, one, step, case.contact.person if case else None))
        row = {
            "key": f"{one.milestone}#{one.nth}@{one.case}",
            "employee": scene.name(case.employee if case else None),
            "step": one.milestone,
            "since": one.since,
            "to": scene.name(asked.to),
            "law": step is not None and step.kind == "law",
        }
        rows.append((asked, row))
    return sorted(rows, key=lambda each: (not each[1]["law"], each[0].since, each[1]["employee"], each[1]["key"]))


def _asked(scene: Scene, one: Late, step: Coming | None, keeper: str | None) -> str:
    """For contact whoever keeps it; whoever stands in for somebody away."""
    person = scene.people.get(one.to)
    if step is not None and (step.to, step.ask) == ("manager", "contact"):
        kept_by = scene.people.get(keeper or "")
        person = kept_by if kept_by is not None and kept_by.roles & LEADS else person
    if person is not None and person.is_away(scene.today):
        person = stands_in(person, scene.people, scene.today)
    return person.id if person is not None else one.to
