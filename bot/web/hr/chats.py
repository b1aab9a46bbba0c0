"""A code with which somebody links a chat, made by HR and handed over: for who cannot make it on the page."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.house import BRUSSELS
from bot.linking import hand_out
from bot.web import Shell
from bot.web.chats import configured, shown_code
from bot.web.hr.door import form_for, office_page, officer
from conversations.access import Actor, may
from conversations.case import Person
from storage import people
from storage.transaction import Tx


def routes(shell: Shell) -> list[Route]:
    """The one form, on somebody's page."""

    async def code(request: Request) -> Response:
        """The code is shown once, in the answer itself: it stands in no address and in no history."""
        visit = await officer(shell, request, "edit_days")
        await form_for(shell, request, visit)
        possible, now = configured(shell.settings), shell.now()
        me = Actor(visit.person, now.astimezone(BRUSSELS).date())

        def work(tx: Tx) -> tuple[Person, str]:
            who = people.get(tx, request.path_params["person"])
            if who is None or not who.active or not may(me, "link", who) or not possible:
                raise HTTPException(404)
            return who, hand_out(tx, who, visit.person.id, now)

        who, made = await shell.database.run(work)
        return office_page(
            visit, "chat_code.html", who=who, possible=possible, here="people", **shown_code(shell.settings, made)
        )

    return [Route("/hr/people/{person}/code", code, methods=["POST"])]
