"""docs/faults.md names every fault once, and only tests that exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

HOME = Path(__file__).parents[2]
TABLE = (HOME / "docs" / "faults.md").read_text(encoding="utf-8")
ROW = re.compile(r"\| ([AB]\d+) \| [^|]+ \| (.+) \|")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def names_in(path: str) -> set[str]:
    """The names of the tests in a file."""
    body = ast.parse((HOME / path).read_text(encoding="utf-8")).body
    return {one.name for one in body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_fault_has_a_line() -> None:
    """A1 to A22 and B1 to B21, in order; each with a test, or with the reason why there is none."""
    lines = [found for line in TABLE.splitlines() if (found := ROW.fullmatch(line))]
    expected = [f"A{n}" for n in range(1, 23)] + [f"B{n}" for n in range(1, 22)]
    assert expected == [line[1] for line in lines]
    assert [] == [line[1] for line in lines if not (TEST.search(line[2]) or line[2].startswith("None: "))]


def test_every_test_that_is_named_exists() -> None:
    """Who renames a test renames it there too."""
    named = TEST.findall(TABLE)
    assert len(named) > 60
    assert [] == [f"{path}::{name}" for path, name in named if name not in names_in(path)]
