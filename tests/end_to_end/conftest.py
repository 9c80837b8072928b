"""What the tests of the whole program are given: a Telegram of our own, and the program itself as a process.

The program takes seconds to start: the tests share one, each with a person of its own.
"""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.sync_api import Browser

from tests.chromium import running_chromium
from tests.end_to_end.chat import Chat
from tests.end_to_end.guichet_process import STAFF_CHAT, Guichet, environment_of, until_ready
from tests.fake_bot_api.server import FakeBotApi, running
from tests.shipped import cache_folder

_people = itertools.count(71_000)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser, for pages that each test opens."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def cache() -> Path:
    """Where the fitted matcher is kept from one start to the next."""
    return cache_folder()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def api(intake: str) -> AsyncIterator[FakeBotApi]:
    """A Telegram of our own."""
    fake = FakeBotApi()
    async with running(fake):
        yield fake


@pytest.fixture(scope="session", params=["polling", "webhook"])
def intake(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def guichet(
    api: FakeBotApi, intake: str, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Guichet]:
    """The program, started and ready to receive: in each run once with its command, as an operator does."""
    folder = tmp_path_factory.mktemp("guichet")
    program = Guichet(environment_of(api, intake, cache, folder), folder / "log")
    program.start(is_typed=_is_first(tmp_path_factory, intake))
    try:
        await until_ready(api, intake)
        yield program
        assert await asyncio.to_thread(program.end) == 0
        assert "Traceback" not in program.log, program.log
    finally:
        program.kill()


def _is_first(tmp_path_factory: pytest.TempPathFactory, intake: str) -> bool:
    """Whether no worker of this run has started the program this way yet: by its command it takes seconds more."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return True
    try:
        (tmp_path_factory.getbasetemp().parent / f"typed-{intake}").touch(exist_ok=False)  # the run's own folder
    except FileExistsError:
        return False
    return True


@pytest_asyncio.fixture(loop_scope="session")
async def alone(intake: str, cache: Path, tmp_path: Path) -> AsyncIterator[FakeBotApi]:
    """A Telegram of one's own, with a program of its own, for what would trouble the other tests."""
    fake = FakeBotApi()
    async with running(fake):
        program = Guichet(environment_of(fake, intake, cache, tmp_path), tmp_path / "log")
        program.start()
        try:
            await until_ready(fake, intake)
            yield fake
            assert await asyncio.to_thread(program.end) == 0
            assert "Traceback" not in program.log, program.log
        finally:
            program.kill()


@pytest.fixture
def town() -> int:
    """Someone who has never written before."""
    return next(_people)


@pytest.fixture
def stopped(api: FakeBotApi, intake: str, cache: Path, tmp_path: Path) -> Iterator[Guichet]:
    """A program of one's own, not started."""
    program = Guichet(environment_of(api, intake, cache, tmp_path), tmp_path / "log")
    yield program
    program.kill()


@pytest.fixture
def staff(api: FakeBotApi, guichet: Guichet) -> Chat:
    return Chat(api, STAFF_CHAT)


@pytest.fixture
def person(api: FakeBotApi, guichet: Guichet, town: int) -> Chat:
    return Chat(api, town)
