"""For who looks after privacy: whether the journal is whole, who looked at which case. Nothing of what is in a case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot import journal_file
from bot.house import BRUSSELS
from bot.web import Shell
from bot.web.hr.door import form_for, office_page, officer
from bot.web.visitor import Visit, field
from conversations.access import Actor, may
from conversations.case import Person
from storage import cases, journal, people, reading
from storage.journal import Entry
from storage.transaction import Tx

PATH = "/hr/audit"
FILE, HASHES = f"{PATH}/journal/file", f"{PATH}/hashes/file"
MOST = 100  # looks on a page
END = re.compile(r"(\d{1,9}):([0-9a-f]{64})", re.ASCII)
LAST = 10**9  # beyond the last entry of any journal


@dataclass(frozen=True, slots=True)
class Checked:
    """The chain. `broken` is the first line that does not fit; `anew`: it fits, but not with the end that was given."""

    lines: int
    end: str
    broken: int | None
    anew: bool
    unread: bool  # what was given as an end is none


class Looked(NamedTuple):
    """One look: when, by whom, at which case (in short), and what for. `operator`: from the command line."""

    at: datetime
    by: Person | None
    operator: bool
    case: str
    actions: tuple[str, ...]


async def check(shell: Shell, organisation: str, since: str) -> Checked:
    """Whether nobody touched the journal, also since an end that was kept elsewhere ("1204:5f3c...").

    A part at a time: a journal of years holds up nobody else.
    """
    walk = journal.Walk()
    while not walk.done:
        walk = await shell.database.run(lambda tx, so_far=walk: journal.follow(tx, organisation, so_far))  # type: ignore[misc]
    given = END.fullmatch(since.strip())

    def ends(tx: Tx) -> tuple[tuple[int, str], bool]:
        anew = given is not None and journal.link_of(tx, organisation, int(given[1])) != given[2]
        return journal.head(tx, organisation), anew

    (lines, end), anew = await shell.database.run(ends)
    return Checked(lines, end, walk.broken, anew, bool(since.strip()) and given is None)


def looked(tx: Tx, entries: Iterable[Entry]) -> list[Looked]:
    """Looks, with who it was."""
    entries = list(entries)
    people.recall(tx, {entry.by for entry in entries})
    return [
        Looked(
            entry.at.astimezone(BRUSSELS), people.get(tx, entry.by), entry.by == "operator", (entry.case or "")[:6],
            tuple(str(one.get("action", "")) for one in entry.changes),
        )
        for entry in entries
    ]  # fmt: skip


def of_person(tx: Tx, me: Person, email: str, at: datetime, on: date) -> list[Looked]:
    """Who looked at the cases about this person, the latest first; nothing for who has none, or is not there.

    That it was looked up stands in the journal of those cases too.
    """
    who = people.by_email(tx, email)
    if who is None or who.organisation != me.organisation:
        return []
    actor = Actor(me, on, partial(people.get, tx))
    own = [case for case in cases.of_employee(tx, who.id) if may(actor, "read_readers", case)]
    entries = sorted((entry for case in own for entry in reading.of(tx, case.id)), key=lambda one: -one.number)
    for case in own:
        reading.note(tx, me, case, at, on, "read_readers")
    return looked(tx, entries[:MOST])


def routes(shell: Shell) -> list[Route]:
    """The page; its check of the chain, and the file of it; and who looked at what is about one person."""

    async def shown(request: Request, visit: Visit, found: Sequence[Looked] | None = None, email: str = "") -> Response:
        house, asked = visit.person.organisation, request.query_params
        given = asked.get("before", "")
        before = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else LAST
        since, reads = asked.get("since", "")[:100], "audit" in visit.person.roles

        def work(tx: Tx) -> tuple[list[Looked], int]:
            entries, more = reading.before(tx, house, before, MOST) if reads and found is None else ([], 0)
            return looked(tx, entries), more

        checked = await check(shell, house, since) if "check" in asked else None
        looks, more = await shell.database.run(work)
        return office_page(
            visit, "audit.html", here="audit", checked=checked, since=since, reads=reads, looks=looks, more=more,
            earlier=before < LAST, found=found, email=email,
        )  # fmt: skip

    async def look(request: Request) -> Response:
        return await shown(request, await officer(shell, request, "verify_journal"))

    async def of(request: Request) -> Response:
        """Posted, so that no address holds whom it is about."""
        visit = await officer(shell, request, "verify_journal")
        if "audit" not in visit.person.roles:
            raise HTTPException(404)
        email, now = field(await form_for(shell, request, visit), "email")[:200], shell.now()
        on = now.astimezone(BRUSSELS).date()
        found = await shell.database.run(lambda tx: of_person(tx, visit.person, email, now, on))
        return await shown(request, visit, found, email)

    async def file(request: Request) -> Response:
        """The journal to take along: everything audit may see; for who runs the machine the hashes alone."""
        visit, hashes = await officer(shell, request, "export_journal"), request.url.path == HASHES
        if ("admin" if hashes else "audit") not in visit.person.roles:
            raise HTTPException(404)
        now = shell.now()
        name = f"logboek-{now.astimezone(BRUSSELS).date()}{'-hashes' if hashes else ''}.jsonl"
        parts = journal_file.written(shell.database, visit.person.organisation, visit.person.id, now, hashes=hashes)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(parts, media_type="application/x-ndjson", headers=headers)

    return [
        Route(PATH, look), Route(f"{PATH}/of", of, methods=["POST"]), Route(FILE, file), Route(HASHES, file),
    ]  # fmt: skip
