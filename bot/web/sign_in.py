"""Signing in with a one-time link: the link shows a button, only the button uses it up (mail scanners follow links)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.web import Shell
from bot.web.pages import page
from bot.web.visitor import Stranger, begin, end, form_of, visitor
from conversations.case import Person
from storage import links, people
from storage.transaction import Tx

PURPOSE = "sign_in"
LASTS = timedelta(minutes=10)


def make_link(tx: Tx, base_url: str, person: str, at: datetime, lasts: timedelta = LASTS) -> str:
    """A new address with which this person signs in once: 256 bits of chance, of which the hash is kept."""
    token = secrets.token_urlsafe(32)
    links.add(tx, links.hashed(token), person, PURPOSE, at + lasts)
    return f"{base_url}/in/{token}"


def routes(shell: Shell) -> list[Route]:
    """In and out."""

    async def door(request: Request) -> Response:
        if request.method != "POST":
            return page("sign_in.html")
        await form_of(shell, request, None)
        token, now = request.path_params["token"], shell.now()

        def use(tx: Tx) -> Person | None:
            who = links.use(tx, links.hashed(token), PURPOSE, now)
            return None if who is None else people.get(tx, who)

        person = await shell.database.run(use)
        if person is None or not person.active:
            raise Stranger
        answer = RedirectResponse("/", 303)
        await begin(shell, request, person, answer)
        return answer

    async def leave(request: Request) -> Response:
        visit = await visitor(shell, request)
        await form_of(shell, request, visit.csrf)
        answer = page("left.html")
        await end(shell, request, answer)
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    return [Route("/in/{token}", door, methods=["GET", "POST"]), Route("/leave", leave, methods=["POST"])]
