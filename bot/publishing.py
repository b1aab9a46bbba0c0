"""A cadence is published: kept in full and for good, with its words, under the next version."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.house import BRUSSELS
from conversations.timing import cadence as cadences
from conversations.timing.adoption import numbered
from conversations.timing.grammar import Place
from conversations.timing.policy import parse
from messages.own_words import WordsError, check, starting
from storage import journal, policies, texts
from storage.policies import Version

if TYPE_CHECKING:
    from datetime import datetime

    from bot.house import House
    from conversations.timing.cadence import Cadence
    from conversations.timing.policy import Policy
    from storage.database import Tx
    from storage.organisations import Organisation


def publish(tx: Tx, house: House, organisation: Organisation, cadence: Cadence, by: str, now: datetime) -> Policy:
    """Keep the cadence and its words for good, as the next version, and return it. Nobody follows it yet.

    It is kept in full, so that it means the same whatever becomes of its pack. Raises PolicyError for a milestone
    of one's own without words, WordsError for words that are not right, Conflict when somebody else was first.
    """
    ready(cadence, now)
    version = policies.latest(tx, organisation.id) + 1
    drafted = replace(cadence, version=version)
    _keep_texts(tx, organisation.id, cadence, by, now)
    before = _before(tx, house, organisation, cadence)
    whole = cadences.in_full(numbered(before, drafted.policy))
    kept = Version(f"{cadence.name}@{version}", version, cadences.written(replace(drafted, texts={})), now, by)
    policies.publish(tx, organisation.id, kept, whole)
    journal.write(tx, organisation.id, None, by, now, [{"change": "Published", "policy": kept.ref}])
    return parse(whole, kept.ref, house.packs.__getitem__)


def ready(cadence: Cadence, now: datetime) -> None:
    """Whether it may be published. Raises PolicyError for a milestone without words, WordsError for wrong ones."""
    for milestone in cadence.policy.milestones:
        if not starting(milestone.id) and milestone.id not in cadence.texts:
            place = Place(f"{cadence.name}.yaml", milestone.id)
            place.fail("It has no words.", "Write its text first.", "no_words", "text")
    for step, text in cadence.texts.items():
        try:
            check(text, now.astimezone(BRUSSELS).date())
        except WordsError as wrong:
            raise WordsError(wrong.mistakes, step) from None


def _before(tx: Tx, house: House, organisation: Organisation, cadence: Cadence) -> Policy:
    """The version before: the last one published, else the pack."""
    published = policies.versions(tx, organisation.id)
    return house.policy(tx, published[0].ref) if published else cadence.base


def _keep_texts(tx: Tx, organisation: str, cadence: Cadence, by: str, now: datetime) -> None:
    """The words that came with the draft hold from now on; those that are gone from it give way to ours."""
    current = texts.current(tx, organisation)
    for name in sorted({*current, *cadence.texts}):
        text = cadence.texts.get(name)
        kept = check(text, now.astimezone(BRUSSELS).date()) if text is not None else None
        if kept != (current[name].text if name in current else None):
            history = texts.history(tx, organisation, name)
            texts.put(tx, organisation, name, kept, history[0].version if history else 0, by, now)


def exported(tx: Tx, organisation: Organisation, cadence: Cadence) -> str:
    """The cadence with its words, as a file that `terugkeer policy check` accepts."""
    own = {name: one.text for name, one in texts.current(tx, organisation.id).items() if one.text is not None}
    return cadences.written(replace(cadence, texts={**own, **cadence.texts}))
