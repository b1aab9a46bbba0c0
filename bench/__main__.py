"""Runs the figures named on the command line, or all of them: turns nudges idle timeline process overview cadence."""

from __future__ import annotations

import importlib
import json
import sys

FIGURES = ("timeline", "turns", "nudges", "idle", "process", "overview", "cadence")


def main() -> None:
    """One JSON line a figure, as soon as it is there."""
    for name in sys.argv[1:] or FIGURES:
        for figure in importlib.import_module(f"bench.{name}").figures():
            print(json.dumps(figure), flush=True)


if __name__ == "__main__":
    main()
