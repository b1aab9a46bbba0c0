"""Bringing in people and absences: a file is looked at first, and what would change is done after a yes.

Between the two only the columns that are read wait, sealed, for minutes. Who may say yes is in imports/rehearsed.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import second
from bot.arrangements import Unfit
from bot.house import BRUSSELS
from bot.imports import applying, compare, differences, history, keeping
from bot.imports.compare import Known
from bot.imports.keeping import Kept
from bot.imports.problems import KEPT, Problems
from bot.imports.rehearsed import Beside, Looked, refused
from bot.web import Shell
from bot.web.hr.days import day_of
from bot.web.hr.door import form_for, office_page, officer, weigh
from bot.web.hr.uploads import MOST, posted, sheet
from bot.web.pages import template
from bot.web.visitor import Visit, field
from storage import imports, journal, organisations, people
from storage.imports import Brought, Rehearsal
from storage.organisations import Organisation
from storage.transaction import Tx

PATH = "/hr/import"
FILES = 6
WAITS, WAITS_FOR_TWO = timedelta(minutes=20), timedelta(hours=2)
SHOWN = 200  # differences of one kind on the page; all of them are in the list to save
GROUPS = tuple((about, group) for about in ("person", "case") for group in ("new", "changed", "closed"))
DONE = frozenset({"yes", "nothing", "dropped", "gone"})


def _house(tx: Tx, visit: Visit) -> Organisation:
    found = organisations.get(tx, visit.person.organisation)
    assert found is not None, "people belong to an organisation"
    return found


class _Import:
    """The page, its two steps, and what waits between them."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell

    def _known(self, tx: Tx, visit: Visit, kept: Kept) -> tuple[Known, Beside]:
        house, me, now = _house(tx, visit), visit.person, self.shell.now()
        older = history.older(tx, house.id, kept.tables, kept.as_of)
        others = tuple(one.name for one in second.others(tx, me, "import", now))
        return applying.known(tx, house, now), Beside(older, others, bool(second.others(tx, me, "grant_roles", now)))

    def _look(self, visit: Visit, kept: Kept, known: Known, beside: Beside, problems: Problems) -> Looked:
        now = self.shell.now()
        today = now.astimezone(BRUSSELS).date()
        plan = compare.compare(kept.tables, known, today, self.shell.house.new_id, problems)
        lines = differences.lines(plan, {one.id: one for one in known.people})
        why = Unfit("no_longer") if plan.problems.total else refused(visit.person, now, plan, known, beside)
        return Looked(kept, plan, lines, beside.older, beside.others, why)

    # --- Choosing files ------------------------------------------------------------------------------

    async def start(
        self, request: Request, visit: Visit, problem: Unfit | None = None, found: Problems | None = None
    ) -> Response:
        """Where files are chosen; with what was wrong, when something was."""
        now, house = self.shell.now(), visit.person.organisation

        def work(tx: Tx) -> tuple[list[Rehearsal], list[Brought], dict[str, str], int]:
            waiting, before = imports.waiting(tx, house, now), imports.of(tx, house)[:5]
            them = [people.get(tx, key) for key in sorted({one.by for one in waiting} | {one.by for one in before})]
            return waiting, before, {one.id: one.name for one in them if one}, people.count(tx, house)

        waiting, before, names, total = await self.shell.database.run(work)
        done = request.query_params.get("done", "")
        return office_page(
            visit, "import.html", 200 if problem is None and found is None else 422, waiting=waiting, before=before,
            names=names, total=total, problem=problem, found=found, kept=KEPT, most=MOST, zone=BRUSSELS,
            sheet=_mistakes(found) if found else "", today=now.astimezone(BRUSSELS).date(), here="import",
            done=done if done in DONE else "",
        )  # fmt: skip

    async def choose(self, request: Request) -> Response:
        """The page."""
        return await self.start(request, await officer(self.shell, request, "import"))

    async def look(self, request: Request) -> Response:
        """Files came in: what would they do? Nothing is done yet."""
        visit = await officer(self.shell, request, "import")
        try:
            form, given = await posted(self.shell, request, visit.csrf, FILES)
            as_of = day_of(field(form, "as_of"))
        except Unfit as problem:
            return await self.start(request, visit, problem)
        except MultiPartException:
            return await self.start(request, visit, Unfit("many_files", most=FILES))
        except HTTPException as error:
            if error.status_code != 413:
                raise
            return await self.start(request, visit, Unfit("large_file"))
        if not given:
            return await self.start(request, visit, Unfit("no_file"))
        problems = Problems()
        tables = await asyncio.to_thread(compare.read, given, problems)
        kept = Kept(tuple(tables), (), as_of)
        known, beside = await self.shell.database.run(lambda tx: self._known(tx, visit, kept))
        looked = await asyncio.to_thread(self._look, visit, kept, known, beside, problems)
        if problems.total:
            return await self.start(request, visit, None, problems)
        return RedirectResponse(f"{PATH}/{await self._keep(visit, looked)}", 303)

    async def _keep(self, visit: Visit, looked: Looked) -> str:
        kept, plan = looked.kept, looked.plan
        narrow = Kept(tuple(map(keeping.narrowed, kept.tables)), tuple(plan.problems.warnings), kept.as_of)
        key, me, now = self.shell.house.new_id(), visit.person, self.shell.now()
        ends = now + (WAITS_FOR_TWO if looked.wants_two else WAITS)
        rehearsal = Rehearsal(key, me.organisation, me.id, now, ends, keeping.to_json(narrow))
        await self.shell.database.run(lambda tx: imports.keep(tx, rehearsal))
        return key

    # --- What would change ---------------------------------------------------------------------------

    async def show(self, request: Request) -> Response:
        """The differences, as they are now."""
        visit = await officer(self.shell, request, "import")
        key = request.path_params["rehearsal"]

        def work(tx: Tx) -> tuple[Rehearsal, Kept, Known, Beside] | None:
            found = imports.get(tx, visit.person.organisation, key, self.shell.now())
            if found is None:
                return None
            kept = keeping.from_json(found.content)
            return found, kept, *self._known(tx, visit, kept)

        found = await self.shell.database.run(work)
        if found is None:
            return RedirectResponse(f"{PATH}?done=gone", 303)
        rehearsal, kept, known, beside = found
        looked = await asyncio.to_thread(self._look, visit, kept, known, beside, Problems())
        return await self._shown(visit, rehearsal, looked)

    async def _shown(
        self, visit: Visit, rehearsal: Rehearsal, looked: Looked, problem: Unfit | None = None
    ) -> Response:
        problem = looked.refused or problem
        by = await self.shell.database.run(lambda tx: people.get(tx, rehearsal.by))
        some = {one: [line for line in looked.lines if (line.about, line.group) == one] for one in GROUPS}
        return office_page(
            visit, "differences.html", 200 if problem is None else 422, rehearsal=rehearsal, looked=looked, by=by,
            groups={one: lines for one, lines in some.items() if lines}, shown=SHOWN, problem=problem,
            mine=rehearsal.by == visit.person.id, ends=rehearsal.expires.astimezone(BRUSSELS), here="import",
            sheet=_list(looked.lines), base=self.shell.settings.base_url,
        )  # fmt: skip

    async def answer(self, request: Request) -> Response:
        """Yes, or away with it."""
        visit = await officer(self.shell, request, "import")
        form = await form_for(self.shell, request, visit)
        key, now = request.path_params["rehearsal"], self.shell.now()

        def work(tx: Tx) -> tuple[str, Rehearsal | None, Looked | None, Unfit | None]:
            journal.head(tx, visit.person.organisation)  # held until this is done: what is compared is what is changed
            found = imports.get(tx, visit.person.organisation, key, now)
            if found is None:
                return "gone", None, None, None
            if field(form, "answer") != "yes":
                imports.drop(tx, key)
                return "dropped", None, None, None
            kept = keeping.from_json(found.content)
            looked = self._look(visit, kept, *self._known(tx, visit, kept), Problems())
            try:
                second.again(tx, visit.person, "import", now)
                _agreed(looked, visit, found, form)
            except Unfit as problem:
                return "", found, looked, problem
            asked = found.by if found.by != visit.person.id else None
            done = applying.Done(now, visit.person.id, asked, kept.as_of)
            applying.write(tx, self.shell.house, looked.plan, kept.tables, visit.person.organisation, done)
            imports.drop(tx, key)
            return "yes" if looked.plan.counts else "nothing", None, None, None

        done, rehearsal, looked, problem = await self.shell.database.run(work)
        if rehearsal is not None and looked is not None:
            return await self._shown(visit, rehearsal, looked, problem)
        return RedirectResponse(f"{PATH}?done={done}", 303)


