"""What tests of the shell share: a database of their own on PostgreSQL, and logs as the product writes them."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator

import pytest
import structlog

from bot import logs
from tests.postgres import Databases

NUMBERS = itertools.count(1)


@pytest.fixture
def postgresql(postgres: Databases, postgres_template: str) -> Iterator[str]:
    """The address of a migrated database without rows."""
    name = f"shell_{os.getpid()}_{next(NUMBERS)}"
    yield postgres.create(name, postgres_template)
    postgres.drop(name)


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """Lines with ids only: structlog's own way of drawing a trace, with all that was in scope, takes seconds."""
    structlog.configure(processors=[logs.only_ids, structlog.processors.JSONRenderer()])
    yield
    structlog.reset_defaults()
