"""What can go wrong between the app and Slack, to be switched on for one call or for some."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["error", "status", "cut", "html", "truncated", "slow"]


@dataclass(frozen=True)
class Fault:
    """One fault. `after` says that Slack had done what was asked before it went wrong."""

    kind: Kind
    after: bool = False
    code: str = ""
    status: int = 200
    seconds: float = 0.0
    headers: tuple[tuple[str, str], ...] = ()


def error(code: str, *, after: bool = False) -> Fault:
    """200 with ok:false and this code."""
    return Fault("error", after, code=code)


def status(number: int, *, after: bool = False) -> Fault:
    """An HTTP status and no JSON, such as 503."""
    return Fault("status", after, status=number)


def cut(*, after: bool = False) -> Fault:
    """The connection is reset."""
    return Fault("cut", after)


def slow(seconds: float, *, after: bool = False) -> Fault:
    """The answer takes so long; the call is done before that (`after`) or only then."""
    return Fault("slow", after, seconds=seconds)


def html(*, after: bool = True) -> Fault:
    """200 with a page, as a proxy gives."""
    return Fault("html", after)


def truncated(*, after: bool = True) -> Fault:
    """200 with half of the JSON."""
    return Fault("truncated", after)


def rate_limited(retry_after: str | None = "30") -> Fault:
    """429, with whatever Retry-After: "0", "86400", a date, or none at all."""
    headers = () if retry_after is None else (("Retry-After", retry_after),)
    return Fault("error", code="ratelimited", status=429, headers=headers)


Asked = Callable[[str, dict[str, Any]], bool]


@dataclass
class Faults:
    """What is going to go wrong."""

    once: list[tuple[str, Fault]] = field(default_factory=list)
    always: list[tuple[Asked, Fault]] = field(default_factory=list)

    def clear(self) -> None:
        """Nothing any more."""
        self.once.clear()
        self.always.clear()

    def next(self, method: str, arguments: dict[str, Any]) -> Fault | None:
        """The fault of this call, if any; one that was meant for one call is used up."""
        for place, (name, fault) in enumerate(self.once):
            if name in {method, "*"}:
                del self.once[place]
                return fault
        return next((fault for asked, fault in self.always if asked(method, arguments)), None)
