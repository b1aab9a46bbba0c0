"""How every test runs: without hurry, without waiting for the disk, and without what costs a tenth each time.

A machine that is busy is no reason to fail, so no example has a deadline. In CI the examples are always the same.
"""

from __future__ import annotations

import gc
import os
import ssl
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import settings

from storage import sqlite
from storage.migrations import migrate
from tests.postgres import Databases, serving

settings.register_profile("unhurried", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("unhurried")


def pytest_collection_finish() -> None:
    """What was collected stays until the end: the collector of garbage need not go through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def one_tls_context() -> Iterator[None]:
    """Every client of HTTP reads the certificates of the world, thirty milliseconds each time; once is enough."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="session", autouse=True)
def hasty_sqlite() -> Iterator[None]:
    """A database of a test may be lost with the machine, so it need not wait for the disk. Those of processes do."""
    with pytest.MonkeyPatch.context() as patch:
        hasty = tuple("synchronous=OFF" if one == "synchronous=FULL" else one for one in sqlite.PRAGMAS)
        patch.setattr(sqlite, "PRAGMAS", hasty)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Databases]:
    """The PostgreSQL of this test process."""
    with serving() as databases:
        yield databases


@pytest.fixture(scope="session")
def postgres_template(postgres: Databases) -> str:
    """A migrated database without rows, to copy."""
    name = f"template_{os.getpid()}"
    migrate(postgres.create(name))
    return name
