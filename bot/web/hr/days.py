"""The organisation's own days and hour: when everybody is free, and at which hour we begin to write."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import arrangements
from bot.arrangements import By, Unfit
from bot.house import BRUSSELS
from bot.web import Shell
from bot.web.hr.door import form_for, office_page, officer
from bot.web.visitor import Visit, field
from conversations.timing.workdays import AFTER_EASTER, FIXED_HOLIDAYS, easter
from storage import organisations
from storage.organisations import Organisation
from storage.transaction import Tx

PATH = "/hr/days"
LONGEST = 62  # days closed in one go: more than two months is a slip
FIRST, LAST = 2020, 2099

# The legal days by name, in the order in which workdays.py has them; their words are in days.html.
FIXED = ("new_year", "labour_day", "national_day", "assumption", "all_saints", "armistice", "christmas")
MOVING = ("easter_monday", "ascension", "whit_monday")


def legal(year: int) -> dict[date, str]:
    """The ten legal holidays of a year, by day."""
    fixed = {date(year, *day): name for day, name in zip(FIXED_HOLIDAYS, FIXED, strict=True)}
    sunday = easter(year)
    moving = {sunday + timedelta(days=after): name for after, name in zip(AFTER_EASTER, MOVING, strict=True)}
    return dict(sorted((fixed | moving).items()))


def day_of(written: str) -> date | None:
    """The day in a field; None for an empty one. Raises Unfit."""
    if not written:
        return None
    try:
        found = date.fromisoformat(written)
    except ValueError:
        raise Unfit("no_date") from None
    if not FIRST <= found.year <= LAST:
        raise Unfit("far")
    return found


def hour_of(written: str) -> time | None:
    """The hour in a field, "09:30"; None for an empty one. Raises Unfit."""
    if not written:
        return None
    try:
        return time.fromisoformat(written).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise Unfit("no_hour") from None


def stretch(since: date | None, until: date | None) -> frozenset[date]:
    """Every day from the one up to the other. Raises Unfit."""
    if since is None:
        raise Unfit("no_date")
    last = until or since
    if last < since:
        raise Unfit("backwards")
    if (last - since).days >= LONGEST:
        raise Unfit("long", most=LONGEST)
    return frozenset(since + timedelta(days=n) for n in range((last - since).days + 1))


def runs(days: Iterable[date]) -> list[tuple[date, date]]:
    """The days as stretches without a gap: the first and the last of each."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _year(request: Request, today: date) -> int:
    asked = request.query_params.get("year", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and FIRST <= int(asked[:5]) <= LAST else today.year


class _Days:
    """The page and its forms."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell

    async def shown(self, request: Request, visit: Visit, problem: Unfit | None = None, **given: str) -> Response:
        today = self.shell.now().astimezone(BRUSSELS).date()
        year = _year(request, today)
        house, policy_hour = await self._house(visit)
        own = runs(day for day in house.holidays if day.year == year)
        known = legal(year)
        return office_page(
            visit, "days.html", 200 if problem is None else 422, year=year, house=house, own=own,
            legal=known, misses=[day for day in known if day.isoweekday() > 5], policy_hour=policy_hour,
            problem=problem, given=given, done=request.query_params.get("done", ""),
            looked=request.query_params.get("cases", ""), first=FIRST, last=LAST, here="days",
        )  # fmt: skip

    async def _house(self, visit: Visit) -> tuple[Organisation, time]:
        def work(tx: Tx) -> tuple[Organisation, time]:
            found = organisations.get(tx, visit.person.organisation)
            assert found is not None, "people belong to an organisation"
            return found, self.shell.house.policy(tx, found.policy).send_at

        return await self.shell.database.run(work)

    async def look(self, request: Request) -> Response:
        """The page."""
        return await self.shown(request, await officer(self.shell, request, "edit_days"))

    async def close(self, request: Request) -> Response:
        """Days on which everybody is free, or one of them not after all."""
        visit = await officer(self.shell, request, "edit_days")
        form = await form_for(self.shell, request, visit)
        try:
            gone = day_of(field(form, "remove"))
            remove = stretch(gone, day_of(field(form, "remove_until"))) if gone else frozenset()
            add = frozenset() if gone else stretch(day_of(field(form, "since")), day_of(field(form, "until")))
        except Unfit as problem:
            return await self.shown(request, visit, problem, since=field(form, "since"), until=field(form, "until"))
        by = By(visit.person, self.shell.now())
        looked = await self.shell.database.run(lambda tx: arrangements.close_days(tx, by, add, remove))
        year = min(add | remove).year
        return RedirectResponse(f"{PATH}?year={year}&done={'removed' if gone else 'closed'}&cases={looked}", 303)

    async def hour(self, request: Request) -> Response:
        """The hour at which we begin to write."""
        visit = await officer(self.shell, request, "edit_days")
        form = await form_for(self.shell, request, visit)
        by = By(visit.person, self.shell.now())
        try:
            wanted = hour_of(field(form, "hour"))
            looked = await self.shell.database.run(lambda tx: arrangements.begin_at(tx, by, wanted))
        except Unfit as problem:
            return await self.shown(request, visit, problem, hour=field(form, "hour"))
        return RedirectResponse(f"{PATH}?done=hour&cases={looked}", 303)


def routes(shell: Shell) -> list[Route]:
    """The page, and its two forms."""
    days = _Days(shell)
    return [
        Route(PATH, days.look), Route(f"{PATH}/closed", days.close, methods=["POST"]),
        Route(f"{PATH}/hour", days.hour, methods=["POST"]),
    ]  # fmt: skip
