"""Updates that cannot be kept: one that fails again and again while others are kept is poison, and is let go.

When nothing at all can be kept (the database is away) nothing is let go, however long it takes.
"""

from __future__ import annotations

from dataclasses import dataclass

POISON = 6  # failures after which an update is let go, if others were kept meanwhile
FORGET_OVER = 1024


@dataclass(slots=True)
class _Failing:
    times: int
    kept_before: int


class Failures:
    """How often which update failed, by its number."""

    def __init__(self) -> None:
        self._failing: dict[int, _Failing] = {}
        self._kept = 0

    def kept(self, number: int) -> None:
        """This one went well."""
        self._kept += 1
        self._failing.pop(number, None)

    def failed(self, number: int) -> bool:
        """This one failed once more. True when it is time to let it go."""
        if number not in self._failing and len(self._failing) > FORGET_OVER:
            self._failing.clear()
        failing = self._failing.setdefault(number, _Failing(0, self._kept))
        failing.times += 1
        if failing.times < POISON or failing.kept_before == self._kept:
            return False
        del self._failing[number]
        return True

    def times(self, number: int) -> int:
        """How often it failed up to now."""
        failing = self._failing.get(number)
        return failing.times if failing else 0
