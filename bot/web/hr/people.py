"""People as HR arranges them: working days and hours, when somebody hears nothing, who stands in, where we write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import arrangements
from bot.arrangements import By, Unfit
from bot.channels.web import NAME as WEB
from bot.house import BRUSSELS
from bot.web import Shell
from bot.web.chats import configured
from bot.web.hr.days import day_of, hour_of
from bot.web.hr.door import form_for, office_page, officer
from bot.web.visitor import Visit, field
from conversations.case import Person
from storage import addresses, people
from storage.transaction import Tx

PATH = "/hr/people"
MOST = 50  # on a page
LEADS = frozenset({"manager", "coach", "hr"})
Form = Callable[[Tx, By, str, FormData], int]


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody, and what the page says of them."""

    person: Person
    ways: list[addresses.Way]
    deputy: Person | None
    manager: Person | None
    peers: tuple[Person, ...]


def _known(tx: Tx, visit: Visit, who: str) -> Known | None:
    person = people.get(tx, who)
    if person is None or person.organisation != visit.person.organisation or not person.active:
        return None
    peers = [one for one in people.in_roles(tx, person.organisation) if one.roles & LEADS and one.id != who]
    others = [people.get(tx, one) if one else None for one in (person.deputy, person.manager)]
    return Known(person, addresses.ways_to(tx, who), others[0], others[1], tuple(peers) if person.roles & LEADS else ())


def _works(tx: Tx, by: By, who: str, form: FormData) -> int:
    opens, closes = hour_of(field(form, "opens")), hour_of(field(form, "closes"))
    if opens is None or closes is None:
        raise Unfit("no_hour")
    days = frozenset(int(day) for day in form.getlist("day") if isinstance(day, str) and day in "1234567" and day)
    return arrangements.work(tx, by, who, days, opens, closes)


def _away(tx: Tx, by: By, who: str, form: FormData) -> int:
    since, until = day_of(field(form, "since")), day_of(field(form, "until"))
    return arrangements.away(tx, by, who, since, until, field(form, "deputy") or None)


def _back(tx: Tx, by: By, who: str, form: FormData) -> int:
    return arrangements.away(tx, by, who, None, None, field(form, "deputy") or None)


def _prefers(tx: Tx, by: By, who: str, form: FormData) -> int:
    arrangements.prefer(tx, by, who, field(form, "channel"))
    return 0


FORMS: Mapping[str, Form] = {"work": _works, "away": _away, "back": _back, "first": _prefers}


class _People:
    """The list, and somebody's own page with its forms."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell

    async def list(self, request: Request) -> Response:
        """Who is here, by name; those that match what was typed."""
        visit = await officer(self.shell, request, "edit_days")
        asked = request.query_params.get("q", "")[:100]
        skip = _number(request.query_params.get("from", ""))
        house = visit.person.organisation

        def work(tx: Tx) -> tuple[list[Person], int, dict[str, tuple[str, str] | None]]:
            found = people.search(tx, house, asked.replace("\0", ""), skip, MOST + 1)
            addresses.recall(tx, (one.id for one in found))
            return found, people.count(tx, house), {one.id: addresses.address_of(tx, one.id) for one in found}

        found, total, reached = await self.shell.database.run(work)
        today = self.shell.now().astimezone(BRUSSELS).date()
        after = f"{PATH}?q={quote(asked)}&from={skip + MOST}" if len(found) > MOST else ""
        before = f"{PATH}?q={quote(asked)}&from={max(skip - MOST, 0)}" if skip else ""
        return office_page(
            visit, "people.html", asked=asked, found=found[:MOST], total=total, reached=reached, today=today,
            before=before, after=after, web=WEB, here="people",
        )  # fmt: skip

    async def _page(
        self, request: Request, visit: Visit, problem: Unfit | None = None, part: str = "", form: FormData | None = None
    ) -> Response:
        known = await self.shell.database.run(lambda tx: _known(tx, visit, request.path_params["person"]))
        if known is None:
            raise HTTPException(404)
        given = {} if form is None else {name: field(form, name) for name in form}
        days = known.person.workdays
        if form is not None and part == "work":
            days = frozenset(
                int(day) for day in form.getlist("day") if isinstance(day, str) and day in "1234567" and day
            )
        return office_page(
            visit, "person.html", 200 if problem is None else 422, who=known.person, known=known, given=given,
            problem=problem, part=part, days=days, leads=bool(known.person.roles & LEADS), web=WEB,
            first=next((way for way in known.ways if way.reachable), None), done=request.query_params.get("done", ""),
            looked=request.query_params.get("cases", ""), today=self.shell.now().astimezone(BRUSSELS).date(),
            here="people", possible=configured(self.shell.settings),
        )  # fmt: skip

    async def look(self, request: Request) -> Response:
        """Somebody's page."""
        return await self._page(request, await officer(self.shell, request, "edit_days"))

    async def change(self, request: Request) -> Response:
        """One of the forms on it."""
        part = request.path_params["part"]
        visit = await officer(self.shell, request, "edit_days")
        if part not in FORMS:
            raise HTTPException(404)
        form = await form_for(self.shell, request, visit)
        who, by = request.path_params["person"], By(visit.person, self.shell.now())
        try:
            looked = await self.shell.database.run(lambda tx: FORMS[part](tx, by, who, form))
        except Unfit as problem:
            if problem.reason == "gone":
                raise HTTPException(404) from None
            return await self._page(request, visit, problem, part, form)
        return RedirectResponse(f"{PATH}/{quote(who, safe='')}?done={part}&cases={looked}#{part}", 303)


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 7 else 0


def routes(shell: Shell) -> list[Route]:
    """The list, the pages of people, and their forms."""
    them = _People(shell)
    return [
        Route(PATH, them.list), Route(f"{PATH}/{{person}}", them.look),
        Route(f"{PATH}/{{person}}/{{part}}", them.change, methods=["POST"]),
    ]  # fmt: skip
