"""Looking over all cases at once: what is found, in which order, and how many."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from conversations.case import Case, Person
from conversations.timing.waiting import Waiting
from storage import addresses, cases, outbox, overview, people, sending, standing, unreached
from storage.overview import Chosen
from tests.storage.acme import NOW, TODAY, jans_case, message

if TYPE_CHECKING:
    from storage.database import Database, Tx

YESTERDAY = TODAY - timedelta(days=1)


def step(milestone: str, days_ago: int = 5, **fields: Any) -> Waiting:
    """A step for the line manager that was about a day so long ago."""
    known: dict[str, Any] = {"nth": 0, "to": "manager", "since": TODAY - timedelta(days=days_ago), **fields}
    return Waiting(milestone, **known)


def stands(tx: Tx, case: Case, *steps: Waiting) -> None:
    """The case stands like this."""
    standing.keep(tx, {case.id: (case, steps)})


def late(tx: Tx, kind: Any = "late", most: int = 50, **chosen: Any) -> list[str]:
    """The milestones that are late."""
    found, count = overview.steps(tx, kind, "acme", Chosen(**chosen), TODAY, most)
    assert count >= len(found)
    return [one.what.milestone for one in found]


@pytest.fixture
async def two(acme: Database) -> Database:
    """Acme with a second case: Vera's, led by Dirk in another team, under another policy."""

    def work(tx: Tx) -> None:
        people.put(tx, Person("vera", "acme", "Vera Aërts", "vera@acme.example", team="Kade", manager="dirk"))
        vera = Case("c2", "acme", "vera", "dirk", "local_government@1")
        cases.add(tx, vera, "dirk", NOW, None)
        stands(tx, jans_case(), step("first_call", 20), step("evaluation", -3), step("invite", 4))
        stands(tx, vera, step("weekly_contact", 30))

    await acme.run(work)
    return acme


async def test_the_oldest_first(two: Database) -> None:
    """What is about a day before today, the oldest first; what is about a later day is not late."""
    assert ["weekly_contact", "first_call", "invite"] == await two.run(late)
    assert ["weekly_contact"] == await two.run(lambda tx: late(tx, most=1))
    found, count = await two.run(lambda tx: overview.steps(tx, "late", "acme", Chosen(), TODAY, 1))
    assert (1, 3) == (len(found), count)


async def test_what_waits_until_later_is_not_late(acme: Database) -> None:
    """What was put off to a day ahead, and what lost its purpose, are left out; on the day itself they change."""
    steps = (
        step("first_call", again=TODAY + timedelta(days=1)), step("invite", again=TODAY),
        step("evaluation", until=TODAY), step("weekly_contact", until=TODAY + timedelta(days=1)),
    )  # fmt: skip

    def work(tx: Tx) -> list[str]:
        stands(tx, jans_case(), *steps)
        return late(tx)

    assert ["invite", "weekly_contact"] == await acme.run(work)
    assert ["invite", "weekly_contact"] == [one.milestone for one in steps if one.is_late(TODAY)]


async def test_what_hr_heard_of_stands_apart(acme: Database) -> None:
    """Escalated steps are a list of their own."""

    def work(tx: Tx) -> tuple[list[str], list[str]]:
        stands(tx, jans_case(), step("first_call", escalated=YESTERDAY), step("invite"))
        return late(tx), late(tx, "escalated")

    assert (["invite"], ["first_call"]) == await acme.run(work)


async def test_by_team_and_policy(two: Database) -> None:
    """Only of the chosen team and policy; and nothing of another organisation."""
    assert ["weekly_contact"] == await two.run(lambda tx: late(tx, team="Kade"))
    assert ["first_call", "invite"] == await two.run(lambda tx: late(tx, policy="company_c@1"))
    assert [] == await two.run(lambda tx: late(tx, team="Kade", policy="company_c@1"))
    assert ["Kade"] == await two.run(lambda tx: overview.teams(tx, "acme"))
    assert ["company_c@1", "local_government@1"] == await two.run(lambda tx: overview.policies(tx, "acme"))
    assert ([], 0) == await two.run(lambda tx: overview.steps(tx, "late", "other", Chosen(), TODAY, 9))
    assert 2 == await two.run(lambda tx: overview.running(tx, "acme"))


