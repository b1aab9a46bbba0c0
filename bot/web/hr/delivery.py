"""What did not arrive, or perhaps not: HR knows of it, or it is sent once more. Its forms are on two pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import resending
from bot.resending import Wish
from bot.web import Shell
from bot.web.back import came_from
from bot.web.hr import said
from bot.web.hr.door import form_for, officer
from bot.web.visitor import field
from storage import unreached

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from conversations.case import Person
    from storage.transaction import Tx

PATH = "/hr/delivery"
AGAIN = f"{PATH}/again"
AT_ONCE = 50  # messages to one person


def moment_of(form: FormData) -> datetime:
    """As of when the page was. 404 for what no page of ours says."""
    try:
        return datetime.fromisoformat(field(form, "until")).astimezone(UTC)
    except (ValueError, OverflowError):
        raise HTTPException(404) from None


def routes(shell: Shell) -> list[Route]:
    """Saying that one knows, and asking to send again: HR everything of one person, the administrator one message."""

    async def known(request: Request) -> Response:
        visit = await officer(shell, request, "see_delivery")
        form, now = await form_for(shell, request, visit), shell.now()
        if "hr" not in visit.person.roles:
            raise HTTPException(404)
        person, house = field(form, "person"), visit.person.organisation
        await shell.database.run(lambda tx: unreached.settle(tx, house, person, now))
        return RedirectResponse(said.saying(came_from(request), "known"), 303)

    async def again(request: Request) -> Response:
        visit = await officer(shell, request, "see_delivery")
        form, now = await form_for(shell, request, visit), shell.now()
        person, row, until = field(form, "person"), field(form, "row"), moment_of(form)
        if person and "hr" not in visit.person.roles:
            raise HTTPException(404)

        def work(tx: Tx) -> int:
            ids = _of(tx, visit.person, person, now) if person else [row]
            wish = Wish(ids, until, twice=field(form, "twice") == "yes")
            return resending.send_again(tx, shell.house, visit.person, wish, now)

        sent = await shell.database.run(work)
        if sent:
            await shell.deliver()
        return RedirectResponse(said.saying(came_from(request), "again" if sent else "not_again"), 303)

    return [Route(PATH, known, methods=["POST"]), Route(AGAIN, again, methods=["POST"])]


def _of(tx: Tx, me: Person, person: str, now: datetime) -> list[str]:
    """What that person was sent and nobody knows of."""
    rows = unreached.undelivered(tx, me.organisation, now)
    return [row.id for row in rows if row.person == person][:AT_ONCE]
