"""One-time links, web visits, policies."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from storage import links, policies, visits
from storage.database import Conflict
from tests.storage.acme import NOW

if TYPE_CHECKING:
    from storage.database import Database

HOUR = timedelta(hours=1)


async def test_a_link_opens_once(acme: Database) -> None:
    """Of ten who show the same link at once, one comes in."""
    await acme.run(lambda tx: links.add(tx, "hash", "an", "sign_in", NOW + HOUR))
    opened = await asyncio.gather(*(acme.run(lambda tx: links.use(tx, "hash", "sign_in", NOW)) for _ in range(10)))
    assert ["an"] == [person for person in opened if person]


@pytest.mark.parametrize(
    ("shown", "purpose", "after"), [("other", "sign_in", 0), ("hash", "link_slack", 0), ("hash", "sign_in", 1)]
)
async def test_a_link_opens_only_what_it_is_for(acme: Database, shown: str, purpose: str, after: int) -> None:
    """Unknown, for something else, or expired: nothing opens, and the real one still does."""
    await acme.run(lambda tx: links.add(tx, "hash", "an", "sign_in", NOW + HOUR))
    assert await acme.run(lambda tx: links.use(tx, shown, purpose, NOW + after * HOUR)) is None
    assert "an" == await acme.run(lambda tx: links.use(tx, "hash", "sign_in", NOW))


async def test_a_visit_lasts_until_it_ends(acme: Database) -> None:
    """Known until it expires, or was ended; another browser stays."""
    for name, proved in (("one", None), ("two", NOW)):
        await acme.run(lambda tx, name=name, proved=proved: visits.add(tx, name, "an", NOW + HOUR, proved))  # type: ignore[misc]
    assert ("an", NOW + HOUR, None) == await acme.run(lambda tx: visits.of(tx, "one", NOW))
    assert await acme.run(lambda tx: visits.of(tx, "one", NOW + HOUR)) is None
    assert await acme.run(lambda tx: visits.of(tx, "other", NOW)) is None
    await acme.run(lambda tx: visits.end(tx, "one"))
    assert await acme.run(lambda tx: visits.of(tx, "one", NOW)) is None
    assert ("an", NOW + HOUR, NOW) == await acme.run(lambda tx: visits.of(tx, "two", NOW))


async def test_a_version_of_a_policy_never_changes(database: Database) -> None:
    """The same text again is fine; another text under the same version is a Conflict."""
    await database.run(lambda tx: policies.put(tx, "company_c@1", "policy: company_c", NOW))
    await database.run(lambda tx: policies.put(tx, "company_c@1", "policy: company_c", NOW + HOUR))
    with pytest.raises(Conflict):
        await database.run(lambda tx: policies.put(tx, "company_c@1", "policy: other", NOW))
    assert "policy: company_c" == await database.run(lambda tx: policies.text(tx, "company_c@1"))
    assert await database.run(lambda tx: policies.text(tx, "company_c@2")) is None


async def test_what_was_not_used_is_withdrawn(acme: Database) -> None:
    """Only of that person, and for that purpose; what is kept of a secret is not the secret."""
    kept = {("a", "an", "chat"), ("b", "dirk", "chat"), ("c", "an", "sign_in")}
    for secret, who, purpose in kept:
        await acme.run(
            lambda tx, secret=secret, who=who, purpose=purpose: links.add(  # type: ignore[misc]
                tx, links.hashed(secret), who, purpose, NOW + HOUR
            )
        )
    await acme.run(lambda tx: links.withdraw(tx, "an", "chat"))
    opened = [
        await acme.run(lambda tx, secret=secret, purpose=purpose: links.use(tx, links.hashed(secret), purpose, NOW))  # type: ignore[misc]
        for secret, _, purpose in sorted(kept)
    ]
    assert [None, "dirk", "an"] == opened
    assert 64 == len(links.hashed("a"))


async def test_what_a_browser_asked_for(acme: Database) -> None:
    """The last one it asked for, who used it and when; it ends with the visit, as with every visit of that person."""
    await acme.run(lambda tx: visits.add(tx, "browser", "an", NOW + HOUR))
    await acme.run(lambda tx: links.add(tx, "a", "an", "chat", NOW + HOUR, "browser"))
    assert (NOW + HOUR, None, None, None) == await acme.run(lambda tx: links.asked(tx, "browser", "chat"))
    await acme.run(lambda tx: links.use(tx, "a", "chat", NOW, ("telegram", "77")))
    assert (NOW + HOUR, NOW, "telegram", "77") == await acme.run(lambda tx: links.asked(tx, "browser", "chat"))
    assert await acme.run(lambda tx: links.asked(tx, "other", "chat")) is None
    assert await acme.run(lambda tx: links.asked(tx, "browser", "sign_in")) is None
    await acme.run(lambda tx: links.add(tx, "b", "an", "chat", NOW + 2 * HOUR, "browser"))
    await acme.run(lambda tx: links.add(tx, "c", "an", "chat", NOW + 2 * HOUR))
    await acme.run(lambda tx: visits.end_all(tx, "an"))
    assert [None, "an"] == [await acme.run(lambda tx, one=one: links.use(tx, one, "chat", NOW)) for one in "bc"]  # type: ignore[misc]
