"""HR's side: what runs and what runs late, the cadences, and the days. Each page is one file with its `routes`."""

from __future__ import annotations

from starlette.routing import BaseRoute

from bot.web import Shell
from bot.web.hr import case, days, door, people, roles, today


def routes(shell: Shell) -> list[BaseRoute]:
    """Every page of HR's side."""
    return [
        *door.routes(shell), *days.routes(shell), *people.routes(shell), *roles.routes(shell), *today.routes(shell),
        *case.routes(shell),
    ]  # fmt: skip
