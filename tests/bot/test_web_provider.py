"""Signing in at a real provider on this machine, and what somebody with bad intentions tries on the way."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import httpx2
import pytest

from bot.commands.doctor import sign_in
from bot.settings import Settings, SettingsError, load
from storage import identities, journal, links, people
from storage.database import Conflict
from tests.bot.test_web import HOME, Town, csrf
from tests.world import CAST, ORGANISATION

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from storage.database import Tx

STRONG = {"amr": ["pwd", "mfa"]}
NONE = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # by http, so no certificates are read for each call
EVERYBODY = {person.id: person for person in CAST}


@dataclass
class Idp:
    """The provider, as people's browsers and its administrators reach it."""

    issuer: str

    def knows(self, subject: str, **claims: object) -> None:
        """Somebody has an account there."""
        httpx2.put(f"{self.issuer}/users/{subject}", json=claims, verify=NONE).raise_for_status()

    def agrees(self, address: str, subject: str) -> str:
        """Somebody signs in there; where the browser is sent back to, path and query."""
        answer = httpx2.post(address, data={"sub": subject}, verify=NONE)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"].removeprefix(HOME)


@contextmanager
def running() -> Iterator[Idp]:
    """A provider of its own, as a program."""
    program = Path(__file__).parents[1] / "fakes" / "oidc.py"
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", str(program)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        yield Idp(f"http://127.0.0.1:{int(process.stdout.readline())}")
        process.kill()


@pytest.fixture(scope="module")
def idp() -> Iterator[Idp]:
    """The provider of the organisation."""
    with running() as provider:
        provider.knows("els-at-work", **STRONG)
        provider.knows("els-weakly", amr=["pwd"])
        provider.knows("sofie-at-work")
        provider.knows("jan-at-work", email="jan@stad.example", email_verified=True)
        provider.knows("namesake", email="els@stad.example", email_verified=True, **STRONG)
        yield provider


async def at_provider(path: Path, idp: Idp) -> Town:
    """A town whose people sign in there, at the moment it really is: the provider has a clock of its own."""
    town = Town(path)
    town.clock = datetime.now(UTC).replace(microsecond=0)
    town.app.settings = Settings(
        database_url=town.url, keys=town.app.settings.keys,
        oidc_issuer=idp.issuer, oidc_client_id="terugkeer", oidc_client_secret="s3cret",
    )  # fmt: skip
    await town.people()
    return town


@pytest.fixture
async def town(tmp_path: Path, idp: Idp) -> AsyncIterator[Town]:
    """Such a town."""
    town = await at_provider(tmp_path, idp)
    yield town
    await town.close()


async def sent(answer: httpx2.Response) -> str:
    """Where the page sends the browser."""
    assert answer.status_code == 200, answer.text
    address = answer.headers["refresh"].removeprefix("0; url=")
    assert address.replace("&", "&amp;") in answer.text
    return address


async def bound(town: Town, idp: Idp, who: str, subject: str) -> httpx2.Response:
    """Somebody opens the own link and signs in at the provider with that account."""
    async with town.browser() as browser:
        there = await sent(await browser.post(await town.link(who), data={"with": "account"}))
        return await browser.get(idp.agrees(there, subject))


async def arrives(town: Town, idp: Idp, subject: str) -> httpx2.Response:
    """Somebody signs in with that account."""
    async with town.browser() as browser:
        return await browser.get(idp.agrees(await sent(await browser.post("/sign-in")), subject))


# --- As it should go -----------------------------------------------------------------------------------


async def test_the_first_time_and_the_next(town: Town, idp: Idp) -> None:
    """A link says once whose account it is; from then on the account is enough, and it stands in the journal."""
    assert (await arrives(town, idp, "els-at-work")).status_code == 403
    first = await bound(town, idp, "els", "els-at-work")
    assert (303, "/") == (first.status_code, first.headers["location"])
    async with town.browser() as browser:
        answer = await browser.get(idp.agrees(await sent(await browser.post("/sign-in")), "els-at-work"))
        assert answer.status_code == 303
        page = await browser.get("/")
        assert "Els Willems" in page.text
        assert not browser.cookies.get("attempt")
        left = await browser.post("/leave", data={"csrf": csrf(page)})
        assert 'action="/sign-in"' in left.text
    entries = await town.app.database.run(lambda tx: tx._connection.execute("SELECT by FROM journal").fetchall())
    assert [("els",)] == entries
    assert await town.app.database.run(lambda tx: journal.verify(tx, ORGANISATION)) is None


