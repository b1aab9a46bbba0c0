"""Pages out of templates. Every word is in messages/templates/<language>/pages; autoescape is on."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from messages import words

LOCALE = "nl"


@lru_cache(maxsize=64)
def static(name: str) -> str:
    """The address of a file of ours; it changes with the file, so browsers may keep it."""
    content = resources.files("bot.web").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def _comma(value: str) -> str:
    return value.replace(".", ",")


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("messages", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters.update(words.FILTERS, comma=_comma, full_short=words.full_short)
    environment.globals["static"] = static
    return environment


PAGES = _environment()


def template(name: str) -> Any:
    """The macros and names of a template, for words that stand in no page: a list to save."""
    return PAGES.get_template(f"{LOCALE}/pages/{name}").module


def fill(template: str, /, **data: Any) -> str:
    """A page, or a part of one, as HTML."""
    return PAGES.get_template(f"{LOCALE}/pages/{template}").render(**data)


def page(template: str, status: int = 200, /, **data: Any) -> HTMLResponse:
    """A page as an answer."""
    return HTMLResponse(fill(template, **data), status)
