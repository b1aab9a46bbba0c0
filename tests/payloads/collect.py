"""Writes down every different call that we make of Slack and of Telegram: build/payloads/<platform>/<method>.jsonl.

Two calls that differ in nothing but ids are one.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import shutil
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import structlog

FOLDER = Path(__file__).parents[2] / "build" / "payloads"
# Ids of rows with what follows them, tokens, times of Slack: they differ from run to run.
IDS = re.compile(r"[A-Za-z0-9_-]{22}\.(?=\d|i)|\b[0-9a-f]{32}\b|\b\d{10}\.\d{6}\b")
WHERE = frozenset({"chat_id", "message_id", "channel", "user_id", "users", "user", "callback_query_id", "offset"})


def different(calls: list[tuple[str, dict[str, Any]]]) -> dict[str, list[str]]:
    """For each method the calls as JSON, without those that say the same to somebody else."""
    found: dict[str, dict[str, str]] = {}
    for method, arguments in calls:
        content = {name: value for name, value in arguments.items() if name not in WHERE}
        key = f"{sorted(arguments)} {IDS.sub('', json.dumps(content, sort_keys=True))}"
        found.setdefault(method, {}).setdefault(key, json.dumps(arguments, ensure_ascii=False))
    return {method: list(those.values()) for method, those in found.items()}


def write(platform: str) -> None:
    """Play it all on this platform, and write down what was called."""
    module = import_module(f"tests.payloads.on_{platform}")
    calls = different(asyncio.run(module.calls()))
    folder = FOLDER / platform
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for method, lines in calls.items():
        (folder / f"{method}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    for name in sys.argv[1:]:
        write(name)
