"""One change of the draft, from any form: kept, or the page that shows who was first."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web import Shell
from bot.web.hr import drafting
from bot.web.hr.door import form_for, office_page, officer
from bot.web.hr.drafting import Desk, Late, Operation
from bot.web.hr.showing import called, grouped
from bot.web.hr.uploads import posted
from bot.web.visitor import Visit, field
from conversations.timing import merging
from conversations.timing.cadence import Cadence
from conversations.timing.steps import Step, steps_of
from storage import people
from storage.transaction import Tx

PATH = "/hr/cadence"
DRAFT = f"{PATH}/draft"


def number(form: FormData, name: str) -> int:
    """A revision that a form was made since. 400 for what is none."""
    given = field(form, name)
    if not re.fullmatch(r"[0-9]{1,9}", given, re.ASCII):
        raise HTTPException(400)
    return int(given)


class Editing:
    """A form that somebody sent."""

    def __init__(self, shell: Shell, request: Request) -> None:
        self.shell = shell
        self.request = request
        self.also: dict[str, str] = {}  # what a question asked once more carries along, beside the form

    async def begin(self) -> FormData:
        """Who sends it, and what."""
        self.visit: Visit = await officer(self.shell, self.request, "edit_policy")
        self.form: FormData = await form_for(self.shell, self.request, self.visit)
        return self.form

    async def begin_with_files(self, most: int) -> list[tuple[str, bytes]]:
        """The same for a form with files: each that was chosen. A broken form is none (400)."""
        self.visit = await officer(self.shell, self.request, "edit_policy")
        try:
            self.form, chosen = await posted(self.shell, self.request, self.visit.csrf, most)
        except MultiPartException:
            raise HTTPException(400) from None
        return chosen

    async def desk(self) -> Desk:
        """What lies on the table."""
        shell, person = self.shell, self.visit.person
        return await shell.database.run(lambda tx: drafting.open_desk(tx, shell.house, person))

    async def change(self, operation: Operation, then: str) -> Response:
        """Do it and go there. Raises PolicyError for a change that makes no sense."""
        shell, person, now = self.shell, self.visit.person, self.shell.now()
        since = number(self.form, "since")
        seen = number(self.form, "seen") if field(self.form, "seen") else since
        done = await shell.database.run(lambda tx: drafting.edit(tx, shell.house, person, operation, since, seen, now))
        return await self._late(done, then) if isinstance(done, Late) else RedirectResponse(then, 303)

    async def anew(self, what: str, made: Callable[[Tx], Cadence | None]) -> Response:
        """Another draft, or none. Where there is one, this is asked once more; and never over what one did not see."""
        form, shell, person, now = self.form, self.shell, self.visit.person, self.shell.now()
        since, desk = number(form, "since"), await self.desk()
        if desk.drafted and field(form, "sure") != "yes":
            given = {name: self.also.get(name, field(form, name)) for name in ("pack", "text", "since")}
            again = [(name, value) for name, value in given.items() if value]
            return office_page(
                self.visit, "cadence_sure.html", here="cadence", what=what, again=again, titles=called(desk.cadence),
                action=self.request.url.path, changes=grouped(desk.starting, desk.cadence),
            )  # fmt: skip

        def work(tx: Tx) -> bool:
            found = drafting.open_desk(tx, shell.house, person)
            if found.draft.revision == since:
                drafting.keep(tx, found, made(tx), person, now)
            return found.draft.revision == since

        if not await shell.database.run(work):
            return RedirectResponse(f"{PATH}?late=yes", 303)
        return RedirectResponse(PATH if what == "discard" else DRAFT, 303)

    async def _late(self, late: Late, then: str) -> Response:
        """Nothing was kept yet: what somebody else did stands beside what is asked now."""
        who = await self.shell.database.run(lambda tx: people.get(tx, late.by))
        again = [
            (name, value)
            for name, value in self.form.multi_items()
            if isinstance(value, str) and name not in ("csrf", "seen", "since")
        ]
        return office_page(
            self.visit, "cadence_late.html", 409, here="cadence", late=late, again=again, back=then,
            action=self.request.url.path, clashes=clashes_of(late), by=who.first_name if who else "",
            titles={**called(late.theirs), **called(late.yours)},
        )  # fmt: skip


def clashes_of(late: Late) -> list[tuple[merging.Clash, Step | None, Step | None]]:
    """Each field that differs, with the step as they have it and as you have it."""
    theirs = {one.milestone.id: one for one in steps_of(late.theirs)}
    yours = {one.milestone.id: one for one in steps_of(late.yours)}
    return [(one, theirs.get(one.milestone or ""), yours.get(one.milestone or "")) for one in late.clashes]
