"""Who visits: a random token in a cookie, its hash in the database, and a second token for the forms."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.web import Shell
from bot.web.guard import from_us
from conversations.case import Person
from storage import people, visits
from storage.links import hashed

LASTS = timedelta(days=14)
HR_LASTS = timedelta(hours=8)  # who sees everybody signs in every day


class Stranger(Exception):  # noqa: N818 - that is who it is
    """Nobody we know. The page says how to get in, and nothing about anybody."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A person with a page open. `csrf` goes with every form of this visit."""

    person: Person
    csrf: str


def cookie_name(shell: Shell) -> str:
    """`__Host-` binds the cookie to this host and to https; on this machine itself there is no https."""
    return "__Host-visit" if shell.settings.secure else "visit"


def _csrf(shell: Shell, token: str) -> str:
    return hmac.new(shell.settings.derived("csrf"), token.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


async def visitor(shell: Shell, request: Request) -> Visit:
    """Who this is. Raises Stranger for an unknown, ended or expired visit, and for somebody who left."""
    token = request.cookies.get(cookie_name(shell), "")
    if not token:
        raise Stranger
    now = shell.now()
    found = await shell.database.run(
        lambda tx: None if (who := visits.of(tx, hashed(token), now)) is None else people.get(tx, who)
    )
    if found is None or not found.active:
        raise Stranger
    return Visit(found, _csrf(shell, token))


async def begin(shell: Shell, person: Person, answer: Response) -> None:
    """The person is signed in on this browser, under a new token."""
    token = secrets.token_urlsafe(32)
    lasts = HR_LASTS if "hr" in person.roles else LASTS
    expires = shell.now() + lasts
    await shell.database.run(lambda tx: visits.add(tx, hashed(token), person.id, expires))
    answer.set_cookie(
        cookie_name(shell), token, max_age=int(lasts.total_seconds()), path="/", httponly=True, samesite="lax",
        secure=shell.settings.secure,
    )  # fmt: skip


async def end(shell: Shell, request: Request, answer: Response) -> None:
    """Signed out: the visit is gone here, not only in the browser."""
    token = request.cookies.get(cookie_name(shell), "")
    await shell.database.run(lambda tx: visits.end(tx, hashed(token)))
    answer.delete_cookie(cookie_name(shell), path="/", httponly=True, samesite="lax", secure=shell.settings.secure)


async def form_of(shell: Shell, request: Request, csrf: str | None) -> FormData:
    """The form that was posted, from a page of ours and of this visit. 403 otherwise; `csrf` None: no visit yet."""
    if not from_us(request.headers, shell.settings.base_url):
        raise HTTPException(403)
    form = await request.form(max_files=0, max_fields=200)
    if csrf is not None and not hmac.compare_digest(field(form, "csrf").encode(), csrf.encode()):
        raise HTTPException(403)
    return form


def clean(text: str) -> str:
    """Text every database and channel takes: no NUL, no half characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def field(form: FormData, name: str) -> str:
    """The last value that was given under that name, or nothing."""
    given = [clean(value) for value in form.getlist(name) if isinstance(value, str)]
    return next((value for value in reversed(given) if value.strip()), "")
