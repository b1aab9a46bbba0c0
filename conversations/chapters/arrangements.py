"""Around the agreements: the first day, colleagues, who does what, follow-up and how long it all holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from conversations.catalogue import MEETING
from conversations.chapters.notes import Chapter, known, noted
from conversations.plan import Plan, Team, next_id
from conversations.proposals import agreement, follow_ups, friday, weekday_before
from conversations.talking.dialogue import Ask, Scene

LEVELS = ("only_date", "with_agreements", "employee_tells", "own_text", "nothing")
HOURS = ("08:30", "09:00", "09:30", "10:00", "13:00")


def colleagues(scene: Scene, plan: Plan, first: date | None) -> Chapter:
    """What the team hears about the return (b.2.13), first of all in the words the colleague agrees with."""
    level = yield Ask("colleagues", choices=LEVELS, data=known(scene, first=first), park=True)
    text = None
    if level == "own_text":
        text = yield Ask("colleagues_text", "text", data=known(scene), unsaid="colleagues")
    by = scene.the_case.employee if level == "employee_tells" else scene.me.id
    on = weekday_before(first) if first and level not in ("nothing", "employee_tells") else None
    return noted(plan, "colleagues", level, team=Team(level=level or None, by=by, on=on, text=text or None))


def arrangements(scene: Scene, plan: Plan, first: date | None) -> Chapter:
    """The rest in one proposal (b.2.12, 13, 15, 17, 19): one tap when it is right, else what is different."""
    day = plan.first_day
    plan = replace(plan, first_day=replace(day, host=day.host or scene.me.id, at=day.at or HOURS[1]))
    plan = _period(plan, first, None)
    data = known(
        scene, first=first, team=plan.team, teller=scene.name(plan.team.by), until=plan.valid_until,
        at=plan.first_day.at, host=scene.name(plan.first_day.host),
        days=follow_ups(first)[1:] if first else (),
    )  # fmt: skip
    answer = yield Ask("arrangements", choices=("ok", "adapt"), data=data, park=True)
    plan = noted(plan, "arrangements", answer)
    if answer != "adapt":
        return plan
    parts = ("first_day", "team", "duties", "follow_up", "period")
    different = (yield Ask("different", "several", choices=parts, data=known(scene))) or ()
    chapters = {"first_day": first_day, "team": team, "duties": duties, "follow_up": follow_up, "period": period}
    for part in parts:
        if part in different:
            plan = yield from chapters[part](scene, plan, first)
    return plan


def _hosts(scene: Scene) -> tuple[dict[str, str], tuple[str, ...]]:
    """Who may welcome or tell: the colleague's team, the manager and whoever talks."""
    case = scene.the_case
    colleague = scene.people.get(case.employee)
    team = colleague.team if colleague else ""
    near = (
        one
        for one in scene.people.values()
        if one.active and (one.team == team or one.id in (case.manager, scene.me.id))
    )
    labels = {one.id: one.name for one in near if one.id != case.employee}
    return labels, tuple(labels)


def first_day(scene: Scene, plan: Plan, _: date | None) -> Chapter:
    """The first day (b.2.15): who welcomes, at what time, with which tasks."""
    labels, people = _hosts(scene)
    host = yield Ask("host", "person", choices=people, labels=labels, data=known(scene))
    at = yield Ask("host_at", choices=HOURS, data=known(scene))
    tasks = yield Ask("first_tasks", "text", data=known(scene), park=True)
    usual = plan.first_day
    changed = replace(usual, host=host or usual.host, at=at or usual.at, tasks=tasks or usual.tasks)
    return noted(replace(plan, first_day=changed), "first_tasks", tasks)


def team(scene: Scene, plan: Plan, first: date | None) -> Chapter:
    """Who tells the colleagues, and when (b.2.13)."""
    labels, people = _hosts(scene)
    labels = {**labels, scene.the_case.employee: scene.employee}
    by = yield Ask("team_by", "person", choices=(*people, scene.the_case.employee), labels=labels, data=known(scene))
    suggest = (weekday_before(first), first) if first else ()
    on = yield Ask("team_on", "date", data=known(scene), suggest=suggest)
    return replace(plan, team=replace(plan.team, by=by or plan.team.by, on=on or plan.team.on))


def duties(scene: Scene, plan: Plan, _: date | None) -> Chapter:
    """What the manager does and what the colleague does (b.2.12)."""
    mine = yield Ask("manager_duty", "text", data=known(scene), park=True)
    plan = noted(plan, "manager_duty", mine, manager_duty=mine)
    theirs = yield Ask("employee_duty", "text", data=known(scene), park=True)
    return noted(plan, "employee_duty", theirs, employee_duty=theirs)


def follow_up(scene: Scene, plan: Plan, first: date | None) -> Chapter:
    """An extra moment besides the usual ones (b.2.17): an agreement with a review date, so that it is not forgotten."""
    on = yield Ask("extra_follow_up", "date", data=known(scene), least=scene.today)
    if not on:
        return plan
    one = replace(agreement(next_id(plan.agreements), "relations", MEETING, first), review_on=on)
    return replace(plan, agreements=(*plan.agreements, one))


def period(scene: Scene, plan: Plan, first: date | None) -> Chapter:
    """From when until when the agreements hold (b.2.19)."""
    since = yield Ask("valid_from", "date", data=known(scene), suggest=(first,) if first else ())
    until = yield Ask("valid_until", "date", data=known(scene), least=since or first)
    return _period(plan, since or first, until)


def _period(plan: Plan, first: date | None, until: date | None) -> Plan:
    ends = [one.ends for one in plan.running if one.ends]
    last = max((*ends, *((friday(follow_ups(first)[-1]),) if first else ())), default=None)
    return replace(plan, valid_from=first or plan.valid_from, valid_until=until or last)
