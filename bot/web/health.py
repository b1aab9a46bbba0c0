"""What operators look at: is the process up, can it work, and how much waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import metrics
from bot.web import Shell
from storage import organisations, outbox
from storage.transaction import Unavailable

Ready = Callable[[], Mapping[str, bool]]


def routes(shell: Shell, channels: Ready) -> list[Route]:
    """`channels` says of each platform whether it takes our messages now."""

    async def health(_: Request) -> Response:
        return JSONResponse({"up": True})

    async def ready(_: Request) -> Response:
        try:
            await shell.database.run(organisations.all)
            database = True
        except Unavailable:
            database = False
        states = {"database": database, **channels()}
        return JSONResponse(states, 200 if all(states.values()) else 503)

    async def numbers(_: Request) -> Response:
        backlog = await shell.database.run(outbox.backlog)
        since = shell.now() - backlog.oldest if backlog.oldest else timedelta()
        metrics.QUEUE.set(backlog.waiting)
        metrics.OLDEST.set(max(0.0, since.total_seconds()))
        metrics.UNSURE.set(backlog.unsure)
        metrics.PAGES.set(shell.web.watching)
        for name, is_ready in channels().items():
            metrics.READY.labels(name).set(is_ready)
        return Response(generate_latest(metrics.REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return [Route("/health", health), Route("/ready", ready), Route("/metrics", numbers)]
