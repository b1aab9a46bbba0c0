"""The whole site: every route, what guards them, and what a page says when something goes wrong."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.web import Shell, chat, chats, demo, health, hr, plan, sign_in
from bot.web.guard import Guard
from bot.web.hr.door import SignInAgain, ask_again
from bot.web.pages import page
from bot.web.visitor import Stranger
from storage.transaction import Conflict, Unavailable


class Static(StaticFiles):
    """Our own files. Their address changes with them, so they may be kept."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file."""
        answer = await super().get_response(path, scope)
        if answer.status_code == 200:
            MutableHeaders(raw=answer.raw_headers)["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer


def _problem(status: int) -> HTMLResponse:
    return page("problem.html", status, status=status)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "registered for these alone"
    return _problem(error.status_code)


async def _unavailable(_: Request, __: Exception) -> Response:
    return _problem(503)


async def _broken(_: Request, __: Exception) -> Response:
    return _problem(500)


def build(
    shell: Shell,
    *,
    show: demo.Demo | None = None,
    extra: Sequence[BaseRoute] = (),
    channels: health.Ready = dict,
) -> Guard:
    """The site as an ASGI app. `show` mounts the demo; `extra` are the webhooks of other channels."""

    async def stranger(_: Request, __: Exception) -> Response:
        return page("stranger.html", 401, has_provider=shell.settings.oidc_issuer is not None)

    site = Starlette(
        routes=[
            *health.routes(shell, channels),
            *sign_in.routes(shell),
            *plan.routes(shell),
            *chats.routes(shell),
            *hr.routes(shell),
            *(demo.routes(shell, show) if show is not None else ()),
            *extra,
            Mount("/static", Static(packages=[("bot.web", "static")])),
            *chat.routes(shell),
        ],
        exception_handlers={
            Stranger: stranger,
            SignInAgain: ask_again,
            HTTPException: _refused,
            Unavailable: _unavailable,
            Conflict: _unavailable,  # somebody was first, three times in a row: nothing was kept, try again
            Exception: _broken,
        },
    )
    hooks = {route.path for route in extra if isinstance(route, Route)}
    return Guard(
        site, secure=shell.settings.secure, hooks=hooks, uploads=hr.UPLOADS
    )  # outermost: the page about a mistake of ours is guarded too
