"""The policy packs that come with the product, read from their files."""

from __future__ import annotations

from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

from conversations.timing.policy import PolicyError, parse, parse_all

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from conversations.timing.policy import Policy


def texts() -> dict[str, str]:
    """The text of every pack, by its name."""
    folder = resources.files("conversations").joinpath("policies")
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return {file.name.removesuffix(".yaml"): file.read_text(encoding="utf-8") for file in found}


@cache
def load() -> Mapping[str, Policy]:
    """Every pack by its reference, "company_c@1"; read once. Raises PolicyError for a pack with a mistake."""
    return MappingProxyType({policy.ref: policy for policy in _by_name().values()})


@cache
def _by_name() -> Mapping[str, Policy]:
    return MappingProxyType(parse_all(texts()))


def one(file: str, text: str) -> Policy:
    """A policy in its own file, which may extend a pack. Raises PolicyError for a mistake."""

    def base(name: str) -> Policy:
        known = _by_name()
        if name not in known:
            problem, remedy = f"`extends: {name}` is not there.", f"Choose from: {', '.join(sorted(known))}."
            raise PolicyError(file, None, problem, remedy)
        return known[name]

    return parse(text, file, base)


def read(file: Path) -> Policy:
    """A policy from a file of one's own. Raises PolicyError for a mistake, also for a file that is not text."""
    return one(str(file), text(file))


def text(file: Path) -> str:
    """What stands in a file of one's own. Raises PolicyError for one that is not text."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(str(file), None, f"It cannot be read: {error}.", "Give a YAML file in UTF-8.") from None
