"""What operators look at: is the process up, can it work, and how much waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import func, select, text
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import metrics
from bot.web import Shell
from storage.tables import organisations, outbox
from storage.transaction import Statement, Tx, Unavailable

Ready = Callable[[], Mapping[str, bool]]

ANSWERS = Statement(select(organisations.c.id).limit(1))
WAITING = Statement(select(func.count(), func.min(outbox.c.ready_at)).where(outbox.c.ready_at.is_not(None)))
UNSURE = Statement(select(func.count()).where(text("state IN ('failed', 'unsure')"), outbox.c.state == "unsure"))


def _count(tx: Tx, now: datetime) -> None:
    waiting = tx.first(WAITING)
    unsure = tx.first(UNSURE)
    assert waiting is not None, "a count is always one row"
    assert unsure is not None, "a count is always one row"
    metrics.QUEUE.set(waiting[0])
    metrics.OLDEST.set(max(0.0, (now - waiting[1]).total_seconds()) if waiting[1] else 0.0)
    metrics.UNSURE.set(unsure[0])


def routes(shell: Shell, channels: Ready) -> list[Route]:
    """`channels` says of each channel whether it can send now."""

    async def health(_: Request) -> Response:
        return JSONResponse({"up": True})

    async def ready(_: Request) -> Response:
        try:
            await shell.database.run(lambda tx: tx.first(ANSWERS))
            database = True
        except Unavailable:
            database = False
        states = {"database": database, **channels()}
        return JSONResponse(states, 200 if all(states.values()) else 503)

    async def numbers(_: Request) -> Response:
        await shell.database.run(lambda tx: _count(tx, shell.now()))
        metrics.PAGES.set(shell.web.watching)
        return Response(generate_latest(metrics.REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return [Route("/health", health), Route("/ready", ready), Route("/metrics", numbers)]
