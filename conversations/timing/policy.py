"""Reading a policy: from the text HR wrote to a `Policy`, or to a `PolicyError` that says what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, replace
from typing import Any

from conversations.timing.grammar import KINDS, NONE, ROLES, Mistakes, Place, Reader, blocks
from conversations.timing.locked import refuse_loosening
from conversations.timing.terms import (
    CLOCKS,
    DIALOGUES,
    RETURNING,
    At,
    Clock,
    Milestone,
    Policy,
    PolicyError,
    Scope,
    Span,
)

__all__ = ["At", "Clock", "Milestone", "Policy", "PolicyError", "Scope", "Span", "parse", "parse_all"]


def _one_of(known: frozenset[str] | tuple[str, ...]) -> Reader:
    return lambda place, value, what: place.word(value, what, known)


MILESTONE: Mapping[str, Reader] = {
    "to": _one_of(ROLES),
    "kind": _one_of(KINDS),
    "source": Place.text,
    "at": Place.moments,
    "latest": Place.moment,
    "every": Place.span,
    "until": Place.moment,
    "times": Place.number,
    "ask": _one_of(DIALOGUES),
    "remind": Place.spans,
    "escalate": Place.span,
    "escalate_to": _one_of(ROLES),
    "only": Place.facts,
    "unless": Place.facts,
    "again": Place.flag,
    "locked": Place.flag,
    "off": Place.flag,
    "series": Place.number,
    "valid_from": Place.day,
    "valid_until": Place.day,
    "care": Place.flag,
}
REQUIRED = ("to", "kind", "source")

# What a later policy may take away with `none`: whatever may be left out.
DEFAULTS: Mapping[str, Any] = {
    field.name: field.default for field in fields(Milestone) if field.init and field.default is not MISSING
}

POLICY: Mapping[str, Reader] = {
    "valid_from": Place.day,
    "valid_until": Place.day,
    "scope": Place.scope,
    "send_at": Place.hour,
    "late": Place.span,
}
HEADER = ("policy", "version", "extends", "clocks", "remove", "milestones", "texts", *POLICY)


def parse(text: str, source: str, base: Callable[[str], Policy]) -> Policy:
    """The policy written in `text`. `source` names the file in errors; `base` finds the policy it extends.

    Raises PolicyError with file, milestone, problem and remedy for what is not right first, and with `more` for the
    rest; so does `base`.
    """
    place, wrong = Place(source), Mistakes()
    block = blocks(text, source)
    wrong.keys(place, HEADER, block)
    name = wrong.read(place.name, block.get("policy"), "policy")
    version = wrong.read(place.number, block.get("version"), "version")
    given = {key: wrong.read(read, place, block[key], key) for key, read in POLICY.items() if key in block}
    extended: Policy | None = None
    if "extends" in block:
        extended = wrong.read(lambda: base(place.name(block["extends"], "extends")))
        if extended is None:
            wrong.refuse()  # what a milestone leaves out may stand there
    clocks = {**(extended.clocks if extended else {}), **_clocks(place, block.get("clocks"), wrong)}
    inherited = {known.id: known for known in extended.milestones} if extended else {}
    milestones = _milestones(place, block, inherited, wrong)
    _texts(place, block.get("texts"), wrong)
    wrong.refuse()
    if extended:
        given = {"send_at": extended.send_at, "late": extended.late, **given}
    return Policy(
        name=name,
        version=version,
        milestones=milestones,
        extends=extended.name if extended else None,
        clocks=clocks,
        **given,
    )


def parse_all(texts: Mapping[str, str]) -> dict[str, Policy]:
    """Every policy of a family that extends one another. `texts` are the files by the name of their policy.

    Raises PolicyError as `parse` does, also for a policy that is not there or that extends itself.
    """
    policies: dict[str, Policy] = {}

    def load(name: str, trail: tuple[str, ...]) -> Policy:
        child = Place(f"{trail[-1]}.yaml" if trail else f"{name}.yaml")
        if name in trail:
            circle = " -> ".join((*trail, name))
            child.fail(f"`extends` goes in a circle: {circle}.", "Let one of them extend nothing.")
        if name not in texts:
            child.fail(f"`extends: {name}` is not there.", f"Choose from: {', '.join(sorted(texts))}.")
        if name not in policies:
            file = f"{name}.yaml"
            policy = parse(texts[name], file, lambda base: load(base, (*trail, name)))
            if policy.name != name:
                Place(file).fail(f"`policy: {policy.name}` is not the file's name.", f"Write `policy: {name}`.")
            policies[name] = policy
        return policies[name]

    for name in texts:
        load(name, ())
    return policies


def _clocks(place: Place, value: object, wrong: Mistakes) -> dict[str, Clock]:
    block = wrong.read(place.mapping, {} if value is None else value, "`clocks`") or {}
    wrong.keys(place, sorted(CLOCKS), block)
    return {name: wrong.read(place.clock, one, name) for name, one in block.items()}


def _texts(place: Place, value: object, wrong: Mistakes) -> None:
    """Words of one's own may come along in the file; what they may hold is judged where they are kept."""
    for name, text in (wrong.read(place.mapping, {} if value is None else value, "`texts`") or {}).items():
        wrong.read(place.name, name, "texts")
        wrong.read(Place(place.file, name).text, text, "text")


