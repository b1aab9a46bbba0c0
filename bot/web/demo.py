"""The demo page: three people side by side, a clock to move, and the timeline of a case. Only for `terugkeer demo`."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, cast
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.house import BRUSSELS
from bot.web import Shell
from bot.web.chat import View, answered, heard
from bot.web.conversation import Room, digest
from bot.web.course import course
from bot.web.events import Eye, stream
from bot.web.hr.door import HOME
from bot.web.pages import page
from bot.web.plan import plan_page
from bot.web.visitor import begin, field, form_of
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


class Stage:
    """The page, its forms and its one stream. No visits: whoever reaches this machine's own port may look."""

    def __init__(self, shell: Shell, demo: Demo) -> None:
        self.shell = shell
        self.demo = demo
        self.csrf = secrets.token_urlsafe(24)

    def rooms(self) -> list[Room]:
        """A conversation for each panel."""
        return [
            Room(f"panel{number}", who, f"/demo/chat/{number}", self.csrf, f"/demo/plan/{number}/")
            for number, (_, who) in enumerate(self.demo.panels)
        ]

    def room_at(self, request: Request) -> Room:
        """The conversation an address is about."""
        rooms = self.rooms()
        number = int(request.path_params["panel"])
        if number >= len(rooms):
            raise HTTPException(404)
        return rooms[number]

    async def clock_and_course(self, request: Request) -> dict[str, Any]:
        """What the clock bar and the timeline show."""
        cases = await self.demo.cases()
        wanted = request.query_params.get("case", "")
        chosen = wanted if any(case == wanted for case, _ in cases) else next((case for case, _ in cases), "")
        now = self.demo.now().astimezone(BRUSSELS)
        house = self.demo.panels[0][1].organisation
        own = await self.shell.database.run(lambda tx: self.shell.house.own_words(tx, house))
        drawing = course(await self.demo.timeline(chosen), now.date(), own) if chosen else None
        return {"now": now, "cases": cases, "chosen": chosen, "course": drawing, "csrf": self.csrf}

    async def look(self, request: Request) -> Response:
        """The page."""
        today = self.demo.now().astimezone(BRUSSELS).date()
        shown = await Eye(self.shell, self.rooms()).look()
        views = [
            View(room, role, person.name, tuple(shown[room.key]), as_role=role).data
            for (role, person), room in zip(self.demo.panels, self.rooms(), strict=True)
        ]
        return page("demo.html", rooms=views, seen=digest(shown), today=today, **await self.clock_and_course(request))

    async def timeline(self, request: Request) -> Response:
        """What moves with the clock, for a page that is open."""
        return page("demo_parts.html", **await self.clock_and_course(request))

    async def forward(self, request: Request) -> Response:
        """Move the clock."""
        form = await form_of(self.shell, request, self.csrf)
        kind = field(form, "kind")
        if kind not in STEPS:
            raise HTTPException(400)
        await self.demo.forward(cast("Step", kind))
        for _, person in self.demo.panels:
            self.shell.web.wake(person.id)
        return answered(request, f"/demo?case={quote(field(form, 'case'))}")

    async def post(self, request: Request) -> Response:
        """Somebody on the page said or chose something."""
        room = self.room_at(request)
        incoming = heard(await form_of(self.shell, request, self.csrf), room.person, self.shell)
        if incoming is not None:
            await self.shell.converse(incoming)
        return answered(request, f"/demo#chat-{room.key}")

    async def office(self, request: Request) -> Response:
        """Come in as HR, to the pages where cadences are set and cases are looked over."""
        await form_of(self.shell, request, self.csrf)
        answer = RedirectResponse(HOME, 303)
        await begin(self.shell, request, next(person for role, person in self.demo.panels if role == "hr"), answer)
        return answer

    async def events(self, request: Request) -> Response:
        """News for all of them: browsers open few streams to one place."""
        return stream(self.shell, request, self.rooms())

    async def plan(self, request: Request) -> Response:
        """The plan, as the person of that panel may see it."""
        return await plan_page(self.shell, self.room_at(request).person, request.path_params["case"], "/demo")


def routes(shell: Shell, demo: Demo) -> list[Route]:
    """Everything under /demo, and the way there."""
    stage = Stage(shell, demo)
    return [
        Route("/", lambda _: RedirectResponse("/demo")),
        Route("/demo", stage.look),
        Route("/demo/timeline", stage.timeline),
        Route("/demo/clock", stage.forward, methods=["POST"]),
        Route("/demo/hr", stage.office, methods=["POST"]),
        Route("/demo/chat/{panel:int}", stage.post, methods=["POST"]),
        Route("/demo/events", stage.events),
        Route("/demo/plan/{panel:int}/{case}", stage.plan),
    ]
