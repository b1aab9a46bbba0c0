"""The words of a step: what they are now and what they would be, shown with five cases before they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web import Shell
from bot.web.hr import drafting
from bot.web.hr.door import office_page, officer
from bot.web.hr.drafting import Desk
from bot.web.hr.editing import DRAFT, Editing, number
from bot.web.hr.showing import called, today_of
from bot.web.visitor import Visit, field
from conversations.timing.cadence import Cadence
from conversations.timing.steps import step_of
from conversations.timing.terms import PolicyError
from messages import own_words
from messages.message import Message, as_text
from messages.mistakes import field_name, sample_name, told
from messages.own_words import FIELDS, WordsError, check
from storage import texts

HEAD = 2  # lines of a text before its body: the subject, and an empty one

Wrong = tuple[tuple[str, int, str], ...]  # of which field ("subject", "body"), its line, and what is wrong


@dataclass(frozen=True, slots=True)
class Sheet:
    """A text in the two fields of its form, and what is to be said of it."""

    subject: str
    body: str
    wrong: Wrong = ()
    hints: Wrong = ()
    cases: tuple[tuple[str, Message], ...] = ()


def composed(subject: str, body: str) -> str:
    """The text as it is kept: the subject, and what is said."""
    return f"# {' '.join(subject.split())}\n\n{body.replace(chr(13), '').strip()}\n"


def taken_apart(text: str) -> tuple[str, str]:
    """Subject and body of a text."""
    first, _, rest = text.partition("\n")
    return first.removeprefix("# ").strip(), rest.strip()


def mistakes_of(wrong: WordsError) -> Wrong:
    """What is wrong, by field and line of the form."""
    return tuple((*_place(one.line), as_text(told(one)).strip()) for one in wrong.mistakes)


def _place(line: int) -> tuple[str, int]:
    return ("body", line - HEAD) if line > HEAD else ("subject", 1)


def looked_at(shell: Shell, subject: str, body: str) -> Sheet:
    """The text with its five cases, or with its mistakes."""
    text = composed(subject, body)
    hints: Wrong = tuple((*_place(one.line), as_text(told(one)).strip()) for one in own_words.hints(text))
    try:
        cases = own_words.preview(text, today_of(shell))
    except WordsError as wrong:
        return Sheet(subject, body, mistakes_of(wrong), hints)
    return Sheet(subject, body, (), hints, tuple((as_text(sample_name(one)).strip(), said) for one, said in cases))


def routes(shell: Shell) -> list[Route]:
    """The form of the words of a step."""

    async def look(request: Request) -> Response:
        visit = await officer(shell, request, "edit_texts")
        desk = await shell.database.run(lambda tx: drafting.open_desk(tx, shell.house, visit.person))
        name = _known(desk, request)
        words = _text(desk.cadence, name)
        sheet = looked_at(shell, *taken_apart(words)) if words else Sheet("", "")
        return await _page(visit, desk, name, sheet)

    async def save(request: Request) -> Response:
        editing = Editing(shell, request)
        form = await editing.begin()
        desk = await editing.desk()
        name, then = _known(desk, request), f"{DRAFT}#{request.path_params['step']}"
        if field(form, "what") == "ours":
            return await editing.change(lambda cadence: _worded(cadence, name, None), then)
        sheet = looked_at(shell, field(form, "subject"), field(form, "body").replace("\r\n", "\n"))
        if field(form, "what") == "look" or sheet.wrong:
            return await _page(editing.visit, desk, name, sheet, number(form, "since"))
        kept = check(composed(sheet.subject, sheet.body), today_of(shell))
        return await editing.change(lambda cadence: _worded(cadence, name, kept), then)

    async def _page(visit: Visit, desk: Desk, name: str, sheet: Sheet, since: int | None = None) -> Response:
        history = await shell.database.run(lambda tx: texts.history(tx, desk.organisation.id, name))
        before = _text(desk.starting, name)
        return office_page(
            visit, "cadence_text.html", 422 if sheet.wrong else 200, here="cadence", desk=desk, name=name, sheet=sheet,
            titles=called(desk.cadence), since=desk.draft.revision if since is None else since, fields=_fields(),
            before=taken_apart(before) if before else None, own=name in desk.starting.texts, ours=bool(_ours(name)),
            history=[(one, taken_apart(one.text)) for one in history if one.text], drafted=name in desk.cadence.texts,
            cases_before=looked_at(shell, *taken_apart(before)).cases if before else (),
        )  # fmt: skip

    return [
        Route(f"{DRAFT}/text/{{step}}", look), Route(f"{DRAFT}/text/{{step}}", save, methods=["POST"]),
    ]  # fmt: skip


def _known(desk: Desk, request: Request) -> str:
    name: str = request.path_params["step"]
    try:
        step_of(desk.cadence, name)
    except PolicyError:
        raise HTTPException(404) from None
    return name


def _ours(name: str) -> str:
    return own_words.starting(name)


def _text(cadence: Cadence, name: str) -> str:
    """Words of one's own, else those of the house."""
    return cadence.texts.get(name) or _ours(name)


def _worded(cadence: Cadence, name: str, text: str | None) -> Cadence:
    """With these words for a step; None, and what the house says itself: its own."""
    kept = {key: one for key, one in cadence.texts.items() if key != name}
    if text is not None and text.strip() != _ours(name).strip():
        kept[name] = text
    return replace(cadence, texts=kept)


def _fields() -> Mapping[str, str]:
    """What may be filled in: as it is typed, and what it stands for."""
    typed = {name: f"{name} | {filters[0]}" if filters else name for name, filters in FIELDS.items()}
    return {f"{{{{ {typed[name]} }}}}": as_text(field_name(name)).strip() for name in FIELDS}
