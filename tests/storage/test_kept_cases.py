"""Cases: seeing, changing, and when the next thing is due."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from conversations.case import Attempt, Case, Contact, Person, Spell
from conversations.changes import (
    Adopted,
    CareSet,
    CheckInsSet,
    Closed,
    ContactAgreed,
    Contacted,
    Done,
    HandedOver,
    Learned,
    Moved,
    Planned,
    PutOff,
    Returned,
    Reviewed,
    Silenced,
)
from conversations.plan import Agreement, FirstDay, FollowUp, Plan, Step, Team
from storage import cases, journal, outbox, people, plans, sending
from storage.database import Conflict
from tests.storage.acme import NOW, TODAY, jans_case, message

if TYPE_CHECKING:
    from conversations.changes import Change
    from storage.database import Database, Tx

AGREEMENT = Agreement("a1", "content", "own", "Geen dossiers met spoed", review_on=date(2026, 12, 1))
PLAN = Plan(
    made_on=TODAY, participants=("an", "jan"), agreements=(AGREEMENT,), buildup=(Step(TODAY, 19.0, frozenset({1, 3})),),
    team=Team(text="Jan is er weer"), first_day=FirstDay(host="an", at="09:00"), follow_ups=(FollowUp("day_1", TODAY),),
)  # fmt: skip
FULL = jans_case(
    hr="hilde", contact=Contact(channel="phone", frequency="weekly", colleagues_text="Ik kom terug"),
    attempts=(Attempt(TODAY, "no_answer", "phone", "an"),), facts=frozenset({"complex"}),
    spells=(Spell(date(2026, 11, 2)), Spell(date(2026, 11, 9), date(2026, 11, 12))), done=frozenset({"first_call#0"}),
    plan=PLAN, checkins="yes", care=True, status="paused",
)  # fmt: skip


async def who(acme: Database, person: str) -> Person:
    """The person as kept."""
    found = await acme.run(lambda tx: people.get(tx, person))
    assert found is not None
    return found


async def current(acme: Database) -> Case:
    """Jan's case as kept."""
    found = await acme.run(lambda tx: cases.load(tx, "c1"))
    assert found is not None
    return found


async def change(acme: Database, *changes: Change) -> Case:
    """Change Jan's case."""
    before = await current(acme)
    return await acme.run(lambda tx: cases.save(tx, before, changes, "an", NOW, NOW))


async def test_a_case_comes_back_as_kept(acme: Database) -> None:
    """Every field of a case survives, whatever is in it."""
    full = replace(FULL, id="c2", employee="vera")
    await acme.run(lambda tx: cases.add(tx, full, "an", NOW, None))
    assert full == await acme.run(lambda tx: cases.load(tx, "c2"))
    assert full == await acme.run(lambda tx: cases.open_of(tx, "vera"))
    assert await acme.run(lambda tx: cases.load(tx, "c3")) is None


async def test_an_employee_has_one_running_case(acme: Database) -> None:
    """A second running case of the same employee is a Conflict; after the first ended it is not."""
    second = replace(jans_case(), id="c2")
    with pytest.raises(Conflict):
        await acme.run(lambda tx: cases.add(tx, second, "an", NOW, None))
    await change(acme, Closed("returned", TODAY))
    await acme.run(lambda tx: cases.add(tx, second, "an", NOW, None))
    assert second == await acme.run(lambda tx: cases.open_of(tx, "jan"))


RUNNING = {"jan", "an", "hilde", "coen"}