async def test_what_is_asked_of_the_provider(town: Town, idp: Idp) -> None:
    """A code, with PKCE by hash, a state and a nonce of 256 bits, and nothing secret in the address."""
    async with town.browser() as browser:
        address = await sent(await browser.post("/sign-in"))
        again = await sent(await browser.post("/sign-in"))
    asked, other = parse_qs(urlsplit(address).query), parse_qs(urlsplit(again).query)
    assert address.startswith(f"{idp.issuer}/oauth2/authorize?")
    assert {
        "response_type": ["code"],
        "client_id": ["terugkeer"],
        "code_challenge_method": ["S256"],
    }.items() <= asked.items()
    assert [f"{HOME}/sign-in/back"] == asked["redirect_uri"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name][0]) == 43
        assert asked[name] != other[name]
    assert "s3cret" not in address


async def test_a_manager_needs_no_second_factor(town: Town, idp: Idp) -> None:
    """Who sees the own cases alone may come by the account or by a link, as before."""
    assert (await bound(town, idp, "sofie", "sofie-at-work")).status_code == 303
    assert (await arrives(town, idp, "sofie-at-work")).status_code == 303
    async with town.browser() as browser:
        assert (await browser.post(await town.link("sofie"), data={"with": "link"})).status_code == 303


async def test_hr_comes_by_a_link_only_without_a_provider(town: Town, idp: Idp) -> None:
    """Where there is a provider a link of HR leads there, whichever button was pressed, and is not used up by it."""
    async with town.browser() as browser:
        link = await town.link("els")
        for data in ({"with": "link"}, {}, {"with": "account"}):
            answer = await browser.post(link, data=data)
            assert (await sent(answer)).startswith(idp.issuer)
            assert not browser.cookies.get("visit")
        assert (await browser.get("/")).status_code == 401


async def test_another_account_takes_the_place(town: Town, idp: Idp) -> None:
    """A new link binds a new account, and the one before it opens nothing any more."""
    idp.knows("els-anew", **STRONG)
    assert (await bound(town, idp, "els", "els-at-work")).status_code == 303
    assert (await bound(town, idp, "els", "els-anew")).status_code == 303
    assert (await arrives(town, idp, "els-anew")).status_code == 303
    assert (await arrives(town, idp, "els-at-work")).status_code == 403


async def test_who_left(town: Town, idp: Idp) -> None:
    """An account of somebody who left opens nothing."""
    await bound(town, idp, "sofie", "sofie-at-work")
    await town.app.database.run(lambda tx: people.put(tx, replace(EVERYBODY["sofie"], active=False)))
    assert (await arrives(town, idp, "sofie-at-work")).status_code == 403


# --- As it should not ----------------------------------------------------------------------------------


async def test_a_mail_address_is_nobody(town: Town, idp: Idp) -> None:
    """An account with HR's own checked mail address is not HR's."""
    refused = await arrives(town, idp, "namesake")
    assert refused.status_code == 403
    assert "nog niet gekoppeld" in refused.text


async def test_a_forwarded_link(town: Town, idp: Idp) -> None:
    """A link binds no account that is a colleague's, by its mail address or by an earlier link."""
    refused = await bound(town, idp, "sofie", "jan-at-work")
    assert (403, True) == (refused.status_code, "niet bij dezelfde persoon" in refused.text)
    await bound(town, idp, "lotte", "sofie-at-work")
    assert (await bound(town, idp, "sofie", "sofie-at-work")).status_code == 403
    known = await town.app.database.run(lambda tx: identities.who(tx, idp.issuer, "sofie-at-work"))
    assert known == "lotte"


async def test_without_a_second_factor(town: Town, idp: Idp) -> None:
    """HR without a second factor is not let in, neither the first time nor later, and the link stays good."""
    async with town.browser() as browser:
        link = await town.link("els")
        refused = await browser.get(idp.agrees(await sent(await browser.post(link)), "els-weakly"))
        assert (403, True) == (refused.status_code, "tweede stap" in refused.text)
        accepted = await browser.get(idp.agrees(await sent(await browser.post(link)), "els-at-work"))
        assert accepted.status_code == 303
    idp.knows("els-at-work", amr=["pwd"])
    assert (await arrives(town, idp, "els-at-work")).status_code == 403
    idp.knows("els-at-work", acr="gold")
    assert (await arrives(town, idp, "els-at-work")).status_code == 403
    town.app.settings = town.app.settings.model_copy(update={"oidc_acr": frozenset({"gold"})})
    assert (await arrives(town, idp, "els-at-work")).status_code == 303
    idp.knows("els-at-work", **STRONG)


