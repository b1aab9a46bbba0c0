"""Every page of HR's side there is, found by its route: axe, what fits, and the whole way round by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect
from starlette.routing import Route

from bot import publishing, second
from bot.changing import open_case, save
from bot.imports import keeping
from bot.imports.table import Table
from bot.second import Wish
from bot.web.hr import routes
from conversations.case import Person
from conversations.changes import Planned
from conversations.plan import Agreement, Plan
from conversations.talking.dialogue import OpenCase
from conversations.timing import cadence as cadences
from storage import accounts, addresses, imports, outbox, people, policies
from storage.imports import Rehearsal
from tests.e2e.browser import fits, found_by_axe, shot
from tests.e2e.test_pages import SMALL, Town, said, sign_in
from tests.world import CAST, ORGANISATION

if TYPE_CHECKING:
    from storage.database import Tx

pytestmark = pytest.mark.e2e

LOOKS = [
    ("", (1280, 900), "light"), ("-dark", (1280, 900), "dark"), ("-small", SMALL, "light"),
    ("-small-dark", SMALL, "dark"),
]  # fmt: skip
EVERYBODY = {person.id: person for person in CAST}
ALL_ROLES = Person("bea", ORGANISATION, "Bea Alles", "bea@stad.example",
                   frozenset({"employee", "hr", "audit", "admin"}))  # fmt: skip
OTHER = replace(ALL_ROLES, id="bo", name="Bo Beheer", email="bo@stad.example", roles=frozenset({"employee", "admin"}))
NO_PAGE = re.compile(r"/stay|.*\.yaml|.*/file")  # an answer for a script, and files
# What there is no route of its own for: the same page with something asked of it.
ASKED = (
    "/hr?phase=absent", "/hr?name=xyz", "/hr?more=late", "/hr/cadence/preview?ref=own_stad@1", "/hr/audit?check=yes",
    "/hr/import?done=yes", "/hr/people?q=sofie", "/chats", "/plan/{case}",
)  # fmt: skip
MOST = 600  # presses of Tab on one page
PARTS = 6  # a date has less parts, each of which Tab stops at
# Each press of Tab goes further, until it is round: nothing holds the focus, and whatever has it can be seen.
FOCUS = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  if (one === document.body) return { key: "", seen: true };
  const seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0
    && box.left < innerWidth;
  return { key: `${one.outerHTML.slice(0, 200)} ${box.x} ${box.y + scrollY}`, seen };
}"""


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Jan is absent, with a plan; something did not arrive; a version, a draft, a list; and what waits for a second."""
    town = Town(tmp_path)
    world = town.world

    def work(tx: Tx) -> None:
        house, now = world.app.house, world.clock
        for one in (ALL_ROLES, OTHER):
            people.put(tx, one)
            addresses.link(tx, one.id, "web", one.id, now)
        report = OpenCase("jan", world.today - timedelta(days=40), world.today)
        case = open_case(tx, house, EVERYBODY["jan"], report, EVERYBODY["sofie"], now)
        plan = Plan(
            status="active", sent_on=world.today, agreements=(Agreement("a1", "content", "own", "lichter werk"),)
        )
        save(tx, house, case, [Planned(plan)], "sofie", now)
        organisation = house.organisation(tx, ORGANISATION)
        mine = cadences.change(
            cadences.begin("own_stad", house.packs["company_c@1"]), "evaluation", {"at": "back_at_work + 9w"}
        )
        publishing.publish(tx, house, organisation, mine, "els", now)
        policies.keep_draft(tx, ORGANISATION, cadences.written(replace(mine, version=2)), 0, "els", now)

    town.kept(work)
    town.run(world.go_to("2026-11-17 11:00"))
    town.asks("tom", said("Een bericht."))

    def trouble(tx: Tx) -> None:
        outbox.queue(tx, replace(outbox.transcript(tx, "tom", 1)[0], id="lost", number=0))
        outbox.strand(tx, "web", "tom", world.clock)
        now = world.clock
        imports.keep(tx, Rehearsal("waits", ORGANISATION, "bea", now, now + timedelta(hours=1), keeping.to_json(LIST)))
        accounts.came_in(tx, "web", OTHER.id, now)
        house = world.app.house
        second.ask(tx, house, EVERYBODY["els"], Wish("adopt_policy", "", "all"), now)
        second.ask(tx, house, ALL_ROLES, Wish("adopt_policy", "own_stad@1", "all"), now)
        second.ask(tx, house, ALL_ROLES, Wish("grant_roles", "sofie", "coach"), now)
        second.ask(tx, house, OTHER, Wish("grant_roles", "nadia", "hr audit"), now)

    town.kept(trouble)
    yield town
    town.close()


HEADER = ("naam", "e-mail", "leidinggevende", "team")
ROWS = (
    (2, ("An Nieuw", "an@stad.example", "Sofie Peeters", "Onthaal")),
    (3, ("Jan Peeters", "jan@stad.example", "", "Groen")),
)
LIST = keeping.Kept((Table("mensen.csv", "utf-8", ";", HEADER, ROWS),), (), None)


def pages(town: Town) -> dict[str, str]:
    """Every page of HR's side: its address, and what its picture is called; none for one of which there is another."""
    case = town.run(town.world.case("jan")).id
    places = {"case": case, "person": "sofie", "ref": "company_c@1", "step": "evaluation", "rehearsal": "waits"}
    found = [
        route.path
        for route in routes(town.world.app)
        if isinstance(route, Route) and "GET" in (route.methods or ()) and not NO_PAGE.fullmatch(route.path)
    ]
    named = {path.format(**places): "-".join(re.findall(r"\w+", path)) for path in found}
    return named | {path.format(**places): "" for path in ASKED}


@pytest.mark.parametrize(("name", "size", "scheme"), LOOKS)
def test_every_page(town: Town, opened: Callable[..., Page], name: str, size: tuple[int, int], scheme: str) -> None:
    """Axe finds nothing on any, with everything open, and nothing is wider than the window; each has one heading."""
    page = sign_in(town, opened(size, color_scheme=scheme), "bea")
    wrong: dict[str, object] = {}
    for path, called in pages(town).items():
        answer = page.goto(f"{town.home}{path}")
        assert answer is not None
        assert answer.status == 200, path
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        if (found := found_by_axe(page)) or not fits(page):
            wrong[path] = found or "too wide"
        if called:
            shot(page, f"every-{called}{name}", full=True)
    assert wrong == {}


def test_round_by_keyboard(town: Town, opened: Callable[..., Page]) -> None:
    """From the first word to the last and round again: Tab is never held, and what has the focus is in view."""
    page = sign_in(town, opened((1280, 900)), "bea")
    for path in pages(town):
        page.goto(f"{town.home}{path}")
        last: list[str] = []
        hidden: list[str] = []
        while len(last) < MOST:
            page.keyboard.press("Tab")
            now = page.evaluate(FOCUS)
            if not now["key"]:
                break
            hidden += [] if now["seen"] else [now["key"]]
            last.append(now["key"])
            assert len(set(last[-PARTS:])) > 1 or len(last) < PARTS, f"{path}: held at {now['key']}"
        assert hidden == [], path
        assert 1 < len(last) < MOST, path
