"""For the technical administrator: what waits to be sent and what went wrong, and how this is set. No names."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.house import BRUSSELS
from bot.web import Shell
from bot.web.chats import configured
from bot.web.hr.door import office_page, officer
from storage import delivery
from storage.organisations import Organisation

if TYPE_CHECKING:
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

        def work(tx: Tx) -> tuple[Organisation, list[Way], list[Lost]]:
            house = shell.house.organisation(tx, visit.person.organisation)
            return house, delivery.ways(tx, house.id, now), delivery.lost(tx, house.id, now)

        house, ways, lost = await shell.database.run(work)
        return office_page(
            visit, "technical.html", here="technical", house=house, ways=ways, lost=lost, zone=BRUSSELS,
            most=delivery.MOST, now=now, settings=settings_of(shell.settings),
        )  # fmt: skip

    return [Route(PATH, look)]