@pytest.mark.parametrize(
    ("changes", "away", "expected"),
    [
        pytest.param((), {}, RUNNING, id="running"),
        pytest.param((), {"an": (None, TODAY)}, RUNNING | {"dirk"}, id="last day the manager is away"),
        pytest.param((), {"an": (TODAY, None)}, RUNNING | {"dirk"}, id="first day the manager is away"),
        pytest.param((), {"an": (None, TODAY - timedelta(1))}, RUNNING, id="the manager is back"),
        pytest.param((), {"an": (TODAY + timedelta(1), None)}, RUNNING, id="the manager goes tomorrow"),
        pytest.param((), {"coen": (TODAY, TODAY)}, RUNNING | {"dirk"}, id="the coach is away"),
        pytest.param((), {"jan": (TODAY, TODAY)}, RUNNING, id="nobody stands in for the one who is absent"),
        pytest.param((HandedOver("coach", None),), {}, RUNNING - {"coen"}, id="without coach"),
        pytest.param((HandedOver("manager", "vera"),), {}, RUNNING - {"an"} | {"vera"}, id="handed over"),
        pytest.param((Closed("returned", TODAY),), {"an": (TODAY, TODAY)}, {"an", "hilde"}, id="closed"),
        pytest.param((Silenced(),), {"an": (TODAY, TODAY)}, {"hilde"}, id="silenced"),
    ],
)
async def test_who_sees_a_case(
    acme: Database, changes: tuple[Change, ...], away: dict[str, tuple[date, date]], expected: set[str]
) -> None:
    """One case at a time and all at once say the same: those who take part, and HR of the same house."""
    for person, (since, until) in away.items():
        await acme.run(lambda tx, p=person, s=since, u=until: people.set_away(tx, p, s, u, "dirk"))  # type: ignore[misc]
    if changes:
        await change(acme, *changes)
    everybody = ["an", "dirk", "jan", "hilde", "coen", "vera", "otto"]

    def look(tx: Tx) -> tuple[set[str], set[str]]:
        seen: tuple[set[str], set[str]] = set(), set()
        for person in everybody:
            viewer = people.get(tx, person)
            assert viewer is not None
            if cases.visible(tx, viewer, "c1", TODAY):
                seen[0].add(person)
            if cases.all_visible(tx, viewer, TODAY) + cases.all_visible(tx, viewer, TODAY, ended=True):
                seen[1].add(person)
        return seen

    assert (expected, expected) == await acme.run(look)


@pytest.mark.parametrize(
    ("contact", "away", "expected"),
    [
        pytest.param(Contact(), {}, set(), id="nobody"),
        pytest.param(Contact(person="dirk"), {}, {"dirk"}, id="who keeps contact"),
        pytest.param(Contact(restarts="dirk"), {}, {"dirk"}, id="who takes it up again"),
        pytest.param(Contact(person="dirk", restarts="vera"), {}, {"dirk", "vera"}, id="both"),
        pytest.param(Contact(person="jan"), {}, set(), id="the employee is no keeper"),
        pytest.param(Contact(), {"an": "dirk"}, {"dirk"}, id="the deputy"),
        pytest.param(Contact(), {"an": "dirk", "dirk": "vera"}, {"dirk", "vera"}, id="the deputy's deputy"),
        pytest.param(Contact(), {"coen": "dirk", "dirk": "vera"}, {"dirk", "vera"}, id="of the coach"),
        pytest.param(Contact(), {"dirk": "vera"}, set(), id="of nobody's deputy"),
        pytest.param(Contact(), {"an": "hilde", "hilde": "dirk", "dirk": "vera"}, {"dirk"}, id="no further"),
    ],
)
async def test_who_has_a_part_for_now(
    acme: Database, contact: Contact, away: dict[str, str], expected: set[str]
) -> None:
    """Who keeps contact, and who stands in for who stands in, find the case among theirs, as long as it lasts."""

    def leading(tx: Tx) -> None:
        for name in ("dirk", "vera"):
            person = people.get(tx, name)
            assert person is not None
            people.put(tx, replace(person, roles=person.roles | {"manager"}))
        for name, deputy in away.items():
            people.set_away(tx, name, TODAY, TODAY, deputy)

    await acme.run(leading)
    if contact != Contact():
        await change(acme, ContactAgreed(contact))

    def look(tx: Tx) -> tuple[set[str], set[str]]:
        viewers = [one for name in ("dirk", "vera") if (one := people.get(tx, name))]
        at_once = {one.id for one in viewers if cases.all_visible(tx, one, TODAY)}
        return {one.id for one in viewers if cases.visible(tx, one, "c1", TODAY)}, at_once

    assert (expected, expected) == await acme.run(look)
    if contact != Contact():
        await change(acme, ContactAgreed(Contact()))
        assert (set(), set()) == await acme.run(look)


async def test_finding_ones_cases_never_walks_the_table(acme: Database, engine: str) -> None:
    """Each way to a case has its index, however many cases there are."""

    def plan(tx: Tx) -> str:
        if engine == "postgresql":
            tx._connection.execute("SET LOCAL enable_seqscan = off")
        prepared = cases.LENT_LIVE.on(tx._dialect)
        explain = "EXPLAIN " if engine == "postgresql" else "EXPLAIN QUERY PLAN "
        arguments: Any = prepared.arguments({"organisation": "acme", "me": "an", "on": TODAY})
        return "\n".join(str(row[-1]) for row in tx._connection.execute(explain + prepared.sql, arguments).fetchall())

    steps = await acme.run(plan)
    assert "SCAN cases" not in steps
    assert "SCAN people" not in steps
    assert "Seq Scan" not in steps
    for index in ("cases_keeper", "cases_restarts", "cases_manager", "cases_coach", "people_deputy"):
        assert index in steps


