"""The desk and the page of towns, served, and members of the staff who have signed in."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio

from bot.desk.office.roles import Role
from storage.engine.database import Database
from tests.bot.channels.backoffice.staff import Staff, hire
from tests.bot.channels.web.served import Browser, Served, serving

Enter = Callable[..., Awaitable[Staff]]


@pytest_asyncio.fixture
async def served(database: Database) -> AsyncIterator[Served]:
    async with serving(database) as running:
        yield running


@pytest_asyncio.fixture
async def enter(served: Served) -> AsyncIterator[Enter]:
    """Let somebody of a name and a role sign in, in a browser of their own."""
    opened: list[Browser] = []

    async def come(name: str, role: Role = Role.AGENT) -> Staff:
        browser = served.browser()
        opened.append(browser)
        return await hire(served, browser, name, role)

    yield come
    for each in opened:
        await each.client.close()


@pytest_asyncio.fixture
async def browser(served: Served) -> AsyncIterator[Browser]:
    opened = served.browser()
    yield opened
    await opened.client.close()
