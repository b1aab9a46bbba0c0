"""A policy as HR edits it: the pack it extends, and what differs from it.

Every value is the word that stands in the file ("back_at_work + 2w"), so a form, a file and this model hold the same
thing, and one reader (policy.py) judges all three. Nothing here changes: each operation gives another cadence, or a
PolicyError that names the field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NoReturn

from conversations.timing.grammar import NONE, Place, blocks
from conversations.timing.locked import refuse_loosening
from conversations.timing.policy import DEFAULTS, MILESTONE, POLICY, REQUIRED, parse
from conversations.timing.terms import Milestone, Policy
from conversations.timing.wording import full, header_words, in_words

Value = str | tuple[str, ...]

# What HR may set of a milestone, in the order of the page.
FIELDS = tuple(name for name in MILESTONE if name not in ("locked", "series"))
# What HR may set of the whole.
SETTINGS = ("send_at", "late")


@dataclass(frozen=True)
class Cadence:
    """A policy under edit. `changes` holds by milestone only what differs from `base`, in the words of the file.

    `texts` are words of one's own that came with a file; where they are kept is not the policy's business.
    """

    name: str
    version: int
    base: Policy
    settings: Mapping[str, Value] = field(default_factory=dict)
    changes: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def policy(self) -> Policy:
        """What it comes to. Raises PolicyError; the operations below never leave one behind that does."""
        return parse(written(self), f"{self.name}.yaml", lambda _: self.base)


def begin(name: str, base: Policy) -> Cadence:
    """A cadence that is the pack, under a name of its own. Nothing is changed yet; the version is 1."""
    Place(f"{name}.yaml").name(name, "policy")
    return Cadence(name, 1, base)


def read(text: str, file: str, base: Callable[[str], Policy]) -> Cadence:
    """A cadence from YAML. What says the same as the pack is left out. Raises PolicyError as `parse` does."""
    policy = parse(text, file, base)
    block = blocks(text, file)
    place = Place(file)
    if policy.extends is None:
        place.fail("It extends nothing.", "Start from a pack: `extends: company_c`.", "no_pack", field="extends")
    for one in ("clocks", "scope", "valid_from", "valid_until"):
        if one in block:
            place.fail(f"`{one}` is the pack's.", "Leave it out here.", "of_the_pack", field=one)
    listed: list[dict[str, Any]] = block.get("milestones", [])
    raw = {one["id"]: {key: _value(one[key]) for key in one if key != "id"} for one in listed}
    cadence = Cadence(
        name=policy.name,
        version=policy.version,
        base=base(policy.extends),
        settings={name: _value(block[name]) for name in SETTINGS if name in block},
        changes=raw,
        removed=tuple(place.words(block["remove"], "remove")) if "remove" in block else (),
        texts=dict(block.get("texts") or {}),
    )
    return _tidied(cadence)


def written(cadence: Cadence) -> str:
    """The cadence as YAML that `parse` and `terugkeer policy check` accept: only what differs from the pack."""
    return in_words(
        {"policy": cadence.name, "version": str(cadence.version), "extends": cadence.base.name, **cadence.settings},
        cadence.removed,
        cadence.changes,
        cadence.texts,
    )


def in_full(policy: Policy) -> str:
    """The policy as YAML that extends nothing, and so means the same whatever becomes of the packs."""
    return full(policy)


def change(cadence: Cadence, milestone: str, fields: Mapping[str, str | None]) -> Cadence:
    """With other values, in the words of the file: {"at": "back_at_work + 2w", "remind": "2wd, 5wd"}.

    Several words are separated by commas. Empty takes away what the pack says; None goes back to the pack.
    Raises PolicyError naming the field.
    """
    place = _place(cadence, milestone)
    place.keys(FIELDS, fields)
    before = cadence.policy.milestone(milestone)
    if before is None:
        not_there(cadence, milestone)
    mine = dict(cadence.changes.get(milestone, {}))
    for name, given in fields.items():
        mine.pop(name, None)
        value = _typed(given)
        if value:
            _judge(place, name, value, cadence.base.milestone(milestone))
            mine[name] = value
        elif value is not None and name in DEFAULTS:
            mine[name] = NONE
        elif value is not None:
            place.fail(f"`{name}` is empty.", f"Every milestone says `{name}`.", "empty", field=name)
    return checked(replace(cadence, changes={**cadence.changes, milestone: mine}))


def switched(cadence: Cadence, milestone: str, *, on: bool) -> Cadence:
    """Switched on or off; it stays in the list. What is locked cannot be switched off."""
    return change(cadence, milestone, {"off": "false" if on else "true"})


def added(cadence: Cadence, milestone: str, fields: Mapping[str, str | None]) -> Cadence:
    """With a milestone of one's own: `to` and a moment are needed; kind and source are "policy" and "own" unless given.

    Raises PolicyError naming the field, also for an id that is taken.
    """
    place = _place(cadence, milestone)
    place.name(milestone, "id")
    if milestone in {one.id for one in (*cadence.base.milestones, *cadence.policy.milestones)}:
        place.fail("This id is taken.", "Choose another one.", "taken", field="id")
    place.keys(FIELDS, fields)
    given = {
        name: value for name, one in {"kind": "policy", "source": "own", **fields}.items() if (value := _typed(one))
    }
    for name in REQUIRED:
        if name not in given:
            place.fail(f"`{name}` is missing.", f"Every milestone says `{name}`.", "missing", field=name)
    for name, value in given.items():
        _judge(place, name, value, None)
    return checked(replace(cadence, changes={**cadence.changes, milestone: given}))


def removed(cadence: Cadence, milestone: str) -> Cadence:
    """Without it: one's own is gone with its words, the pack's is left out and can be restored. Not what is locked."""
    changes = {name: one for name, one in cadence.changes.items() if name != milestone}
    texts = {name: one for name, one in cadence.texts.items() if name != milestone}
    inherited = _inherited(cadence, milestone)
    gone = cadence.removed
    if inherited is not None and milestone not in gone:
        gone = (*gone, milestone)
    return checked(replace(cadence, changes=changes, texts=texts, removed=gone))


def restored(cadence: Cadence, milestone: str) -> Cadence:
    """As in the pack again. Raises PolicyError for one's own."""
    if _inherited(cadence, milestone) is None:
        _place(cadence, milestone).fail("It is not in the pack.", "Remove it instead.", "own", field="id")
    changes = {name: one for name, one in cadence.changes.items() if name != milestone}
    kept = tuple(name for name in cadence.removed if name != milestone)
    return checked(replace(cadence, changes=changes, removed=kept))


