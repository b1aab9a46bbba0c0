"""The words of a policy file, one reader for each kind of value. Every mistake says what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from difflib import get_close_matches
from typing import Any, NoReturn, cast, get_args

import yaml

from conversations.case import Role
from conversations.timing.facts import FACTS
from conversations.timing.terms import ANCHORS, At, Clock, Kind, PolicyError, Scope, Span, Unit

ROLES = get_args(Role)
KINDS = get_args(Kind)
STATUTES = ("contractual", "statutory")
SECTORS = ("private", "flemish", "local")
NONE = "none"  # takes away what the extended policy says

SPAN = re.compile(r"(\d{1,4})(wd|d|w|m)")
AT = re.compile(rf"([a-z_]+)(?:\s*([+-])\s*{SPAN.pattern})?")
NAME = re.compile(r"[a-z][a-z0-9_]*")
CLOCK = re.compile(rf"(less than|up to)\s+{SPAN.pattern}")


class _Loader(yaml.BaseLoader):
    """YAML in which every scalar stays the text it was: no `off` that turns into False, no 9:30 into 570."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        """A mapping without a key written twice, where YAML would silently keep the last."""
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a word", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"`{key.value}` is there twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which file we are reading."""

    file: str
    milestone: str | None = None

    def fail(self, problem: str, remedy: str, code: str = "wrong", field: str | None = None, **said: str) -> NoReturn:
        """Refuse the file here. `code` and what is `said` are for who tells it in Dutch."""
        raise PolicyError(self.file, self.milestone, problem, remedy, code, field, said)

    def about(self, field: str, read: Callable[[], Any]) -> Any:
        """What `read` finds; a mistake in it is about this field."""
        try:
            return read()
        except PolicyError as mistake:
            mistake.field = mistake.field or field
            raise

    def mapping(self, value: object, what: str) -> Mapping[str, Any]:
        """A block of `key: value` lines."""
        if not isinstance(value, dict):
            self.fail(f"{what} is not a block of `key: value` lines.", "Write one `key: value` a line.")
        return value

    def keys(self, known: Iterable[str], given: Iterable[str]) -> None:
        """Refuse a key that nobody reads, and name the one that was probably meant."""
        for key in given:
            if key not in known:
                self.fail(f"`{key}` is not a key here.", _suggest(key, known), "key", key)

    def words(self, value: object, what: str) -> tuple[str, ...]:
        """One word, or a list of words."""
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(word, str) and word for word in listed):
            remedy = f"Write for example `{what}: [one, other]`."
            self.fail(f"`{what}` needs a word or a list of words.", remedy, "empty", what)
        return tuple(listed)

    def word(self, value: object, what: str, known: Iterable[str]) -> str:
        """One word out of a list."""
        if not isinstance(value, str) or value not in known:
            self.fail(f"`{what}: {value}` is unknown.", _suggest(str(value), known), "unknown", what, given=str(value))
        return value

    def known(self, value: object, what: str, known: Iterable[str]) -> frozenset[str]:
        """Words out of a list."""
        return frozenset(self.word(word, what, known) for word in self.words(value, what))

    def name(self, value: object, what: str) -> str:
        """A name we may use in keys and files."""
        if not isinstance(value, str) or not NAME.fullmatch(value):
            self.fail(f"`{what}: {value}` is not a name.", "Use small letters, digits and underscores.", "name", what)
        return value

    def text(self, value: object, what: str) -> str:
        """Any text that is not empty."""
        if not isinstance(value, str) or not value.strip():
            remedy = f"Write what belongs after `{what}:`, or leave the line out."
            self.fail(f"`{what}` is empty.", remedy, "empty", what)
        return value.strip()

    def number(self, value: object, what: str) -> int:
        """A whole number from 1 to 9999."""
        if not isinstance(value, str) or not re.fullmatch(r"[1-9]\d{0,3}", value):
            self.fail(f"`{what}: {value}` is not a whole number.", f"Write for example `{what}: 3`.", "number", what)
        return int(value)

    def flag(self, value: object, what: str) -> bool:
        """Yes or no."""
        return self.word(value, what, ("true", "false")) == "true"

    def day(self, value: object, what: str) -> date:
        """A date."""
        try:
            return date.fromisoformat(cast("str", value))
        except (TypeError, ValueError):
            self.fail(f"`{what}: {value}` is not a date.", f"Write for example `{what}: 2026-01-01`.", "date", what)

    def hour(self, value: object, what: str) -> time:
        """A decent local time: clock changes happen at night, and nobody wants to be written to then either."""
        try:
            at = time.fromisoformat(cast("str", value))
        except (TypeError, ValueError):
            self.fail(f"`{what}: {value}` is not a time.", f'Write for example `{what}: "09:00"`.', "hour", what)
        if not time(7) <= at <= time(19) or at.tzinfo is not None:
            remedy = 'Choose a time from "07:00" to "19:00".'
            self.fail(f"`{what}: {value}` is not a decent hour.", remedy, "hour", what)
        return at

    def span(self, value: object, what: str) -> Span:
        """A span of at least one: 3d, 2w, 6m, 2wd."""
        found = SPAN.fullmatch(value) if isinstance(value, str) else None
        if found is None or int(found[1]) == 0:
            remedy = "Write 3d (days), 2w (weeks), 6m (months) or 2wd."
            self.fail(f"`{what}: {value}` is not a span.", remedy, "span", what, given=str(value))
        return Span(int(found[1]), cast("Unit", found[2]))

    def spans(self, value: object, what: str) -> tuple[Span, ...]:
        """One span or a list of spans."""
        return tuple(self.span(one, what) for one in self.words(value, what))

    def moment(self, value: object, what: str) -> At:
        """A day counted from an anchor."""
        found = AT.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            remedy = "Write an anchor, and perhaps a span: `absence_start + 8w`."
            self.fail(f"`{what}: {value}` is not a moment.", remedy, "moment", what, given=str(value))
        anchor, sign, n, unit = found.groups()
        self.word(anchor, what, ANCHORS)
        if sign is None:
            return At(anchor)
        return At(anchor, Span(int(n) if sign == "+" else -int(n), cast("Unit", unit)))

    def moments(self, value: object, what: str) -> tuple[At, ...]:
        """One moment or a list of moments."""
        return tuple(self.moment(one, what) for one in self.words(value, what))

    def facts(self, value: object, what: str) -> frozenset[str]:
        """Named facts."""
        return self.known(value, what, FACTS)

    def scope(self, value: object, _: str) -> Scope:
        """For whom a policy is meant."""
        block = self.mapping(value, "`scope`")
        self.keys(("statuut", "staff_from", "staff_until", "sector"), block)
        return Scope(
            statuut=self.known(block["statuut"], "statuut", STATUTES) if "statuut" in block else frozenset(),
            staff_from=self.number(block["staff_from"], "staff_from") if "staff_from" in block else None,
            staff_until=self.number(block["staff_until"], "staff_until") if "staff_until" in block else None,
            sector=self.known(block["sector"], "sector", SECTORS) if "sector" in block else frozenset(),
        )

    def clock(self, value: object, what: str) -> Clock:
        """When a new absence counts on from the old one: `less than 14d` or `up to 8w`, with its source."""
        block = self.mapping(value, f"`{what}`")
        self.keys(("joins", "source"), block)
        found = CLOCK.fullmatch(str(block.get("joins", "")))
        if found is None or found[3] not in ("d", "w"):
            remedy = "Write `joins: less than 14d` or `joins: up to 8w`."
            self.fail(f"`{what}` does not say when a new absence joins the old one.", remedy)
        joins = Span(int(found[2]), cast("Unit", found[3]))
        return Clock(joins, found[1] == "up to", self.text(block.get("source"), "source"))


