"""A cadence as a file: by a command and on the page, out and in again, and what is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
import yaml

from bot import packs, publishing
from bot.app import new_id, wall_clock
from bot.commands.opening import database
from bot.house import House
from bot.settings import load
from bot.web.hr import drafting
from bot.web.hr.files import LARGEST, LONGEST_FILE
from conversations.case import Person
from storage import organisations, policies
from tests.bot.forms import Page
from tests.bot.test_cli import Run, filled, place, terugkeer  # noqa: F401 - fixtures
from tests.bot.test_hr_cadence import DRAFT, drafted
from tests.bot.test_web import Town, csrf

if TYPE_CHECKING:
    import httpx2

    from storage.database import Tx

IMPORT = "/hr/cadence/import"
OURS = """policy: ours
version: 7
extends: company_c
send_at: 08:15
remove: [welcome_ready]
milestones:
- id: evaluation
  at: back_at_work + 9w
  care: true
  valid_from: 2026-12-01
  valid_until: 2027-12-01
- id: buddy
  to: manager
  kind: policy
  source: own
  at: [back_at_work + 3d, back_at_work + 3w]
  remind: [2wd]
  care: false
  valid_from: 2026-11-01
texts:
  buddy: |
    # koffie met de buddy

    Drink een koffie met {{ employee }}.
"""


Thing = TypeVar("Thing")


def said(text: str) -> dict[str, Any]:
    """What a file says, but for its name and version: those are ours to give."""
    found: dict[str, Any] = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - words as they stand, no objects
    return {name: value for name, value in found.items() if name not in ("policy", "version")}


def milestone(text: str, name: str) -> dict[str, str]:
    """What a file says of one milestone."""
    listed: list[dict[str, str]] = said(text)["milestones"]
    return next(one for one in listed if one["id"] == name)


# --- By a command --------------------------------------------------------------------------------------


def kept(work: Callable[[Tx], Thing]) -> Thing:
    """Work on the database of the settings."""

    async def done() -> Thing:
        async with database(load()) as opened:
            return await opened.run(work)

    return asyncio.run(done())


def draft(tx: Tx) -> str | None:
    """The draft of the one organisation."""
    return policies.draft(tx, organisations.all(tx)[0].id).text


def published(tx: Tx) -> str:
    """The draft is published."""
    organisation, house = organisations.all(tx)[0], House({}, new_id, packs.load(), "")
    desk = drafting.open_desk(tx, house, Person("els", organisation.id, "Els", ""))
    ref = publishing.publish(tx, house, organisation, desk.cadence, "els", wall_clock()).ref
    drafting.keep(tx, desk, None, Person("els", organisation.id, "Els", ""), wall_clock())
    return ref


def test_out_and_in_by_a_command(filled: Run, place: Path) -> None:  # noqa: F811 - the fixtures
    """What was published comes out whole, passes the check, and comes in again as a draft that says the same."""
    file = place / "ours.yaml"
    file.write_text(OURS)
    assert "the draft of Groen" in filled("policy", "import", "ours.yaml")[1]
    ref = kept(published)
    code, text, _ = filled("policy", "export", ref)
    assert (0, said(OURS)) == (code, said(text))
    assert {"care": "false", "valid_from": "2026-11-01"}.items() <= milestone(text, "buddy").items()
    file.write_text(text)
    assert f"ok       {ref}: 39 milestones" in filled("policy", "check", "ours.yaml")[1]
    assert 0 == filled("policy", "import", "ours.yaml", "--organisation", "Groen")[0]
    assert said(OURS) == said(kept(draft) or "")


def test_a_draft_is_not_written_over(filled: Run, place: Path) -> None:  # noqa: F811 - the fixtures
    """Only for who says so."""
    (place / "ours.yaml").write_text(OURS)
    assert 0 == filled("policy", "import", "ours.yaml")[0]
    code, _, problem = filled("policy", "import", "ours.yaml")
    assert (1, "terugkeer: There is a draft already. Say --replace to put this in its place.\n") == (code, problem)
    assert 0 == filled("policy", "import", "ours.yaml", "--replace")[0]


@pytest.mark.parametrize("pack", sorted(packs.load()))
def test_a_pack_as_a_file(filled: Run, place: Path, pack: str) -> None:  # noqa: F811 - the fixtures
    """A pack comes out as it is, and the check accepts it."""
    text = filled("policy", "export", pack)[1]
    (place / "pack.yaml").write_text(text)
    assert f"ok       {pack}:" in filled("policy", "check", "pack.yaml")[1]
    assert packs.texts()[pack.partition("@")[0]] == text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("policy: ours\nversion: 1\n", "It extends nothing."),
        ("policy: ours\nversion: 1\nextends: company_c\nremove: [estimate_8_weeks]\n", "cannot be removed"),
        (OURS.replace("{{ employee }}", "{{ employee.__class__ }}"), "Something here is not allowed."),
        (OURS.partition("texts:")[0], "It has no words."),
        ("- no\n", "problem"),
    ],
)
def test_a_file_that_is_refused(filled: Run, place: Path, text: str, problem: str) -> None:  # noqa: F811 - the fixtures
    """The mistake is told, the exit code is 1, and there is no draft."""
    (place / "ours.yaml").write_text(text)
    code, told, _ = filled("policy", "import", "ours.yaml")
    assert (1, True) == (code, problem in told)
    assert kept(draft) is None


def test_a_policy_that_is_not_there(filled: Run) -> None:  # noqa: F811 - the fixture
    """It says which ones are; nor is there an organisation of any name."""
    code, _, problem = filled("policy", "export", "ours@9")
    assert (1, True) == (code, "There are: company_c@1, company_d@1" in problem)
    Path("ours.yaml").write_text(OURS)
    assert "no such organisation" in filled("policy", "import", "ours.yaml", "--organisation", "Blauw")[2]


# --- On the page ---------------------------------------------------------------------------------------


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town on the web."""
    town = Town(tmp_path)
    await town.people()
    await town.on_web()
    yield town
    await town.close()


