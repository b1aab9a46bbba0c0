"""A cadence goes into use: with a thousand running cases, with words of one's own, and whatever comes in between."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from bot import adopting, previewing, publishing
from bot.changing import open_case, save
from bot.house import known
from bot.tick import tick
from conversations.case import Person
from conversations.changes import CheckInsSet, Learned, Moved, Returned
from conversations.talking.dialogue import OpenCase
from conversations.timing import cadence as cadences
from conversations.timing.effects import Between, Load, together
from conversations.timing.policy import PolicyError
from conversations.timing.timeline import timeline
from storage import addresses, adoptions, cases, organisations, people, policies, texts
from storage.organisations import Organisation
from storage.transaction import Conflict
from tests.bot.adopt import adopt
from tests.world import ORGANISATION, World, at

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from conversations.timing.cadence import Cadence
    from conversations.timing.policy import Policy
    from storage.database import Tx

MANY = 1000
MANAGERS = 100
FIRST = date(2026, 6, 1)
NOW = at("2026-11-03 10:00")
WORDS = "# koffie met de buddy\n\nDrink vandaag een koffie met {{ employee }}. Ten laatste {{ due | day }}.\n"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The usual people, one case of Jan since Monday."""
    opened = await World(tmp_path).people()
    await opened.app.database.run(lambda tx: _absent(tx, opened, "jan", date(2026, 11, 2)))
    yield opened
    await opened.close()


def _absent(tx: Tx, world: World, who: str, start: date) -> str:
    employee = people.get(tx, who)
    manager = people.get(tx, employee.manager or "") if employee else None
    assert employee is not None
    assert manager is not None
    return open_case(tx, world.app.house, employee, OpenCase(who, start, start), manager, world.clock).id


def edited() -> Cadence:
    """Changed: one pace, one moment, one off, one locked earlier; added: a milestone of one's own with its words."""
    found = cadences.begin("own_stad", _pack())
    found = cadences.change(found, "check_in", {"every": "2w"})
    found = cadences.change(found, "first_steps", {"at": "absence_start + 8w"})
    found = cadences.change(found, "personal_talk", {"at": "absence_start + 1m, absence_start + 3m"})
    found = cadences.change(found, "estimate_8_weeks", {"at": "incapacity_start + 7w"})
    found = cadences.switched(found, "welcome_ready", on=False)
    found = cadences.added(found, "buddy", {"to": "manager", "at": "absence_start + 17d", "remind": "2wd"})
    return replace(found, texts={"buddy": WORDS})


def _pack() -> Policy:
    from bot import packs  # noqa: PLC0415 - read when asked for

    return packs.load()["company_c@1"]


async def publish(world: World, cadence: Cadence) -> Policy:
    """Published by Els."""

    def work(tx: Tx) -> Policy:
        organisation = world.app.house.organisation(tx, ORGANISATION)
        return publishing.publish(tx, world.app.house, organisation, cadence, "els", world.clock)

    return await world.app.database.run(work)


async def test_a_milestone_of_ones_own_is_said_in_ones_own_words(world: World) -> None:
    """Added, worded, published and adopted by HR, it reaches the line manager on its day, under its own name."""
    policy = await publish(world, edited())
    progress = await adopt(world.app.database, world.app.house, ORGANISATION, policy.ref, "all", "els", world.clock)
    assert ("own_stad@1", 1, True) == (progress.policy, progress.moved, progress.finished)
    await world.go_to("2026-11-19 10:00")
    said = [sent.text for sent in world.to("sofie") if "koffie" in sent.text]
    assert ["Drink vandaag een koffie met Jan. Ten laatste donderdag 19 november." in one for one in said] == [True]
    assert "own_stad@1" == (await world.case("jan")).policy
    await world.go_to("2026-11-23 10:00")  # the reminder and the weekly contact together, under its own name
    assert any("koffie met de buddy" in sent.text for sent in world.to("sofie")[-2:])


async def test_words_that_fail_do_not_keep_a_nudge_in(world: World) -> None:
    """A text that cannot be rendered is replaced by ours, and HR hears of it once a day."""
    await world.app.database.run(
        lambda tx: texts.put(tx, ORGANISATION, "first_call", "# a\n\n{{ hour | hour }}\n", 0, "els", world.clock)
    )
    await world.go_to("2026-11-02 12:00")
    assert any("Bel Jan vandaag even." in sent.text for sent in world.to("sofie"))
    await world.go_to("2026-11-02 16:00")
    assert 1 == len([sent for sent in world.to("els") if "eigen tekst" in sent.text])


