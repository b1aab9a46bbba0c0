"""A published cadence goes into use: followed by new cases, or by all.

Running cases go over a page at a time, each page in one transaction that also says how far it is. So whatever comes
in between, every case goes over once; until then it simply follows the version it followed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import structlog

from bot import standing
from bot.house import known
from conversations.changes import Adopted, Change
from conversations.timing.adoption import Switch, switch
from storage import adoptions, cases, journal, organisations, policies, sessions
from storage.adoptions import Adoption
from storage.cases import Decision
from storage.transaction import Conflict, Unavailable

if TYPE_CHECKING:
    from datetime import datetime

    from bot.house import House
    from conversations.case import Case
    from storage.database import Database, Tx

log = structlog.get_logger()

Which = Literal["new", "all"]

PAGE = 200  # cases that go over in one transaction
AT_ONCE = 5  # pages before whoever asked gets an answer: some thousand cases; the tick does the rest
REASON = "adopted"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an adoption is: `moved` cases went over, `left` may still have to."""

    policy: str
    moved: int
    left: int
    finished: bool


def begin(  # noqa: PLR0913, PLR0917 - what, for which cases, by whom, when, and who agreed
    tx: Tx, house: House, organisation: str, ref: str, which: Which, by: str, now: datetime, second: str | None = None
) -> None:
    """New cases follow this version from now on; with "all" the running ones too, as `go_on` comes to them.

    `second` is who agreed to it, where somebody could. Conflict for an unknown version.
    """
    if ref not in house.packs and policies.text(tx, ref) is None:
        raise Conflict(f"There is no {ref}.")
    organisations.put(tx, replace(house.organisation(tx, organisation), policy=ref))
    finished = None if which == "all" else now
    agreed = {"second": second} if second else {"alone": True}
    adoptions.begin(tx, Adoption(organisation, ref, by, now, finished_at=finished))
    journal.write(tx, organisation, None, by, now, [{"change": "Adopted", "policy": ref, "cases": which, **agreed}])


def progress(tx: Tx, organisation: str) -> Progress | None:
    """How far the last adoption is; None where there never was one."""
    found = adoptions.of(tx, organisation)
    if found is None:
        return None
    finished = found.finished_at is not None
    left = 0 if finished else adoptions.count(tx, organisation, found.after)
    return Progress(found.policy, found.moved, left, finished)


async def go_on(database: Database, house: House, now: datetime, pages: int | None = None) -> int:
    """Let running cases go over that have to, so many pages at most; how many went over."""
    moved, done = 0, 0
    while pages is None or done < pages:
        under_way = await database.run(adoptions.unfinished)
        if not under_way:
            return moved
        try:
            moved += await database.run(lambda tx, one=under_way[0]: _page(tx, house, one, now))  # type: ignore[misc]
        except (Unavailable, Conflict):
            raise
        except Exception:
            log.exception("adoption_page_failed")
            moved += await _one_by_one(database, house, under_way[0], now)
        done += 1
    return moved


async def _one_by_one(database: Database, house: House, adoption: Adoption, now: datetime) -> int:
    """The same page, each case alone: one that cannot go over follows what it followed, and holds up no other.

    Raises PolicyError where the version itself is the trouble: then no case is passed over, and it is tried again.
    """
    moved = 0
    await database.run(lambda tx: house.policy(tx, adoption.policy))
    for _ in range(PAGE):
        current = await database.run(lambda tx: adoptions.of(tx, adoption.organisation))
        if current is None or current.finished_at is not None or current.policy != adoption.policy:
            break
        try:
            moved += await database.run(lambda tx, one=current: _page(tx, house, one, now, 1))  # type: ignore[misc]
        except (Unavailable, Conflict):
            raise
        except Exception:
            left = await database.run(lambda tx, one=current: _pass_over(tx, one))  # type: ignore[misc]
            log.exception("adoption_of_case_failed", case=left)
            if left is None:
                break
    return moved


def _pass_over(tx: Tx, adoption: Adoption) -> str | None:
    """The next case stays as it is; which one that is, if there is one."""
    following = adoptions.running(tx, adoption.organisation, adoption.after, 1, locked=True)
    for case in following:
        adoptions.advance(tx, adoption, replace(adoption, after=case))
    return following[0] if following else None


def _page(tx: Tx, house: House, adoption: Adoption, now: datetime, most: int = PAGE) -> int:
    """One page of cases goes over, or none when somebody else was first."""
    ids = adoptions.running(tx, adoption.organisation, adoption.after, most, locked=True)
    cases.recall(tx, ids)
    decided = cases.outcomes_of(tx, ids)
    found = [case for case in (cases.load(tx, one) for one in ids) if case is not None]
    going = [case for case in found if case.policy != adoption.policy]
    last = ids[-1] if ids else adoption.after
    finished = now if len(ids) < most else None
    further = replace(adoption, after=last, moved=adoption.moved + len(going), finished_at=finished)
    if not adoptions.advance(tx, adoption, further):
        return 0
    moved = [_move(tx, house, case, decided[case.id], adoption, now) for case in going]
    standing.keep(tx, house, moved, now)
    return len(moved)


def _move(
    tx: Tx, house: House, case: Case, decided: dict[str, tuple[str, datetime]], adoption: Adoption, now: datetime
) -> Case:
    """One case follows the new version from now on."""
    organisation = house.organisation(tx, case.organisation)
    before, after = house.followed(tx, case), house.followed(tx, replace(case, policy=adoption.policy))
    told = {key: at for key, (_, at) in decided.items()}
    going = switch(before, after, known(case, organisation), house.calendar(organisation), told, now)
    for key, source in going.copied.items():
        outcome, at = decided[source]
        cases.tell_later(tx, case.id, Decision(key, at, outcome, REASON, adoption.policy))
    for moment in going.dropped:
        cases.tell_later(tx, case.id, Decision(moment.key, now, "dropped", REASON, adoption.policy))
    _rename_talks(tx, case, going, now)
    changes: list[Change] = [Adopted(adoption.policy), *going.changes]
    return cases.save(tx, case, changes, adoption.by, now, going.next_due)


def _rename_talks(tx: Tx, case: Case, going: Switch, now: datetime) -> None:
    """Who is talking about a milestone goes on about the same one, whatever its number is now."""
    if not going.talks:
        return
    for person in {case.employee, case.manager, case.hr, case.coach, case.contact.person} - {None}:
        for talk in sessions.open_of(tx, person or ""):
            key = (talk.about.get("milestone", ""), int(talk.about.get("nth", "0")))
            if talk.case == case.id and key in going.talks:
                about = {**talk.about, "nth": str(going.talks[key])}
                sessions.save(tx, replace(talk, about=about), now)
