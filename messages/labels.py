"""The few words a channel puts on what it draws itself: its menu of commands, the end of a message it shortened."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType


@lru_cache(maxsize=8)
def labels(channel: str, locale: str = "nl") -> Mapping[str, str]:
    """What talking/<channel>.md calls things, by code, in the order of the file: a line "code: words" each."""
    path = resources.files("messages").joinpath("templates", locale, "talking", f"{channel}.md")
    lines = (line.partition(": ") for line in path.read_text(encoding="utf-8").splitlines())
    return MappingProxyType({code: words for code, _, words in lines if words})
