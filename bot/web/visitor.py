"""Who visits: a random token in a cookie, its hash in the database, and a second token for the forms.

Who may see more than the own cases is signed in for a working day at most, and for a quarter of an hour without a sign
of life. That quarter is a second cookie, signed for this visit: looking at a page moves it on and writes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web import NAME as WEB
from bot.house import BRUSSELS
from bot.web import Shell
from bot.web.guard import from_us
from conversations.case import Person
from storage import accounts, people, visits
from storage.links import hashed
from storage.transaction import Tx

LASTS = timedelta(days=14)
ASLEEP: Mapping[str, Any] = {
    "until": None,
    "left": 0,
    "csrf": "",
}  # what awake.html wants to know where nobody signs in
OFFICE_LASTS = timedelta(hours=8)  # who sees more than the own cases signs in every day
IDLE = timedelta(minutes=15)
FRESH_FOR = timedelta(minutes=5)  # after proving at the provider who one is
OFFICE = frozenset({"hr", "audit", "admin"})


class Stranger(Exception):  # noqa: N818 - that is who it is
    """Nobody we know. The page says how to get in, and nothing about anybody."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A person with a page open. `csrf` goes with every form; `until` is when a visit without a sign of life ends."""

    person: Person
    csrf: str
    until: datetime | None = None
    left: int = 0  # seconds, to `until`
    browser: str = ""  # the name of this visit: the hash of its token
    fresh: bool = True  # enough for a weighty step (access.FRESH); also where there is nothing stronger to ask

    @property
    def awake(self) -> dict[str, Any]:
        """What awake.html wants to know."""
        until = None if self.until is None else self.until.astimezone(BRUSSELS)
        return {"until": until, "left": self.left, "csrf": self.csrf}


def is_office(person: Person) -> bool:
    """Whether this person may see more than the own cases, or may change how the house works."""
    return bool(person.roles & OFFICE)


def is_fresh(authenticated_at: datetime | None, now: datetime) -> bool:
    """Whether somebody proved at the provider who it is, and no longer ago than a weighty step allows."""
    return authenticated_at is not None and now - authenticated_at <= FRESH_FOR


def cookie_name(shell: Shell, name: str = "visit") -> str:
    """`__Host-` binds the cookie to this host and to https; on this machine itself there is no https."""
    return f"__Host-{name}" if shell.settings.secure else name


def _csrf(shell: Shell, token: str) -> str:
    return hmac.new(shell.settings.derived("csrf"), token.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _signed(shell: Shell, token: str, until: int) -> str:
    line = f"{until}.{hashed(token)}".encode()
    return f"{until}.{hmac.new(shell.settings.derived('awake'), line, hashlib.sha256).hexdigest()}"


def _awake_until(shell: Shell, request: Request, token: str) -> datetime | None:
    """Until when this visit goes on without a sign of life; None where the cookie does not say so, or not any more."""
    given = request.cookies.get(cookie_name(shell, "awake"), "")
    said = given.partition(".")[0]
    if not (said.isascii() and said.isdecimal() and len(said) < 12):
        return None
    if not hmac.compare_digest(given.encode("utf-8", "replace"), _signed(shell, token, int(said)).encode()):
        return None
    until = datetime.fromtimestamp(int(said), UTC)
    return until if until > shell.now() else None


def _awake(shell: Shell, token: str, until: datetime) -> str:
    """The cookie that says so, as it is set."""
    answer = Response()
    answer.set_cookie(
        cookie_name(shell, "awake"), _signed(shell, token, int(until.timestamp())), path="/", httponly=True,
        samesite="lax", secure=shell.settings.secure,
    )  # fmt: skip
    return answer.headers["set-cookie"]


async def visitor(shell: Shell, request: Request, *, alive: bool = True) -> Visit:
    """Who this is. Raises Stranger for an unknown, ended or expired visit, and for somebody who left.

    Not `alive`: a page that asks by itself is no sign of life, and keeps nobody signed in.
    """
    token = request.cookies.get(cookie_name(shell), "")
    if not token:
        raise Stranger
    now = shell.now()

    def look(tx: Tx) -> tuple[Person, visits.Kept] | None:
        known = visits.of(tx, hashed(token), now)
        person = None if known is None else people.get(tx, known.person)
        return None if known is None or person is None or not person.active else (person, known)

    found = await shell.database.run(look)
    if found is None:
        raise Stranger
    person, kept = found
    if not is_office(person):
        return Visit(person, _csrf(shell, token), browser=hashed(token))
    until = _awake_until(shell, request, token)
    if until is None:
        raise Stranger
    if alive:
        until = min(now + IDLE, kept.expires)
        request.state.awake = _awake(shell, token, until)
    fresh = shell.settings.oidc_issuer is None or is_fresh(kept.authenticated_at, now)
    return Visit(person, _csrf(shell, token), until, int((until - now).total_seconds()), hashed(token), fresh)


async def begin(
    shell: Shell, request: Request, person: Person, answer: Response, authenticated_at: datetime | None = None
) -> None:
    """The person is signed in on this browser, under a new token; whoever was signed in there before is not.

    `authenticated_at`: when they proved at the provider who they are.
    """
    before, token, now = request.cookies.get(cookie_name(shell), ""), secrets.token_urlsafe(32), shell.now()
    lasts = OFFICE_LASTS if is_office(person) else LASTS

    def work(tx: Tx) -> None:
        visits.end(tx, hashed(before))
        accounts.came_in(tx, WEB, person.id, now)
        visits.add(tx, hashed(token), person.id, now + lasts, authenticated_at)

    await shell.database.run(work)
    answer.set_cookie(
        cookie_name(shell), token, max_age=int(lasts.total_seconds()), path="/", httponly=True, samesite="lax",
        secure=shell.settings.secure,
    )  # fmt: skip
    if is_office(person):
        answer.headers.append("Set-Cookie", _awake(shell, token, now + IDLE))


async def end(shell: Shell, request: Request, answer: Response) -> None:
    """Signed out: the visit is gone here, not only in the browser."""
    token = request.cookies.get(cookie_name(shell), "")
    await shell.database.run(lambda tx: visits.end(tx, hashed(token)))
    for name in ("visit", "awake"):
        answer.delete_cookie(
            cookie_name(shell, name), path="/", httponly=True, samesite="lax", secure=shell.settings.secure
        )


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
