"""A policy in the words of its file again: what grammar.py reads, written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

import yaml

from conversations.timing.terms import At, Clock, Milestone, Policy, Scope, Span

Value = str | tuple[str, ...]
# In the order of the file.
ORDER = (
    "to", "kind", "source", "at", "latest", "every", "until", "times", "ask", "only", "unless", "remind", "escalate",
    "escalate_to", "again", "care", "locked", "off", "valid_from", "valid_until", "series",
)  # fmt: skip
DEFAULTS = {name: Milestone.__dataclass_fields__[name].default for name in ORDER}
SEVERAL = frozenset({"at", "only", "unless", "remind"})


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, lists on one line, and no quotes: our reader takes every word as it is."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


def _listed(dumper: yaml.SafeDumper, values: tuple[str, ...]) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", list(values), flow_style=True)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(tuple, _listed)


def word(value: Any) -> Value:
    """One value as the file has it."""
    match value:
        case bool():
            return "true" if value else "false"
        case Span() | At() | int() | str():
            return str(value)
        case time():
            return value.isoformat("minutes")
        case date():
            return value.isoformat()
        case frozenset():
            return tuple(sorted(value))
        case tuple():
            words = tuple(str(one) for one in value)
            return words if len(words) != 1 else words[0]
        case _:
            raise TypeError(f"A policy has no {type(value).__name__}.")


def words_of(milestone: Milestone) -> dict[str, Value]:
    """What a milestone says, by field; what it leaves out is not there."""
    said = {name: getattr(milestone, name) for name in ORDER}
    kept = {name: value for name, value in said.items() if value != DEFAULTS[name]}
    found = {name: word(value) for name, value in kept.items()}
    if milestone.escalate is None:
        found.pop("escalate_to", None)
    return found


def header_words(policy: Policy) -> dict[str, Value]:
    """What a policy says of the whole."""
    return {"send_at": policy.send_at.isoformat("minutes"), "late": str(policy.late)}


def in_words(
    header: Mapping[str, Any],
    remove: tuple[str, ...],
    milestones: Mapping[str, Mapping[str, Value]],
    texts: Mapping[str, str],
) -> str:
    """The file."""
    block: dict[str, Any] = dict(header)
    if remove:
        block["remove"] = remove
    if milestones:
        block["milestones"] = [{"id": name, **_ordered(one)} for name, one in milestones.items()]
    if texts:
        block["texts"] = dict(texts)
    return yaml.dump(block, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def full(policy: Policy) -> str:
    """The policy with everything it says, extending nothing."""
    header: dict[str, Any] = {"policy": policy.name, "version": str(policy.version)}
    for name in ("valid_from", "valid_until"):
        if getattr(policy, name) is not None:
            header[name] = word(getattr(policy, name))
    if policy.scope != Scope():
        header["scope"] = _scope(policy.scope)
    header |= header_words(policy)
    if policy.clocks:
        header["clocks"] = {name: _clock(one) for name, one in policy.clocks.items()}
    said = {}
    for one in policy.milestones:
        block = words_of(one)
        # What follows by itself when it is left out, and so is written when it does not.
        block["care"] = word(one.care)
        block["again"] = word(one.again)
        if one.escalate_to != DEFAULTS["escalate_to"]:
            block["escalate_to"] = word(one.escalate_to)
        said[one.id] = block
    return in_words(header, (), said, {})


def _ordered(block: Mapping[str, Value]) -> dict[str, Value]:
    return {name: block[name] for name in ORDER if name in block}


def _scope(scope: Scope) -> dict[str, Value]:
    said = {name: getattr(scope, name) for name in ("statuut", "staff_from", "staff_until", "sector")}
    return {name: word(value) for name, value in said.items() if value}


def _clock(clock: Clock) -> dict[str, str]:
    return {"joins": f"{'up to' if clock.included else 'less than'} {clock.joins}", "source": clock.source}
