"""The demo page: three people side by side, a clock to move, and the timeline of a case. Only for `terugkeer demo`."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol, cast
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.web import Shell
from bot.web.chat import View, answered, heard
from bot.web.conversation import ZONE, Room, digest, read, show, turns
from bot.web.course import Course, course
from bot.web.events import stream
from bot.web.pages import fill, page
from bot.web.plan import plan_page
from bot.web.visitor import field, form_of
from conversations.case import Person, Role
from conversations.talking.dialogue import Coming

Step = Literal["next", "day", "week"]  # to the next moment of any case, or so much further
STEPS = ("next", "day", "week")


class Demo(Protocol):
    """What `terugkeer demo` shows."""

    @property
    def panels(self) -> Sequence[tuple[Role, Person]]:
        """Who is on the page, from left to right: as what, and who."""
        ...

    async def cases(self) -> Sequence[tuple[str, str]]:
        """The cases whose timeline can be looked at: id and the employee's name, the main one first."""
        ...

    async def timeline(self, case_id: str) -> tuple[Coming, ...]:
        """Everything on the timeline of that case, by date."""
        ...

    async def forward(self, kind: Step) -> None:
        """Move the clock, and let everything happen that happens until then."""
        ...

    def now(self) -> datetime:
        """The moment it is in the demo, in UTC."""
        ...


def _key(person: Person) -> str:
    return "".join(c if c.isalnum() else "-" for c in person.id)


def routes(shell: Shell, demo: Demo) -> list[Route]:
    """The page, its forms and its one stream. No visits: whoever reaches this machine's own port may look."""
    csrf = secrets.token_urlsafe(24)

    def rooms() -> list[Room]:
        return [
            Room(_key(who), who, f"/demo/chat/{number}", csrf, f"/demo/plan/{number}/")
            for number, (_, who) in enumerate(demo.panels)
        ]

    def room_at(request: Request) -> Room:
        number = request.path_params["panel"]
        if number >= len(demo.panels):
            raise HTTPException(404)
        return rooms()[number]

    async def drawn(request: Request) -> tuple[Sequence[tuple[str, str]], str, Course | None]:
        cases = await demo.cases()
        wanted = request.query_params.get("case", "")
        chosen = wanted if any(case == wanted for case, _ in cases) else next((case for case, _ in cases), "")
        today = demo.now().astimezone(ZONE).date()
        return cases, chosen, course(await demo.timeline(chosen), today) if chosen else None

    async def show_page(request: Request) -> Response:
        now = demo.now().astimezone(ZONE)
        views, shown = [], {}
        for (role, person), room in zip(demo.panels, rooms(), strict=True):
            found = await shell.database.run(lambda tx, person=person: read(tx, person))
            shown[room.key] = [show(turn, room) for turn in turns(found, now.date())]
            views.append(View(room, role, person.name, tuple(shown[room.key])).data)
        cases, chosen, drawing = await drawn(request)
        return page(
            "demo.html", rooms=views, seen=digest(shown), now=now, cases=cases, chosen=chosen, course=drawing,
            csrf=csrf,
        )  # fmt: skip

    async def timeline(request: Request) -> Response:
        now = demo.now().astimezone(ZONE)
        cases, chosen, drawing = await drawn(request)
        return HTMLResponse(fill("demo_clock.html", now=now, cases=cases, chosen=chosen, course=drawing, csrf=csrf))

    async def forward(request: Request) -> Response:
        form = await form_of(shell, request, csrf)
        kind = field(form, "kind")
        if kind not in STEPS:
            raise HTTPException(400)
        await demo.forward(cast("Step", kind))
        case = quote(field(form, "case"))
        return answered(request, f"/demo?case={case}" if case else "/demo")

    async def post(request: Request) -> Response:
        room = room_at(request)
        incoming = heard(await form_of(shell, request, csrf), room.person, shell)
        if incoming is not None:
            await shell.hear(incoming)
        return answered(request, f"/demo#chat-{room.key}")

    async def events(request: Request) -> Response:
        return stream(shell, request, rooms())

    async def plan(request: Request) -> Response:
        return await plan_page(shell, room_at(request).person, request.path_params["case"], "/demo")

    return [
        Route("/demo", show_page),
        Route("/demo/timeline", timeline),
        Route("/demo/clock", forward, methods=["POST"]),
        Route("/demo/chat/{panel:int}", post, methods=["POST"]),
        Route("/demo/events", events),
        Route("/demo/plan/{panel:int}/{case}", plan),
    ]
