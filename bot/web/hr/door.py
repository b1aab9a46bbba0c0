"""The door of HR's side: who may come in, for what, and for how long without a sign of life.

Every route asks `officer` (or `case_for`) first, by the name of an action of conversations/access.py. Whoever may not
gets the page of what is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.house import BRUSSELS
from bot.web import Shell
from bot.web.back import came_from, looked_at
from bot.web.pages import page
from bot.web.visitor import Visit, form_of, visitor
from conversations.access import Action, Actor, may
from conversations.case import Case, Office, Person
from messages.words import clock
from storage import reading

HOME = "/hr"
HOMES: Mapping[Office, str] = {"hr": HOME, "audit": "/hr/audit", "admin": "/hr/technical"}


def home_of(person: Person) -> str:
    """The page where this person begins; empty for who has nothing to do behind this door."""
    return next((path for role, path in HOMES.items() if role in person.roles), "")


async def officer(shell: Shell, request: Request, action: Action) -> Visit:
    """Who this is, if this person may do that in the organisation. Raises Stranger, or 404 for who may not."""
    visit = await visitor(shell, request)
    today = shell.now().astimezone(BRUSSELS).date()
    if not may(Actor(visit.person, today), action):
        raise HTTPException(404)
    return visit


async def case_for(shell: Shell, visit: Visit, case: str, action: Action = "know") -> Case:
    """The case, if this person may do that with it; the look is in the journal. 404 for "no" and "not there"."""
    now = shell.now()
    today = now.astimezone(BRUSSELS).date()
    found = await shell.database.run(lambda tx: reading.look(tx, visit.person, case, now, today, action))
    if found is None:
        raise HTTPException(404)
    return found


async def form_for(shell: Shell, request: Request, visit: Visit) -> FormData:
    """What was posted, from a page of ours and of this visit. 403 otherwise."""
    return await form_of(shell, request, visit.csrf)


def office_page(visit: Visit, template: str, status: int = 200, /, **data: Any) -> HTMLResponse:
    """A page of HR's side, with what its frame wants to know: who, the forms' token, and until when."""
    return page(f"hr/{template}", status, person=visit.person, home=home_of(visit.person), **visit.awake, **data)


def routes(shell: Shell) -> list[Route]:
    """Staying signed in: by a button, and for a page that wants to know how long there is left."""

    async def stay(request: Request) -> Response:
        alive = request.method == "POST"
        visit = await visitor(shell, request, alive=alive)
        if alive:
            await form_of(shell, request, visit.csrf)
        if alive and request.headers.get("x-page") != "live":
            return RedirectResponse(looked_at(request, came_from(request)), 303)
        if visit.until is None:
            raise HTTPException(404)
        return JSONResponse({"left": visit.left, "until": clock(visit.until.astimezone(BRUSSELS))})

    return [Route("/stay", stay, methods=["GET", "POST"])]
