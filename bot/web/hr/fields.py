"""A step as a form has it: numbers, units and days to choose, each in a field of its own; and the words of the file.

What was typed stays as it was typed, so a form with a mistake comes back as it was sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from conversations.timing.grammar import AT, SPAN

Typed = Mapping[str, str]

DAYS = 6  # for which a step may be planned
REMINDERS = 4
CONDITIONS = 8
SIDES = {"+": "after", "-": "before"}
SIGNS = {side: sign for sign, side in SIDES.items()}


def shown(words: Typed) -> dict[str, str]:
    """The fields of a form for a step in the words of the file."""
    found = {name: words.get(name, "") for name in ("to", "ask", "times", "escalate_to")}
    for n, at in enumerate(_several(words, "at")):
        found |= _moment(f"at{n}", at)
    for name in ("latest", "until"):
        found |= _moment(name, words.get(name, ""))
    for name in ("every", "escalate"):
        found[f"{name}_n"], found[f"{name}_unit"] = _span(words.get(name, ""))
    for n, span in enumerate(_several(words, "remind")):
        found[f"remind{n}_n"], found["remind_unit"] = _span(span)
    facts = [(fact, how) for how in ("only", "unless") for fact in _several(words, how)]
    for n, (fact, how) in enumerate(facts):
        found[f"fact{n}"], found[f"fact{n}_how"] = fact, how
    return found


def read(typed: Typed) -> dict[str, str]:
    """The words of the file for what was typed. Fields that the form did not have are not there."""
    found = {name: typed[name].strip() for name in ("to", "ask", "times", "escalate_to") if name in typed}
    if "at0_from" in typed:
        found["at"] = ", ".join(filter(None, (_at(typed, f"at{n}") for n in range(DAYS))))
    for name in ("latest", "until"):
        if f"{name}_from" in typed:
            found[name] = _at(typed, name)
    for name in ("every", "escalate"):
        if f"{name}_n" in typed:
            found[name] = _number(typed[f"{name}_n"], typed.get(f"{name}_unit", ""))
    if "remind0_n" in typed:
        unit = typed.get("remind_unit", "")
        reminders = (_number(typed.get(f"remind{n}_n", ""), unit) for n in range(REMINDERS))
        found["remind"] = ", ".join(filter(None, reminders))
    if "fact0" in typed:
        chosen = [(typed.get(f"fact{n}", ""), typed.get(f"fact{n}_how", "")) for n in range(CONDITIONS)]
        for how in ("only", "unless"):
            found[how] = ", ".join(fact for fact, its in chosen if fact and its == how)
    if found.get("escalate") == "" and "escalate_to" in found:
        del found["escalate_to"]  # nobody to pass it on to
    return found


def rows(typed: Typed, name: str, most: int, ending: str = "") -> range:
    """The rows of a list to show: those with something in them, and an empty one to go on with."""
    used = [n for n in range(most) if any(typed.get(f"{name}{n}{part}") for part in _parts(ending))]
    return range(min(most, max(used, default=-1) + 2))


def _parts(ending: str) -> Iterable[str]:
    return (ending,) if ending else ("_n", "_from")


def _several(words: Typed, name: str) -> list[str]:
    return [word.strip() for word in words.get(name, "").split(",") if word.strip()]


def _moment(name: str, at: str) -> dict[str, str]:
    found = AT.fullmatch(at)
    if found is None:
        return {f"{name}_n": "", f"{name}_unit": "w", f"{name}_side": "after", f"{name}_from": ""}
    anchor, sign, n, unit = found.groups()
    return {
        f"{name}_n": n or "", f"{name}_unit": unit or "w", f"{name}_side": SIDES[sign or "+"], f"{name}_from": anchor,
    }  # fmt: skip


def _span(span: str) -> tuple[str, str]:
    found = SPAN.fullmatch(span)
    return (found[1], found[2]) if found else ("", "wd")


def _number(n: str, unit: str) -> str:
    return f"{n.strip()}{unit}" if n.strip() else ""


def _at(typed: Typed, name: str) -> str:
    """A moment. A number without a day to count from stays a mistake that the reader names."""
    n, anchor = typed.get(f"{name}_n", "").strip(), typed.get(f"{name}_from", "")
    if not n.strip("0"):
        return anchor
    return f"{anchor} {SIGNS.get(typed.get(f'{name}_side', ''), '?')} {n}{typed.get(f'{name}_unit', '')}"