async def test_who_left_sees_nothing(acme: Database) -> None:
    """A person who is not active any more sees no case, whatever the role was; nor does their deputy by them."""
    for person in ("an", "hilde"):
        gone = replace(await who(acme, person), active=False)
        assert await acme.run(lambda tx, gone=gone: cases.visible(tx, gone, "c1", TODAY)) is None  # type: ignore[misc]
        assert [] == await acme.run(lambda tx, gone=gone: cases.all_visible(tx, gone, TODAY))  # type: ignore[misc]


async def test_not_there_is_like_not_yours(acme: Database) -> None:
    """Nothing tells a stranger whether a case exists."""
    vera = await who(acme, "vera")
    for case in ("c1", "c9"):
        assert await acme.run(lambda tx, case=case: cases.visible(tx, vera, case, TODAY)) is None  # type: ignore[misc]


CHANGES: tuple[Change, ...] = (
    Moved("expected_return", TODAY), Moved("certificate_end", None), Learned("complex"),
    Learned("complex", holds=False), Contacted(Attempt(TODAY, "reached", "phone", "an")),
    ContactAgreed(FULL.contact), Planned(PLAN), Reviewed(replace(AGREEMENT, state="kept")), Done("first_call"),
    PutOff("after_2_weeks", 0, TODAY), Returned(TODAY), HandedOver("hr", "hilde"), CheckInsSet("yes"), CareSet(True),
    Adopted("company_c@2"),
)  # fmt: skip


async def test_every_change_is_applied_kept_and_journaled(acme: Database) -> None:
    """What `save` returns is what is read back, each change is one version, and the journal names it."""
    for version, each in enumerate(CHANGES, start=1):
        after = await change(acme, each)
        assert version == after.version
        assert after == await current(acme)
    entries = await acme.run(lambda tx: journal.of(tx, "c1"))
    assert ["Opened", *(type(each).__name__ for each in CHANGES)] == [entry.changes[0]["change"] for entry in entries]
    assert await acme.run(lambda tx: journal.verify(tx, "acme")) is None


async def test_who_brought_the_news_is_in_the_journal(acme: Database) -> None:
    """A case opens with who reported the absence, as a code, in its first line."""
    veras = replace(jans_case(), id="c2", employee="vera")
    await acme.run(lambda tx: cases.add(tx, veras, "an", NOW, None, "family"))
    (opened,) = await acme.run(lambda tx: journal.of(tx, "c2"))
    assert "family" == opened.changes[0]["reported_by"]


async def test_a_stale_case_is_a_conflict(acme: Database) -> None:
    """Of two who changed the same version the second keeps nothing, not in the journal either."""
    before = await current(acme)
    await change(acme, Done("first_call"))
    with pytest.raises(Conflict):
        await acme.run(lambda tx: cases.save(tx, before, [Planned(PLAN)], "an", NOW, None))
    assert [] == await acme.run(lambda tx: plans.of(tx, "c1"))
    assert 2 == len(await acme.run(lambda tx: journal.of(tx, "c1")))


async def test_many_at_once_lose_no_change(acme: Database) -> None:
    """Eight who change a case at the same time, each reading again after a Conflict, lose nothing."""

    async def change_until_kept(number: int) -> None:
        while True:
            try:
                await change(acme, Done("contact", number))
            except Conflict:
                continue
            return

    await asyncio.gather(*(change_until_kept(number) for number in range(8)))
    case = await current(acme)
    assert 8 == case.version
    assert {f"contact#{number}" for number in range(8)} == case.done
    assert await acme.run(lambda tx: journal.verify(tx, "acme")) is None


async def test_a_case_is_not_written_without_changes(acme: Database) -> None:
    """There is no second way to change a case."""
    before = await current(acme)
    with pytest.raises(ValueError, match="only written with its changes"):
        await acme.run(lambda tx: cases.save(tx, before, [], "an", NOW, None))


async def test_each_version_of_the_plan_is_kept(acme: Database) -> None:
    """A plan that changed is a new row; what else changed is not."""
    await change(acme, Planned(PLAN))
    await change(acme, Done("plan"))
    reviewed = await change(acme, Reviewed(replace(AGREEMENT, state="stopped")))
    kept = await acme.run(lambda tx: plans.of(tx, "c1"))
    assert [PLAN, reviewed.plan] == [each.plan for each in kept]
    assert [1, 3] == [each.kept for each in kept]


async def test_silence_takes_the_waiting_messages_along(acme: Database) -> None:
    """A silenced case leaves no message in line."""
    await acme.run(lambda tx: outbox.queue(tx, message("r1", case="c1")))
    await acme.run(lambda tx: outbox.queue(tx, message("r2")))
    await change(acme, Silenced())
    rows = await acme.run(lambda tx: [outbox.get(tx, row) for row in ("r1", "r2")])
    assert ["cancelled", "queued"] == [row.state for row in rows if row]


