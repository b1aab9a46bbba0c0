"""Who has which role in the house. Whoever gives roles sees no case; nobody gives a role to themselves."""

from __future__ import annotations

from typing import cast

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import arrangements
from bot.arrangements import GIVEN, By, Unfit
from bot.web import Shell
from bot.web.hr.door import form_for, office_page, officer
from bot.web.visitor import Visit, field
from conversations.case import Office
from storage import people
from storage.transaction import Tx

PATH = "/hr/roles"


def routes(shell: Shell) -> list[Route]:
    """The page, and its form: one for each person, and one for somebody new."""

    async def shown(request: Request, visit: Visit, problem: Unfit | None = None, email: str = "") -> Response:
        found = await shell.database.run(lambda tx: people.in_roles(tx, visit.person.organisation))
        held = [one for one in found if one.roles & set(GIVEN)]
        return office_page(
            visit, "roles.html", 200 if problem is None else 422, held=held, given=GIVEN, problem=problem,
            email=email, done=request.query_params.get("done", ""), here="roles",
        )  # fmt: skip

    async def look(request: Request) -> Response:
        return await shown(request, await officer(shell, request, "grant_roles", looks=True))

    async def give(request: Request) -> Response:
        visit = await officer(shell, request, "grant_roles")
        form = await form_for(shell, request, visit)
        by, email = By(visit.person, shell.now()), field(form, "email")
        chosen = frozenset(cast("list[Office]", [role for role in form.getlist("role") if role in GIVEN]))

        def work(tx: Tx) -> None:
            who, roles = field(form, "person"), chosen
            if email:  # somebody new: what there is already stays
                found = people.by_email(tx, email)
                if found is None or found.organisation != visit.person.organisation or not found.active:
                    raise Unfit("nobody")
                who, roles = found.id, chosen | found.roles
            arrangements.give(tx, by, who, roles)

        try:
            await shell.database.run(work)
        except Unfit as problem:
            return await shown(request, visit, problem, email)
        return RedirectResponse(f"{PATH}?done=yes", 303)

    return [Route(PATH, look), Route(PATH, give, methods=["POST"])]
