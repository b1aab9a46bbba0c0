"""The plan of a case as a page to read and to print. Word, PDF and calendar files will have their links here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.house import BRUSSELS
from bot.web import Shell
from bot.web.hr.door import HOME
from bot.web.pages import page
from bot.web.visitor import ASLEEP, visitor
from conversations.access import Action, Actor, may
from conversations.case import Case, Person
from conversations.plan import HEADINGS, Agreement, Plan
from conversations.proposals import follow_ups
from conversations.reading import first_day
from storage import cases, organisations, people
from storage.reading import note
from storage.transaction import Tx

UNFINISHED = ("draft", "discussed")  # not given to the employee yet, so not for the employee to read


@dataclass(frozen=True, slots=True)
class Reading:
    """A plan with the names of everybody in it."""

    case: Case
    plan: Plan
    people: Mapping[str, Person]
    organisation: str

    def name(self, person: str | None) -> str:
        """The full name; nothing for nobody."""
        known = self.people.get(person or "")
        return known.name if known else ""

    def first_name(self, person: str | None) -> str:
        """The first name; nothing for nobody."""
        known = self.people.get(person or "")
        return known.first_name if known else ""


def reading(tx: Tx, viewer: Person, case_id: str, now: datetime) -> Reading | None:
    """The plan, for who may see it now. None for no case, not yours, and no plan (to give) alike."""
    today = now.astimezone(BRUSSELS).date()
    case = cases.visible(tx, viewer, case_id, today)
    if case is None or case.plan is None:
        return None
    is_draft = case.plan.sent_on is None and case.plan.status in UNFINISHED
    action: Action = "read_draft" if is_draft else "read_plan"
    if not may(Actor(viewer, today, partial(people.get, tx)), action, case):
        return None
    note(tx, viewer, case, now, today, action)
    organisation = organisations.get(tx, case.organisation)
    assert organisation is not None, "a case belongs to an organisation"
    return Reading(case, case.plan, people.of(tx, case.organisation), organisation.name)


def _follow(plan: Plan, first: date | None) -> list[tuple[date, int, Agreement | None]]:
    """What is looked at and when: the talks after the return by their number, and agreements."""
    found: list[tuple[date, int, Agreement | None]] = [
        (day, number, None) for number, day in enumerate(follow_ups(first) if first else ())
    ]
    found += [(one.review_on, 0, one) for one in plan.running if one.review_on]
    return sorted(found, key=lambda one: one[0])


async def plan_page(
    shell: Shell, viewer: Person, case_id: str, back: str | None = None, awake: Mapping[str, Any] = ASLEEP
) -> Response:
    """The page. 404 for whoever may not see it, as if it were not there. It leads `back`, or where one comes from."""
    now = shell.now()
    today = now.astimezone(BRUSSELS).date()
    found = await shell.database.run(lambda tx: reading(tx, viewer, case_id, now))
    if found is None:
        raise HTTPException(404)
    plan, first = found.plan, first_day(found.case, found.plan)
    mine = viewer.id == found.case.employee
    if back is None:  # HR comes from the page of the case, which of the own one is not theirs
        back = f"{HOME}/case/{case_id}" if "hr" in viewer.roles and not mine else "/"
    headings = {heading: plan.under(heading) for heading in HEADINGS if plan.under(heading)}
    return page(
        "plan.html", reading=found, case=found.case, plan=plan, headings=headings, today=today, back=back,
        first=first, follow=_follow(plan, first),
        most_hours=max((step.hours for step in plan.buildup), default=0.0),
        for_employee=mine, **awake,
    )  # fmt: skip


def routes(shell: Shell) -> list[Route]:
    """The plan, for whoever is signed in."""

    async def plan(request: Request) -> Response:
        visit = await visitor(shell, request)
        return await plan_page(shell, visit.person, request.path_params["case"], awake=visit.awake)

    return [Route("/plan/{case}", plan)]
