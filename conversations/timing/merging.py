"""Two people edit one cadence: what differs, who changed it, and both together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from conversations.timing.cadence import SETTINGS, Cadence, Value, checked, shown
from conversations.timing.wording import header_words, words_of

Word = TypeVar("Word", bound=Value)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs. `milestone` None: a setting of the whole. A value None: not there.

    The field "there" tells whether the milestone is in the policy at all ("true"), or was removed (None).
    """

    milestone: str | None
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Clash:
    """One field that somebody changed since `common`: `theirs` is kept now, `yours` came second.

    `whose`: only "theirs" changed, only "yours", "same" when both did the same, "both" when they contradict.
    """

    milestone: str | None
    field: str
    common: str | None
    theirs: str | None
    yours: str | None

    @property
    def whose(self) -> Literal["theirs", "yours", "same", "both"]:
        """Who changed it."""
        if self.theirs == self.yours:
            return "same"
        if self.common == self.yours:
            return "theirs"
        return "yours" if self.common == self.theirs else "both"


def differences(before: Cadence, after: Cadence) -> tuple[Difference, ...]:
    """What is not the same in two cadences, milestone by milestone and field by field."""
    was, now = _flat(before), _flat(after)
    return tuple(Difference(*key, was.get(key), now.get(key)) for key in {**was, **now} if was.get(key) != now.get(key))


def clashes(common: Cadence, theirs: Cadence, yours: Cadence) -> tuple[Clash, ...]:
    """The three-way difference: every field that one of the two changed since `common`."""
    base, first, second = _flat(common), _flat(theirs), _flat(yours)
    found = (Clash(*key, base.get(key), first.get(key), second.get(key)) for key in {**base, **first, **second})
    return tuple(one for one in found if not one.common == one.theirs == one.yours)


def merged(common: Cadence, theirs: Cadence, yours: Cadence) -> Cadence:
    """What both changed, together; where they contradict, `yours`. Raises PolicyError if that makes no sense."""
    settings = _put_on(theirs.settings, common.settings, yours.settings)
    changes = {name: dict(one) for name, one in theirs.changes.items()}
    gone = dict.fromkeys(theirs.removed)
    for name in {**common.changes, **yours.changes}:
        was, now = common.changes.get(name, {}), yours.changes.get(name, {})
        if was == now:
            continue
        changes[name] = _put_on(changes.get(name, {}), was, now)
        gone.pop(name, None)
        if not now and common.base.milestone(name) is None:
            del changes[name]
    for name in set(common.removed) ^ set(yours.removed):
        gone.pop(name, None)
        if name in yours.removed:
            gone[name] = None
            changes.pop(name, None)
    texts = _put_on(theirs.texts, common.texts, yours.texts)
    return checked(replace(theirs, settings=settings, changes=changes, removed=tuple(gone), texts=texts))


def _flat(cadence: Cadence) -> dict[tuple[str | None, str], str]:
    """Every field with its word."""
    found: dict[tuple[str | None, str], str] = {
        (None, name): str(value) for name, value in header_words(cadence.policy).items() if name in SETTINGS
    }
    found[None, "extends"] = cadence.base.name
    for one in cadence.policy.milestones:
        found[one.id, "there"] = "true"
        found |= {(one.id, name): value for name, value in shown(words_of(one)).items()}
    found |= {(name, "text"): text for name, text in cadence.texts.items()}
    return found


def _put_on(theirs: Mapping[str, Word], was: Mapping[str, Word], now: Mapping[str, Word]) -> dict[str, Word]:
    """`theirs` with what changed from `was` to `now`."""
    found = dict(theirs)
    for key in {**was, **now}:
        if was.get(key) != now.get(key):
            found.pop(key, None)
            if key in now:
                found[key] = now[key]
    return found
