"""Several things for one person, as a talk keeps them: packed into what the digest is about, and unpacked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Item(NamedTuple):
    """One thing to do: which milestone of which case, the dialogue it opens, and the agreement of a review."""

    milestone: str
    nth: str
    case: str
    dialogue: str
    agreement: str = ""

    @property
    def key(self) -> str:
        """What a button for it says: "evaluation#0@case"."""
        return f"{self.milestone}#{self.nth}@{self.case}"

    @property
    def about(self) -> dict[str, str]:
        """What the talk it opens is about."""
        agreement = {"agreement": self.agreement} if self.agreement else {}
        return {"milestone": self.milestone, "nth": self.nth, **agreement}


def pack(items: Iterable[Item]) -> dict[str, str]:
    """The items as what a digest is about."""
    return {f"item_{n}": "|".join(item) for n, item in enumerate(items)}


def unpack(about: Mapping[str, str]) -> tuple[Item, ...]:
    """The items of a digest, in their order."""
    packed = (about[f"item_{n}"] for n in range(len(about)) if f"item_{n}" in about)
    return tuple(Item(*one.split("|")) for one in packed)
