"""The five A's: which measures, and per measure what, who, from, until, and when it is looked at again."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import date
from typing import Any

from conversations.catalogue import BUILDUP, BY_CODE, OWN, codes
from conversations.chapters.buildup import buildup
from conversations.chapters.notes import Chapter, known, noted
from conversations.plan import HEADINGS, Agreement, Heading, Plan, next_id
from conversations.proposals import agreement as usual
from conversations.talking.dialogue import Ask, Line, Scene

DOUBTFUL = "doubtful"  # an open point, and one more for each agreement, where HR looks along (f.3, 26)
FACTOR_HEADINGS: dict[str, Heading] = {
    "workload": "organisation", "hours": "conditions", "tasks": "content", "place": "means", "tools": "means",
    "cooperation": "relations", "leadership": "relations", "safety": "means", "travel": "conditions",
}  # fmt: skip


def work_factors(scene: Scene, plan: Plan, first: date | None) -> Chapter:
    """What made it hard at work (b.2.5), and what is agreed about it: an agreement like the others."""
    choices = ("none", *FACTOR_HEADINGS)
    answer = yield Ask("work_factors", "several", choices=choices, data=known(scene), park=True)
    factors = tuple(one for one in answer or () if one != "none")
    plan = noted(plan, "work_factors", answer, work_factors=factors)
    if not factors:
        return plan
    action = yield Ask("factor_action", "text", data=known(scene, factors=factors), park=True)
    plan = noted(plan, "factor_action", action)
    return _with(plan, FACTOR_HEADINGS[factors[0]], OWN, first, action) if action else plan


def five_a(scene: Scene, plan: Plan, first: date | None) -> Chapter:
    """One question for each of the five A's (b.2.6 to b.2.10), then the details of what was chosen at once."""
    before = plan
    for heading in HEADINGS[:-1]:
        plan = yield from _under(scene, plan, heading, first)
        if heading == "conditions" and _begins_to_build_up(scene, before, plan):
            plan = yield from buildup(scene, plan, first)
    new = plan.agreements[len(before.agreements) :]
    return (yield from _details(scene, plan, new)) if new else plan


def _under(scene: Scene, plan: Plan, heading: Heading, first: date | None) -> Chapter:
    running = {agreement.code for agreement in plan.running}
    offered = tuple(code for code in codes(heading) if code not in running)
    data = known(scene, codes=offered, limits=bool(plan.fixed) and heading == "content")
    chosen = yield Ask(heading, "several", choices=(*offered, OWN), data=data, park=True)
    plan = noted(plan, heading, chosen)
    for code in chosen or ():
        what = None
        if code == OWN:
            what = yield Ask(f"own_{heading}", "text", data=known(scene), words="own")
            if not what:
                continue
        elif BY_CODE[code].specify:
            what = yield Ask(f"specify_{code}", "text", data=known(scene, code=code), words="specify")
        plan = _with(plan, heading, code, first, what or None)
    return plan


def _with(plan: Plan, heading: Heading, code: str, first: date | None, what: str | None) -> Plan:
    one = usual(next_id(plan.agreements), heading, code, first, what)
    return replace(plan, agreements=(*plan.agreements, one))


def _begins_to_build_up(scene: Scene, before: Plan, plan: Plan) -> bool:
    """A build-up that runs already is changed by its own chapter."""
    ran, runs = (any(one.code == BUILDUP for one in known_plan.running) for known_plan in (before, plan))
    return not ran and (runs or "progressive" in scene.the_case.facts)


def _details(scene: Scene, plan: Plan, new: tuple[Agreement, ...]) -> Chapter:
    """All proposals in one message (b.2.11): one tap when they are right."""
    answer = yield Ask("details", choices=("ok", "adapt", "doubt"), data=known(scene, agreements=new), park=True)
    plan = noted(plan, "details", answer)
    if answer not in ("adapt", "doubt"):
        return plan
    ids = tuple(agreement.id for agreement in new)
    which = list(ids)
    if len(ids) > 1:
        which = yield Ask(
            "adapt" if answer == "adapt" else "doubtful", "several", choices=ids, data=known(scene, agreements=new)
        )
    for agreement in new:
        if agreement.id not in (which or ()):
            continue
        changed = (yield from details_of(scene, agreement)) if answer == "adapt" else replace(agreement, owner="hr")
        agreements = tuple(changed if one.id == changed.id else one for one in plan.agreements)
        plan = replace(plan, agreements=agreements)
    if answer == "doubt" and which:
        doubts = (DOUBTFUL, *(f"{DOUBTFUL}_{number}" for number in which))
        plan = replace(plan, open_points=(*plan.open_points, *doubts))
    return plan


def details_of(scene: Scene, agreement: Agreement) -> Generator[Line, Any, Agreement]:
    """One agreement in detail: in whose words, who, from, until, temporary or lasting, and when to look again."""
    number, data = agreement.id, known(scene, agreement=agreement)

    def ask(name: str, kind: Any = "choice", **more: Any) -> Ask:
        return Ask(f"{name}_{number}", kind, data=data, words=f"reintegration_talk/{name}", **more)

    what = yield ask("what", "text")
    owner = yield ask("owner", choices=("manager", "employee", "hr", "coach", "other"))
    starts = yield ask("from", "date", suggest=(agreement.starts,) if agreement.starts else ())
    starts = starts or agreement.starts
    lasting = yield ask("lasting", choices=("temporary", "lasting"))
    temporary = lasting == "temporary" if lasting else agreement.temporary
    ends = None
    if temporary:
        ends = yield ask("until", "date", least=starts, suggest=(agreement.ends,) if agreement.ends else ())
        ends = ends or agreement.ends
    usual_day = (agreement.review_on,) if agreement.review_on else ()
    review = yield ask("review", "date", least=scene.today, suggest=usual_day)
    return replace(
        agreement, what=what or agreement.what, owner=owner or agreement.owner, starts=starts, ends=ends,
        temporary=temporary, review_on=review or agreement.review_on,
    )  # fmt: skip
