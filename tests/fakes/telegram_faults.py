"""What can go wrong on the way: errors, cut connections, latency, answers that are no answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.telegram_model import JSON

Condition = Callable[[str, JSON], bool]


@dataclass(frozen=True)
class Fault:
    """One way to fail. `taken`: the call is carried out all the same, only the answer is lost."""

    taken: bool = False
    cut: bool = False
    seconds: float = 0.0
    status: int | None = None
    body: str = ""
    content_type: str = "application/json"
    refusal: tuple[int, str, int | None] | None = None
    half: bool = False

    @property
    def only_late(self) -> bool:
        """Whether nothing but time is lost."""
        return not self.cut and not self.half and self.status is None


@dataclass
class Planned:
    """A fault waiting for its calls."""

    method: str
    fault: Fault
    times: int | None
    when: Condition | None

    def fits(self, method: str, arguments: JSON) -> bool:
        """Whether this is a call to fail."""
        named = self.method in {"*", method}
        return named and self.times != 0 and (self.when is None or self.when(method, arguments))


def error(code: int, description: str, retry_after: int | None = None) -> Fault:
    """Refuse in the server's own shape, `error(429, "Too Many Requests: retry after 3", 3)`; nothing is taken."""
    return Fault(refusal=(code, description, retry_after))


def broken(status: int = 502, *, taken: bool = False) -> Fault:
    """5xx with JSON, as Telegram gives when it is unwell."""
    body = f'{{"ok":false,"error_code":{status},"description":"Internal Server Error"}}'
    return Fault(taken=taken, status=status, body=body)


def cut(*, taken: bool = False) -> Fault:
    """The connection breaks without an answer."""
    return Fault(taken=taken, cut=True)


def slow(seconds: float, *, taken: bool = True) -> Fault:
    """Answered so many real seconds later; taken at once, or only then (and not when the bot gave up by then)."""
    return Fault(taken=taken, seconds=seconds)


def html(status: int = 200, *, taken: bool = False) -> Fault:
    """A proxy's page instead of an answer."""
    body = "<html><head><title>Hello</title></head><body>nginx</body></html>"
    return Fault(taken=taken, status=status, body=body, content_type="text/html")


def truncated() -> Fault:
    """Taken, but only half of the JSON arrives (as a complete HTTP answer)."""
    return Fault(taken=True, half=True)
