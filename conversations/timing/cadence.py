"""A policy as HR edits it: the pack it extends, and what differs from it.

Every value is the word that stands in the file ("back_at_work + 2w"), so a form, a file and this model hold the same
thing, and one reader (policy.py) judges all three. Nothing here changes: each operation gives another cadence, or a
PolicyError that names the field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from conversations.timing.grammar import NONE, Place, blocks
from conversations.timing.locked import refuse_loosening
from conversations.timing.policy import DEFAULTS, MILESTONE, POLICY, REQUIRED, parse
from conversations.timing.terms import Milestone, Policy
from conversations.timing.wording import full, header_words, in_words, words_of

Value = str | tuple[str, ...]
State = Literal["inherited", "changed", "added", "off", "removed"]
Phase = Literal["report", "absence", "before_return", "after_return"]
Limit = Literal["red", "green"]

# What HR may set of a milestone, in the order of the page.
FIELDS = tuple(name for name in MILESTONE if name not in ("locked", "series"))
# What HR may set of the whole.
SETTINGS = ("send_at", "late")
SOON = 15  # days: what is planned so soon after the first day belongs to reporting sick

BACK = frozenset({"back_at_work", "actual_return", "year_end", "case_closed"})
TOWARDS = frozenset({"expected_return", "partial_return", "return_feasible", "talk_planned", "talk_held"})


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


@dataclass(frozen=True, slots=True)
class Step:
    """One milestone as HR sees it in the table.

    inherited  as in the pack
    changed    in the pack, and `changed` names the fields that differ
    added      of one's own
    off        there, but switched off (by the pack, or here)
    removed    in the pack, and left out here; `milestone` is the pack's
    `limit` is "red" for the law and what is locked (it may only come earlier), "green" for the rest.
    `words` are the fields in the words of the file, as a form shows them; `inherited_words` those of the pack.
    """

    milestone: Milestone
    state: State
    phase: Phase
    limit: Limit
    inherited: Milestone | None
    changed: tuple[str, ...]
    words: Mapping[str, str]
    inherited_words: Mapping[str, str]


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


def steps(cadence: Cadence) -> tuple[Step, ...]:
    """Every milestone, also those left out, in the order of the pack, and then one's own."""
    inherited = {one.id: one for one in cadence.base.milestones}
    now = {one.id: one for one in cadence.policy.milestones}
    return tuple(_step(cadence, now.get(name) or inherited[name], inherited.get(name)) for name in {**inherited, **now})


def step(cadence: Cadence, milestone: str) -> Step:
    """One of them. Raises PolicyError when there is none of that id."""
    found = next((one for one in steps(cadence) if one.milestone.id == milestone), None)
    if found is None:
        _place(cadence, milestone).fail("It is not there.", "Choose one of the list.", "not_there", field="id")
    return found


def change(cadence: Cadence, milestone: str, fields: Mapping[str, str | None]) -> Cadence:
    """With other values, in the words of the file: {"at": "back_at_work + 2w", "remind": "2wd, 5wd"}.

    Several words are separated by commas. Empty takes away what the pack says; None goes back to the pack.
    Raises PolicyError naming the field.
    """
    place = _place(cadence, milestone)
    place.keys(FIELDS, fields)
    before = cadence.policy.milestone(milestone)
    if before is None:
        place.fail("It is not there.", "Choose one of the list.", "not_there", field="id")
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
    if milestone in {one.milestone.id for one in steps(cadence)}:
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
    known = step(cadence, milestone)
    gone = cadence.removed
    if known.inherited is not None and milestone not in gone:
        gone = (*gone, milestone)
    return checked(replace(cadence, changes=changes, texts=texts, removed=gone))


def restored(cadence: Cadence, milestone: str) -> Cadence:
    """As in the pack again. Raises PolicyError for one's own."""
    if step(cadence, milestone).inherited is None:
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


def phase_of(milestone: Milestone) -> Phase:
    """Where in the course it belongs: bij ziekte, tijdens, voor terugkeer, na terugkeer."""
    first = milestone.at[0] if milestone.at else milestone.latest
    assert first is not None, "a milestone has a moment"
    if first.anchor in BACK:
        return "after_return"
    if first.anchor in TOWARDS:
        return "before_return"
    days = {"d": 1, "w": 7, "m": 30, "wd": 1}[first.span.unit] * first.span.n
    soon = first.anchor in ("absence_reported", "absence_start") and days < SOON and milestone.every is None
    return "report" if soon else "absence"


def limit_of(milestone: Milestone) -> Limit:
    """Rode grens: the law, or locked by the pack. Groene grens: own policy and good practice."""
    return "red" if milestone.locked or milestone.kind == "law" else "green"


# --- Inside --------------------------------------------------------------------------------------------


def _place(cadence: Cadence, milestone: str) -> Place:
    return Place(f"{cadence.name}.yaml", milestone)


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


def _step(cadence: Cadence, milestone: Milestone, inherited: Milestone | None) -> Step:
    words = words_of(milestone)
    before = words_of(inherited) if inherited else {}
    differing = tuple(name for name in FIELDS if inherited and words.get(name) != before.get(name))
    state: State = "inherited"
    if milestone.id in cadence.removed:
        state = "removed"
    elif milestone.off:
        state = "off"
    elif inherited is None:
        state = "added"
    elif differing:
        state = "changed"
    phase, limit = phase_of(milestone), limit_of(inherited or milestone)
    return Step(milestone, state, phase, limit, inherited, differing, shown(words), shown(before))


def shown(words: Mapping[str, Value]) -> dict[str, str]:
    """Words as a form shows them: several with commas in between."""
    return {name: ", ".join(value) if isinstance(value, tuple) else value for name, value in words.items()}
