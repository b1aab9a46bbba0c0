"""Where a cadence begins: what is in use and was, and a pack to start from."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import adopting, second
from bot.adopting import Progress
from bot.web import Shell
from bot.web.hr import drafting
from bot.web.hr.door import office_page, officer
from bot.web.hr.drafting import Desk
from bot.web.hr.editing import DRAFT, PATH, Editing
from bot.web.hr.showing import grouped
from bot.web.visitor import field
from conversations.timing.terms import PolicyError
from storage import cases, people, policies
from storage.transaction import Tx

LONGEST_FILE = 40_000  # characters; a page posts 64 KiB at most


def routes(shell: Shell) -> list[Route]:
    """The first page of the cadence, and its forms."""

    async def overview(request: Request) -> Response:
        visit = await officer(shell, request, "edit_policy")

        def look(tx: Tx) -> tuple[Desk, list[policies.Version], dict[str, str], Progress | None, int]:
            desk = drafting.open_desk(tx, shell.house, visit.person)
            house = desk.organisation.id
            published = policies.versions(tx, house)
            names = {one: known.name for one in {desk.draft.by, *(each.by for each in published)}
                     if (known := people.get(tx, one)) is not None}  # fmt: skip
            return desk, published, names, adopting.progress(tx, house), cases.running(tx, house)

        desk, published, names, progress, running = await shell.database.run(look)
        now = shell.now()
        asked = await shell.database.run(lambda tx: second.about(tx, visit.person, "adopt_policy", "", now))
        return office_page(
            visit, "cadences.html", here="cadence", desk=desk, published=published, names=names,
            packs=sorted({pack.name for pack in shell.house.packs.values()}), late="late" in request.query_params,
            done="done" in request.query_params, asked=asked, progress=progress, running=running,
            changes=grouped(desk.starting, desk.cadence) if desk.drafted else (),
        )  # fmt: skip

    async def start(request: Request) -> Response:
        editing = Editing(shell, request)
        chosen = field(await editing.begin(), "pack")
        desk = await editing.desk()
        try:
            drafting.pack(shell.house, chosen)
        except PolicyError:
            raise HTTPException(400) from None
        return await editing.anew("start", lambda tx: drafting.from_pack(tx, shell.house, desk.organisation, chosen))

    async def discard(request: Request) -> Response:
        editing = Editing(shell, request)
        await editing.begin()
        return await editing.anew("discard", lambda _: None)

    return [
        Route(PATH, overview), Route(f"{PATH}/start", start, methods=["POST"]),
        Route(f"{DRAFT}/discard", discard, methods=["POST"]),
    ]  # fmt: skip
