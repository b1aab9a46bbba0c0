"""The fake's HTTP side: token, method, arguments, faults, and a thread with a loop of its own."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiohttp import web

from tests.fakes import telegram_arguments
from tests.fakes.telegram_faults import Fault, Planned
from tests.fakes.telegram_methods import Methods
from tests.fakes.telegram_model import JSON, Call, Refusal, bad

T = TypeVar("T")


@dataclass
class Server:
    """Listens on a free loopback port from start to stop."""

    methods: Methods
    token: str
    changed: Callable[[], None]
    calls: list[Call] = field(default_factory=list)
    faults: list[Planned] = field(default_factory=list)
    port: int = 0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _thread: threading.Thread | None = None
    _runner: web.AppRunner | None = None

    def start(self) -> None:
        """Listen."""
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake-telegram", daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)

    def stop(self) -> None:
        """Close everything."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread is not None:
            self._thread.join(10)
        self._loop.close()

    def do(self, work: Callable[[], T]) -> T:
        """Do something in the server's own thread, where its state lives."""
        if threading.current_thread() is self._thread:
            return work()
        done: Future[T] = Future()

        def run() -> None:
            try:
                done.set_result(work())
            except BaseException as error:  # noqa: BLE001 - whatever it is, the caller gets it
                done.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        result = done.result(10)
        self.changed()
        return result

    async def _open(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _close(self) -> None:
        self.methods.updates.wake()
        await self.methods.updates.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _answer(Refusal(401, "Unauthorized").body())
        method = telegram_arguments.BY_LOWER.get(request.match_info["method"].lower())
        if method is None:
            self.methods.violations.append(f"unknown method {request.match_info['method']}")
            return _answer(Refusal(404, "Not Found: method not found").body())
        try:
            raw = await _raw(request)
        except Refusal as refusal:
            self.methods.violations.append(f"{method}: {refusal.breach}")
            return _answer(refusal.body())
        call = Call(method, raw, self.methods.clock.seconds())
        self.calls.append(call)
        try:
            return await self._carry_out(request, call)
        finally:
            self.changed()

    async def _carry_out(self, request: web.Request, call: Call) -> web.StreamResponse:
        fault = self._fault(call)
        if fault is not None and fault.refusal is not None:
            code, description, retry_after = fault.refusal
            return self._say(call, Refusal(code, description, retry_after=retry_after).body())
        if fault is not None and not fault.taken and fault.only_late:
            await asyncio.sleep(fault.seconds)
            fault = None
        if fault is not None and not fault.taken:
            return await self._spoil(request, call, fault, {})
        body = await self._body(call)
        if fault is not None:
            self.changed()
            return await self._spoil(request, call, fault, body)
        return self._say(call, body)

    def _fault(self, call: Call) -> Fault | None:
        planned = next((one for one in self.faults if one.fits(call.method, call.arguments)), None)
        if planned is None:
            return None
        if planned.times is not None:
            planned.times -= 1
        return planned.fault

    async def _body(self, call: Call) -> JSON:
        try:
            call.arguments = telegram_arguments.read(call.method, call.arguments)
            result: Any = await self.methods.call(call.method, call.arguments)
        except Refusal as refusal:
            if refusal.breach:
                self.methods.violations.append(f"{call.method}: {refusal.breach}")
            return refusal.body()
        return {"ok": True, "result": result}

    async def _spoil(self, request: web.Request, call: Call, fault: Fault, body: JSON) -> web.StreamResponse:
        await asyncio.sleep(fault.seconds)
        if fault.cut:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if fault.half:
            text = json.dumps(body)
            call.status = 200
            return web.Response(text=text[: len(text) // 2], content_type="application/json")
        if fault.status is None:
            return self._say(call, body)
        call.status = fault.status
        return web.Response(status=fault.status, text=fault.body, content_type=fault.content_type)

    @staticmethod
    def _say(call: Call, body: JSON) -> web.Response:
        call.status, call.description = body.get("error_code", 200), body.get("description", "")
        return _answer(body)


def _answer(body: JSON) -> web.Response:
    headers = {"Retry-After": str(body["parameters"]["retry_after"])} if "parameters" in body else {}
    return web.json_response(body, status=body.get("error_code", 200), headers=headers)


async def _raw(request: web.Request) -> JSON:
    if request.method not in {"GET", "POST"}:
        raise bad("only GET and POST are allowed")
    arguments: JSON = dict(request.query)
    if request.content_type == "application/json" and request.can_read_body:
        try:
            body = await request.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise bad("can't parse the body as a JSON object")
        return arguments | body
    return arguments | {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
