"""The desk and the page of towns, served, and members of the staff who have signed in."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from bot.desk.office import entry
from bot.desk.office.roles import Role
from storage.engine.database import Database
from tests.bot.channels.backoffice.staff import Staff, hire
from tests.bot.channels.backoffice.towns import Town, settle
from tests.bot.channels.web.served import Browser, Served, serving

Enter = Callable[..., Awaitable[Staff]]
EnterAgain = Callable[[Staff], Awaitable[Staff]]


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


@pytest.fixture
def dole(served: Served) -> Town:
    """A town that has handed its dossier over."""
    return settle(served)


@pytest_asyncio.fixture
async def anne(enter: Enter, dole: Town) -> Staff:
    """An agent, before the dossier of Dole."""
    signed = await enter("Anne")
    await signed.open(dole.path)
    return signed


@pytest_asyncio.fixture
async def enter_again(served: Served) -> AsyncIterator[EnterAgain]:
    """Let who has signed in sign in in another browser too."""
    opened: list[Browser] = []

    async def come(staff: Staff) -> Staff:
        opened.append(served.browser())
        second = Staff(opened[-1], staff.member, staff.role)
        token = served.database.run_now(entry.make_link, staff.member.id, None, served.clock[0])
        await second.open(f"/bureau/entrer?lien={token}")
        await second.send("/bureau/entrer")
        return second

    yield come
    for each in opened:
        await each.client.close()


@pytest_asyncio.fixture
async def browser(served: Served) -> AsyncIterator[Browser]:
    opened = served.browser()
    yield opened
    await opened.client.close()
