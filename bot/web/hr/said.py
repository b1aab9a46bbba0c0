"""What was just done, said once on the page somebody comes back to. The address carries a code and never a text."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request

DONE = frozenset({
    "done", "reminded", "asked", "taken", "handed", "coached", "moved", "extended", "paused", "resumed", "closed",
    "silenced", "known", "again",
})  # fmt: skip
NOT_DONE = frozenset({
    "no_date", "odd_date", "gone", "look_first", "already", "nobody", "tell_first", "no_reason", "no_outcome",
    "first_returned", "not_sure", "changed", "not_again",
})  # fmt: skip


def told(request: Request) -> str:
    """The code in the address, if it is one of ours."""
    code = request.query_params.get("said", "")
    return code if code in DONE | NOT_DONE else ""


def saying(path: str, code: str) -> str:
    """The address of that page of ours, with the code."""
    path, _, query = path.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query) if name != "said"]
    return f"{path}?{urlencode([*kept, ('said', code)])}#said"
