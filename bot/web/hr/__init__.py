"""HR's side: what runs and what runs late, the cadences, and the days. Each page is one file with its `routes`."""

from __future__ import annotations

from starlette.routing import BaseRoute

from bot.web import Shell
from bot.web.hr import (
    adoption,
    audit,
    beginning,
    bring_in,
    cadence,
    case,
    chats,
    days,
    delivery,
    door,
    files,
    people,
    preview,
    roles,
    start,
    step,
    technical,
    text,
    today,
)
from bot.web.hr.uploads import AROUND, MOST

UPLOADS = {
    bring_in.PATH: MOST + AROUND,
    files.IMPORT: files.LARGEST + AROUND,
}  # where more may be posted than a person types
PAGES = (
    door, today, delivery, case, start, bring_in, chats, people, roles, days, beginning, cadence, step, text, files,
    preview, adoption, audit, technical,
)  # fmt: skip


def routes(shell: Shell) -> list[BaseRoute]:
    """Every page of HR's side."""
    return [route for one in PAGES for route in one.routes(shell)]