async def test_only_new_cases_follow_it(world: World) -> None:
    """The running case keeps its version, the next one has the new one."""
    policy = await publish(world, edited())
    await adopt(world.app.database, world.app.house, ORGANISATION, policy.ref, "new", "els", world.clock)
    await world.app.database.run(lambda tx: _absent(tx, world, "lotte", date(2026, 11, 2)))
    assert ("company_c@1", policy.ref) == ((await world.case("jan")).policy, (await world.case("lotte")).policy)


async def test_what_was_published_never_changes(world: World) -> None:
    """The next version begins where this one was, another one in its place is a Conflict, and both stay readable."""
    first = await publish(world, edited())
    second = await publish(world, cadences.change(edited(), "check_in", {"every": "3w"}))
    assert ("own_stad@1", "own_stad@2") == (first.ref, second.ref)
    before, after = first.milestone("check_in"), second.milestone("check_in")
    assert before is not None
    assert after is not None
    assert (1, 2) == (before.series, after.series)
    kept = await world.app.database.run(lambda tx: world.app.house.policy(tx, first.ref))
    assert first.milestones == kept.milestones
    with pytest.raises(Conflict):
        await world.app.database.run(lambda tx: policies.put(tx, first.ref, "other", world.clock))
    with pytest.raises(Conflict):
        await adopt(world.app.database, world.app.house, ORGANISATION, "own_stad@9", "new", "els", NOW)


async def test_a_milestone_without_words_is_not_published(world: World) -> None:
    """Nothing is kept of a cadence in which a milestone of one's own has nothing to say."""
    with pytest.raises(PolicyError) as mistake:
        await publish(world, replace(edited(), texts={}))
    assert ("buddy", "no_words", "text") == (mistake.value.milestone, mistake.value.code, mistake.value.field)
    assert [] == await world.app.database.run(lambda tx: policies.versions(tx, ORGANISATION))


async def test_a_talk_that_was_open_goes_on_about_the_same(world: World) -> None:
    """Who was asked before the change answers after it, and is not reminded of what was done."""
    await world.go_to("2026-12-02 10:00")
    policy = await publish(world, edited())
    await adopt(world.app.database, world.app.house, ORGANISATION, policy.ref, "all", "els", world.clock)
    case = await world.case("jan")
    told = await world.app.database.run(lambda tx: cases.told(tx, case.id))
    assert any(key.startswith("personal_talk/2026-11-02/100000/nudge") for key in told)


# --- A thousand cases ----------------------------------------------------------------------------------


