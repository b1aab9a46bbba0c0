"""Cadences, drafts, adoptions and words of one's own, as they are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from storage import adoptions, policies, texts
from storage.adoptions import Adoption
from storage.database import Conflict
from storage.policies import Version
from tests.storage.acme import NOW

if TYPE_CHECKING:
    from storage.database import Database, Tx

FIRST = Version("c_acme@1", 1, "policy: c_acme", NOW, "hilde")


async def test_a_published_version_never_changes(acme: Database) -> None:
    """The same version cannot be published twice, and what it says stays what it said."""
    await acme.run(lambda tx: policies.publish(tx, "acme", FIRST, "whole"))
    with pytest.raises(Conflict):
        await acme.run(lambda tx: policies.publish(tx, "acme", replace(FIRST, text="other"), "whole"))
    assert [FIRST] == await acme.run(lambda tx: policies.versions(tx, "acme"))
    assert "whole" == await acme.run(lambda tx: policies.text(tx, "c_acme@1"))
    assert 1 == await acme.run(lambda tx: policies.latest(tx, "acme"))
    assert FIRST == await acme.run(lambda tx: policies.published(tx, "acme", "c_acme@1"))
    assert await acme.run(lambda tx: policies.published(tx, "acme", "c_acme@2")) is None


async def test_the_second_editor_of_a_draft_is_told(acme: Database) -> None:
    """Two who began from one revision: the second gets a Conflict, and nothing is lost."""
    common = await acme.run(lambda tx: policies.keep_draft(tx, "acme", "common", 0, "hilde", NOW))
    await acme.run(lambda tx: policies.keep_draft(tx, "acme", "first", common.revision, "hilde", NOW))
    with pytest.raises(Conflict):
        await acme.run(lambda tx: policies.keep_draft(tx, "acme", "second", common.revision, "els", NOW))
    assert "first" == (await acme.run(lambda tx: policies.draft(tx, "acme"))).text
    before = await acme.run(lambda tx: policies.revision(tx, "acme", common.revision))
    assert before == common


async def test_a_draft_that_was_thrown_away_counts_on(acme: Database) -> None:
    """A revision number is never used twice, so an old page cannot pass for a new one; old revisions go."""

    def work(tx: Tx) -> None:
        for revision in range(60):
            policies.keep_draft(tx, "acme", None if revision % 7 == 0 else "text", revision, "hilde", NOW)

    await acme.run(work)
    assert 60 == (await acme.run(lambda tx: policies.draft(tx, "acme"))).revision
    assert await acme.run(lambda tx: policies.revision(tx, "acme", 3)) is None
    assert 0 == (await acme.run(lambda tx: policies.draft(tx, "other"))).revision


async def test_words_of_ones_own_are_kept_by_version(acme: Database) -> None:
    """The last version holds; going back to the words of the house is a version too; a stale one is a Conflict."""

    def work(tx: Tx) -> None:
        texts.put(tx, "acme", "first_call", "one", 0, "hilde", NOW)
        texts.put(tx, "acme", "first_call", "two", 1, "hilde", NOW + timedelta(hours=1))
        texts.put(tx, "acme", "evaluation", "other", 0, "hilde", NOW)

    await acme.run(work)
    current = await acme.run(lambda tx: texts.current(tx, "acme"))
    assert {"first_call": "two", "evaluation": "other"} == {name: one.text for name, one in current.items()}
    with pytest.raises(Conflict):
        await acme.run(lambda tx: texts.put(tx, "acme", "first_call", "late", 1, "els", NOW))
    await acme.run(lambda tx: texts.put(tx, "acme", "first_call", None, 2, "hilde", NOW))
    assert ["evaluation"] == list(await acme.run(lambda tx: texts.current(tx, "acme")))
    history = await acme.run(lambda tx: texts.history(tx, "acme", "first_call"))
    assert [(3, None), (2, "two"), (1, "one")] == [(one.version, one.text) for one in history]


async def test_an_adoption_goes_on_where_it_was(acme: Database) -> None:
    """It is unfinished until it is said to be done, advances once, and another one takes its place."""
    begun = Adoption("acme", "c_acme@1", "hilde", NOW)
    await acme.run(lambda tx: adoptions.begin(tx, begun))
    assert [begun] == await acme.run(adoptions.unfinished)
    further = replace(begun, after="c5", moved=4)
    assert await acme.run(lambda tx: adoptions.advance(tx, begun, further))
    assert not await acme.run(lambda tx: adoptions.advance(tx, begun, further))
    done = replace(further, finished_at=NOW)
    assert await acme.run(lambda tx: adoptions.advance(tx, further, done))
    assert ([], done) == await acme.run(lambda tx: (adoptions.unfinished(tx), adoptions.of(tx, "acme")))
    other = replace(begun, policy="c_acme@2")
    await acme.run(lambda tx: adoptions.begin(tx, other))
    assert [other] == await acme.run(adoptions.unfinished)
