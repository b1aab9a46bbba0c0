"""HR's side: what runs and what runs late, the cadences, and the days. Each page is one file with its `routes`."""

from __future__ import annotations

from starlette.routing import BaseRoute

from bot.web import Shell
from bot.web.hr import beginning, bring_in, cadence, case, days, door, files, people, preview, roles, start, step, text, today
from bot.web.hr.uploads import AROUND, MOST

UPLOADS = {bring_in.PATH: MOST + AROUND}  # where more may be posted than a person types


def routes(shell: Shell) -> list[BaseRoute]:
    """Every page of HR's side."""
    return [
        *door.routes(shell), *days.routes(shell), *people.routes(shell), *bring_in.routes(shell), *roles.routes(shell), *start.routes(shell),
        *beginning.routes(shell),
        *cadence.routes(shell), *step.routes(shell), *text.routes(shell), *files.routes(shell), *today.routes(shell),
        *case.routes(shell), *preview.routes(shell),
    ]  # fmt: skip
