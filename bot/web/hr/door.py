"""The door of HR's side: who may come in, for what, and for how long without a sign of life.

Every route asks `officer` (or `case_for`) first, by the name of an action of conversations/access.py. Whoever may not
gets the page of what is not there; who signed in too long ago for a weighty one is asked to do that again.
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
from conversations.access import FRESH, Action, Actor, may
from conversations.case import Case, Office, Person
from messages.words import clock
from storage import reading

HOME = "/hr"
HOMES: Mapping[Office, str] = {"hr": HOME, "audit": "/hr/audit", "admin": "/hr/technical"}


def home_of(person: Person) -> str:
    """The page where this person begins; empty for who has nothing to do behind this door."""
    return next((path for role, path in HOMES.items() if role in person.roles), "")


class SignInAgain(Exception):  # noqa: N818 - that is what it asks
    """Who visits may do this, and signed in too long ago for it."""

    def __init__(self, visit: Visit) -> None:
        super().__init__()
        self.visit = visit


async def officer(shell: Shell, request: Request, action: Action, *, looks: bool = False) -> Visit:
    """Who this is, if this person may do that in the organisation. Raises Stranger, or 404 for who may not.

    A weighty action raises SignInAgain for who signed in too long ago. `looks`: this is the page its form is on.
    """
    visit = await visitor(shell, request)
    today = shell.now().astimezone(BRUSSELS).date()
    if not may(Actor(visit.person, today), action):
        raise HTTPException(404)
    if not (looks and request.method in ("GET", "HEAD")):
        weigh(visit, action)
    return visit


async def case_for(shell: Shell, visit: Visit, case: str, action: Action = "know") -> Case:
    """The case, if this person may do that with it; the look is in the journal. 404 for "no" and "not there".

    SignInAgain as in `officer`, and before anything is looked up: it tells nobody whether there is a case.
    """
    weigh(visit, action)
    now = shell.now()
    today = now.astimezone(BRUSSELS).date()
    found = await shell.database.run(lambda tx: reading.look(tx, visit.person, case, now, today, action))
    if found is None:
        raise HTTPException(404)
    return found


def weigh(visit: Visit, action: Action) -> None:
    """Raises SignInAgain before a weighty action of who signed in too long ago."""
    if action in FRESH and not visit.fresh:
        raise SignInAgain(visit)


async def ask_again(request: Request, error: Exception) -> Response:
    """The page for who signed in too long ago: a button to the provider, and from there to where the step began."""
    assert isinstance(error, SignInAgain), "registered for this alone"
    back = looked_at(request, came_from(request, home_of(error.visit.person) or "/"))
    return office_page(error.visit, "sign_in_again.html", 403, back=back, posted=request.method == "POST")


async def form_for(shell: Shell, request: Request, visit: Visit) -> FormData:
    """What was posted, from a page of ours and of this visit. 403 otherwise."""
    return await form_of(shell, request, visit.csrf)


def office_page(visit: Visit, template: str, status: int = 200, /, **data: Any) -> HTMLResponse:
    """A page of HR's side, with what its frame wants to know: who, the forms' token, and until when."""
    who = {"person": visit.person, "home": home_of(visit.person), "fresh": visit.fresh}
    return page(f"hr/{template}", status, **who, **visit.awake, **data)


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
