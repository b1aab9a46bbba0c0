"""A cadence goes into use: asked once more, then for new cases or for all. A version there already is may come back."""

from __future__ import annotations

from typing import cast, get_args

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import adopting, publishing
from bot.adopting import Which
from bot.web import Shell
from bot.web.hr import drafting
from bot.web.hr.door import form_for, office_page, officer
from bot.web.hr.editing import PATH, number
from bot.web.hr.preview import preview_page, target
from bot.web.hr.showing import called, grouped
from bot.web.visitor import Visit, field
from conversations.timing.terms import PolicyError
from messages.own_words import WordsError
from storage.transaction import Conflict, Tx


class Moved(Exception):  # noqa: N818 - somebody was first, which is no error of anybody
    """The draft is not what was looked at any more."""


def routes(shell: Shell) -> list[Route]:
    """The form under the preview."""

    async def adopt(request: Request) -> Response:
        visit = await officer(shell, request, "adopt_policy")
        form = await form_for(shell, request, visit)
        ref, which, since = field(form, "ref"), field(form, "which"), number(form, "since")
        if which not in get_args(Which):
            raise HTTPException(400)
        found = await shell.database.run(lambda tx: target(tx, shell, visit, ref))
        if found.in_use and which == "new":
            raise HTTPException(400)
        if not found.is_new or found.desk.draft.revision != since:
            return _late(ref)
        if field(form, "sure") != "yes":
            return office_page(
                visit, "adopt.html", here="cadence", found=found, which=which, since=since,
                titles={**called(found.desk.starting), **called(found.cadence)},
                changes=grouped(found.desk.starting, found.cadence),
                texts={} if ref else drafting.texts_that_change(found.desk),
            )  # fmt: skip
        try:
            chosen = ref or await shell.database.run(lambda tx: _published(tx, visit, since))
        except (Moved, Conflict):
            return _late(ref)
        except (PolicyError, WordsError) as wrong:
            return await preview_page(shell, visit, request, ref, wrong)
        now = shell.now()
        await adopting.adopt(
            shell.database, shell.house, visit.person.organisation, chosen, cast("Which", which), visit.person.id, now
        )
        return RedirectResponse(f"{PATH}?done=yes", 303)

    def _published(tx: Tx, visit: Visit, since: int) -> str:
        """The draft as a version, and no draft any more."""
        desk = drafting.open_desk(tx, shell.house, visit.person)
        if desk.draft.revision != since:
            raise Moved
        now = shell.now()
        policy = publishing.publish(tx, shell.house, desk.organisation, desk.cadence, visit.person.id, now)
        drafting.keep(tx, desk, None, visit.person, now)
        return policy.ref

    return [Route(f"{PATH}/adopt", adopt, methods=["POST"])]


def _late(ref: str) -> Response:
    return RedirectResponse(f"{PATH}/preview?late=yes{f'&ref={ref}' if ref else ''}", 303)
