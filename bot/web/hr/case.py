"""One case on a page: its course as a picture, what was agreed, why each nudge went or did not, and what HR may do."""

from __future__ import annotations

from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import acts
from bot.case_file import File, Reader
from bot.house import BRUSSELS
from bot.web import Shell
from bot.web.back import came_from
from bot.web.course import title
from bot.web.hr import lanes, said
from bot.web.hr.door import case_for, form_for, office_page, officer
from bot.web.visitor import Visit, clean

LATEST = 12  # lines of the journal and decisions that stand open; older ones are behind a click


async def file_for(shell: Shell, visit: Visit, case_id: str) -> File:
    """The file of a case, for somebody of HR; the look is in the journal. 404 for "no" and "not there"."""
    case, now = await case_for(shell, visit, case_id, "see_hr_steps"), shell.now()
    return await shell.database.run(lambda tx: Reader(shell.house, tx, visit.person, case, now).file())


def routes(shell: Shell) -> list[Route]:
    """The page, the two questions before what cannot be undone, and everything that is done from it."""

    async def look(request: Request) -> Response:
        visit = await officer(shell, request, "see_today")
        file = await file_for(shell, visit, request.path_params["case"])
        today = shell.now().astimezone(BRUSSELS).date()
        drawn = None if file.steps is None else lanes.picture(file.policy, file.case, file.steps, today, file.own)
        return office_page(
            visit, "case.html", file=file, picture=drawn, today=today, dates=acts.DATES, reasons=acts.REASONS,
            latest=LATEST, titles=partial(title, own=file.own), pause_most=today + acts.A_WHILE,
            said=said.told(request),
        )  # fmt: skip

    async def sure(request: Request) -> Response:
        visit = await officer(shell, request, "see_today")
        file = await file_for(shell, visit, request.path_params["case"])
        what = "stop" if request.url.path.endswith("/stop") else "close"
        if what not in file.may:
            raise HTTPException(404)
        return office_page(visit, "sure.html", file=file, what=what, outcomes=acts.OUTCOMES, said=said.told(request))

    async def act(request: Request) -> Response:
        visit = await officer(shell, request, "see_today")
        form = await form_for(shell, request, visit)
        fields = {name: clean(value).strip()[:200] for name, value in form.items() if isinstance(value, str)}
        posted = acts.Posted(request.path_params["case"], request.path_params["what"], fields)
        now = shell.now()
        try:
            code = await shell.database.run(lambda tx: acts.do(tx, shell.house, visit.person, posted, now))
        except acts.Refusal as refusal:
            return RedirectResponse(said.saying(came_from(request), refusal.why), 303)
        if code is None:
            raise HTTPException(404)
        await shell.deliver()
        back = f"/hr/case/{posted.case}" if posted.what in ("close", "stop") else came_from(request)
        return RedirectResponse(said.saying(back, code), 303)

    return [
        Route("/hr/case/{case}", look),
        Route("/hr/case/{case}/close", sure),
        Route("/hr/case/{case}/stop", sure),
        Route("/hr/case/{case}/{what}", act, methods=["POST"]),
    ]
