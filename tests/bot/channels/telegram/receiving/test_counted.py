"""How updates count against a flood: by Telegram's own time, presses apart, an album once."""

from datetime import UTC, datetime
from typing import Any

import pytest_asyncio
from telegram import Bot, Update

from bot.channels.telegram.receiving.updates import Updates
from tests.bot.channels.telegram.parts import updates_of
from tests.fake_bot_api.server import TOKEN

ANNE = {"id": 7, "is_bot": False, "first_name": "Anne"}
CHAT = {"id": 7, "type": "private"}
NOON = int(datetime(2020, 10, 15, 12, tzinfo=UTC).timestamp())


@pytest_asyncio.fixture
async def updates() -> Updates:
    async def receive(_: object) -> Any:
        raise AssertionError("nothing is received here")

    return updates_of(Bot(TOKEN), receive)


def update(kind: str = "message", **content: Any) -> Update:
    message = {"message_id": 1, "date": NOON, "chat": CHAT, "from": ANNE, **content}
    read = Update.de_json({"update_id": 5, kind: message}, None)
    assert read is not None
    return read


async def test_a_message_counts_by_when_it_was_sent_and_with_its_album(updates: Updates) -> None:
    sent = updates._counted(update(media_group_id="3"), "7")
    assert (sent.who, sent.at, sent.album) == ("7", NOON, "3")


async def test_a_change_counts_by_when_it_was_made(updates: Updates) -> None:
    assert updates._counted(update("edited_message", edit_date=NOON + 60), "7").at == NOON + 60


async def test_presses_have_a_count_of_their_own(updates: Updates) -> None:
    pressed = Update.de_json(
        {"update_id": 5, "callback_query": {"id": "q", "from": ANNE, "chat_instance": "1", "data": "x"}}, None
    )
    assert pressed is not None
    assert updates._counted(pressed, "7").who != "7"
