"""A small organisation to keep things about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from conversations.case import Case, Person
from storage import organisations, people
from storage.outbox import Row

if TYPE_CHECKING:
    from storage.database import Tx

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
LEASE = timedelta(seconds=60)
LATER = NOW + 2 * LEASE


def settle_people(tx: Tx) -> None:
    """Acme with Jan's absence: An leads him, Dirk stands in for An, Hilde is HR, Coen the coach; Vera is a stranger."""
    organisations.put(tx, organisations.Organisation("acme", "Acme", "company_c@1"))
    organisations.put(tx, organisations.Organisation("other", "Andere", "company_c@1"))
    for person in (
        Person("an", "acme", "An Peeters", "an@acme.example", frozenset({"manager"}), deputy="dirk"),
        Person("dirk", "acme", "Dirk Maes", "dirk@acme.example", frozenset({"manager"})),
        Person("jan", "acme", "Jan Claes", "jan@acme.example", manager="an", deputy="vera"),
        Person("hilde", "acme", "Hilde Wouters", "hilde@acme.example", roles=frozenset({"hr"})),
        Person("coen", "acme", "Coen Smets", "coen@acme.example", roles=frozenset({"coach"})),
        Person("vera", "acme", "Vera Aerts", "vera@acme.example", frozenset({"manager"})),
        Person("otto", "other", "Otto Nijs", "otto@other.example", roles=frozenset({"hr"})),
    ):
        people.put(tx, person)


def jans_case(**fields: Any) -> Case:
    """Jan's absence since 2 November."""
    known: dict[str, Any] = {"anchors": {"absence_start": date(2026, 11, 2)}, **fields}
    return Case("c1", "acme", "jan", "an", "company_c@1", coach="coen", **known)


def message(row: str, **fields: Any) -> Row:
    """A message to An in the web chat, about nothing in particular."""
    known: dict[str, Any] = {
        "organisation": "acme", "person": "an", "kind": "reply", "body": "{}", "channel": "web", "address": "an",
        "not_before": NOW, "created_at": NOW, **fields,
    }  # fmt: skip
    return Row(id=row, **known)
