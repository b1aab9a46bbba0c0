"""A cadence goes into use: asked once more, then for new cases or for all. A version there already is may come back.

Where a second one of HR could look at it, that one is asked first (bot/second.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import cast, get_args
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import adopting, publishing, second
from bot.adopting import Which
from bot.arrangements import Unfit
from bot.second import Wish
from bot.web import Shell
from bot.web.hr import drafting
from bot.web.hr.answering import answered
from bot.web.hr.door import form_for, office_page, officer
from bot.web.hr.editing import PATH, number
from bot.web.hr.preview import ACTION, Target, preview_page, target
from bot.web.hr.showing import called, grouped
from bot.web.visitor import Visit, field
from conversations.case import Person
from conversations.timing.terms import PolicyError
from messages.own_words import WordsError
from storage import policies, proposals
from storage.proposals import Proposal
from storage.transaction import Conflict, Tx


class Moved(Exception):  # noqa: N818 - somebody was first, which is no error of anybody
    """The draft is not what was looked at any more."""


class _Adoption:
    """The form under the preview, and the answer of whoever was asked to look."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell

    async def adopt(self, request: Request) -> Response:
        """Asked for; and once more, with all that differs."""
        shell = self.shell
        visit = await officer(shell, request, ACTION)
        form = await form_for(shell, request, visit)
        ref, which, since = field(form, "ref"), field(form, "which"), number(form, "since")
        if which not in get_args(Which):
            raise HTTPException(400)
        found = await shell.database.run(lambda tx: target(tx, shell, visit, ref))
        if found.in_use and which == "new":
            raise HTTPException(400)
        if not found.is_new or found.desk.draft.revision != since:
            return _back(ref, late="yes")
        if field(form, "sure") != "yes":
            return await self._sure(visit, found, which)
        wish, now = Wish(ACTION, ref, which), shell.now()
        try:
            asked = await shell.database.run(lambda tx: _decided(tx, shell, visit, wish, since, now))
        except (Moved, Conflict):
            return _back(ref, late="yes")
        except Unfit as problem:
            return _back(ref, problem=problem.reason)
        except (PolicyError, WordsError) as wrong:
            return await preview_page(shell, visit, request, ref, wrong)
        if not asked:
            return await self._gone_over()
        await shell.deliver()
        return _back(ref, second="asked")

    async def _sure(self, visit: Visit, found: Target, which: str) -> Response:
        desk, now = found.desk, self.shell.now()
        others = await self.shell.database.run(lambda tx: second.others(tx, visit.person, ACTION, now))
        return office_page(
            visit, "adopt.html", here="cadence", found=found, which=which, since=desk.draft.revision, others=others,
            titles={**called(desk.starting), **called(found.cadence)}, changes=grouped(desk.starting, found.cadence),
            texts={} if found.ref else drafting.texts_that_change(desk),
        )  # fmt: skip

    async def answer(self, request: Request) -> Response:
        """What a colleague says to it; or who asked, that it is not wanted any more."""
        shell = self.shell
        visit = await officer(shell, request, ACTION)
        ref = field(await form_for(shell, request, visit), "ref")

        def done(tx: Tx, proposal: Proposal, asker: Person, agreed: Person, now: datetime) -> None:
            _into_use(tx, shell, asker, Wish(ACTION, proposal.subject, proposal.wanted), now, agreed.id)

        try:
            said = await answered(shell, request, ACTION, done)
        except Unfit as problem:
            return _back(ref, problem=problem.reason)
        except Conflict:
            return _back(ref, late="yes")
        except (PolicyError, WordsError) as wrong:  # what was right when it was asked, and is not after an upgrade
            return await preview_page(shell, visit, request, ref, wrong)
        return await self._gone_over() if said == "agree" else _back(ref, second=said)

    async def _gone_over(self) -> Response:
        """The first running cases follow it before the page is there."""
        shell = self.shell
        await adopting.go_on(shell.database, shell.house, shell.now(), pages=adopting.AT_ONCE)
        return RedirectResponse(f"{PATH}?done=yes", 303)


def _decided(tx: Tx, shell: Shell, visit: Visit, wish: Wish, since: int, now: datetime) -> bool:
    """Whether a colleague was asked; else it is in use now. All of it as it stands in this transaction."""
    me = second.again(tx, visit.person, ACTION, now)
    if not wish.subject and policies.draft(tx, me.organisation).revision != since:
        raise Moved
    if second.others(tx, me, ACTION, now):
        if not wish.subject:
            publishing.ready(drafting.open_desk(tx, shell.house, me).cadence, now)
        second.ask(tx, shell.house, me, wish, now)
        return True
    proposals.clear(tx, me.organisation, ACTION, wish.subject)
    _into_use(tx, shell, me, wish, now)
    return False


def _into_use(tx: Tx, shell: Shell, by: Person, wish: Wish, now: datetime, agreed: str | None = None) -> None:
    """The draft as a version, and no draft any more; or the version of that name. New cases follow it."""
    ref = wish.subject
    if not ref:
        desk = drafting.open_desk(tx, shell.house, by)
        ref = publishing.publish(tx, shell.house, desk.organisation, desk.cadence, by.id, now).ref
        drafting.keep(tx, desk, None, by, now)
    adopting.begin(tx, shell.house, by.organisation, ref, cast("Which", wish.wanted), by.id, now, agreed)


def _back(ref: str, **said: str) -> Response:
    return RedirectResponse(f"{PATH}/preview?{urlencode({**said, **({'ref': ref} if ref else {})})}", 303)


def routes(shell: Shell) -> list[Route]:
    """Into use, and the answer of a second one."""
    page = _Adoption(shell)
    return [
        Route(f"{PATH}/adopt", page.adopt, methods=["POST"]), Route(f"{PATH}/answer", page.answer, methods=["POST"]),
    ]  # fmt: skip