@pytest.mark.parametrize(
    ("phase", "fields"),
    [
        ("absent", {}),
        ("absent", {"anchors": {"expected_return": TODAY + timedelta(days=32)}}),
        ("near", {"anchors": {"expected_return": TODAY + timedelta(days=31)}}),
        ("near", {"anchors": {"expected_return": TODAY, "actual_return": TODAY + timedelta(days=1)}}),
        ("back", {"anchors": {"expected_return": TODAY, "partial_return": TODAY}}),
        ("back", {"anchors": {"actual_return": YESTERDAY}}),
        ("care", {"care": True, "anchors": {"actual_return": YESTERDAY}}),
        ("paused", {"status": "paused", "paused_until": TODAY}),
    ],
)
async def test_by_phase(acme: Database, phase: Any, fields: dict[str, Any]) -> None:
    """Where a case stands follows from its dates on that day."""

    def work(tx: Tx) -> set[str]:
        stands(tx, jans_case(**fields), step("first_call"))
        return {one for one in ("absent", "near", "back", "care", "paused") if late(tx, phase=one)}

    found = await acme.run(work)
    assert phase in found
    assert {phase} == found - ({"absent"} if phase == "paused" else set())


async def test_only_differences_are_written(acme: Database) -> None:
    """Keeping the same again writes nothing; another step or another date does; a case that ended leaves nothing."""
    case = jans_case()

    def keep(tx: Tx, case: Case, *steps: Waiting) -> int:
        return standing.keep(tx, {case.id: (case, steps)})

    assert 1 == await acme.run(lambda tx: keep(tx, case, step("first_call")))
    assert 0 == await acme.run(lambda tx: keep(tx, case, step("first_call")))
    assert 1 == await acme.run(lambda tx: keep(tx, replace(case, care=True), step("first_call")))
    assert 1 == await acme.run(lambda tx: keep(tx, replace(case, care=True), step("first_call", missed=True)))
    assert 1 == await acme.run(lambda tx: keep(tx, replace(case, status="closed")))
    assert (0, []) == await acme.run(lambda tx: (overview.running(tx, "acme"), late(tx)))


async def test_certificates_that_end(acme: Database) -> None:
    """From two weeks ago to a week ahead, unless the colleague is fully back."""

    def found(tx: Tx, days: int, **anchors: date) -> list[str]:
        ends = {"certificate_end": TODAY + timedelta(days=days), **anchors}
        stands(tx, jans_case(anchors=ends))
        return overview.certificates(tx, "acme", Chosen(), TODAY, 9)[0]

    assert ["c1"] == await acme.run(lambda tx: found(tx, 7))
    assert [] == await acme.run(lambda tx: found(tx, 8))
    assert ["c1"] == await acme.run(lambda tx: found(tx, -14, partial_return=YESTERDAY))
    assert [] == await acme.run(lambda tx: found(tx, 2, actual_return=YESTERDAY))


@pytest.mark.parametrize(
    ("alone", "an", "dirk"),
    [
        (False, {}, {}),
        (True, {"active": False}, {}),
        (False, {"away_from": TODAY, "away_until": TODAY}, {}),
        (True, {"away_from": TODAY, "away_until": TODAY, "deputy": None}, {}),
        (True, {"away_from": TODAY}, {"active": False}),
        (True, {"away_from": TODAY}, {"away_until": TODAY}),
        (False, {"away_from": TODAY + timedelta(days=1), "deputy": None}, {}),
    ],
)
async def test_nobody_leads_it(acme: Database, alone: bool, an: dict[str, Any], dirk: dict[str, Any]) -> None:  # noqa: FBT001 - what is expected
    """Whose line manager left, or is away while the deputy is not there either."""

    def work(tx: Tx) -> list[str]:
        for who, fields in (("an", an), ("dirk", dirk)):
            person = people.get(tx, who)
            assert person is not None
            people.put(tx, replace(person, **fields))
        stands(tx, jans_case())
        return overview.leaderless(tx, "acme", Chosen(), TODAY, 9)[0]

    assert alone == bool(await acme.run(work))


async def test_who_cannot_be_reached(acme: Database) -> None:
    """A line manager without any address, and whoever has none that works; not who has one that does."""

    def found(tx: Tx, team: str = "") -> list[str]:
        return unreached.unreachable(tx, "acme", Chosen(team), TODAY, 9)[0]

    def work(tx: Tx) -> list[list[str]]:
        stands(tx, jans_case())
        seen = [found(tx)]
        addresses.link(tx, "an", "slack", "U1", NOW)
        addresses.link(tx, "coen", "slack", "U2", NOW)
        seen.append(found(tx))
        addresses.unreachable(tx, "slack", "U1", NOW)
        addresses.unreachable(tx, "slack", "U2", NOW)
        seen.append(found(tx))
        addresses.link(tx, "coen", "web", "coen", NOW)
        seen.append(found(tx))
        return [*seen, found(tx, "Kade")]

    assert [["an"], [], ["an", "coen"], ["an"], []] == await acme.run(work)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (Chosen(), ["coen", "dirk", "vera"]),
        (Chosen("Kade"), ["dirk", "vera"]),
        (Chosen("Baliedienst"), []),
        (Chosen(policy="local_government@1"), ["dirk", "vera"]),
        (Chosen(policy="company_c@1"), []),
        (Chosen(phase="care"), []),
        (Chosen("Kade", "absent"), ["dirk", "vera"]),
        (Chosen("Kade", "absent", "company_c@1"), []),
    ],
)
async def test_who_cannot_be_reached_in_a_choice(two: Database, chosen: Chosen, expected: list[str]) -> None:
    """Of chosen cases: who is absent in one or leads one; of a team alone also who works in it."""

    def work(tx: Tx) -> list[str]:
        addresses.link(tx, "an", "slack", "U1", NOW)
        for who in ("coen", "dirk", "vera"):
            addresses.link(tx, who, "slack", who, NOW)
            addresses.unreachable(tx, "slack", who, NOW)
        return unreached.unreachable(tx, "acme", chosen, TODAY, 9)[0]

    assert expected == await two.run(work)


