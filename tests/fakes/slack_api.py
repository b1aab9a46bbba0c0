"""The HTTP side of the Web API: who calls, with which arguments, how fast; and what may go wrong on the way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.slack_faults import Fault, Faults
from tests.fakes.slack_limits import Limits
from tests.fakes.slack_methods import METHODS, ApiError, Method, checked_content, deleted
from tests.fakes.slack_methods import changed as message_changed
from tests.fakes.slack_team import Json, Posted, Team

JSON = {str: "string", bool: "boolean", int: "number", list: "json", dict: "json"}
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
HOOK = {"text", "blocks", "response_type", "replace_original", "delete_original", "thread_ts"}


@dataclass
class Call:
    """One call of the app, as it came in and as it was answered ("ok", an error code, or the fault)."""

    method: str
    arguments: Json
    outcome: str = ""


@dataclass
class Api:
    """All methods behind one address. `tickets` are open invitations to Socket Mode, used once."""

    team: Team
    bot_token: str
    app_token: str
    socket_url: Callable[[str], str]
    limits: Limits = field(default_factory=Limits)
    faults: Faults = field(default_factory=Faults)
    calls: list[Call] = field(default_factory=list)
    tickets: set[str] = field(default_factory=set)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One call of a method."""
        name = request.match_info["method"]
        call = Call(name, {})
        self.calls.append(call)
        try:
            method = _method(name)
            call.arguments = await self._arguments(request, method)
            fault = self.faults.next(name, call.arguments)
            response = await self._with(fault, request, lambda: self._done(request, method, call))
            call.outcome = call.outcome if fault is None else f"{call.outcome} {fault.kind}".strip()
        except ApiError as problem:
            response = self._refused(call, problem)
        self.team.changed()
        return response

    def _refused(self, call: Call, problem: ApiError) -> web.StreamResponse:
        self.team.wrong(call.method, *problem.breach)
        call.outcome = problem.code
        return web.json_response({"ok": False, "error": problem.code, **problem.more})

    async def _with(
        self, fault: Fault | None, request: web.Request, done: Callable[[], web.StreamResponse]
    ) -> web.StreamResponse:
        if fault is None:
            return done()
        if fault.kind == "slow" and not fault.after:
            await asyncio.sleep(fault.seconds)
            return done()
        regular = done() if fault.after else None
        if fault.kind == "slow" and regular is not None:
            await asyncio.sleep(fault.seconds)
            return regular
        if fault.kind == "cut" and request.transport is not None:
            request.transport.abort()
        headers = dict(fault.headers)
        if fault.kind == "error":
            return web.json_response({"ok": False, "error": fault.code}, status=fault.status, headers=headers)
        if fault.kind == "truncated":
            return web.Response(text='{"ok":true,"channel":"D0', content_type="application/json")
        return web.Response(text="<html>sorry</html>", content_type="text/html", status=fault.status, headers=headers)

    def _done(self, request: web.Request, method: Method, call: Call) -> web.StreamResponse:
        try:
            self._authorised(request, method)
            given = _typed(call.arguments, method, from_json=request.content_type == "application/json")
            to = given.get("channel")
            whom = self.team.person_in(to) if to in self.team.messages else to
            at = asyncio.get_running_loop().time()
            if wait := self.limits.wait(call.method, method.tier, whom, at):
                call.outcome = "ratelimited"
                headers = {"Retry-After": str(wait)}
                return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
            reply = {"ok": True, **method.does(self.team, given)}
            if method.app_token:
                ticket = self.team.made_up("ticket")
                self.tickets.add(ticket)
                reply["url"] = self.socket_url(ticket)
        except ApiError as problem:
            return self._refused(call, problem)
        call.outcome = "ok"
        return web.json_response(reply, headers={"X-OAuth-Scopes": ",".join(sorted(self.team.scopes))})

    def _authorised(self, request: web.Request, method: Method) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if "token" in request.query:
            raise ApiError("not_authed", "the token is in the address")
        if scheme != "Bearer" or not token:
            raise ApiError("not_authed")
        if token not in {self.bot_token, self.app_token}:
            raise ApiError("invalid_auth")
        if not self.team.installed:
            raise ApiError("account_inactive")
        if (token == self.app_token) != method.app_token:
            raise ApiError("not_allowed_token_type", "the other kind of token is asked for")
        if not method.app_token and method.scope and method.scope not in self.team.scopes:
            raise ApiError("missing_scope", needed=method.scope, provided=",".join(sorted(self.team.scopes)))

    async def _arguments(self, request: web.Request, method: Method) -> Json:
        given: Json = dict(request.query)
        body = await request.read()
        if not body:
            if request.method == "GET" and method.verb != "GET":
                raise ApiError("invalid_arguments", "GET for what is a POST")
            return given
        if request.content_type == "application/json":
            if not method.takes_json:
                raise ApiError("invalid_arguments", "this method does not read JSON")
            try:
                parsed = json.loads(body)
            except ValueError:
                raise ApiError("invalid_json", "a body that is no JSON") from None
            if not isinstance(parsed, dict):
                raise ApiError("json_not_object", "a body that is no object")
            return given | {name: value for name, value in parsed.items() if value is not None}
        if request.content_type not in FORMS:
            raise ApiError("invalid_post_type", f"a body of type {request.content_type}")
        return given | {name: str(value) for name, value in (await request.post()).items()}

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """A message to a response_url: five of them, within half an hour of the press."""
        hook = self.team.hooks.get(request.match_info["secret"])
        age = self.team.now().timestamp() - hook.made if hook else 0
        if hook is None or hook.uses >= 5 or age > 1800:
            return web.json_response({"ok": False, "error": "expired_url" if hook else "invalid_url"}, status=404)
        hook.uses += 1
        given = await request.json()
        if unknown := given.keys() - HOOK:
            self.team.wrong("response_url", f"unknown {', '.join(sorted(unknown))}")
        original = self.team.message(hook.channel, hook.ts) if hook.ts else None
        try:
            if original and given.get("delete_original"):
                deleted(self.team, original)
            else:
                self._shown(hook.channel, original, given)
        except ApiError as problem:
            self.team.wrong("response_url", *problem.breach)
            return web.json_response({"ok": False, "error": problem.code}, status=400)
        return web.Response(text="ok")

    def _shown(self, channel: str, original: Posted | None, given: Json) -> None:
        text, blocks = checked_content(self.team, "response_url", given)
        if original and given.get("replace_original", False):
            before = self.team.as_sent(original)
            original.text, original.blocks = text, blocks
            message_changed(self.team, original, before)
            return
        alone = given.get("response_type", "ephemeral") == "ephemeral"
        posted = Posted(channel, self.team.ts(), self.team.bot_user, text, blocks, by_app=True, hidden_from_api=alone)
        self.team.post(posted)