class Mistakes:
    """Every mistake of a file: reading goes on behind each, as far as what follows does not hang on it."""

    def __init__(self) -> None:
        self.found: list[PolicyError] = []

    def read(self, read: Callable[..., Any], *given: object) -> Any:
        """What `read` finds; nothing where that is a mistake."""
        try:
            return read(*given)
        except PolicyError as mistake:
            self.found += (mistake, *mistake.more)
        return None

    def keys(self, place: Place, known: Iterable[str], given: Iterable[str]) -> None:
        """Every key that nobody reads."""
        for key in given:
            self.read(place.keys, known, (key,))

    def refuse(self) -> None:
        """Raise the first mistake, where there is any, with the others beside it."""
        if self.found:
            first, *others = self.found
            first.more = tuple(others)
            raise first


Reader = Callable[[Place, object, str], Any]


def _suggest(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, list(known), n=1)
    return f"Did you mean `{near[0]}`?" if near else f"Choose from: {', '.join(sorted(known))}."


def blocks(text: str, file: str) -> Mapping[str, Any]:
    """The file as blocks of text."""
    try:
        found = yaml.load(text, Loader=_Loader)  # noqa: S506 - a BaseLoader builds nothing but text, lists and mappings
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise PolicyError(file, None, f"This is not YAML: {problem}.", "Check indents, colons and quotes.") from None
    return Place(file).mapping(found, "The file")
