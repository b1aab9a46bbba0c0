"""The cadence as a table people can read; one step on, off, away or back; and what holds for the whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web import Shell
from bot.web.hr import drafting
from bot.web.hr.door import office_page, officer
from bot.web.hr.drafting import Desk, Operation
from bot.web.hr.editing import DRAFT, PATH, Editing
from bot.web.hr.showing import by_phase, called, said_of, sources
from bot.web.visitor import Visit, field
from conversations.timing import cadence as cadences
from conversations.timing.cadence import Cadence
from conversations.timing.steps import steps_of
from conversations.timing.terms import PolicyError
from storage.transaction import Tx

# What a button of the table does to one step.
SWITCHES: Mapping[str, Callable[[Cadence, str], Cadence]] = {
    "on": partial(cadences.switched, on=True),
    "off": partial(cadences.switched, on=False),
    "remove": cadences.removed,
    "restore": cadences.restored,
}


def routes(shell: Shell) -> list[Route]:
    """The table of the draft with its small forms, and that of any version to read."""

    async def draft(request: Request) -> Response:
        visit = await officer(shell, request, "edit_policy")
        desk = await shell.database.run(lambda tx: drafting.open_desk(tx, shell.house, visit.person))
        return _table(visit, desk, desk.cadence)

    async def version(request: Request) -> Response:
        """A pack, or a version that is or was in use: to read."""
        visit = await officer(shell, request, "edit_policy")
        ref = request.path_params["ref"]

        def look(tx: Tx) -> tuple[Desk, Cadence | None]:
            return drafting.open_desk(tx, shell.house, visit.person), drafting.kept(tx, shell.house, visit.person, ref)

        desk, cadence = await shell.database.run(look)
        if cadence is None:
            raise HTTPException(404)
        return _table(visit, desk, cadence, ref=ref)

    async def switch(request: Request) -> Response:
        editing = Editing(shell, request)
        form = await editing.begin()
        milestone, what = field(form, "milestone"), field(form, "what")
        if what not in SWITCHES:
            raise HTTPException(400)
        return await _tried(editing, lambda cadence: SWITCHES[what](cadence, milestone), f"{DRAFT}#{milestone}")

    async def settings(request: Request) -> Response:
        editing = Editing(shell, request)
        form = await editing.begin()
        days = field(form, "late_n").strip()
        fields = {
            "send_at": field(form, "send_at") or None,
            "late": f"{days}{field(form, 'late_unit')}" if days else None,
        }
        return await _tried(editing, lambda cadence: cadences.settled(cadence, fields), DRAFT)

    async def _tried(editing: Editing, operation: Operation, then: str) -> Response:
        try:
            return await editing.change(operation, then)
        except PolicyError as mistake:
            desk = await editing.desk()
            return _table(editing.visit, desk, desk.cadence, mistake=mistake)

    return [
        Route(f"{PATH}/version/{{ref}}", version), Route(DRAFT, draft),
        Route(f"{DRAFT}/switch", switch, methods=["POST"]), Route(f"{DRAFT}/settings", settings, methods=["POST"]),
    ]  # fmt: skip


def _table(
    visit: Visit, desk: Desk, cadence: Cadence, *, ref: str = "", mistake: PolicyError | None = None
) -> Response:
    """The table; to read only where `ref` names a version."""
    steps = steps_of(cadence)
    return office_page(
        visit, "cadence.html", 422 if mistake else 200, here="cadence", desk=desk, cadence=cadence, ref=ref,
        phases=by_phase(steps), titles=called(cadence), sources=sources(steps), mistake=mistake,
        told=said_of(mistake),
    )  # fmt: skip
