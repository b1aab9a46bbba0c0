"""`terugkeer policy check`: a policy is right, and has something to say and to ask at each milestone."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from bot import packs
from conversations.timing.grammar import blocks
from conversations.timing.policy import Policy, PolicyError
from messages import own_words
from messages.message import as_text
from messages.mistakes import DAY, told
from messages.render import exists


def check(files: Sequence[Path]) -> bool:
    """The command: one line a policy, or a line for each mistake. Without files, the packs that come along.

    Words of one's own may come along in the file, as an export has them: they are checked too.
    """
    own = [partial(_read, file) for file in files]
    ours = [partial(_with_texts, f"{name}.yaml", text) for name, text in packs.texts().items()]
    mistakes = [mistake for read in own or ours for mistake in _check(read)]
    for mistake in mistakes:
        print(f"problem  {mistake}")
    return not mistakes


def _read(file: Path) -> tuple[Policy, Mapping[str, str]]:
    packs.read(file)  # says what is wrong with a file that is no text
    return _with_texts(str(file), file.read_text(encoding="utf-8"))


def _with_texts(file: str, text: str) -> tuple[Policy, Mapping[str, str]]:
    return packs.one(file, text), blocks(text, file).get("texts") or {}


def _check(read: Callable[[], tuple[Policy, Mapping[str, str]]]) -> list[PolicyError]:
    try:
        policy, texts = read()
    except PolicyError as mistake:
        return [mistake]
    missing = [*_missing(policy, texts), *_wrong(policy, texts)]
    if not missing:
        print(f"ok       {policy.ref}: {len(policy.milestones)} milestones")
    return missing


def _wrong(policy: Policy, texts: Mapping[str, str]) -> Iterator[PolicyError]:
    """Words of one's own that would not be kept, by their line."""
    for name, text in texts.items():
        try:
            own_words.check(text, DAY)
        except own_words.WordsError as refused:
            for one in refused.mistakes:
                remedy = f"{as_text(told(one))} (line {one.line})"
                yield PolicyError(policy.name, name, f"Its text is not right: {one.code}.", remedy, one.code, "text")


def _missing(policy: Policy, texts: Mapping[str, str]) -> Iterator[PolicyError]:
    """Milestones without words, and dialogues that are not there."""
    for milestone in policy.milestones:
        if not exists("", f"nudges/{milestone.id}") and milestone.id not in texts:
            remedy = f"Write messages/templates/nl/nudges/{milestone.id}.md. In a file of your own: under `texts`."
            yield PolicyError(policy.name, milestone.id, "It has no words.", remedy)
        opens = milestone.ask or "duty"
        if importlib.util.find_spec(f"conversations.dialogues.{opens}") is None:
            remedy = f"Write conversations/dialogues/{opens}.py, or choose another `ask`."
            yield PolicyError(policy.name, milestone.id, f"Its dialogue `{opens}` is not there.", remedy)
