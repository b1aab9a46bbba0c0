"""`terugkeer policy check`: a policy is right, and has something to say and to ask at each milestone."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from bot import packs
from bot.commands import texts
from conversations.timing.grammar import blocks
from conversations.timing.policy import Policy, PolicyError
from messages.render import exists


def check(files: Sequence[Path]) -> bool:
    """The command: one line a policy, or a line for each mistake. Without files, the packs that come along.

    Words of one's own may come along in the file, as an export has them: they are checked too.
    """
    own = [partial(_read, file) for file in files]
    ours = [partial(_checked, f"{name}.yaml", text) for name, text in packs.texts().items()]
    mistakes = [mistake for look in own or ours for mistake in look()]
    for mistake in mistakes:
        print(f"problem  {mistake}")
    return not mistakes


def _read(file: Path) -> list[PolicyError]:
    try:
        text = packs.text(file)
    except PolicyError as mistake:
        return [mistake]
    return _checked(str(file), text)


def _checked(file: str, text: str) -> list[PolicyError]:
    """Every mistake in the policy and in the words that come along, said at once."""
    try:
        said = blocks(text, file).get("texts")
    except PolicyError as mistake:
        return [mistake]
    given = {name: one for name, one in said.items() if isinstance(one, str)} if isinstance(said, dict) else {}
    wrong = list(texts.mistakes(file, given))
    for hint in texts.hints(file, given):
        print(f"warning  {hint}")
    try:
        policy = packs.one(file, text)
    except PolicyError as mistake:
        return [mistake, *mistake.more, *wrong]
    wrong = [*_missing(policy, given), *wrong]
    if not wrong:
        print(f"ok       {policy.ref}: {len(policy.milestones)} milestones")
    return wrong


def _missing(policy: Policy, own: Mapping[str, str]) -> Iterator[PolicyError]:
    """Milestones without words, and dialogues that are not there."""
    for milestone in policy.milestones:
        if not exists("", f"nudges/{milestone.id}") and milestone.id not in own:
            remedy = f"Write messages/templates/nl/nudges/{milestone.id}.md. In a file of your own: under `texts`."
            yield PolicyError(policy.name, milestone.id, "It has no words.", remedy)
        opens = milestone.ask or "duty"
        if importlib.util.find_spec(f"conversations.dialogues.{opens}") is None:
            remedy = f"Write conversations/dialogues/{opens}.py, or choose another `ask`."
            yield PolicyError(policy.name, milestone.id, f"Its dialogue `{opens}` is not there.", remedy)
