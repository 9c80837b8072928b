"""The database goes away under the running program for as long as it pleases: each message is answered once, in order.

By polling and by webhook, on SQLite (another program holds its lock) and on PostgreSQL (the server is stopped).
"""

import asyncio
import itertools
import random
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from storage.engine.database import sqlite_url
from tests.end_to_end.guichet_process import Guichet, environment_of, until_ready
from tests.fake_bot_api.server import FakeBotApi, running
from tests.postgresql import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")

#: Questions, and what their answers are known by.
QUESTIONS = {
    "Quelle est la date limite de la vague 1 ?": "6 novembre 2020",
    "Quelle est la date limite de la vague 2 ?": "12 février 2021",
    "Quelle est la date limite de la vague 3 ?": "25 juin 2021",
}
#: Seconds of the shortest and of the longest outage.
SHORTEST, LONGEST = 3.0, 12.0
#: Messages of one person that are answered however fast they come; see `flood`.
BURST = 20
_people = itertools.count(75_000)


@dataclass
class Place:
    """A program with a database of its own, which can be taken away from it."""

    api: FakeBotApi
    program: Guichet
    dialect: str
    server: Server | None

    @asynccontextmanager
    async def outage(self) -> AsyncIterator[None]:
        """Take the database away for the length of the block."""
        if self.server is not None:
            await asyncio.to_thread(self.server.stop, "immediate")
            try:
                yield
            finally:
                await asyncio.to_thread(self.server.start)
            return
        with _locked(self.program.database):
            yield

    def write(self, person: int, text: str) -> None:
        self.api.act(chat_id=person, text=text)

    async def said_to(self, person: int, times: int) -> list[str]:
        calls = await self.api.until_called("sendMessage", person, times=times, seconds=120)
        return [call.result["text"] for call in calls]


@contextmanager
def _locked(database: Path) -> Iterator[None]:
    connection = sqlite3.connect(database, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        connection.rollback()
        connection.close()


@pytest_asyncio.fixture(loop_scope="session")
async def place(
    dialect: str, intake: str, cache: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Place]:
    server: Server | None = request.getfixturevalue("postgresql") if dialect == "postgresql" else None
    api = FakeBotApi()
    async with running(api):
        environment = environment_of(api, intake, cache, tmp_path)
        url = server.new_database("outage") if server else sqlite_url(tmp_path / "data" / "guichet.sqlite3")
        program = Guichet({**environment, "GUICHET_DATABASE_URL": url}, tmp_path / "log")
        program.start()
        try:
            await until_ready(api, intake)
            yield Place(api, program, dialect, server)
            assert await asyncio.to_thread(program.end) == 0
            assert "Traceback" not in program.log
        finally:
            program.kill()


def outage_of_random_length() -> float:
    seconds = random.Random().uniform(SHORTEST, LONGEST)
    print(f"an outage of {seconds:.1f} s")  # shown when the test fails
    return seconds


async def test_an_outage_of_any_length_loses_nothing_and_doubles_nothing(place: Place) -> None:
    people, hasty = [next(_people) for _ in range(10)], next(_people)
    await asyncio.gather(*(_greet(place, person) for person in (*people, hasty)))
    async with asyncio.timeout(180):
        async with place.outage():
            for question in QUESTIONS:
                for person in people:
                    place.write(person, question)
            for number in range(2 * BURST):
                place.write(hasty, f"Quelles sont les dates ? {number}")
            await asyncio.sleep(outage_of_random_length())
        for person in people:
            texts = (await place.said_to(person, 1 + len(QUESTIONS)))[1:]
            for text, told in zip(texts, QUESTIONS.values(), strict=True):
                assert told in text.replace("\N{NO-BREAK SPACE}", " "), f"{person}: {texts}"
        for person in people:  # what comes next is the answer to what is asked next
            place.write(person, "/aide")
        for person in people:
            assert "assistant automatique" in (await place.said_to(person, 2 + len(QUESTIONS)))[-1]
        texts = await _until_told_of_the_flood(place, hasty)
    assert len([text for text in texts if "plus vite" not in text]) >= BURST - 1


async def _until_told_of_the_flood(place: Place, person: int) -> list[str]:
    """Return what follows the greeting, until the flood is told: after more answers, the longer it all took."""
    for times in itertools.count(BURST):
        texts = (await place.said_to(person, times))[1:]
        if [text for text in texts if "plus vite" in text]:
            return texts
    raise AssertionError


async def _greet(place: Place, person: int) -> None:
    place.write(person, "/start")
    await place.said_to(person, 1)
