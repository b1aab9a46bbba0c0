"""The measures a talk can choose from (domain.md c.3): codes and what is usual for them. Their names are words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from conversations.plan import Heading

OWN = "own"  # something else, in the manager's own words
BUILDUP = "A2-03"  # a progressive return with a build-up schedule
MEETING = "A5-03"  # a fixed moment to look how it goes


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. `specify`: it says too little without own words (which task, which tool)."""

    code: str
    heading: Heading
    temporary: bool = True
    owner: Literal["manager", "employee", "hr", "coach", "other"] = "manager"
    specify: bool = False


MEASURES = (
    Measure("A1-01", "content"),
    Measure("A1-02", "content"),
    Measure("A1-03", "content", specify=True),
    Measure("A1-04", "content"),
    Measure("A1-05", "content"),
    Measure("A1-06", "content", temporary=False),
    Measure("A1-07", "content", specify=True),
    Measure("A1-08", "content"),
    Measure("A1-09", "content"),
    Measure("A2-01", "conditions"),
    Measure("A2-02", "conditions"),
    Measure("A2-03", "conditions"),
    Measure("A2-04", "conditions"),
    Measure("A2-05", "conditions", specify=True),
    Measure("A2-06", "conditions", owner="hr"),
    Measure("A2-07", "conditions"),
    Measure("A3-01", "means", temporary=False),
    Measure("A3-02", "means", temporary=False, specify=True),
    Measure("A3-03", "means", temporary=False),
    Measure("A3-04", "means", temporary=False),
    Measure("A3-05", "means"),
    Measure("A3-06", "means", owner="hr"),
    Measure("A4-01", "organisation"),
    Measure("A4-02", "organisation"),
    Measure("A4-03", "organisation"),
    Measure("A4-04", "organisation"),
    Measure("A4-05", "organisation", temporary=False),
    Measure("A4-06", "organisation", temporary=False),
    Measure("A5-01", "relations"),
    Measure("A5-02", "relations"),
    Measure("A5-03", "relations"),
    Measure("A5-04", "relations"),
    Measure("A5-05", "relations", owner="hr"),
    Measure("A5-06", "relations", owner="hr"),
    Measure("R-01", "route", owner="employee"),
    Measure("R-02", "route", owner="coach"),
    Measure("R-03", "route", owner="hr"),
    Measure("R-04", "route", owner="hr"),
    Measure("R-05", "route", owner="hr"),
    Measure("R-06", "route", owner="hr"),
    Measure("R-07", "route", owner="hr"),
)
BY_CODE = {measure.code: measure for measure in MEASURES}


def codes(heading: Heading) -> tuple[str, ...]:
    """The codes under one of the five A's, in the order they are offered."""
    return tuple(measure.code for measure in MEASURES if measure.heading == heading)
