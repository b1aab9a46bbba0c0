"""What the shell knows beside the database: the dialogues, the policies, and how to make an id."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

import conversations.dialogues
from conversations.timing.policy import Policy, parse
from conversations.timing.timeline import next_due
from conversations.timing.workdays import Calendar
from messages.own_words import NONE, Own
from storage import cases, organisations, policies, texts

if TYPE_CHECKING:
    from datetime import date, datetime

    from conversations.case import Case
    from conversations.talking.dialogue import Talker
    from storage.database import Tx
    from storage.organisations import Organisation

BRUSSELS = ZoneInfo("Europe/Brussels")  # where the house stands: what day it is, for everybody in it


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A dialogue as found in its file: the script, and which parts of a scene it looks at."""

    talk: Talker
    needs: frozenset[str]  # of: cases, coming, late, looks, channels


@cache
def dialogues() -> Mapping[str, Dialogue]:
    """Every dialogue, by the name of its file."""
    found = {}
    for module in pkgutil.iter_modules(conversations.dialogues.__path__):
        file = importlib.import_module(f"conversations.dialogues.{module.name}")
        if hasattr(file, "talk"):
            found[module.name] = Dialogue(file.talk, frozenset(getattr(file, "NEEDS", ())))
    return MappingProxyType(found)


@lru_cache(maxsize=256)
def calendar_of(holidays: frozenset[date]) -> Calendar:
    """The calendar with the legal holidays and these days of the employer's own."""
    return Calendar(holidays)


@dataclass(frozen=True, slots=True)
class House:
    """The parts of the product that do not change while it runs."""

    dialogues: Mapping[str, Dialogue]
    new_id: Callable[[], str]
    packs: Mapping[str, Policy]  # by "company_c@1"
    base_url: str  # of our pages
    _parsed: dict[str, Policy] = field(default_factory=dict)
    _own: dict[str, tuple[Mapping[str, texts.Text], Own]] = field(default_factory=dict)

    def policy(self, tx: Tx, ref: str) -> Policy:
        """The policy a case follows: as it was kept, else the pack of that name and version."""
        known = self._parsed.get(ref)
        if known is None:
            text = policies.text(tx, ref)
            known = self.packs[ref] if text is None else parse(text, ref, self._pack)
            self._parsed[ref] = known
        return known

    def followed(self, tx: Tx, case: Case) -> Policy:
        """The policy of this case, at the hour its organisation begins to write."""
        send_at = self.organisation(tx, case.organisation).send_at
        policy = self.policy(tx, case.policy)
        if send_at is None or send_at == policy.send_at:
            return policy
        key = f"{case.policy} at {send_at}"
        at_its_hour = self._parsed.get(key)
        if at_its_hour is None:
            at_its_hour = self._parsed[key] = replace(policy, send_at=send_at)
        return at_its_hour

    def _pack(self, name: str) -> Policy:
        """The pack a policy extends, in its last version."""
        return max((pack for pack in self.packs.values() if pack.name == name), key=lambda pack: pack.version)

    def own_words(self, tx: Tx, organisation: str) -> Own:
        """What this organisation says in words of its own. The same thing as long as they are the same."""
        current = texts.current(tx, organisation)
        if not current:
            return NONE
        before, own = self._own.get(organisation, ({}, NONE))
        if current != before:
            own = Own({name: one.text for name, one in current.items() if one.text is not None})
            self._own[organisation] = (current, own)
        return own

    def organisation(self, tx: Tx, name: str) -> Organisation:
        """The organisation a person or a case belongs to."""
        known = organisations.get(tx, name)
        assert known is not None, "people belong to an organisation"
        return known

    def calendar(self, organisation: Organisation) -> Calendar:
        """Its working days."""
        return calendar_of(organisation.holidays)

    def known(self, tx: Tx, case: Case) -> Case:
        """The case with the facts of its organisation; made once a transaction."""
        key = ("known cases", case.id)
        before, made = tx.memory.get(key, (None, None))
        if before is case or made is case:
            return cast("Case", made)
        made = known(case, self.organisation(tx, case.organisation))
        tx.memory[key] = case, made
        return made

    def next_due(self, tx: Tx, case: Case, now: datetime) -> datetime | None:
        """When the tick should look at this case again."""
        if not case.is_live:
            return None
        organisation = self.organisation(tx, case.organisation)
        told = cases.told(tx, case.id)
        return next_due(self.followed(tx, case), self.known(tx, case), self.calendar(organisation), told, now)


def known(case: Case, organisation: Organisation) -> Case:
    """The case with the facts of its organisation, for the timeline and the scripts. Never saved like this."""
    return case if organisation.facts <= case.facts else replace(case, facts=case.facts | organisation.facts)
