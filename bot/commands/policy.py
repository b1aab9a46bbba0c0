"""`terugkeer policy check`: a policy is right, and has something to say and to ask at each milestone."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from bot import packs
from conversations.timing.policy import Policy, PolicyError
from messages.render import exists


def check(files: Sequence[Path]) -> bool:
    """The command: one line a policy, or a line for each mistake. Without files, the packs that come along."""
    own = [partial(packs.read, file) for file in files]
    ours = [partial(packs.one, f"{name}.yaml", text) for name, text in packs.texts().items()]
    mistakes = [mistake for read in own or ours for mistake in _check(read)]
    for mistake in mistakes:
        print(f"problem  {mistake}")
    return not mistakes


def _check(read: Callable[[], Policy]) -> list[PolicyError]:
    try:
        policy = read()
    except PolicyError as mistake:
        return [mistake]
    missing = list(_missing(policy))
    if not missing:
        print(f"ok       {policy.ref}: {len(policy.milestones)} milestones")
    return missing


def _missing(policy: Policy) -> Iterator[PolicyError]:
    """Milestones without words, and dialogues that are not there."""
    for milestone in policy.milestones:
        if not exists("", f"nudges/{milestone.id}"):
            remedy = f"Write messages/templates/nl/nudges/{milestone.id}.md."
            yield PolicyError(policy.name, milestone.id, "It has no words.", remedy)
        opens = milestone.ask or "duty"
        if importlib.util.find_spec(f"conversations.dialogues.{opens}") is None:
            remedy = f"Write conversations/dialogues/{opens}.py, or choose another `ask`."
            yield PolicyError(policy.name, milestone.id, f"Its dialogue `{opens}` is not there.", remedy)