async def test_which_of_these_are_chosen(two: Database) -> None:
    """Of cases by id the chosen ones; none of another organisation, and none of nothing."""

    def work(tx: Tx) -> list[set[str]]:
        ids = [jans_case().id, "c2", "none"]
        choices = (Chosen(), Chosen("Kade"), Chosen(policy="company_c@1"), Chosen(phase="care"))
        found = [overview.chosen_of(tx, "acme", one, TODAY, ids) for one in choices]
        elsewhere = overview.chosen_of(tx, "other", Chosen(), TODAY, ids)
        return [*found, elsewhere, overview.chosen_of(tx, "acme", Chosen(), TODAY, [])]

    jan = jans_case().id
    assert [{jan, "c2"}, {"c2"}, {jan}, set(), set(), set()] == await two.run(work)


async def test_what_did_not_arrive(acme: Database) -> None:
    """Failed and unsure ones of these weeks, until somebody says to know of them."""

    def work(tx: Tx) -> list[Any]:
        for row, fields in (("m1", {}), ("m2", {"person": "jan"}), ("m3", {"created_at": NOW - timedelta(days=15)})):
            outbox.queue(tx, message(row, **fields))
        outbox.strand(tx, "web", "an", NOW)
        seen = [[one.id for one in unreached.undelivered(tx, "acme", NOW)]]
        unreached.settle(tx, "acme", "an", NOW)
        return [*seen, [one.id for one in unreached.undelivered(tx, "acme", NOW)]]

    assert [["m2", "m1"], ["m2"]] == await acme.run(work)


async def test_by_name(two: Database) -> None:
    """Running cases whose name matches every pattern, by name."""

    def named(tx: Tx, *like: str) -> list[tuple[str, str]]:
        return overview.named(tx, "acme", Chosen(), TODAY, like, 9)

    assert [("c1", "Jan Claes"), ("c2", "Vera Aërts")] == await two.run(named)
    assert [("c1", "Jan Claes")] == await two.run(lambda tx: named(tx, "%jan%", "%CLA%"))
    assert [("c2", "Vera Aërts")] == await two.run(lambda tx: named(tx, "%a_rts%"))
    assert [] == await two.run(lambda tx: named(tx, "%/_%"))


async def test_one_step(two: Database) -> None:
    """What waits under that name, or nothing."""
    known = await two.run(lambda tx: standing.step(tx, "c1", "invite", 0))
    assert known is not None
    assert "invite" == known.milestone
    assert None is await two.run(lambda tx: standing.step(tx, "c1", "invite", 1))


async def test_nothing_walks_a_table(acme: Database, engine: str) -> None:
    """What is asked of some cases or people is found by index, also what other modules ask of several at once."""
    if engine == "postgresql":
        return  # decides by how large its tables are
    several = (
        standing.WAITED, standing.KNOWN, cases.SEVERAL, cases.OUTCOMES_OF, cases.RESCHEDULE_ALL, people.SEVERAL,
        sending.ATTEMPT_ALL, sending.FINISH_ATTEMPTS,
    )  # fmt: skip
    values = {
        "ids": ["c1"], "next_due": NOW, "rows": ["r1"], "its_token": "t", "at": NOW, "outcome": "sent",
        "finished_at": NOW,
    }  # fmt: skip

    def plans(tx: Tx) -> list[str]:
        found = []
        for statement in several:
            prepared = statement.on(tx._dialect)
            rows = tx._connection.execute(f"EXPLAIN QUERY PLAN {prepared.sql}", prepared.arguments(values))
            found += [str(row[-1]) for row in rows.fetchall()]
        return found

    assert [] == [line for line in await acme.run(plans) if line.startswith("SCAN") and "json_each" not in line]
