"""Logs hold ids only: what is not on the list does not get out, whoever wrote the line.

A name, a text or a token in a log outlives every retention rule. So there is one list of keys that may be logged,
values must look like an id or a number, and of other people's loggers only the fact that they spoke is kept.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

# Keys that may be logged. Each holds an id, a code of ours, a count or a time.
ALLOWED = frozenset({
    "event", "level", "timestamp", "logger",
    "organisation", "person", "case", "talk", "row", "milestone", "moment", "nth", "policy", "dialogue", "key",
    "channel", "kind", "outcome", "reason", "state", "attempt", "version", "command",
    "count", "queued", "sent", "held", "dropped", "missed", "repaired", "left", "seconds", "milliseconds",
    "due", "until", "after", "port", "status", "method", "route", "setting", "pack", "error", "where",
})  # fmt: skip

# Libraries that write tokens, addresses with tokens in them or whole messages in their log: they say nothing at all.
# What goes wrong there comes to us as an exception.
SILENT = ("httpcore", "httpx", "telegram")

_EVENT = re.compile(r"[a-z][a-z0-9_.]{0,63}")
_CODE = re.compile(r"[\w:.\-/#+]{1,120}(@\d{1,6})?")  # an id, a time, a reference such as company_c@1


def _safe(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else str(value)
    return text if _CODE.fullmatch(text) else "?"


def _where(error: BaseException) -> str:
    trace, place = error.__traceback__, "?"
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename.replace("\\", "/")
        place = f"{'/'.join(file.split('/')[-2:])}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def only_ids(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Structlog processor: keep what is allowed and looks like an id; of an exception its type and its place."""
    raised = event.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    error = raised[1] if isinstance(raised, tuple) else raised
    kept = {key: _safe(value) for key, value in event.items() if key in ALLOWED}
    if not _EVENT.fullmatch(str(event.get("event"))):
        kept["event"] = "unnamed"
    if isinstance(error, BaseException):
        kept |= {"error": type(error).__name__, "where": _safe(_where(error))}
    return kept


class _Foreign(logging.Handler):
    """What other libraries say: only who spoke, how loud, and where an exception came from. Never their words."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger()
        log.log(record.levelno, "library_spoke", logger=record.name, exc_info=record.exc_info)


def configure(level: str = "info", stream: TextIO | None = None) -> None:
    """Log JSON lines to standard error (or `stream`), ours from `level` up, those of libraries from warning up."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_ids,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [_Foreign()]
    root.setLevel(logging.WARNING)
    for name, logger in logging.root.manager.loggerDict.items():
        if isinstance(logger, logging.Logger) and not name.startswith("_pytest"):
            logger.handlers.clear()
            logger.propagate = True
            logger.setLevel(logging.NOTSET)
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
