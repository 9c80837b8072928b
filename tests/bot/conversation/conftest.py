"""The shipped call, as every conversation has it, and a few instants of its life."""

from datetime import UTC, datetime
from functools import cache

import pytest

from bot.settings import SHIPPED_CALL
from knowledge.library import Library, open_library

BEFORE = datetime(2020, 7, 1, 10, tzinfo=UTC)
ALIVE = datetime(2020, 10, 15, 10, tzinfo=UTC)
CLOSED = datetime(2026, 11, 23, 10, tzinfo=UTC)


@cache
def shipped() -> Library:
    return open_library(SHIPPED_CALL)


@pytest.fixture(scope="session")
def library() -> Library:
    return shipped()
