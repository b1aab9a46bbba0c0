"""A cadence as a file: brought in, and taken along. The only place where the words of the file are shown."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web import Shell
from bot.web.hr import drafting
from bot.web.hr.door import office_page, officer
from bot.web.hr.drafting import Desk
from bot.web.hr.editing import PATH, Editing
from bot.web.hr.showing import line_of, said_of, today_of
from bot.web.visitor import Visit, field
from conversations.timing import cadence as cadences
from conversations.timing.cadence import Cadence
from conversations.timing.grammar import Place
from conversations.timing.terms import PolicyError
from messages.message import as_text
from messages.mistakes import told
from messages.own_words import WordsError, check
from storage.transaction import Tx

LONGEST_FILE = 40_000  # characters; a page posts 64 KiB at most


def routes(shell: Shell) -> list[Route]:
    """The page to paste a file in, and the file of the draft."""

    async def import_page(request: Request) -> Response:
        visit = await officer(shell, request, "edit_policy")
        desk = await shell.database.run(lambda tx: drafting.open_desk(tx, shell.house, visit.person))
        return _import(visit, desk, "")

    async def bring_in(request: Request) -> Response:
        editing = Editing(shell, request)
        text = field(await editing.begin(), "text").replace("\r\n", "\n")
        desk = await editing.desk()

        def made(tx: Tx) -> Cadence:
            return drafting.from_file(tx, shell.house, desk.organisation, text)

        try:
            _refuse_too_long(text)
            _refuse_words(shell, await shell.database.run(made))
        except PolicyError as mistake:
            return _import(editing.visit, desk, text, mistake)
        return await editing.anew("import", made)

    async def export(request: Request) -> Response:
        visit = await officer(shell, request, "edit_policy")
        desk = await shell.database.run(lambda tx: drafting.open_desk(tx, shell.house, visit.person))
        return Response(
            cadences.written(desk.cadence),
            media_type="application/yaml",
            headers={"Content-Disposition": f'attachment; filename="{desk.cadence.name}.yaml"'},
        )

    return [
        Route(f"{PATH}/import", import_page), Route(f"{PATH}/import", bring_in, methods=["POST"]),
        Route(f"{PATH}/draft.yaml", export),
    ]  # fmt: skip


def _refuse_too_long(text: str) -> None:
    if len(text) > LONGEST_FILE:
        Place("file").fail("It is too long.", "Is it the right file?", "too_long")


def _refuse_words(shell: Shell, cadence: Cadence) -> None:
    """Words of one's own that came with a file are judged as those that are typed."""
    for name, words in cadence.texts.items():
        try:
            check(words, today_of(shell))
        except WordsError as wrong:
            first = wrong.mistakes[0]
            said = {"at": str(first.line), "words": as_text(told(first))}
            Place("file", name).fail(f"The text: {first.code}.", "Look at it.", "text", "texts", **said)


def _import(visit: Visit, desk: Desk, text: str, mistake: PolicyError | None = None) -> Response:
    return office_page(
        visit, "cadence_import.html", 422 if mistake else 200, here="cadence", desk=desk, text=text, mistake=mistake,
        told=said_of(mistake), line=line_of(text, mistake) if mistake else None,
    )  # fmt: skip
