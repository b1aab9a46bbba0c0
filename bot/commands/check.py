"""One line of the doctor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at. `remedy` is what to do when it is not well; what is not `grave` is a warning."""

    what: str
    well: bool
    remedy: str = ""
    grave: bool = True

    def __str__(self) -> str:
        if self.well:
            return f"ok       {self.what}"
        return f"{'problem' if self.grave else 'warning'}  {self.what}: {self.remedy}"