def settled(cadence: Cadence, fields: Mapping[str, str | None]) -> Cadence:
    """With other settings of the whole (SETTINGS), in the words of the file; empty or None goes back to the pack."""
    place = Place(f"{cadence.name}.yaml")
    place.keys(SETTINGS, fields)
    settings = dict(cadence.settings)
    for name, given in fields.items():
        settings.pop(name, None)
        value = _typed(given)
        if value:
            _judge_setting(place, name, value)
            settings[name] = value
    return checked(replace(cadence, settings=settings))


# --- Inside --------------------------------------------------------------------------------------------


def _place(cadence: Cadence, milestone: str) -> Place:
    return Place(f"{cadence.name}.yaml", milestone)


def _inherited(cadence: Cadence, milestone: str) -> Milestone | None:
    """What the pack says of it. None for one's own."""
    before = cadence.base.milestone(milestone)
    if before is None and cadence.policy.milestone(milestone) is None:
        not_there(cadence, milestone)
    return before


def not_there(cadence: Cadence, milestone: str) -> NoReturn:
    """Raises the PolicyError of a milestone that is not in the list."""
    _place(cadence, milestone).fail("It is not there.", "Choose one of the list.", "not_there", field="id")


def _value(given: Any) -> Value:
    return tuple(given) if isinstance(given, list) else given


def _typed(given: str | None) -> Value | None:
    """What somebody typed: one word, or several with commas in between."""
    if given is None:
        return None
    words = tuple(word.strip() for word in given.split(",") if word.strip())
    return words if len(words) > 1 else "".join(words)


def _plain(value: Value) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _judge(place: Place, name: str, value: Value, inherited: Milestone | None) -> None:
    """Whether the value of one field can be read, and may be said by somebody who is not the law."""
    if name == "kind" and value == "law" and (inherited is None or inherited.kind != "law"):
        place.fail("Only a pack says what the law is.", "Choose `policy` or `practice`.", "not_law", name)
    if value != NONE or name not in DEFAULTS:
        place.about(name, lambda: MILESTONE[name](place, _plain(value), name))


def _judge_setting(place: Place, name: str, value: Value) -> None:
    place.about(name, lambda: POLICY[name](place, _plain(value), name))


def checked(cadence: Cadence) -> Cadence:
    """The cadence without what says nothing new; PolicyError when it makes no sense."""
    tidy = _tidied(cadence)
    assert tidy.policy, "parsed, or a PolicyError"
    for before in tidy.base.milestones:
        if before.kind == "law" and not (before.locked or before.off):
            _refuse_weaker(tidy, before)
    return tidy


def _refuse_weaker(cadence: Cadence, law: Milestone) -> None:
    """What the pack left unlocked, too: HR may let the law come earlier, and no more. `parse` guards what is locked."""
    place, after = _place(cadence, law.id), cadence.policy.milestone(law.id)
    if after is None:
        place.fail("This is the law and cannot be removed.", "Leave it in.", "locked", field="id")
    refuse_loosening(place, law, after)


def _tidied(cadence: Cadence) -> Cadence:
    """Without values that are the pack's anyway."""
    changes = {}
    for name, mine in cadence.changes.items():
        before = cadence.base.milestone(name)
        kept = mine if before is None else _told_apart(cadence, name, mine, before)
        if kept:
            changes[name] = kept
    was = header_words(cadence.base)
    settings = {name: value for name, value in cadence.settings.items() if value != was[name]}
    return replace(cadence, changes=changes, settings=settings)


def _told_apart(cadence: Cadence, name: str, mine: Mapping[str, Value], before: Milestone) -> dict[str, Value]:
    place = _place(cadence, name)
    apart = {}
    for key, value in mine.items():
        gone = value == NONE and key in DEFAULTS
        read_as = DEFAULTS[key] if gone else MILESTONE[key](place, _plain(value), key)
        if read_as != getattr(before, key):
            apart[key] = value
    return apart


def shown(words: Mapping[str, Value]) -> dict[str, str]:
    """Words as a form shows them: several with commas in between."""
    return {name: ", ".join(value) if isinstance(value, tuple) else value for name, value in words.items()}