async def test_any_role_of_the_house(town: Town, idp: Idp) -> None:
    """Audit and administrators need a second factor as HR does."""
    for role in ("audit", "admin"):
        raised = replace(EVERYBODY["lotte"], roles=frozenset({"employee", role}))
        await town.app.database.run(lambda tx, raised=raised: people.put(tx, raised))  # type: ignore[misc]
        assert (await bound(town, idp, "lotte", "els-weakly")).status_code == 403


@pytest.mark.parametrize(
    "changed", [{"state": "x"}, {"state": ""}, {"iss": "https://evil.example"}, {"code": ""}, {"error": "e"}]
)
async def test_an_answer_that_was_changed(town: Town, idp: Idp, changed: dict[str, str]) -> None:
    """Another state, another issuer (mix-up), no code, an error: nobody comes in, and the try is over."""
    await bound(town, idp, "els", "els-at-work")
    async with town.browser() as browser:
        back = urlsplit(idp.agrees(await sent(await browser.post("/sign-in")), "els-at-work"))
        given = {name: values[0] for name, values in parse_qs(back.query).items()}
        assert (await browser.get(f"{back.path}?{urlencode(given | changed)}")).status_code == 400
        assert (await browser.get(f"{back.path}?{back.query}")).status_code == 400
        assert (await browser.get("/")).status_code == 401


async def test_an_answer_in_another_browser(town: Town, idp: Idp) -> None:
    """What came back for one browser signs in no other one, with a try of its own or without (login CSRF)."""
    await bound(town, idp, "els", "els-at-work")
    async with town.browser() as mine, town.browser() as theirs:
        back = idp.agrees(await sent(await mine.post("/sign-in")), "els-at-work")
        assert (await theirs.get(back)).status_code == 400
        await theirs.post("/sign-in")
        assert (await theirs.get(back)).status_code == 400
        assert (await theirs.get("/")).status_code == 401


async def test_a_token_of_another_try(town: Town, idp: Idp) -> None:
    """A token with the nonce of another try is not taken (replay)."""
    await bound(town, idp, "els", "els-at-work")
    async with town.browser() as browser:
        parts = urlsplit(await sent(await browser.post("/sign-in")))
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        older = urlunsplit(parts._replace(query=urlencode(asked | {"nonce": "n" * 43})))
        assert (await browser.get(idp.agrees(older, "els-at-work"))).status_code == 400


async def test_a_code_counts_once(town: Town, idp: Idp) -> None:
    """The same answer with the same try, brought again, signs nobody in: the provider's code is used up."""
    await bound(town, idp, "els", "els-at-work")
    async with town.browser() as browser, town.browser() as thief:
        back = idp.agrees(await sent(await browser.post("/sign-in")), "els-at-work")
        thief.cookies.update(browser.cookies)
        assert (await browser.get(back)).status_code == 303
        assert (await thief.get(back)).status_code == 400


async def test_a_code_of_another_try(town: Town, idp: Idp) -> None:
    """A code asked for by somebody else's try does not fit this one's verifier (PKCE: injection)."""
    await bound(town, idp, "els", "els-at-work")
    async with town.browser() as mine, town.browser() as theirs:
        stolen = parse_qs(urlsplit(idp.agrees(await sent(await mine.post("/sign-in")), "els-at-work")).query)["code"][0]
        own = parse_qs(urlsplit(await sent(await theirs.post("/sign-in"))).query)["state"][0]
        answer = await theirs.get(f"/sign-in/back?{urlencode({'code': stolen, 'state': own})}")
        assert answer.status_code == 400


async def test_a_token_that_is_over(town: Town, idp: Idp) -> None:
    """A token past its time is not taken, nor one that comes from the future, nor a try that took too long."""
    await bound(town, idp, "els", "els-at-work")
    start = town.clock
    for later in (timedelta(minutes=5), timedelta(hours=-1), timedelta(minutes=10)):
        async with town.browser() as browser:
            town.clock = start
            back = idp.agrees(await sent(await browser.post("/sign-in")), "els-at-work")
            town.clock = start + later
            assert (await browser.get(back)).status_code == 400


async def test_a_token_of_another_provider(town: Town, idp: Idp) -> None:
    """A code of another provider is worth nothing here, and a provider that calls itself otherwise is not asked."""
    await bound(town, idp, "els", "els-at-work")
    with running() as evil:
        evil.knows("els-at-work", **STRONG)
        async with town.browser() as browser:
            there = (await sent(await browser.post("/sign-in"))).replace(idp.issuer, evil.issuer)
            assert (await browser.get(evil.agrees(there, "els-at-work"))).status_code == 400
        renamed = evil.issuer.replace("127.0.0.1", "localhost")
        town.app.settings = town.app.settings.model_copy(update={"oidc_issuer": f"{renamed}/"})
        async with town.browser() as browser:
            answer = await browser.post("/sign-in")
    assert (400, True) == (answer.status_code, "antwoordt niet" in answer.text)
    async with town.browser() as browser:
        assert (await browser.post("/sign-in")).status_code == 400  # it is gone by now


