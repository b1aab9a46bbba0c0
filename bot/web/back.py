"""Back to the page of ours that a form was on, or that a step began at: own paths alone, and pages alone."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.routing import Match

OWN_PATH = re.compile(r"/(?![/\\])[\w./?=&%+@-]{0,1000}", re.ASCII)


def came_from(request: Request, otherwise: str = "/hr") -> str:
    """The page of ours a form was on, to go back to."""
    parts = urlsplit(request.headers.get("referer", ""))
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return path if OWN_PATH.fullmatch(path) else otherwise


def looked_at(request: Request, address: str) -> str:
    """The nearest address that is a page: one that a form was sent to is none, what it is part of is."""
    path = address.partition("?")[0]
    if any(
        one.matches({**request.scope, "path": path, "method": "GET"})[0] is Match.FULL for one in request.app.routes
    ):
        return address
    return looked_at(request, path.rpartition("/")[0] or "/")
