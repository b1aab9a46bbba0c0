"""The policy packs that come with the product, read from their files."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from conversations.timing.policy import parse_all

if TYPE_CHECKING:
    from conversations.timing.policy import Policy


def texts() -> dict[str, str]:
    """The text of every pack, by its name."""
    folder = resources.files("conversations").joinpath("policies")
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return {file.name.removesuffix(".yaml"): file.read_text(encoding="utf-8") for file in found}


def load() -> dict[str, Policy]:
    """Every pack by its reference, "company_c@1". Raises PolicyError for a pack with a mistake."""
    return {policy.ref: policy for policy in parse_all(texts()).values()}