def _agreed(looked: Looked, visit: Visit, rehearsal: Rehearsal, form: FormData) -> None:
    """Whether this is a yes to what was shown, by who may say it. Raises Unfit, or SignInAgain where it gives roles."""
    if looked.refused is not None:
        raise looked.refused
    if field(form, "mark") != looked.mark:
        raise Unfit("moved_on")
    if looked.older and field(form, "older") != "yes":
        raise Unfit("older")
    if looked.wants_two and rehearsal.by == visit.person.id:
        raise Unfit("four_eyes")
    if looked.plan.large and not looked.others and field(form, "number").strip() != str(looked.number):
        raise Unfit("number", number=looked.number)
    if looked.gives:
        weigh(visit, "grant_roles")


def _mistakes(found: Problems) -> str:
    said = template("hr/import_words.html")
    rows = ((one.source, one.row or "", one.column, str(said.mistake(one.kind))) for one in found.first)
    return sheet(said.columns, rows)


def _list(lines: Sequence[differences.Line]) -> str:
    said = template("hr/import_words.html")
    rows = ((one.row or "", said.groups[one.about, one.group], one.name, str(said.what(one)).strip()) for one in lines)
    return sheet(said.line_columns, rows)


def routes(shell: Shell) -> list[Route]:
    """Choosing files, and what they would do."""
    page = _Import(shell)
    return [
        Route(PATH, page.choose), Route(PATH, page.look, methods=["POST"]),
        Route(f"{PATH}/{{rehearsal}}", page.show), Route(f"{PATH}/{{rehearsal}}", page.answer, methods=["POST"]),
    ]  # fmt: skip
