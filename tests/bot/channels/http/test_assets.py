"""What is given as it is: kept by browsers under a mark of its content, asked for again without one."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from storage.engine.encryption import KeyRing
from tests.bot.channels.web.served import Browser, serving
from tests.databases import open_new


@pytest_asyncio.fixture
async def browser(tmp_path: Path, keys: KeyRing) -> AsyncIterator[Browser]:
    database = open_new(tmp_path / "guichet.sqlite3", keys)
    async with serving(database) as served:
        opened = served.browser()
        yield opened
        await opened.client.close()
    database.close()


async def test_what_a_page_names_is_kept_by_browsers(browser: Browser) -> None:
    page = await browser.open()
    named = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(named) >= 5
    for address in named:
        await browser.open(address)
        assert browser.status == 200
        assert "immutable" in browser.headers["cache-control"], address


@pytest.mark.parametrize("mark", ["", "?v=000000000000", "?v="])
async def test_what_may_be_of_another_version_is_asked_for_again(browser: Browser, mark: str) -> None:
    await browser.open(f"/static/chat/chat.js{mark}")
    assert browser.headers["cache-control"] == "no-cache"
    assert browser.headers["etag"]
