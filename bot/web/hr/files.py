"""A cadence as a file: brought in, and taken along. The only place where the words of the file are shown."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.publishing import exported
from bot.web import Shell
from bot.web.hr import drafting
from bot.web.hr.door import office_page, officer
from bot.web.hr.drafting import Desk
from bot.web.hr.editing import PATH, Editing
from bot.web.hr.showing import line_of, said_of, today_of
from bot.web.visitor import Visit, clean, field
from conversations.timing import cadence as cadences
from conversations.timing.cadence import Cadence
from conversations.timing.grammar import Place
from conversations.timing.terms import PolicyError
from messages.message import as_text
from messages.mistakes import told
from messages.own_words import WordsError, check
from storage.transaction import Tx

IMPORT = f"{PATH}/import"
LONGEST_FILE = 40_000  # characters
LARGEST = 10 * LONGEST_FILE  # bytes; whoever chose a larger file is on the wrong page


def routes(shell: Shell) -> list[Route]:
    """The page where a file is chosen or pasted, and the files of the draft and of every version."""

    async def import_page(request: Request) -> Response:
        visit = await officer(shell, request, "edit_policy")
        desk = await shell.database.run(lambda tx: drafting.open_desk(tx, shell.house, visit.person))
        return _import(visit, desk, "")

    async def bring_in(request: Request) -> Response:
        editing = Editing(shell, request)
        text = await _given(editing)
        desk = await editing.desk()

        def made(tx: Tx) -> Cadence:
            return drafting.from_file(tx, shell.house, desk.organisation, text)

        try:
            _refuse_no_text(text)
            _refuse_words(shell, await shell.database.run(made))
        except PolicyError as mistake:
            return _import(editing.visit, desk, text, mistake)
        editing.also["text"] = text
        return await editing.anew("import", made)

    async def export(request: Request) -> Response:
        visit = await officer(shell, request, "edit_policy")
        desk = await shell.database.run(lambda tx: drafting.open_desk(tx, shell.house, visit.person))
        return _file(desk.cadence.name, cadences.written(desk.cadence))

    async def version(request: Request) -> Response:
        """A version that is or was in use, or a pack, with the words of one's own that go with it."""
        visit, ref = await officer(shell, request, "edit_policy"), request.path_params["ref"]

        def look(tx: Tx) -> str | None:
            cadence = drafting.kept(tx, shell.house, visit.person, ref)
            house = shell.house.organisation(tx, visit.person.organisation)
            return None if cadence is None else exported(tx, house, cadence)

        text = await shell.database.run(look)
        if text is None:
            raise HTTPException(404)
        return _file(ref.replace("@", "-"), text)

    return [
        Route(IMPORT, import_page), Route(IMPORT, bring_in, methods=["POST"]),
        Route(f"{PATH}/draft.yaml", export), Route(f"{PATH}/version/{{ref}}/file", version),
    ]  # fmt: skip


def _file(name: str, text: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.yaml"'}
    return Response(text, media_type="application/yaml", headers=headers)


async def _given(editing: Editing) -> str:
    """What the file says that was chosen, or else what was pasted; with one kind of line ends."""
    if not editing.request.headers.get("content-type", "").startswith("multipart/form-data"):
        return field(await editing.begin(), "text").replace("\r\n", "\n")
    chosen = await editing.begin_with_files(1)
    text = chosen[0][1].decode("utf-8-sig", "replace") if chosen else field(editing.form, "text")
    return clean(text).replace("\r\n", "\n")


def _refuse_no_text(text: str) -> None:
    if len(text) > LONGEST_FILE:
        Place("file").fail("It is too long.", "Is it the right file?", "too_long")
    if not text.strip():
        Place("file").fail("There is nothing in it.", "Choose a file, or paste one.", "no_file")


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