async def _town(folder: Path, many: int = MANY) -> World:
    """So many absences that began in half a year: with check-ins or without, expected back, back, or not."""
    world = World(folder, "2026-11-03 06:00")

    def work(tx: Tx) -> None:
        organisations.put(tx, Organisation("town", "Town", "company_c@1", frozenset({"staff_of_20", "contractual"})))
        people.put(tx, Person("hr", "town", "Els Maes", "hr@town.example", frozenset({"employee", "hr"})))
        addresses.link(tx, "hr", "memory", "hr", world.clock)
        for number in range(MANAGERS):
            manager = Person(f"m{number}", "town", f"Mia{number} Claes", f"m{number}@town.example",
                             frozenset({"employee", "manager"}))  # fmt: skip
            people.put(tx, manager)
            addresses.link(tx, manager.id, "memory", manager.id, world.clock)
        for number in range(many):
            manager = people.get(tx, f"m{number % MANAGERS}")
            assert manager is not None
            employee = Person(f"e{number}", "town", f"Jan{number} Peeters", f"e{number}@town.example",
                              manager=manager.id)  # fmt: skip
            people.put(tx, employee)
            addresses.link(tx, employee.id, "memory", employee.id, world.clock)
            start = FIRST + timedelta(days=number * 156 // many)
            case = open_case(tx, world.app.house, employee, OpenCase(employee.id, start, start), manager, world.clock)
            changes = [CheckInsSet("yes")] if number % 2 else [Learned("potential")]
            if number % 5 == 0:
                changes.append(Moved("expected_return", date(2026, 11, 30)))
            if number % 7 == 0:
                changes.append(Returned(start + timedelta(days=100)))
            save(tx, world.app.house, case, changes, manager.id, world.clock)  # type: ignore[arg-type] # a list of them

    await world.app.database.run(work)
    return world


async def _ticked(world: World, until: str) -> None:
    """Every tick there is until then, without delivering: what is queued is what counts."""
    goal = at(until)
    while True:
        following = await world.app.database.run(cases.first_due)
        if following is None or following > goal:
            world.clock = goal
            return
        world.clock = max(world.clock, following)
        await world.app.database.run(lambda tx: tick(tx, world.app.house, world.clock, 2000))


async def _said(world: World) -> dict[tuple[str, str], Counter[str]]:
    """How often each nudge was said, by employee and milestone: by the day it is about."""

    def work(tx: Tx) -> dict[tuple[str, str], Counter[str]]:
        found: dict[tuple[str, str], Counter[str]] = {}
        for case in cases.live(tx, "", MANY * 2):
            for decision in cases.decisions(tx, case.id):
                name, anchored, nth, kind, _ = decision.key.split("/")
                if decision.outcome == "said" and kind == "nudge" and decision.reason is None:
                    found.setdefault((case.employee, name), Counter())[f"{anchored}/{nth}"] += 1
        return found

    return await world.app.database.run(work)


@pytest.mark.long
async def test_a_thousand_running_cases_lose_no_nudge_and_double_none(tmp_path: Path) -> None:
    """Changed in the middle: each nudge of the new cadence that lay ahead was decided once, and none said twice."""
    world = await _town(tmp_path)
    app = world.app
    await _ticked(world, "2026-11-06 10:00")
    before = await _said(world)

    def publish_it(tx: Tx) -> Policy:
        organisation = app.house.organisation(tx, "town")
        return publishing.publish(tx, app.house, organisation, replace(edited(), name="own_town"), "hr", world.clock)

    policy = await app.database.run(publish_it)
    await adopt(app.database, app.house, "town", policy.ref, "all", "hr", world.clock)
    assert {policy.ref} == {case.policy for case in await app.database.run(lambda tx: cases.live(tx, "", 2000))}
    assert before == {key: one for key, one in (await _said(world)).items() if key in before}
    await _ticked(world, "2026-11-13 10:00")
    said = await _said(world)
    assert sum(map(Counter.total, said.values())) > sum(map(Counter.total, before.values())) + MANY
    assert {1} == {count for counts in said.values() for count in counts.values()}
    assert {"buddy", "check_in", "personal_talk"} <= {name for _, name in said.keys() - before.keys()}
    for name in ("first_steps", "estimate_8_weeks", "evaluation", "after_2_weeks"):  # asked once in a case
        assert {1} >= {counts.total() for (_, milestone), counts in said.items() if milestone == name}, name
    assert [] == await _missing(world, policy)
    await world.close()


async def _missing(world: World, policy: Policy) -> list[str]:
    """Nudges of the new cadence that lay ahead and about which nothing was decided."""
    switch, until = at("2026-11-06 10:00"), at("2026-11-13 09:30")
    house = world.app.house

    def work(tx: Tx) -> list[str]:
        organisation = house.organisation(tx, "town")
        calendar, missing = house.calendar(organisation), []
        for case in cases.live(tx, "", 2000):
            told = cases.told(tx, case.id)
            seen = replace(case, facts=case.facts | organisation.facts)
            for moment in timeline(policy, seen, calendar, until.date()):
                if moment.kind != "nudge" or not switch < moment.at < until or moment.key in told:
                    continue
                # What comes again was asked at most three days before: that one counts.
                near = [one for one in told if one.startswith(f"{moment.milestone}/") and "/nudge/" in one]
                if not any(abs(told[one] - moment.at) <= timedelta(days=3, hours=12) for one in near):
                    missing.append(moment.key)
        return missing

    return await world.app.database.run(work)


async def test_an_adoption_goes_on_after_a_stop(tmp_path: Path) -> None:
    """Stopped between two pages, the rest follows at the next tick, and nobody goes over twice."""
    world = await _town(tmp_path, 250)
    policy = await world.app.database.run(
        lambda tx: publishing.publish(
            tx, world.app.house, world.app.house.organisation(tx, "town"), replace(edited(), name="own_town"), "hr", NOW
        )
    )
    await world.app.database.run(
        lambda tx: adopting.begin(tx, world.app.house, "town", policy.ref, "all", "hr", world.clock)
    )
    assert 200 == await adopting.go_on(world.app.database, world.app.house, world.clock, pages=1)
    progress = await world.app.database.run(lambda tx: adopting.progress(tx, "town"))
    assert (200, 50, False) == (progress.moved, progress.left, progress.finished) if progress else False
    await world.app._adopt()
    done = await world.app.database.run(lambda tx: (adoptions.of(tx, "town"), adopting.progress(tx, "town")))
    assert done[0] is not None
    assert (250, True) == (done[0].moved, done[1].finished if done[1] else False)
    assert 0 == await adopting.go_on(world.app.database, world.app.house, world.clock)
    await world.close()


async def test_a_version_that_cannot_be_read_passes_nobody_over(tmp_path: Path) -> None:
    """Where the version itself is the trouble, every case is still to go: it is tried again, and nothing is lost."""
    world = await _town(tmp_path, 3)
    await world.app.database.run(lambda tx: policies.put(tx, "broken@1", "name: broken", world.clock))
    with pytest.raises(PolicyError):
        await adopt(world.app.database, world.app.house, "town", "broken@1", "all", "els", world.clock)
    progress = await world.app.database.run(lambda tx: adopting.progress(tx, "town"))
    assert progress is not None
    assert (0, 3, False) == (progress.moved, progress.left, progress.finished)
    await world.close()


async def test_the_preview_is_what_happens(tmp_path: Path) -> None:
    """What the preview counts for a milestone of one's own is what the cases have afterwards; it writes nothing."""
    world = await _town(tmp_path, 200)
    policy = replace(edited(), name="own_town").policy
    seen = await previewing.preview(world.app.database, world.app.house, "town", policy, world.clock)
    assert 200 == seen.cases
    buddy, off = seen.by_milestone["buddy"], seen.by_milestone["welcome_ready"]
    assert (0, 0) == buddy[1:]
    assert (0, 0) == off[:2]
    assert buddy[0] > 10
    assert seen.busiest is not None
    assert seen.fullest is not None
    assert "own_town@1" not in {
        case.policy for case in await world.app.database.run(lambda tx: cases.live(tx, "", 2000))
    }
    await world.close()


async def test_the_preview_adds_up_what_each_case_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cases share what they have in common, and are forgotten in between: the sums are those of each by itself."""
    world = await _town(tmp_path, 250)
    house, policy, counted = world.app.house, replace(edited(), name="own_town").policy, list[int]()
    monkeypatch.setattr(previewing, "REMEMBERED", 300)
    seen = await previewing.preview(world.app.database, house, "town", policy, world.clock, counted.append)
    organisation = await world.app.database.run(lambda tx: house.organisation(tx, "town"))
    plain = Between(
        house.packs["company_c@1"], policy, house.calendar(organisation), world.clock,
        (world.clock + previewing.AHEAD).date(),
    )  # fmt: skip
    load, load_before = Load(world.clock.date()), Load(world.clock.date())
    effects = {}
    for case in await world.app.database.run(lambda tx: cases.live(tx, "", 2000)):
        effect = effects[case.id] = plain.effect(known(case, organisation))
        load.add(effect.after, {case.manager: 1})
        load_before.add(effect.before, {case.manager: 1})
    assert [200, 250] == counted
    assert (250, sum(not one.is_none for one in effects.values())) == (seen.cases, seen.affected)
    assert [sum(len(getattr(one, name)) for one in effects.values()) for name in ("appears", "moves", "vanishes")] == [
        seen.appears, seen.moves, seen.vanishes,
    ]  # fmt: skip
    assert (load.busiest, load_before.busiest) == (seen.busiest, seen.busiest_before)
    assert (load.fullest, load_before.fullest) == (seen.fullest, seen.fullest_before)
    assert previewing.LISTED == len(seen.listed)
    assert [together([effects[one.case]]) for one in seen.listed] == [one.effect for one in seen.listed]
    await world.close()
