"""What waits for its author to say where it goes survives the death of the program, and leaves once at the most."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.end_to_end.chat import Chat, staff_card
from tests.end_to_end.guichet_process import (
    ANNE,
    ONE_INTAKE,
    STAFF_CHAT,
    START_SECONDS,
    Guichet,
    environment_of,
    until_ready,
)
from tests.fake_bot_api.server import FakeBotApi, running

pytestmark = [pytest.mark.asyncio(loop_scope="session"), ONE_INTAKE]

TOWN = 73_001


@pytest_asyncio.fixture(loop_scope="session")
async def fake() -> AsyncIterator[FakeBotApi]:
    made = FakeBotApi()
    async with running(made):
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def program(fake: FakeBotApi, intake: str, cache: Path, tmp_path: Path) -> AsyncIterator[Guichet]:
    made = Guichet(environment_of(fake, intake, cache, tmp_path), tmp_path / "log")
    made.start()
    try:
        await until_ready(fake, intake)
        yield made
    finally:
        made.kill()


def received(api: FakeBotApi, words: str) -> int:
    return sum(words in call.result["text"] for call in api.calls("sendMessage", TOWN, effect=True))


async def test_a_press_that_the_program_dies_of_is_done_once(fake: FakeBotApi, program: Guichet) -> None:
    person, staff = Chat(fake, TOWN), Chat(fake, STAFF_CHAT)
    card = await staff_card(staff, person, 2)
    staff.write("Un seul mot.", ANNE, answers=card)
    asked = await staff.says("Un seul mot.", "ou entre vous ?")
    staff.press(asked, "Envoyer à la", ANNE)
    program.kill()  # at any instant: before it came in, within, or after
    program.start("2020-10-15T14:00")
    async with asyncio.timeout(START_SECONDS):
        await person.says("Un seul mot.")
    assert await person.is_silent()
    assert received(fake, "Un seul mot.") == 1