async def test_a_case_that_ended_is_due_no_more(acme: Database) -> None:
    """Closed and silenced cases are never looked at by the tick, whatever was asked."""
    assert ["c1"] == [case.id for case in await acme.run(lambda tx: cases.due(tx, NOW, 10))]
    await change(acme, Closed("returned", TODAY))
    assert [] == await acme.run(lambda tx: cases.due(tx, NOW, 10))
    assert await acme.run(lambda tx: cases.planned(tx, "c1")) is None


async def test_due_is_a_moment_that_has_come(acme: Database) -> None:
    """Due at the very moment, not a microsecond before; the longest due first; rescheduling makes no version."""
    second = replace(jans_case(), id="c2", employee="vera")
    await acme.run(lambda tx: cases.add(tx, second, "an", NOW, NOW - timedelta(hours=1)))
    assert ["c2", "c1"] == [case.id for case in await acme.run(lambda tx: cases.due(tx, NOW, 10))]
    assert ["c2"] == [case.id for case in await acme.run(lambda tx: cases.due(tx, NOW, 1))]
    assert ["c2"] == [case.id for case in await acme.run(lambda tx: cases.due(tx, NOW - timedelta(microseconds=1), 9))]
    await acme.run(lambda tx: cases.reschedule(tx, "c2", None))
    await acme.run(lambda tx: cases.reschedule(tx, "c1", NOW + timedelta(days=1)))
    assert [] == await acme.run(lambda tx: cases.due(tx, NOW, 10))
    assert NOW + timedelta(days=1) == await acme.run(cases.first_due)
    assert 0 == (await current(acme)).version


async def test_a_moment_is_decided_once(acme: Database) -> None:
    """The first decision stands, and says why."""
    assert await acme.run(lambda tx: cases.tell(tx, "c1", "k", NOW, "held", "quiet_hours", "company_c@1"))
    assert not await acme.run(lambda tx: cases.tell(tx, "c1", "k", NOW + timedelta(1), "said", None, "company_c@1"))
    assert {"k": NOW} == await acme.run(lambda tx: cases.told(tx, "c1"))
    (decision,) = await acme.run(lambda tx: cases.decisions(tx, "c1"))
    assert ("held", "quiet_hours", "company_c@1") == (decision.outcome, decision.reason, decision.policy)


async def test_running_cases_come_in_pages(acme: Database) -> None:
    """Going over all running cases meets each once."""
    for number in range(2, 6):
        person = Person(f"p{number}", "acme", "P", "")
        await acme.run(lambda tx, person=person: people.put(tx, person))  # type: ignore[misc]
        case = replace(jans_case(), id=f"c{number}", employee=person.id)
        await acme.run(lambda tx, case=case: cases.add(tx, case, "an", NOW, None))  # type: ignore[misc]
    await change(acme, Closed("other", TODAY))
    first = await acme.run(lambda tx: cases.live(tx, "", 3))
    rest = await acme.run(lambda tx: cases.live(tx, first[-1].id, 3))
    assert ["c2", "c3", "c4", "c5"] == [case.id for case in first + rest]


async def test_looking_for_work_never_walks_the_table(acme: Database, engine: str) -> None:
    """What an idle tick asks is answered by an index over what waits, so a million cases cost nothing."""
    asked = {
        cases.DUE: {"now": NOW, "most": 100},
        sending.CLAIM: {"now": NOW, "lease_until": NOW, "most": 100, "token": "t"},
        sending.LOSE: {"now": NOW, "until": NOW},
        sending.RELEASE: {"until": NOW},
    }

    def plan(tx: Tx) -> list[str]:
        if engine == "postgresql":
            tx._connection.execute("SET LOCAL enable_seqscan = off")
        lines = []
        for statement, values in asked.items():
            prepared = statement.on(tx._dialect)
            arguments: Any = prepared.arguments(values)
            explain = "EXPLAIN " if engine == "postgresql" else "EXPLAIN QUERY PLAN "
            found = tx._connection.execute(explain + prepared.sql, arguments).fetchall()
            lines.append("\n".join(str(row[-1]) for row in found))
        return lines

    due, claim, lose, release = await acme.run(plan)
    for name, lines in {
        "cases_next_due": due, "outbox_ready": claim, "outbox_holding": claim, "outbox_lease": lose + release
    }.items():  # fmt: skip
        assert name in lines, lines
    assert "SCAN cases" not in due
