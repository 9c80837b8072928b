"""The shipped call, as every conversation has it, and a few instants of its life."""

from datetime import UTC, datetime

import pytest

from knowledge.library import Library
from tests.shipped import shipped

BEFORE = datetime(2020, 7, 1, 10, tzinfo=UTC)
ALIVE = datetime(2020, 10, 15, 10, tzinfo=UTC)
CLOSED = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture(scope="session")
def library() -> Library:
    return shipped()
