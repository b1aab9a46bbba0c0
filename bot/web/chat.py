"""The chat page: one conversation, its forms, its stream."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.channels.web import NAME
from bot.house import BRUSSELS
from bot.web import Shell
from bot.web.chats import PATH, configured
from bot.web.conversation import Room, Shown, digest, read, show, turns
from bot.web.events import stream
from bot.web.hr.door import home_of
from bot.web.pages import page
from bot.web.visitor import Visit, clean, field, form_of, visitor
from conversations.case import Person, Role
from conversations.incoming import Incoming

ROLES: tuple[Role, ...] = ("hr", "manager", "coach", "employee")  # who somebody is here, first of all

LONGEST = 10_000  # characters of one answer; what is longer says nothing more


@dataclass(frozen=True, slots=True)
class View:
    """A conversation on a page."""

    room: Room
    title: str
    subtitle: str
    turns: tuple[Shown, ...] = ()
    older: str = ""
    newer: str = ""
    leave: str = ""
    chats: str = ""  # where a chat is linked
    office: str = ""  # where the pages of HR begin, for whom they are
    as_role: Role | None = None  # who they are on this page; otherwise the first of ROLES that is theirs

    @property
    def role(self) -> Role:
        """What this person does here first of all."""
        roles = self.room.person.roles | {"employee"}
        if self.as_role is not None:
            return self.as_role
        return next(role for role in ROLES if role in roles)

    @property
    def data(self) -> dict[str, Any]:
        """What room.html wants to know."""
        return {
            "key": self.room.key, "path": self.room.path, "csrf": self.room.csrf, "role": self.role,
            "first_name": self.room.person.first_name, "title": self.title, "subtitle": self.subtitle,
            "turns": self.turns, "older": self.older, "newer": self.newer, "leave": self.leave, "chats": self.chats,
            "office": self.office, "once": secrets.token_urlsafe(16),
        }  # fmt: skip


def room_of(visit: Visit) -> Room:
    """Where a signed-in person talks."""
    return Room("me", visit.person, "/chat", visit.csrf, "/plan/")


def heard(form: FormData, person: Person, shell: Shell) -> Incoming | None:
    """What the form says the person did. None when nothing was filled in.

    `once` makes a form count once, however often it is sent; it counts within the person alone.
    """
    once = "".join(c for c in field(form, "once") if c.isascii() and (c.isalnum() or c in "-_"))[:64]
    said = Incoming(NAME, f"{person.id}:{once or secrets.token_urlsafe(16)}", person.id, "text", shell.now())
    if button := field(form, "button")[:64]:
        return replace(said, kind="press", button=button)
    if pick := field(form, "pick")[:64]:
        values = tuple(clean(value)[:LONGEST] for value in form.getlist("value") if isinstance(value, str))
        return replace(said, kind="pick", button=pick, values=values)
    if text := field(form, "text").strip():
        return replace(said, text=text[:LONGEST])
    return None


def routes(shell: Shell) -> list[Route]:
    """The conversation of whoever is signed in."""

    async def chat(request: Request) -> Response:
        visit = await visitor(shell, request)
        room = room_of(visit)
        before = request.query_params.get("before", "")
        number = int(before) if before.isascii() and before.isdecimal() and len(before) < 10 else None
        today = shell.now().astimezone(BRUSSELS).date()
        found = await shell.database.run(lambda tx: read(tx, visit.person, number))
        shown = [show(turn, room) for turn in turns(found, today)]
        view = View(
            room, "Terugkeerbot", visit.person.name, tuple(shown), leave="/leave",
            chats=PATH if configured(shell.settings) else "", office=home_of(visit.person),
            older=f"/?before={found.more}" if found.more else "", newer="/" if number else "",
        )  # fmt: skip
        events = "" if number else "/events"  # what is said now has no place between older messages
        return page("chat.html", it=view.data, events=events, seen=digest({room.key: shown}), **visit.awake)

    async def post(request: Request) -> Response:
        visit = await visitor(shell, request)
        incoming = heard(await form_of(shell, request, visit.csrf), visit.person, shell)
        if incoming is not None:
            await shell.converse(incoming)
        return answered(request, "/")

    async def events(request: Request) -> Response:
        visit = await visitor(shell, request, alive=False)
        return stream(shell, request, [room_of(visit)], visit.until)

    return [
        Route("/", chat), Route("/chat", post, methods=["POST"]), Route("/events", events),
    ]  # fmt: skip


def answered(request: Request, back: str) -> Response:
    """Done: a script hears the rest over its stream, a browser without one loads the page again."""
    return Response(status_code=204) if request.headers.get("x-page") == "live" else RedirectResponse(back, 303)