@pytest.mark.parametrize("cookie", ["", "x", "A" * 200, "%%%", "é"])
async def test_a_try_written_by_hand(town: Town, cookie: str) -> None:
    """What a browser claims to have left with is read only as it was sealed."""
    async with town.browser() as browser:
        headers = {"Cookie": f"attempt={cookie}".encode()}
        assert (await browser.get("/sign-in/back?code=a&state=b", headers=headers)).status_code == 400


async def test_only_by_a_button_of_ours(town: Town) -> None:
    """Another site cannot begin to sign somebody in, and looking begins nothing."""
    async with town.browser() as browser:
        assert (await browser.post("/sign-in", headers={"Origin": "https://evil.example"})).status_code == 403
        assert (await browser.get("/sign-in")).status_code == 405


# --- The settings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"oidc_issuer": "https://login.example.be"}, "OIDC_CLIENT_ID: is missing"),
        ({"oidc_client_id": "a", "oidc_client_secret": "b"}, "OIDC_ISSUER: is missing"),
        ({"oidc_issuer": "http://login.example.be"}, "must be https"),
        (
            {"oidc_issuer": "https://l.be", "oidc_client_id": "a", "oidc_client_secret": "b", "oidc_amr": ""},
            "OIDC_AMR: is empty",
        ),
    ],
)
def test_half_a_provider(given: dict[str, str], problem: str) -> None:
    """All of it or nothing, by https, and never HR without a second factor."""
    with pytest.raises(SettingsError) as raised:
        load(keys="k:" + "A" * 43, **given)
    assert problem in str(raised.value)


def test_second_factors() -> None:
    """Several words, by commas or blanks."""
    assert frozenset({"mfa", "hwk"}) == load(keys="k:" + "A" * 43, oidc_amr="mfa, hwk").oidc_amr


async def test_two_bind_one_account_at_once(town: Town) -> None:
    """An account is one person's, whoever was first."""

    def twice(tx: Tx) -> None:
        identities.bind(tx, EVERYBODY["jan"], "https://i", "s", town.clock)
        identities.bind(tx, EVERYBODY["jan"], "https://i", "s", town.clock)
        identities.bind(tx, EVERYBODY["lotte"], "https://i", "s", town.clock)

    with pytest.raises(Conflict):
        await town.app.database.run(twice)


async def test_a_link_looked_at(town: Town) -> None:
    """Asking whose a link is does not use it up."""
    secret = (await town.link("jan")).rpartition("/")[2]

    def look(tx: Tx) -> list[str | None]:
        where = (links.hashed(secret), "sign_in", town.clock)
        return [links.whose(tx, *where), links.use(tx, *where), links.whose(tx, *where)]

    assert ["jan", "jan", None] == await town.app.database.run(look)


async def test_the_doctor_asks_the_provider(town: Town, idp: Idp) -> None:
    """Whether it is there, and is who it should be."""
    settings = town.app.settings
    elsewhere = settings.model_copy(update={"oidc_issuer": idp.issuer.replace("127.0.0.1", "localhost") + "/"})
    nowhere = settings.model_copy(update={"oidc_issuer": "http://127.0.0.1:9"})
    lines = [str(await sign_in(one, town.clock)) for one in (settings, elsewhere, nowhere)]
    assert lines[0] == "ok       sign-in"
    assert lines[1].startswith("problem  sign-in: the provider calls itself otherwise")
    assert lines[2].startswith("problem  sign-in: the provider does not answer")


async def test_an_account_let_go(town: Town, idp: Idp) -> None:
    """It opens nothing any more, whoever came by it is signed out, and it stands in the journal."""
    async with town.browser() as browser:
        there = await sent(await browser.post(await town.link("sofie"), data={"with": "account"}))
        await browser.get(idp.agrees(there, "sofie-at-work"))
        assert (await browser.get("/")).status_code == 200
        for let_go in (True, False):
            assert let_go == await town.app.database.run(
                lambda tx: identities.release(tx, EVERYBODY["sofie"], "operator", town.clock)
            )
        assert (await browser.get("/")).status_code == 401
    assert (await arrives(town, idp, "sofie-at-work")).status_code == 403
    entries = await town.app.database.run(lambda tx: tx._connection.execute("SELECT by FROM journal").fetchall())
    assert [("sofie",), ("operator",)] == entries
