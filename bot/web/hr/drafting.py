"""The draft of an organisation's cadence: what it begins from, how it is kept, and what happens when two edit at once.

There is one draft, and every revision of it is kept for a while. A form says which revision it was made `since`. When
that is no longer the last one, the second person sees who changed what (`Late`), and then both are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.house import House
from conversations.case import Person
from conversations.timing import cadence as cadences
from conversations.timing import merging
from conversations.timing.cadence import Cadence
from conversations.timing.grammar import NAME, Place
from conversations.timing.terms import Policy
from storage import policies, texts
from storage.organisations import Organisation
from storage.policies import Draft

if TYPE_CHECKING:
    from storage.transaction import Tx

Operation = Callable[[Cadence], Cadence]


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on the table. `cadence` is the draft, or where none is, what is in use: ready to be changed."""

    organisation: Organisation
    using: Policy  # what new cases follow
    draft: Draft
    cadence: Cadence
    starting: Cadence  # what is in use, as a draft that changes nothing

    @property
    def drafted(self) -> bool:
        """Whether there is a draft that is not in use yet."""
        return self.draft.text is not None


@dataclass(frozen=True, slots=True)
class Edited:
    """A change that was kept."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class Late:
    """A change that was not kept: somebody was first. Sending it again with this `seen` keeps both."""

    since: int
    seen: int
    by: str  # who was first
    at: datetime
    clashes: tuple[merging.Clash, ...]
    theirs: Cadence
    yours: Cadence


def pack(house: House, name: str) -> Policy:
    """The pack of that name, in its last version. Raises PolicyError when there is none."""
    found = [one for one in house.packs.values() if one.name == name]
    if not found:
        Place(f"{name}.yaml").fail(f"`extends: {name}` is no pack.", "Choose a pack.", "unknown", "extends", given=name)
    return max(found, key=lambda one: one.version)


def named(tx: Tx, organisation: Organisation) -> tuple[str, int]:
    """What the next cadence of this organisation is called, and its version."""
    published = policies.versions(tx, organisation.id)
    if published:
        return published[0].ref.partition("@")[0], published[0].version + 1
    safe = "".join(one if one.isascii() and one.isalnum() else "_" for one in organisation.id.lower())
    name = f"own_{safe}"
    assert NAME.fullmatch(name), "made of letters, digits and underscores"
    return name, 1


def open_desk(tx: Tx, house: House, person: Person) -> Desk:
    """The table of this person's organisation."""
    organisation = house.organisation(tx, person.organisation)
    starting = _starting(tx, house, organisation)
    draft = policies.draft(tx, organisation.id)
    return Desk(organisation, house.policy(tx, organisation.policy), draft, _read(house, draft, starting), starting)


def kept(tx: Tx, house: House, person: Person, ref: str) -> Cadence | None:
    """A version of this organisation's, or a pack, to read. None for what is not there."""
    found = policies.published(tx, person.organisation, ref)
    if found is not None:
        return cadences.read(found.text, f"{ref}.yaml", lambda name: pack(house, name))
    return cadences.begin("pack", house.packs[ref]) if ref in house.packs else None


def from_pack(tx: Tx, house: House, organisation: Organisation, name: str) -> Cadence:
    """A draft that is a pack. Words of one's own stay."""
    mine, version = named(tx, organisation)
    return replace(cadences.begin(mine, pack(house, name)), version=version, texts=_texts(tx, organisation))


def from_file(tx: Tx, house: House, organisation: Organisation, text: str) -> Cadence:
    """A draft that is what a file says, under the name that is ours. Raises PolicyError."""
    mine, version = named(tx, organisation)
    read = cadences.read(text, f"{mine}.yaml", lambda name: pack(house, name))
    return cadences.checked(replace(read, name=mine, version=version, texts={**_texts(tx, organisation), **read.texts}))


def edit(tx: Tx, house: House, person: Person, change: Operation, since: int, seen: int, at: datetime) -> Edited | Late:  # noqa: PLR0913, PLR0917 - an edit as it comes in
    """Change the draft as it was `since`, and keep it; or say who was first.

    Raises PolicyError for a change that makes no sense, also together with what somebody else did; nothing is kept.
    """
    desk = open_desk(tx, house, person)
    last = desk.draft.revision
    common = desk.cadence if since == last else _then(tx, house, desk, since)
    yours = change(common)
    if last not in (since, seen):
        found = merging.clashes(common, desk.cadence, yours)
        return Late(since, last, desk.draft.by, desk.draft.at, found, desk.cadence, yours)
    if since != last:
        yours = merging.merged(common, desk.cadence, yours)
    return Edited(keep(tx, desk, yours, person, at))


def keep(tx: Tx, desk: Desk, cadence: Cadence | None, person: Person, at: datetime) -> Draft:
    """The draft is this from now on; None: there is none any more."""
    text = None if cadence is None else cadences.written(cadence)
    return policies.keep_draft(tx, desk.organisation.id, text, desk.draft.revision, person.id, at)


def _texts(tx: Tx, organisation: Organisation) -> dict[str, str]:
    return {name: one.text for name, one in texts.current(tx, organisation.id).items() if one.text}


def _starting(tx: Tx, house: House, organisation: Organisation) -> Cadence:
    """What is in use, as the beginning of the next version."""
    mine, version = named(tx, organisation)
    published = policies.published(tx, organisation.id, organisation.policy)
    if published is None:
        begun = cadences.begin(mine, house.packs[organisation.policy])
    else:
        begun = cadences.read(published.text, f"{mine}.yaml", lambda name: pack(house, name))
    return replace(begun, version=version, texts=_texts(tx, organisation))


def _read(house: House, draft: Draft | None, otherwise: Cadence) -> Cadence:
    if draft is None or draft.text is None:
        return otherwise
    return cadences.read(draft.text, f"{otherwise.name}.yaml", lambda name: pack(house, name))


def _then(tx: Tx, house: House, desk: Desk, since: int) -> Cadence:
    """The draft as it stood then; what it is now, when that is too long ago."""
    if since == 0:
        return desk.starting
    found = policies.revision(tx, desk.organisation.id, since)
    return desk.cadence if found is None else _read(house, found, desk.starting)


def texts_that_change(desk: Desk) -> Mapping[str, str | None]:
    """The words that become others when the draft is adopted; None: those of the house again."""
    now, then = desk.starting.texts, desk.cadence.texts
    return {name: then.get(name) for name in sorted({**now, **then}) if now.get(name) != then.get(name)}
