"""For the technical administrator: what waits to be sent and what went wrong, and how this is set. No names."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import resending, second
from bot.house import BRUSSELS
from bot.web import Shell
from bot.web.chats import configured
from bot.web.hr import said
from bot.web.hr.door import office_page, officer
from storage import delivery
from storage.organisations import Organisation

if TYPE_CHECKING:
    from bot.resending import Again
    from bot.settings import Settings
    from storage.delivery import Lost, Way
    from storage.transaction import Tx

PATH = "/hr/technical"


def settings_of(settings: Settings) -> dict[str, str | int | float | bool]:
    """What may be shown of the settings: never a secret, and nothing beside one."""
    return {
        "version": version("terugkeer"),
        "base_url": settings.base_url,
        "secure": settings.secure,
        "database": settings.database_url.partition(":")[0].partition("+")[0],
        "tick": settings.tick_seconds,
        "provider": urlsplit(settings.oidc_issuer or "").netloc,
        "slack": "slack" in configured(settings),
        "slack_way": "socket" if settings.slack_app_token else "http",
        "telegram": "telegram" in configured(settings),
        "telegram_way": "webhook" if settings.telegram_secret else "polling",
        "sealed_by": len(settings.keys),
        "log_level": settings.log_level,
        "demo": settings.demo,
    }


def routes(shell: Shell) -> list[Route]:
    """The page."""

    async def look(request: Request) -> Response:
        visit, now = await officer(shell, request, "configure"), shell.now()

        def work(tx: Tx) -> tuple[Organisation, list[Way], list[Lost], list[Again]]:
            house = shell.house.organisation(tx, visit.person.organisation)
            lost = delivery.lost(tx, house.id, now)
            may = resending.possible(tx, shell.house, house.id, [one.id for one in lost], now)
            return house, delivery.ways(tx, house.id, now), lost, may

        house, ways, lost, may = await shell.database.run(work)
        waits = await shell.database.run(lambda tx: second.waiting(tx, visit.person, now))
        return office_page(
            visit, "technical.html", here="technical", house=house, ways=ways, lost=lost, zone=BRUSSELS,
            most=delivery.MOST, now=now, settings=settings_of(shell.settings), said=said.told(request),
            may={one.row.id: one for one in may},
            asked_me=any(not one.mine and one.proposal.action == "grant_roles" for one in waits),
        )  # fmt: skip

    return [Route(PATH, look)]
