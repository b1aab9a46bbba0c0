"""What another cadence would do before it is in use: to an invented absence, to the running cases. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import second
from bot.counting import Counting
from bot.house import BRUSSELS
from bot.previewing import Preview
from bot.web import Shell
from bot.web.hr import drafting, sample
from bot.web.hr.answering import problem_of, told_of
from bot.web.hr.door import office_page, officer
from bot.web.hr.drafting import Desk
from bot.web.hr.editing import PATH
from bot.web.hr.sample import Dates
from bot.web.hr.showing import called, grouped, said_of, today_of
from bot.web.visitor import Visit
from conversations.access import Action
from conversations.timing.adoption import numbered
from conversations.timing.cadence import Cadence
from conversations.timing.terms import Policy, PolicyError
from messages.message import as_text
from messages.mistakes import told
from messages.own_words import WordsError
from storage import adoptions, people
from storage.transaction import Tx

ACTION: Action = "adopt_policy"
DATES = ("start", "certificate", "expected", "back")  # of the form
FARTHEST = timedelta(days=3 * 366)  # from today, and between the dates of an absence


@dataclass(frozen=True, slots=True)
class Target:
    """What may go into use: the draft (`ref` is empty), or a version there already is."""

    ref: str
    desk: Desk
    cadence: Cadence
    policy: Policy
    running: int  # cases

    @property
    def in_use(self) -> bool:
        """Whether new cases follow it already; cases that run may follow another."""
        return self.ref == self.desk.organisation.policy

    @property
    def is_new(self) -> bool:
        """Whether it may go into use, for new cases or for those that run."""
        return bool(self.ref) or self.desk.drafted


def target(tx: Tx, shell: Shell, visit: Visit, ref: str) -> Target:
    """The draft, or the version of that name. 404 for what is not there."""
    desk = drafting.open_desk(tx, shell.house, visit.person)
    running = adoptions.count(tx, desk.organisation.id)
    if not ref:
        return Target("", desk, desk.cadence, numbered(desk.using, desk.cadence.policy), running)
    cadence = drafting.kept(tx, shell.house, visit.person, ref)
    if cadence is None:
        raise HTTPException(404)
    return Target(ref, desk, cadence, shell.house.policy(tx, ref), running)


def asked(request: Request, today: date) -> tuple[Dates, bool]:
    """The dates of the form, or those we suggest; and whether some of what was typed made no sense."""
    given = request.query_params
    if "start" not in given:
        return sample.suggested(today), False
    start = _day(given["start"], today)
    if start is None:
        return sample.suggested(today), True
    found = {name: _after(_day(given.get(name, ""), today), start) for name in ("expected", "back", "certificate")}
    wrong = any(given.get(name) and day is None for name, day in found.items())
    return Dates(start, found["expected"], found["back"], found["certificate"]), wrong


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
        if "anew" in request.query_params:
            ref = request.query_params.get("ref", "")
            shell.previews.forget(visit.person.organisation, ref)
            return RedirectResponse(f"{_address(request, ref)}#h-running", 303)
        return await preview_page(shell, visit, request)

    return [Route(f"{PATH}/preview", look)]


async def preview_page(
    shell: Shell, visit: Visit, request: Request, ref: str | None = None, wrong: PolicyError | WordsError | None = None
) -> Response:
    """The page; `wrong` is why it did not go into use."""
    ref = request.query_params.get("ref", "") if ref is None else ref
    found = await shell.database.run(lambda tx: target(tx, shell, visit, ref))
    desk, today = found.desk, today_of(shell)
    dates, unread = asked(request, today)
    case = sample.invented(dates, desk.organisation.id, desk.organisation.facts)
    said = sample.compared(desk.using, found.policy, case, shell.house.calendar(desk.organisation), dates)
    counting = await _counting(shell, found) if found.is_new and found.running else None
    reckoned = counting.preview if counting else None
    names = await shell.database.run(lambda tx: _names(tx, reckoned, visit.person.id)) if reckoned else {}
    me, now = visit.person, shell.now()
    others = await shell.database.run(lambda tx: second.others(tx, me, ACTION, now))
    asked_of = await shell.database.run(lambda tx: second.about(tx, me, ACTION, ref, now))
    return office_page(
        visit, "preview.html", 422 if wrong else 200, here="cadence", found=found, desk=desk, dates=dates,
        unread=unread, said=said, drawing=sample.drawn(said, dates), today=today, counting=counting, reckoned=reckoned,
        names=names, address=_address(request, ref), anew=_address(request, ref, anew="yes"),
        counted_at=counting.began.astimezone(BRUSSELS) if counting else None,
        titles={**called(desk.starting), **called(found.cadence)}, changes=grouped(desk.starting, found.cadence),
        late="late" in request.query_params, wrong=wrong, wrong_said=_why(wrong),
        others=others, asked=asked_of, reasons=second.REASONS, problem=problem_of(request), told=told_of(request),
    )  # fmt: skip


async def _counting(shell: Shell, found: Target) -> Counting:
    desk = found.desk
    state = (desk.draft.revision if not found.ref else None, desk.using.ref)
    return await shell.previews.look(desk.organisation.id, found.ref, state, found.policy, found.running, shell.now())


def _address(request: Request, ref: str, **more: str) -> str:
    """This page, to come back to."""
    asked = {name: request.query_params[name] for name in DATES if name in request.query_params}
    query = urlencode({**({"ref": ref} if ref else {}), **asked, **more})
    return f"{PATH}/preview?{query}" if query else f"{PATH}/preview"


def _names(tx: Tx, reckoned: Preview, mine: str) -> dict[str, str]:
    """Who the page names: the fullest line manager, and who the cases are about. One's own case is not HR's."""
    listed = [one.employee for one in reckoned.listed if one.employee != mine]
    wanted = [*listed, reckoned.fullest[0]] if reckoned.fullest else listed
    found = (people.get(tx, one) for one in dict.fromkeys(wanted))
    return {person.id: person.name for person in found if person is not None}


def _why(wrong: PolicyError | WordsError | None) -> str:
    if isinstance(wrong, WordsError):
        return as_text(told(wrong.mistakes[0])).strip()
    return said_of(wrong)
