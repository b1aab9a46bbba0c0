"""Signing in: at the organisation's own provider, or with a one-time link (docs/operations.md, Signing in).

A link shows a button, and only the button uses it up: mail scanners follow links. Where there is a provider a link of
somebody who sees more than the own cases opens nothing by itself: it says which account there is theirs, once.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.web import Shell
from bot.web.back import OWN_PATH, came_from, looked_at
from bot.web.pages import page
from bot.web.visitor import Stranger, begin, cookie_name, end, field, form_of, is_fresh, is_office, visitor
from conversations.case import Person
from storage import identities, links, people
from storage.transaction import Conflict, Tx
from storage.vault import Unreadable, Vault

if TYPE_CHECKING:
    from bot.web.provider import Account, Attempt, Provider

PURPOSE = "sign_in"
LASTS = timedelta(minutes=10)  # of a link, and of a try at the provider
log = structlog.get_logger()


class Unwelcome(Exception):  # noqa: N818 - what the account is
    """The provider knows the account, and we let nobody in by it. `why` is a page's word: unknown, weak, taken...

    For who is signed in and proves it again also `other` (somebody else's account) and `stale` (it was not asked now).
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def make_link(tx: Tx, base_url: str, person: str, at: datetime, lasts: timedelta = LASTS) -> str:
    """A new address with which this person signs in once: 256 bits of chance, of which the hash is kept."""
    token = secrets.token_urlsafe(32)
    links.add(tx, links.hashed(token), person, PURPOSE, at + lasts)
    return f"{base_url}/in/{token}"


class Door:
    """The ways in and out of one site."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self._provider: Provider | None = None

    @property
    def provider(self) -> Provider:
        """The provider. Its libraries are loaded now, and not before."""
        if self._provider is None:
            self._provider = import_module("bot.web.provider").Provider(self.shell.settings)
        return self._provider

    @property
    def has_provider(self) -> bool:
        """Whether one is configured."""
        return self.shell.settings.oidc_issuer is not None

    async def link(self, request: Request) -> Response:
        """A one-time link: looked at, or used."""
        if request.method != "POST":
            return page("sign_in.html", has_provider=self.has_provider)
        form = await form_of(self.shell, request, None)
        token, now = request.path_params["token"], self.shell.now()

        def look(tx: Tx) -> Person | None:
            who = links.whose(tx, links.hashed(token), PURPOSE, now)
            return None if who is None else people.get(tx, who)

        person = await self.shell.database.run(look)
        if person is None or not person.active:
            raise Stranger
        if self.has_provider and (is_office(person) or field(form, "with") == "account"):
            return await self._to_provider(link=token)
        if await self.shell.database.run(lambda tx: links.use(tx, links.hashed(token), PURPOSE, now)) is None:
            raise Stranger
        return await self._in(request, person)

    async def account(self, request: Request) -> Response:
        """To the provider, without a link."""
        await form_of(self.shell, request, None)
        if not self.has_provider:
            raise Stranger
        return await self._to_provider()

    async def again(self, request: Request) -> Response:
        """To the provider once more, before a weighty step, and from there back to the page it is taken on."""
        visit = await visitor(self.shell, request)
        form = await form_of(self.shell, request, visit.csrf)
        if not self.has_provider:
            raise HTTPException(404)
        wanted = field(form, "back")
        back = looked_at(request, wanted if OWN_PATH.fullmatch(wanted) else came_from(request, "/"))
        return await self._to_provider(again=visit.person.id, back=back)

    async def back(self, request: Request) -> Response:
        """Back from the provider, with what this browser left with: the one GET that signs somebody in."""
        attempt = self._attempt(request) if self.has_provider else None
        if attempt is None:
            return self._refused("failed", "no_attempt")
        back = attempt.back if attempt.again else ""
        problems = import_module("bot.web.provider").NotSignedIn
        try:
            account = await self.provider.arrive(attempt, request.query_params, self.shell.now())
            person = await self.shell.database.run(lambda tx: self._known(tx, account, attempt))
        except Unwelcome as unwelcome:
            answer = self._refused(unwelcome.why, unwelcome.why, "" if unwelcome.why == "other" else back)
            if unwelcome.why == "other":
                await end(self.shell, request, answer)  # two people at one screen: nobody goes on as the first one
            return answer
        except problems as problem:
            return self._refused("failed", problem.reason, back)
        answer = await self._in(request, person, attempt.back, account.authenticated_at)
        self._forget(answer)
        return answer

    async def leave(self, request: Request) -> Response:
        """Out."""
        visit = await visitor(self.shell, request)
        await form_of(self.shell, request, visit.csrf)
        answer = page("left.html", has_provider=self.has_provider)
        await end(self.shell, request, answer)
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    # --- The parts -----------------------------------------------------------------------------------

    def _known(self, tx: Tx, account: Account, attempt: Attempt) -> Person:
        """Whose account it is, or becomes by the link. A mail address makes nobody somebody."""
        link, now = attempt.link, self.shell.now()
        who = links.whose(tx, links.hashed(link), PURPOSE, now) if link else None
        who = who or identities.who(tx, account.issuer, account.subject)
        if attempt.again and who != attempt.again:
            raise Unwelcome("other")
        person = people.get(tx, who) if who else None
        if person is None or not person.active:
            raise Unwelcome("unknown")
        if is_office(person) and not account.is_strong(self.shell.settings):
            raise Unwelcome("weak")
        if attempt.again and not is_fresh(account.authenticated_at, now):
            raise Unwelcome("stale")
        if link and links.use(tx, links.hashed(link), PURPOSE, now) is not None:
            other = people.by_email(tx, account.email)
            if other is not None and other.id != person.id:
                raise Unwelcome("taken")  # the link was forwarded to a colleague
            try:
                identities.bind(tx, person, account.issuer, account.subject, now)
            except Conflict:
                raise Unwelcome("taken") from None
        return person

    async def _in(
        self, request: Request, person: Person, back: str = "/", authenticated_at: datetime | None = None
    ) -> Response:
        answer = RedirectResponse(back, 303)
        await begin(self.shell, request, person, answer, authenticated_at)
        return answer

    async def _to_provider(self, **why: str) -> Response:
        """A page that goes on by itself: a form of ours may not lead to another site (Content-Security-Policy)."""
        try:
            address, attempt = await self.provider.leave(self.shell.now(), LASTS, **why)
        except import_module("bot.web.provider").NotSignedIn as problem:
            return self._refused("away", problem.reason, why.get("back", ""))
        answer = page("to_provider.html", address=address)
        answer.headers["Refresh"] = f"0; url={address}"
        sealed = base64.urlsafe_b64encode(self._vault.seal(attempt.dumped(), PURPOSE)).decode()
        answer.set_cookie(self._cookie, sealed, max_age=int(LASTS.total_seconds()), **self._flags)
        return answer

    def _attempt(self, request: Request) -> Attempt | None:
        """What this browser left with; None where it did not, or somebody wrote it by hand."""
        try:
            sealed = base64.urlsafe_b64decode(request.cookies.get(self._cookie, ""))
            found: Attempt = import_module("bot.web.provider").Attempt.loaded(self._vault.open(sealed, PURPOSE))
        except (ValueError, Unreadable):
            return None
        return found

    def _refused(self, why: str, reason: str, back: str = "") -> Response:
        """`back` is where somebody who is signed in may try again."""
        log.warning("not_signed_in", reason=reason)
        answer = page("not_signed_in.html", 400 if why in ("failed", "away") else 403, why=why, back=back)
        self._forget(answer)
        return answer

    def _forget(self, answer: Response) -> None:
        answer.delete_cookie(self._cookie, **self._flags)

    @property
    def _vault(self) -> Vault:
        return Vault(self.shell.settings.keys, self.shell.settings.current_key)

    @property
    def _cookie(self) -> str:
        return cookie_name(self.shell, "attempt")

    @property
    def _flags(self) -> dict[str, Any]:
        return {"path": "/", "httponly": True, "samesite": "lax", "secure": self.shell.settings.secure}


def routes(shell: Shell) -> list[Route]:
    """In and out."""
    door = Door(shell)
    return [
        Route("/in/{token}", door.link, methods=["GET", "POST"]),
        Route("/sign-in", door.account, methods=["POST"]),
        Route("/sign-in/again", door.again, methods=["POST"]),
        Route("/sign-in/back", door.back),
        Route("/leave", door.leave, methods=["POST"]),
    ]