def _method(name: str) -> Method:
    if name not in METHODS:
        raise ApiError("unknown_method", "no such method, or one this fake does not have")
    return METHODS[name]


def _typed(arguments: Json, method: Method, *, from_json: bool) -> Json:
    """The arguments as the types they are documented with. Anything missing or unknown is refused."""
    known = {**method.required, **method.optional}
    wrong = [f"[ERROR] missing required field: {name}" for name in method.required if not arguments.get(name)]
    wrong += [f"[ERROR] unknown argument: {name}" for name in arguments if name not in known]
    given: Json = {}
    for name in arguments.keys() & known.keys():
        try:
            given[name] = _one(arguments[name], known[name], from_json=from_json)
        except (ValueError, KeyError):
            wrong.append(f"[ERROR] {name} must be a {known[name]} [json-pointer:/{name}]")
    if wrong:
        raise ApiError("invalid_arguments", *wrong, response_metadata={"messages": wrong})
    return given


def _one(value: Any, kind: str, *, from_json: bool) -> Any:
    if from_json and not isinstance(value, str):
        if JSON[type(value)] != kind:
            raise ValueError(kind)
        return value
    if from_json and kind in {"boolean", "number"}:
        raise ValueError(kind)
    readers: dict[str, Callable[[str], Any]] = {
        "string": str, "number": int, "json": json.loads,
        "boolean": lambda text: {"true": True, "1": True, "false": False, "0": False}[text.lower()],
    }  # fmt: skip
    return readers[kind](value)
