"""A page that is served, and somebody who opens it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from storage.engine.encryption import KeyRing
from tests.bot.channels.web.served import Browser, Served, serving
from tests.databases import open_new


@pytest_asyncio.fixture
async def served(tmp_path: Path, keys: KeyRing) -> AsyncIterator[Served]:
    database = open_new(tmp_path / "guichet.sqlite3", keys)
    async with serving(database) as running:
        yield running
    database.close()


@pytest_asyncio.fixture
async def browser(served: Served) -> AsyncIterator[Browser]:
    opened = served.browser()
    yield opened
    await opened.client.close()


@pytest_asyncio.fixture
async def other(served: Served) -> AsyncIterator[Browser]:
    """Somebody else, or the same person on another device."""
    opened = served.browser()
    yield opened
    await opened.client.close()
