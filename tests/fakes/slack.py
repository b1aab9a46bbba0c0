"""A Slack workspace on loopback, with a thread of its own: strict about what it is sent, and driven by a test.

    with Workspace() as slack:
        slack.listens_at("http://127.0.0.1:8000/slack/events")
        jan = slack.add("Jan Peeters")
        jan.types("Dag").wait()
        jan.waits_for("Dag Jan").buttons
        assert slack.violations == []

An independent reading of Slack's documentation: it knows nothing of the product.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, TypeVar

import aiohttp
from aiohttp import web

from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_api import Api, Call
from tests.fakes.slack_courier import Courier, Delivery, signed
from tests.fakes.slack_faults import Asked, Fault
from tests.fakes.slack_limits import Limits
from tests.fakes.slack_people import Person
from tests.fakes.slack_team import Guest, Json, Team, User

T = TypeVar("T")
SCOPES = frozenset({"chat:write", "im:write", "im:history", "users:read"})


class Workspace:
    """The workspace, its people and the one app that is installed in it."""

    def __init__(
        self,
        team: str = "T0STAD",
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience: float = 3.0,
        retries: tuple[float, ...] = (0.0, 60.0, 300.0),
        limits: Limits | None = None,
        scopes: frozenset[str] = SCOPES,
        socket_mode: bool = False,
    ) -> None:
        self.signing_secret = secrets.token_hex(16)
        self.team = Team(team, now, scopes)
        self.courier = Courier(self.signing_secret, now, self._changed, patience, retries, socket_mode=socket_mode)
        bot, app = f"xoxb-{secrets.token_hex(8)}", f"xapp-1-{secrets.token_hex(8)}"
        self.api = Api(self.team, bot, app, lambda ticket: f"ws://127.0.0.1:{self.port}/link?ticket={ticket}",
                       limits or Limits())  # fmt: skip
        self.team.tell_app = self._tell
        self.team.changed = self._changed
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._change = threading.Condition()
        self._thread = threading.Thread(target=self._loop.run_forever, name="slack", daemon=True)

    # -- running -----------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Listen, on a port of its own."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)

    async def _open(self) -> None:
        server = web.Application(client_max_size=10_000_000)
        server.add_routes([
            web.route("*", "/api/{method}", self.api.answer), web.get("/link", self._link),
            web.post("/{kind}/{team}/{number}/{secret}", self.api.respond),
        ])  # fmt: skip
        self._runner = web.AppRunner(server, access_log=None, handle_signals=False, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.team.address = f"http://127.0.0.1:{self.port}"
        self.courier.session = aiohttp.ClientSession()

    async def _link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self.api.tickets:
            return web.Response(status=403)
        self.api.tickets.discard(ticket)
        return await self.courier.listen(request)

    def close(self) -> None:
        """Stop, whatever is under way."""
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _shut(self) -> None:
        await self.courier.close()
        await self._runner.cleanup()

    def do(self, what: Callable[[], T]) -> T:
        """Do something on the server's own loop, where all state lives, and give what came of it."""
        result: Future[T] = Future()

        def now() -> None:
            try:
                result.set_result(what())
            except BaseException as problem:  # noqa: BLE001 - it is the test's, on the other thread
                result.set_exception(problem)

        self._loop.call_soon_threadsafe(now)
        return result.result(10)

    def wait_until(self, true: Callable[[], bool], seconds: float = 20.0, what: str = "that") -> None:
        """Wait until something is so, in Slack or elsewhere. A coroutine whose loop also runs the app takes `until`."""
        late = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < late, f"{what} did not happen within {seconds} s"
            with self._change:
                self._change.wait(0.02)

    async def until(self, true: Callable[[], bool], seconds: float = 20.0, what: str = "that") -> None:
        """The same for a coroutine."""
        await asyncio.to_thread(self.wait_until, true, seconds, what)

    def _changed(self) -> None:
        with self._change:
            self._change.notify_all()

    # -- the app's side ----------------------------------------------------------------------------------------------

    @property
    def api_url(self) -> str:
        """What the app takes for https://slack.com/api/."""
        return f"http://127.0.0.1:{self.port}/api/"

    @property
    def bot_token(self) -> str:
        """The xoxb token. Set another one to take the old one back."""
        return self.api.bot_token

    @bot_token.setter
    def bot_token(self, token: str) -> None:
        self.api.bot_token = token

    @property
    def app_token(self) -> str:
        """The xapp token of Socket Mode."""
        return self.api.app_token

    def listens_at(self, events: str, interactions: str | None = None, commands: str | None = None) -> None:
        """Where the app takes events, interactions and slash commands over HTTP (one address for all, unless given)."""
        urls = self.courier.urls
        urls["events_api"], urls["interactive"] = events, interactions or events
        urls["slash_commands"] = commands or events

    @property
    def calls(self) -> list[Call]:
        """All calls of the Web API, the first first."""
        return self.api.calls

    @property
    def rate_limited(self) -> int:
        """How many calls got 429 because of the limits."""
        return self.api.limits.refused

    @property
    def deliveries(self) -> list[Delivery]:
        """All that was brought to the app, the first first."""
        return self.courier.sent

    @property
    def violations(self) -> list[str]:
        """Every breach of the documented rules by the app."""
        return [*self.team.violations, *self.courier.violations]

    def signed(self, body: bytes, at: int | None = None) -> dict[str, str]:
        """Headers with the right signature for this body."""
        moment = int(self.team.now().timestamp()) if at is None else at
        return signed(self.signing_secret, body, moment)

    # -- people ------------------------------------------------------------------------------------------------------

    def add(self, real_name: str, id_: str | None = None, *, team: str | None = None, email: str | None = None,
            guest: Guest = "", bot: bool = False) -> Person:  # fmt: skip
        """Somebody new. Another team makes somebody of another company (Slack Connect)."""
        named = id_ or self.team.made_up("U")
        address = email or f"{real_name.lower().replace(' ', '.')}@stad.example"
        self.team.users[named] = User(named, real_name, team or self.team.id, address, guest, bot)
        return self.user(named)

    def user(self, id_: str) -> Person:
        """Somebody who is there already."""
        return Person(self, self.team.users[id_])

    def deactivates(self, id_: str) -> None:
        """The account is closed; the conversation stays."""
        self.team.users[id_].deactivated = True

    # -- what happens besides people ---------------------------------------------------------------------------------

    def event(self, event: Json, team: str | None = None, repeat: int = 1) -> Delivery:
        """Bring any event, also of a team that is not this one."""

        def do() -> Delivery:
            delivery = Delivery("events_api", payloads.event_callback(self.team, event, team))
            self.courier.take(delivery, repeat)
            return delivery

        return self.do(do)

    def _tell(self, event: Json) -> None:
        self.courier.take(Delivery("events_api", payloads.event_callback(self.team, event)))

    def verifies_url(self) -> Delivery:
        """What Slack does when an address is filled in: the body of the answer must be (or hold) the challenge."""
        challenge = secrets.token_urlsafe(24)

        def do() -> Delivery:
            payload = {"token": self.team.verification, "challenge": challenge, "type": "url_verification"}
            delivery = Delivery("events_api", payload)
            self.courier.take(delivery)
            return delivery

        return self.do(do)

    def uninstall(self) -> list[Delivery]:
        """The app is removed: its tokens do not work any more, and it is told so."""
        self.team.installed = False
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.team.bot_user]}}
        return [self.event(revoked), self.event({"type": "app_uninstalled"})]

    def goes_wrong(self, method: str, *faults: Fault) -> None:
        """The next calls of this method ("*": of any) end like this, one each."""
        self.do(lambda: self.api.faults.once.extend((method, fault) for fault in faults))

    def goes_wrong_when(self, asked: Asked, fault: Fault) -> None:
        """All calls for which this is true (given the method and its arguments) end like this."""
        self.do(lambda: self.api.faults.always.append((asked, fault)))

    def goes_well(self) -> None:
        """No faults any more."""
        self.do(self.api.faults.clear)

    def hold(self) -> None:
        """Bring nothing until `release`."""
        self.courier.held = []

    def release(self, order: Callable[[list[Delivery]], Sequence[Delivery]] = list) -> list[Delivery]:
        """Bring what was held, in this order (some twice, if the order says so), each after the one before it."""

        def do() -> list[Delivery]:
            held, self.courier.held = self.courier.held or [], None
            chosen = list(order(held))
            self.courier.take_in_turn(chosen)
            return chosen

        return self.do(do)

    # -- Socket Mode -------------------------------------------------------------------------------------------------

    @property
    def sockets(self) -> int:
        """How many connections of Socket Mode are open."""
        return len(self.courier.sockets)

    def disconnects(self, reason: str = "refresh_requested") -> None:
        """Slack takes leave on every connection ("warning", "refresh_requested", "link_disabled")."""
        self.do(lambda: self.courier.disconnect(reason))

    def cuts_sockets(self) -> None:
        """Every connection of Socket Mode breaks off."""
        self.do(self.courier.cut)

    def quiet(self) -> bool:
        """Nothing is on its way to the app."""
        return not self.courier.under_way
