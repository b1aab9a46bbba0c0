"""Where somebody links a chat of theirs, sees which are linked, and lets one go."""

from __future__ import annotations

from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.channels.web import NAME as WEB
from bot.house import BRUSSELS
from bot.linking import PURPOSE, account, deep_link, grouped, let_go, make_code
from bot.settings import Settings
from bot.web import Shell
from bot.web.pages import page
from bot.web.visitor import Visit, field, form_of, visitor
from storage import addresses, links

PATH = "/chats"


def configured(settings: Settings) -> tuple[str, ...]:
    """The chats that can be linked here."""
    tokens = {"slack": settings.slack_bot_token, "telegram": settings.telegram_token}
    return tuple(name for name, token in tokens.items() if token is not None)


def told(asked: links.Asked, now: datetime) -> dict[str, object]:
    """What became of the code this browser asked for last: when it was used and by whom, or until when it opens."""
    return {
        "used": asked.used and asked.used.astimezone(BRUSSELS),
        "channel": asked.channel,
        "account": account(asked.address or ""),
        "until": asked.expires.astimezone(BRUSSELS) if asked.expires > now else None,
    }


def shown_code(settings: Settings, code: str | None) -> dict[str, str | None]:
    """What a page that shows a code says: the code as people read it, and the address that opens Telegram with it."""
    name = settings.telegram_name
    return {"code": grouped(code) if code else None, "link": deep_link(name, code) if code and name else None}


def routes(shell: Shell) -> list[Route]:
    """The page of whoever is signed in, and its forms."""

    async def shown(visit: Visit, code: str | None = None, letting_go: str | None = None) -> Response:
        ways, asked = await shell.database.run(
            lambda tx: (addresses.ways_to(tx, visit.person.id), links.asked(tx, visit.browser, PURPOSE))
        )
        return page(
            "chats.html", **visit.awake, ways=ways, possible=configured(shell.settings), letting_go=letting_go,
            first=next((way for way in ways if way.reachable), None), web=WEB, **shown_code(shell.settings, code),
            asked=None if asked is None else told(asked, shell.now()),
        )  # fmt: skip

    async def look(request: Request) -> Response:
        return await shown(await visitor(shell, request))

    async def code(request: Request) -> Response:
        """A code is shown once, in the answer itself: it stands in no address and in no history."""
        visit = await visitor(shell, request)
        await form_of(shell, request, visit.csrf)
        if not configured(shell.settings):
            raise HTTPException(404)
        me, now = visit.person.id, shell.now()
        return await shown(visit, await shell.database.run(lambda tx: make_code(tx, me, now, visit.browser)))

    async def first(request: Request) -> Response:
        visit = await visitor(shell, request)
        channel = field(await form_of(shell, request, visit.csrf), "channel")
        await shell.database.run(lambda tx: addresses.prefer(tx, visit.person.id, channel, shell.now()))
        return RedirectResponse(PATH, 303)

    async def end(request: Request) -> Response:
        visit = await visitor(shell, request)
        form = await form_of(shell, request, visit.csrf)
        channel = field(form, "channel")
        if field(form, "sure") != "yes":
            return await shown(visit, letting_go=channel)

        await shell.database.run(lambda tx: let_go(tx, shell.house, visit.person, channel, shell.now()))
        await shell.deliver()
        return RedirectResponse(PATH, 303)

    return [
        Route(PATH, look), Route(f"{PATH}/code", code, methods=["POST"]),
        Route(f"{PATH}/first", first, methods=["POST"]), Route(f"{PATH}/end", end, methods=["POST"]),
    ]  # fmt: skip
