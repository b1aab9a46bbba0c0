"""Who stands in: it always ends, and never with the person or with somebody who is away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from conversations.case import Person
from conversations.deputies import candidates, stands_in
from tests.conversations.scenes import DIRK, ELS, JAN, SOFIE

DAY = date(2026, 12, 7)
WEEK = timedelta(days=6)


def _away(person: Person, deputy: str | None = None) -> Person:
    return replace(person, away_from=DAY, away_until=DAY + WEEK, deputy=deputy)


def _people(*people: Person) -> dict[str, Person]:
    return {person.id: person for person in people}


days = st.dates(DAY - timedelta(days=20), DAY + timedelta(days=20))


@st.composite
def organisations(draw: st.DrawFn) -> dict[str, Person]:
    """Up to eight people who point at each other in any way, some away, some gone, some of HR."""
    names = [f"p{n}" for n in range(draw(st.integers(1, 8)))]
    people = {}
    for name in names:
        since = draw(st.none() | days)
        people[name] = Person(
            name, "org", name.upper(), f"{name}@example.org",
            roles=frozenset(draw(st.sets(st.sampled_from(("employee", "manager", "hr"))))),
            deputy=draw(st.none() | st.sampled_from([*names, "nobody"])),
            away_from=since,
            away_until=since + timedelta(days=draw(st.integers(0, 30))) if since else draw(st.none() | days),
            active=draw(st.booleans()),
        )  # fmt: skip
    return people


@given(organisations(), days)
def test_never_the_person_and_never_somebody_who_is_away(people: dict[str, Person], on: date) -> None:
    """In any graph of deputies the search ends, with somebody else who is there, or with nobody."""
    for person in people.values():
        found = stands_in(person, people, on)
        assert found is None or (found.id != person.id and found.active and not found.is_away(on))


@given(organisations(), days)
def test_hr_is_found_whenever_somebody_of_hr_is_there(people: dict[str, Person], on: date) -> None:
    """Nobody is left without a stand-in while somebody else of HR is at work."""
    for person in people.values():
        there = [one for one in people.values()
                 if "hr" in one.roles and one.id != person.id and one.active and not one.is_away(on)]  # fmt: skip
        assert stands_in(person, people, on) is not None or not there


@given(organisations(), days, st.integers(0, 30))
def test_candidates_are_there_all_the_time(people: dict[str, Person], since: date, length: int) -> None:
    """Whoever may be asked to stand in is there on every one of the days, and is somebody else."""
    until = since + timedelta(days=length)
    for person in people.values():
        for one in candidates(person, people, since, until):
            assert one.id != person.id
            assert not any(one.is_away(since + timedelta(days=n)) for n in range(length + 1))


def test_the_deputy_first() -> None:
    """The deputy stands in, when there."""
    assert stands_in(_away(SOFIE, "dirk"), _people(SOFIE, DIRK, ELS), DAY) == DIRK


def test_the_deputy_of_the_deputy_next() -> None:
    """When both are away, the second one's deputy stands in."""
    karim = replace(DIRK, id="karim", name="Karim Aziz")
    sofie = _away(SOFIE, "dirk")
    assert stands_in(sofie, _people(sofie, _away(DIRK, "karim"), karim, ELS), DAY) == karim


def test_two_who_point_at_each_other_end_with_hr() -> None:
    """Two deputies of each other, both away: HR."""
    sofie, dirk = _away(SOFIE, "dirk"), _away(DIRK, "sofie")
    assert stands_in(sofie, _people(sofie, dirk, ELS), DAY) == ELS


def test_nobody_left() -> None:
    """Without a deputy and without HR there is nobody, and that is said as None."""
    assert stands_in(_away(SOFIE), _people(SOFIE, JAN), DAY) is None


def test_candidates_are_peers() -> None:
    """A line manager asks another manager, not somebody of the team, and not somebody who is away then."""
    people = _people(SOFIE, JAN, DIRK, ELS)
    assert candidates(SOFIE, people, DAY, DAY + WEEK) == (DIRK,)
    assert candidates(SOFIE, _people(SOFIE, _away(DIRK)), DAY + WEEK, DAY + 2 * WEEK) == ()
