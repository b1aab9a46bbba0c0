"""One step: when, to whom, how often, and what happens when it is left; and a step of one's own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web import Shell
from bot.web.hr import drafting, fields
from bot.web.hr.door import office_page, officer
from bot.web.hr.drafting import Desk
from bot.web.hr.editing import DRAFT, Editing, number
from bot.web.hr.showing import called, said_of, sources, today_of
from bot.web.hr.text import composed, mistakes_of
from bot.web.visitor import Visit, field
from conversations.timing import cadence as cadences
from conversations.timing.cadence import Cadence
from conversations.timing.steps import Step, step_of
from conversations.timing.terms import PolicyError
from messages.own_words import WordsError, check

# What a step of one's own may open; without one of these it is done, later, or not needed.
OPENS = ("", "contact", "follow_up")
NEW = {
    "to": "manager", "kind": "policy", "at0_unit": "w", "at0_side": "after", "at0_from": "absence_start",
    "remind_unit": "wd", "escalate_unit": "wd", "escalate_to": "hr",
}  # fmt: skip


def routes(shell: Shell) -> list[Route]:
    """The form of a step, and that of a new one."""

    async def look(request: Request) -> Response:
        visit = await officer(shell, request, "edit_policy")
        desk = await shell.database.run(lambda tx: drafting.open_desk(tx, shell.house, visit.person))
        step = _step(desk, request.path_params["step"])
        return _page(visit, desk, step, fields.shown(step.words))

    async def save(request: Request) -> Response:
        editing = Editing(shell, request)
        form = await editing.begin()
        name = request.path_params["step"]
        typed = {key: field(form, key) for key in form}
        words: Mapping[str, str] = fields.read(typed)
        try:
            return await editing.change(lambda cadence: cadences.change(cadence, name, words), f"{DRAFT}#{name}")
        except PolicyError as mistake:
            desk = await editing.desk()
            return _page(editing.visit, desk, _step(desk, name), typed, mistake, number(form, "since"))

    async def fresh(request: Request) -> Response:
        visit = await officer(shell, request, "edit_policy")
        desk = await shell.database.run(lambda tx: drafting.open_desk(tx, shell.house, visit.person))
        return _page(visit, desk, None, NEW)

    async def add(request: Request) -> Response:
        editing = Editing(shell, request)
        form = await editing.begin()
        typed = {key: field(form, key) for key in form}
        subject, body = field(form, "subject"), field(form, "body")
        words = {**fields.read(typed), "kind": field(form, "kind")}
        name = name_of(subject)

        def operation(cadence: Cadence) -> Cadence:
            more = cadences.added(cadence, name, words)
            return replace(more, texts={**more.texts, name: check(composed(subject, body), today_of(shell))})

        try:
            return await editing.change(operation, f"{DRAFT}#{name}")
        except PolicyError as mistake:
            desk = await editing.desk()
            return _page(editing.visit, desk, None, typed, mistake, number(form, "since"))
        except WordsError as wrong:
            desk = await editing.desk()
            return _page(editing.visit, desk, None, typed, None, number(form, "since"), mistakes_of(wrong))

    return [
        Route(f"{DRAFT}/step/{{step}}", look), Route(f"{DRAFT}/step/{{step}}", save, methods=["POST"]),
        Route(f"{DRAFT}/add", fresh), Route(f"{DRAFT}/add", add, methods=["POST"]),
    ]  # fmt: skip


def name_of(subject: str) -> str:
    """The id of a step of one's own: "own_koffie_met_de_buddy"."""
    plain = unicodedata.normalize("NFKD", subject.casefold()).encode("ascii", "ignore").decode()
    return f"own_{re.sub(r'[^a-z0-9]+', '_', plain).strip('_')[:60] or 'stap'}"


def _step(desk: Desk, name: str) -> Step:
    try:
        found = step_of(desk.cadence, name)
    except PolicyError:
        raise HTTPException(404) from None
    if found.state == "removed":
        raise HTTPException(404)
    return found


def _page(  # noqa: PLR0913, PLR0917 - what a form needs to come back as it was sent
    visit: Visit,
    desk: Desk,
    step: Step | None,
    typed: fields.Typed,
    mistake: PolicyError | None = None,
    since: int | None = None,
    wrong: tuple[tuple[str, int, str], ...] = (),
) -> Response:
    return office_page(
        visit, "cadence_step.html", 422 if mistake or wrong else 200, here="cadence", desk=desk, step=step,
        typed=typed, mistake=mistake, told=said_of(mistake), wrong=wrong, titles=called(desk.cadence), opens=OPENS,
        since=desk.draft.revision if since is None else since,
        sources=sources((step,)) if step else {}, reminders=range(fields.REMINDERS),
        days=fields.rows(typed, "at", fields.DAYS),
        conditions_rows=fields.rows(typed, "fact", fields.CONDITIONS, "_how"),
    )  # fmt: skip
