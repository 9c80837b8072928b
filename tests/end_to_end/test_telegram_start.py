"""Starting and ending where Telegram, the settings or another program stand in the way: said at once, in French."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.end_to_end.guichet_process import ONE_INTAKE, STAFF_CHAT, START_SECONDS, Guichet, environment_of, until_ready
from tests.fake_bot_api.server import FakeBotApi, running

pytestmark = pytest.mark.asyncio(loop_scope="session")


#: What the log tells once Telegram has been reached.
SERVING = "telegram.channel action=serving"


@pytest_asyncio.fixture(loop_scope="session")
async def fake() -> AsyncIterator[FakeBotApi]:
    made = FakeBotApi()
    async with running(made):
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def program(fake: FakeBotApi, intake: str, cache: Path, tmp_path: Path) -> AsyncIterator[Guichet]:
    """A program of one's own, not started."""
    environment = {**environment_of(fake, intake, cache, tmp_path), "GUICHET_LOG": "info"}  # its start is told
    made = Guichet(environment, tmp_path / "log")
    yield made
    made.kill()


async def logged(program: Guichet, *parts: str) -> None:
    async with asyncio.timeout(START_SECONDS):
        while not all(part in program.log for part in parts):
            await asyncio.sleep(0.1)


async def test_a_start_that_telegram_refuses_for_a_while_succeeds(
    fake: FakeBotApi, program: Guichet, intake: str
) -> None:
    method = "setWebhook" if intake == "webhook" else "deleteWebhook"
    for kind in ("502", "drop", "429"):
        fake.fail(kind, method=method)
    fake.fail("502", method="getMe")
    program.start()
    await until_ready(fake, intake)
    await logged(program, SERVING, "Telegram ne répond pas", "C'est rétabli")
    fake.act(chat_id=7, text="/start")
    await fake.until_called("sendMessage", 7)
    assert await asyncio.to_thread(program.end) == 0
    assert "Traceback" not in program.log


@pytest.mark.parametrize("method", ["getMe", "*Webhook"])
async def test_ended_during_an_outage_since_the_start_it_ends_well(
    fake: FakeBotApi, program: Guichet, intake: str, method: str
) -> None:
    named = "setWebhook" if intake == "webhook" else "deleteWebhook"
    fake.fail("502", method=method.replace("*Webhook", named), count=1_000_000)
    program.start()
    await logged(program, "Telegram ne répond pas")
    assert SERVING not in program.log
    assert await asyncio.to_thread(program.end) == 0
    assert "Traceback" not in program.log


@ONE_INTAKE
@pytest.mark.parametrize(
    ("member", "told"), [("left", "n'est pas membre du groupe"), ("member", "ne peut pas ouvrir de sujets")]
)
async def test_a_group_that_the_bot_cannot_work_in_is_told(
    fake: FakeBotApi, program: Guichet, member: str, told: str
) -> None:
    fake.bot().members[STAFF_CHAT, fake.bot().user["id"]] = member
    program.start()
    await logged(program, told)


@pytest.mark.parametrize("intake", ["polling"], scope="session")  # Telegram calls one address: the last one set
async def test_another_program_with_the_same_token_is_told(fake: FakeBotApi, program: Guichet) -> None:
    fake.fail("409", method="getUpdates", description="Conflict: terminated by other getUpdates request")
    program.start()
    await logged(program, "Un autre programme reçoit les messages de ce robot")
    assert program.log.count("Un autre programme") == 1


async def test_a_token_that_is_withdrawn_ends_the_program_in_french(
    fake: FakeBotApi, program: Guichet, intake: str
) -> None:
    program.start()
    await until_ready(fake, intake)
    fake.fail("401", method="getUpdates", description="Unauthorized", count=1_000_000)
    fake.fail("401", method="sendMessage", description="Unauthorized", count=1_000_000)
    fake.act(chat_id=7, text="/start")
    assert await program.ended() == 1
    assert "Telegram ne reconnaît pas le jeton" in program.log
    assert "Traceback" not in program.log