def _milestones(
    place: Place, block: Mapping[str, Any], inherited: dict[str, Milestone], wrong: Mistakes
) -> tuple[Milestone, ...]:
    """The inherited milestones in their order, changed or removed, and then the new ones."""
    removed = (wrong.read(place.words, block["remove"], "remove") if "remove" in block else None) or ()
    for name in removed:
        wrong.read(_removable, place, name, inherited)
    found = {name: milestone for name, milestone in inherited.items() if name not in removed}
    listed = block.get("milestones", [])
    if not isinstance(listed, list):
        listed = []
        wrong.read(place.fail, "`milestones` is not a list.", "Start each milestone with `- id:`.")
    own: set[str] = set(removed)

    def entered(one: object) -> None:
        entry = place.mapping(one, "A milestone")
        name = place.name(entry.get("id"), "id")
        here = Place(place.file, name)
        if name in own:
            remedy = "Give every milestone one block and its own id."
            here.fail("This id is used twice in the file.", remedy, "taken", "id")
        own.add(name)
        found[name] = _milestone(here, entry, inherited.get(name))

    for one in listed:
        wrong.read(entered, one)
    return tuple(found.values())


def _removable(place: Place, name: str, inherited: Mapping[str, Milestone]) -> None:
    place.word(name, "remove", inherited)
    if inherited[name].locked:
        Place(place.file, name).fail(
            "This milestone is locked and cannot be removed.",
            "Take it out of `remove`; facts such as `staff_of_20` decide for whom it holds.",
            "locked",
            "remove",
        )


def _milestone(place: Place, entry: Mapping[str, Any], before: Milestone | None) -> Milestone:
    wrong = Mistakes()
    wrong.keys(place, ("id", *MILESTONE), entry)
    given: dict[str, Any] = {}
    for key, read in MILESTONE.items():
        if key in entry:
            gone = entry[key] == NONE and key in DEFAULTS
            given[key] = DEFAULTS[key] if gone else wrong.read(read, place, entry[key], key)
        elif before is None and key in REQUIRED:
            wrong.read(place.fail, f"`{key}` is missing.", f"Every milestone says `{key}`.", "missing", key)
    wrong.refuse()
    if before is None:
        after = Milestone(id=entry["id"], **{"care": given["to"] == "hr", **given})
        if "again" not in given and after.anchors & RETURNING:
            after = replace(after, again=True)
    else:
        after = replace(before, **given)
    if before is not None and before.locked:
        refuse_loosening(place, before, after)
    _refuse_nonsense(place, after)
    return after


def _refuse_nonsense(place: Place, milestone: Milestone) -> None:
    """Fail for parts that are right by themselves and make no sense together."""
    one = milestone
    mistakes = (
        (not one.at and one.latest is None, "It has no moment.", "Write `at` or `latest`.", "no_moment", "at"),
        (
            len(one.at) > 1 and (one.latest is not None or one.every is not None),
            "Several `at` do not go with `latest` or `every`.",
            "Write one `at`, or make two milestones.",
            "several_at",
            "at",
        ),
        (
            len(one.at) > 1 and one.again,
            "Several `at` do not go with a date that comes back.",
            "Make a milestone for each of them.",
            "several_again",
            "at",
        ),
        (
            one.every is not None and (not one.at or one.latest is not None or one.every.unit == "wd"),
            "`every` needs one `at`, no `latest`, and days, weeks or months.",
            "Write for example `at: absence_start + 1w` and `every: 1w`.",
            "every",
            "every",
        ),
        (
            one.times is not None and one.every is None,
            "`times` goes with `every`.",
            "Add `every`, or leave it out.",
            "times",
            "times",
        ),
        (
            bool(one.only & one.unless),
            "A fact is in `only` and in `unless`.",
            "Keep it in one of the two.",
            "only_unless",
            "unless",
        ),
        (
            one.escalate is not None and one.escalate_to == one.to,
            f"It escalates to the one it is for ({one.to}).",
            "Choose another `escalate_to`, or leave `escalate` out.",
            "escalates_to_itself",
            "escalate_to",
        ),
        (
            one.valid_from is not None and one.valid_until is not None and one.valid_from > one.valid_until,
            "`valid_until` lies before `valid_from`.",
            "Turn the two dates round.",
            "valid",
            "valid_until",
        ),
        (
            list(one.remind) != sorted(one.remind, key=lambda span: span.n)
            or len({span.unit for span in one.remind}) > 1,
            "The reminders are not in order.",
            "Write them in one unit, the soonest first: `remind: [2wd, 4wd]`.",
            "remind_order",
            "remind",
        ),
        (
            one.locked and one.off,
            "It is locked and off.",
            "A locked milestone cannot be switched off.",
            "locked",
            "off",
        ),
    )
    for wrong, problem, remedy, code, field in mistakes:
        if wrong:
            place.fail(problem, remedy, code, field)
