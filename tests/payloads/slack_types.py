"""Every call to Slack, read by Slack's own types: TypeScript that says `satisfies`, and the compiler that checks it.

The types of calls let any object pass as a block, so blocks are held against `KnownBlock` too. Types hold no lengths:
those are the fake's to check.
"""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "build"
TSC = FOLDER / "node" / "node_modules" / "typescript" / "bin" / "tsc"
Json = dict[str, Any]
Ways = dict[str, Callable[[Json], Any]]

HEAD = "import type { KnownBlock } from '@slack/types'; import type { WebClient } from '@slack/web-api'; type Checked ="
WORDS = frozenset({"text", "url", "action_id", "value", "token", "channel", "ts", "user", "users", "user_id", "cursor"})
BLOCKS = "{ blocks: KnownBlock[] }"
CONFIG = {
    "compilerOptions": {
        "strict": True, "noEmit": True, "skipLibCheck": True, "target": "es2022", "module": "node16", "types": [],
    },
    "include": ["*.ts"],
}  # fmt: skip


def shape(thing: Any) -> Any:
    """What a type sees of it: which words stand in a field that takes any words, is nothing to a type."""
    if isinstance(thing, list):
        return [shape(one) for one in thing]
    if isinstance(thing, dict):
        return {name: name if name in WORDS and isinstance(one, str) else shape(one) for name, one in thing.items()}
    return thing


def shapes(calls: Iterable[Json]) -> list[Json]:
    """The first call of each shape."""
    first: dict[str, Json] = {}
    for call in calls:
        first.setdefault(json.dumps(shape(call), sort_keys=True), call)
    return list(first.values())


def arguments_of(method: str) -> str:
    """The type of what a method is called with."""
    path = "".join(f"['{part}']" for part in method.split("."))
    return f"NonNullable<Parameters<WebClient{path}>[0]>"


def source(type_: str, things: Iterable[Json], before: str = "") -> str:
    """A file with a line for each thing that must be of this type."""
    return "\n".join([f"{HEAD} {type_};", *(f"{before}void ({json.dumps(one)} satisfies Checked);" for one in things)])


def blocks_of(calls: Iterable[Json]) -> Iterator[Json]:
    """The blocks that are shown, in a message or in a view."""
    return ({"blocks": call.get("view", call).get("blocks", [])} for call in calls)


def sources(calls: Mapping[str, Sequence[Json]]) -> Iterator[tuple[str, str]]:
    """The files by name."""
    for method, many in calls.items():
        those = shapes(many)
        yield method, source(arguments_of(method), those)
        if any("blocks" in call.get("view", call) for call in those):
            yield f"{method}.blocks", source(BLOCKS, blocks_of(those))
    good = next(call for call in calls["chat.postMessage"] if any(one["type"] == "actions" for one in call["blocks"]))
    # The next line must be refused: when it is not, that is an error.
    refused = "// @ts-expect-error\n"
    yield "spoilt", source(arguments_of("chat.postMessage"), spoilt(good, SPOILT), refused)
    yield "spoilt.blocks", source(BLOCKS, blocks_of(spoilt(good, SPOILT_BLOCKS)), refused)


# --- That it can say no --------------------------------------------------------------------------------


def _button(call: Json) -> Json:
    found: Json = next(block for block in call["blocks"] if block["type"] == "actions")["elements"][0]
    return found


SPOILT: Ways = {
    "an unknown argument": lambda call: call.update(colour="red"),
    "no channel": lambda call: call.pop("channel"),
    "a channel that is a number": lambda call: call.update(channel=7),
    "blocks that are no list": lambda call: call.update(blocks={}),
    "a block without a type": lambda call: call["blocks"].append({"text": "Dag"}),
    "metadata of a numbered type": lambda call: call["metadata"].update(event_type=7),
    "a word for no": lambda call: call.update(unfurl_links="no"),
}
SPOILT_BLOCKS: Ways = {
    "an unknown block": lambda call: call["blocks"].append({"type": "paragraph", "text": "Dag"}),
    "an unknown field of a block": lambda call: call["blocks"][-1].update(colour="red"),
    "an unknown element": lambda call: _button(call).update(type="knob"),
    "a button without words": lambda call: _button(call).pop("text"),
    "words that are no object": lambda call: _button(call).update(text="Ja"),
    "markup on a button": lambda call: _button(call)["text"].update(type="mrkdwn"),
    "an unknown field of words": lambda call: _button(call)["text"].update(bold=True),
    "an unknown style": lambda call: _button(call).update(style="quiet"),
}


def spoilt(call: Json, ways: Ways) -> Iterator[Json]:
    """A good message, spoilt in each way."""
    for spoil in ways.values():
        one = copy.deepcopy(call)
        spoil(one)
        yield one


def main() -> str:
    """How many calls of which method were read. Ends with what is wrong with them, when anything is."""
    calls = {
        file.stem: [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        for file in sorted((FOLDER / "payloads" / "slack").glob("*.jsonl"))
    }
    folder = FOLDER / "node" / "payloads"  # beside the types, where the compiler looks for them
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "tsconfig.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    for name, text in sources(calls):
        (folder / f"{name}.ts").write_text(text, encoding="utf-8")
    told = subprocess.run(["node", TSC, "-p", folder], check=False, capture_output=True, text=True, cwd=folder)
    if told.returncode:
        sys.exit("\n".join(line[:1000] for line in (told.stdout + told.stderr).splitlines()[:50]))
    many = ", ".join(f"{len(those)} {method} ({len(shapes(those))} shapes)" for method, those in calls.items())
    return f"Slack: {many}; {len(SPOILT) + len(SPOILT_BLOCKS)} spoilt messages refused"


if __name__ == "__main__":
    sys.stdout.write(main() + "\n")
