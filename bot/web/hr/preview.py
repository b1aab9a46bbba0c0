"""What the draft would do, before it is in use: to an invented absence, and to the running cases. Writes nothing."""

from __future__ import annotations

from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web import Shell
from bot.web.hr import drafting, sample
from bot.web.hr.door import office_page, officer
from bot.web.hr.editing import PATH
from bot.web.hr.sample import Dates
from bot.web.hr.showing import called, grouped, today_of

FARTHEST = timedelta(days=3 * 366)  # from today, and between the dates of an absence


def asked(request: Request, today: date) -> tuple[Dates, bool]:
    """The dates of the form, or those we suggest; and whether some of what was typed made no sense."""
    given = request.query_params
    if "start" not in given:
        return sample.suggested(today), False
    start, expected, back, certificate = (
        _day(given.get(name, ""), today) for name in ("start", "expected", "back", "certificate")
    )
    if start is None:
        return sample.suggested(today), True
    dates = Dates(start, _after(expected, start), _after(back, start), _after(certificate, start))
    wrong = (dates.expected, dates.back, dates.certificate) != (expected, back, certificate)
    unread = any(given.get(name) and day is None for name, day in (
        ("expected", expected), ("back", back), ("certificate", certificate),
    ))  # fmt: skip
    return dates, wrong or unread


def _day(text: str, today: date) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if abs(found - today) <= FARTHEST else None


def _after(day: date | None, start: date) -> date | None:
    return day if day is not None and start <= day <= start + FARTHEST else None


def routes(shell: Shell) -> list[Route]:
    """The page of the preview."""

    async def look(request: Request) -> Response:
        visit = await officer(shell, request, "edit_policy")
        today = today_of(shell)
        desk = await shell.database.run(lambda tx: drafting.open_desk(tx, shell.house, visit.person))
        dates, wrong = asked(request, today)
        case = sample.invented(dates, desk.organisation.id, desk.organisation.facts)
        calendar = shell.house.calendar(desk.organisation)
        said = sample.compared(desk.using, desk.cadence.policy, case, calendar, dates)
        return office_page(
            visit, "preview.html", here="cadence", desk=desk, dates=dates, wrong=wrong, said=said,
            drawing=sample.drawn(said, dates), titles={**called(desk.starting), **called(desk.cadence)}, today=today,
            changes=grouped(desk.starting, desk.cadence), texts=drafting.texts_that_change(desk),
        )  # fmt: skip

    return [Route(f"{PATH}/preview", look)]