async def chosen(browser: httpx2.AsyncClient, content: bytes, **more: str) -> httpx2.Response:
    """A file chosen on the page, and sent."""
    page = await browser.get(IMPORT)
    form = {**Page(page.text).form("/import").values, **more}
    return await browser.post(IMPORT, data=form, files=[("file", ("ours.yaml", content))])


async def test_in_by_a_file_and_out_again(town: Town) -> None:
    """A file that is chosen is the draft; taken along as a file it says the same, also once it is in use."""
    async with town.browser("els") as browser:
        assert DRAFT == (await chosen(browser, b"\xef\xbb\xbf" + OURS.encode())).headers["location"]
        assert said(OURS) == said((await drafted(town)).text or "")
        assert said(OURS) == said((await browser.get("/hr/cadence/draft.yaml")).text)
        form = Page((await browser.get("/hr/cadence/preview")).text).form("/adopt").values
        await browser.post("/hr/cadence/adopt", data={**form, "which": "new", "sure": "yes"})
        address = f"/hr/cadence/version/own_{'stad'}@1"
        assert f'href="{address}/file"' in (await browser.get(address)).text
        file = await browser.get(f"{address}/file")
        assert 'attachment; filename="own_stad-1.yaml"' == file.headers["content-disposition"]
        assert said(OURS) == said(file.text)
        assert 404 == (await browser.get("/hr/cadence/version/own_stad@2/file")).status_code


async def test_a_second_file_asks_first(town: Town) -> None:
    """Where there is a draft it is asked once more, and the file comes along with the yes."""
    async with town.browser("els") as browser:
        await chosen(browser, OURS.encode())
        sure = await chosen(browser, OURS.replace("+ 9w", "+ 10w").encode())
        form = Page(sure.text).form("/import")
        assert {"yes"} == {form.values["sure"]}
        files = [(name, (None, value)) for name, value in form.values.items()]
        assert DRAFT == (await browser.post(IMPORT, files=files)).headers["location"]
    assert "back_at_work + 10w" in ((await drafted(town)).text or "")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "kies eerst een bestand"),
        (b"\xff\xfe\x00", "Niets bewaard"),
        (b"x" * (LONGEST_FILE + 1), "te lang voor een ritme"),
        (b"x" * LARGEST, "te lang voor een ritme"),
        (OURS.replace("+ 9w", "+ 9x").encode(), "kijk naar regel 8"),
    ],
)
async def test_a_file_that_is_refused_on_the_page(town: Town, content: bytes, problem: str) -> None:
    """It says what is wrong and where, with what it says in the form, and nothing is kept."""
    async with town.browser("els") as browser:
        answer = await chosen(browser, content)
    assert (422, True) == (answer.status_code, problem in Page(answer.text).text), Page(answer.text).text[:600]
    assert 0 == (await drafted(town)).revision


async def test_a_form_that_is_broken(town: Town) -> None:
    """Several files, or a form of elsewhere, is no form of ours."""
    async with town.browser("els") as browser:
        token = csrf(await browser.get(IMPORT))
        files = [("file", (f"{one}.yaml", b"x")) for one in "ab"]
        assert 400 == (await browser.post(IMPORT, data={"csrf": token}, files=files)).status_code
        assert 403 == (await browser.post(IMPORT, data={"csrf": "x"}, files=files[:1])).status_code
    async with town.browser("sofie") as browser:
        assert 404 == (await browser.post(IMPORT, data={"csrf": token}, files=files[:1])).status_code
