"""Who has which role in the house. Whoever gives roles sees no case; nobody gives a role to themselves.

Where a second administrator could look at it, that one is asked first (bot/second.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import arrangements, second
from bot.arrangements import GIVEN, By, Unfit
from bot.second import Wish
from bot.web import Shell
from bot.web.hr.answering import answered, problem_of, told_of
from bot.web.hr.door import form_for, office_page, officer
from bot.web.visitor import Visit, field
from conversations.access import Action
from conversations.case import Office, Person
from storage import people, proposals
from storage.proposals import Proposal
from storage.transaction import Tx

PATH = "/hr/roles"
ACTION: Action = "grant_roles"


def routes(shell: Shell) -> list[Route]:
    """The page, and its form: one for each person, and one for somebody new."""

    async def shown(request: Request, visit: Visit, problem: Unfit | None = None, email: str = "") -> Response:
        now = shell.now()

        def work(tx: Tx) -> tuple[list[Person], list[Person], list[second.Waiting]]:
            found = people.in_roles(tx, visit.person.organisation)
            waits = [one for one in second.waiting(tx, visit.person, now) if one.proposal.action == ACTION]
            return found, second.others(tx, visit.person, ACTION, now), waits

        found, others, waits = await shell.database.run(work)
        held = [one for one in found if one.roles & set(GIVEN)]
        return office_page(
            visit, "roles.html", 200 if problem is None else 422, held=held, given=GIVEN, problem=problem,
            email=email, done=request.query_params.get("done", ""), here="roles", others=others, waits=waits,
            reasons=second.REASONS, told=told_of(request),
        )  # fmt: skip

    async def look(request: Request) -> Response:
        return await shown(request, await officer(shell, request, ACTION, looks=True), problem_of(request))

    async def give(request: Request) -> Response:
        visit = await officer(shell, request, ACTION)
        form = await form_for(shell, request, visit)
        now, email = shell.now(), field(form, "email")
        try:
            asked = await shell.database.run(lambda tx: _decided(tx, shell, visit, form, now))
        except Unfit as problem:
            return await shown(request, visit, problem, email)
        if asked:
            await shell.deliver()
        return RedirectResponse(f"{PATH}?{'second=asked' if asked else 'done=yes'}", 303)

    async def answer(request: Request) -> Response:
        def done(tx: Tx, proposal: Proposal, asker: Person, agreed: Person, now: datetime) -> None:
            roles = frozenset(cast("list[Office]", proposal.wanted.split()))
            arrangements.give(tx, By(asker, now), proposal.subject, roles, agreed.id)

        try:
            said = await answered(shell, request, ACTION, done)
        except Unfit as problem:
            return await shown(request, await officer(shell, request, ACTION), problem)
        return RedirectResponse(f"{PATH}?{'done=yes' if said == 'agree' else f'second={said}'}", 303)

    return [
        Route(PATH, look), Route(PATH, give, methods=["POST"]), Route(f"{PATH}/answer", answer, methods=["POST"]),
    ]  # fmt: skip


def _decided(tx: Tx, shell: Shell, visit: Visit, form: FormData, now: datetime) -> bool:
    """Whether a colleague was asked; else it holds now. All of it as it stands in this transaction. Raises Unfit."""
    me = second.again(tx, visit.person, ACTION, now)
    who, roles = _meant(tx, me, form)
    before, after = arrangements.given(tx, By(me, now), who, roles)
    if after.roles == before.roles:
        return False
    if second.others(tx, me, ACTION, now):
        second.ask(tx, shell.house, me, Wish(ACTION, who, " ".join(sorted(after.roles & set(GIVEN)))), now)
        return True
    proposals.clear(tx, me.organisation, ACTION, who)
    arrangements.give(tx, By(me, now), who, roles)
    return False


def _meant(tx: Tx, me: Person, form: FormData) -> tuple[str, frozenset[Office]]:
    """Whose roles, and which; of somebody new, what there is already stays."""
    chosen = frozenset(cast("list[Office]", [role for role in form.getlist("role") if role in GIVEN]))
    email = field(form, "email")
    if not email:
        return field(form, "person"), chosen
    found = people.by_email(tx, email)
    if found is None or found.organisation != me.organisation or not found.active:
        raise Unfit("nobody")
    return found.id, chosen | found.roles
