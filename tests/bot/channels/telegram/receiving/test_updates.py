"""No update is given up in silence, and none stops the next: whatever comes, by polling and by the webhook."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from telegram import Bot

from bot.channels.flood import BURST
from bot.channels.telegram.operator import Operator
from bot.channels.telegram.receiving.polling import Polling
from bot.channels.telegram.receiving.updates import NotKept, Updates
from bot.channels.telegram.transport import Transport
from bot.conversation.talk.messages import FLOOD, UNREADABLE, Incoming
from bot.services.assistant import Received
from storage.engine.errors import DatabaseUnavailable
from tests.bot.channels.telegram.parts import updates_of
from tests.fake_bot_api.server import TOKEN, FakeBotApi, running

ANNE = {"id": 7, "is_bot": False, "first_name": "Anne"}
CHAT = {"id": 7, "type": "private", "first_name": "Anne"}
DEEP = json.loads("[" * 900 + "]" * 900)


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 1, "date": 1602756000, "chat": CHAT, "from": ANNE, **content}


def update(number: Any = 5, **content: Any) -> dict[str, Any]:
    return {"update_id": number, "message": message(**content)}


@dataclass
class Intake:
    """What takes updates in, before a Telegram of our own, and what came of them."""

    api: FakeBotApi
    bot: Bot
    is_away: bool = False
    raises: Exception | None = None
    kept: list[Incoming] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.updates: Updates = updates_of(self.bot, self.receive)

    async def receive(self, incoming: Incoming) -> Received:
        if self.is_away:
            raise DatabaseUnavailable("sqlite-full")
        if self.raises:
            raise self.raises
        if any(incoming.update == kept.update for kept in self.kept):
            return Received.SEEN_BEFORE
        self.kept.append(incoming)
        return Received.HANDLED


@pytest_asyncio.fixture
async def intake() -> AsyncIterator[Intake]:
    api = FakeBotApi()
    async with running(api):
        bot = Bot(TOKEN, base_url=f"{api.address}/bot", request=Transport(), get_updates_request=Transport())
        async with bot:
            made = Intake(api, bot)
            yield made
            await made.updates.close()


async def test_retries_of_an_outage_do_not_count_as_messages(intake: Intake) -> None:
    intake.is_away = True
    for _ in range(5 * BURST):
        with pytest.raises(DatabaseUnavailable):
            await intake.updates.take(update(text="Bonjour"))
    intake.is_away = False
    await intake.updates.take(update(text="Bonjour"))
    assert [each.text for each in intake.kept] == ["Bonjour"]


async def test_what_is_delivered_again_does_not_count_again(intake: Intake) -> None:
    for _ in range(5 * BURST):
        await intake.updates.take(update(text="Bonjour"))
    await intake.updates.take(update(6, text="Et ensuite ?"))
    assert [each.unread for each in intake.kept] == [None, None]


async def test_what_is_too_much_is_kept_unread_with_its_documents(intake: Intake) -> None:
    file = {"file_id": "d", "file_unique_id": "u", "file_name": "étude.pdf", "mime_type": "application/pdf"}
    for number in range(1, BURST + 3):
        await intake.updates.take(update(number, document=file))
    assert [each.unread for each in intake.kept] == [None] * BURST + [FLOOD] * 2
    assert intake.kept[-1].attachments[0].name == "étude.pdf"


@pytest.mark.parametrize(
    "content",
    [
        {"text": 5},
        {"text": ["a"]},
        {"text": DEEP},
        {"date": "hier"},
        {"date": 10**30},
        {"photo": [{}]},
        {"document": {"file_id": "d", "file_unique_id": "u", "file_name": 7}},
        {"document": {"file_id": "d", "file_unique_id": "u", "file_size": "gros"}},
        {"from": "Anne"},
    ],
)
async def test_who_sends_what_cannot_be_read_is_told(intake: Intake, content: dict[str, Any]) -> None:
    await intake.updates.take(update(**content))
    (kept,) = intake.kept
    assert (kept.unread, kept.sender, kept.update) == (UNREADABLE, "7", f"{intake.bot.id}:5")


@pytest.mark.parametrize("content", [{"paid_media": {"star_count": 1, "paid_media": []}}, {"of_2030": {"a": 1}}])
async def test_content_that_nobody_knows_yet_is_said_to_be_unread(intake: Intake, content: dict[str, Any]) -> None:
    await intake.updates.take(update(**content))
    assert [each.unread for each in intake.kept] == ["other"]


async def test_a_notice_of_telegrams_is_no_message(intake: Intake) -> None:
    pinned = {"message_id": 1, "date": 0, "chat": CHAT, "text": "Bonjour"}
    await intake.updates.take(update(pinned_message=pinned))
    assert intake.kept == []


async def test_half_a_character_does_not_make_a_message_impossible_to_keep(intake: Intake) -> None:
    await intake.updates.take(update(text="Bonjour \ud83d"))
    assert [each.text for each in intake.kept] == ["Bonjour \N{REPLACEMENT CHARACTER}"]


@pytest.mark.parametrize("delivered", [None, 5, "x", [], {}, {"update_id": "5"}, {"update_id": True}, update(10**30)])
async def test_what_has_no_number_is_logged_and_no_more(
    intake: Intake, delivered: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await intake.updates.take(delivered)
    assert "action=update_without_number" in caplog.text
    assert intake.kept == []


async def test_what_cannot_even_be_kept_as_failed_is_told_at_once(intake: Intake) -> None:
    intake.raises = ValueError("a bug")
    await intake.updates.take(update(text="Bonjour"))
    (call,) = intake.api.calls("sendMessage", 7, effect=True)
    assert call.result["text"] == "Illisible."


async def test_while_nobody_can_be_told_it_is_not_acknowledged(intake: Intake) -> None:
    intake.raises = ValueError("a bug")
    intake.api.fail("502", method="sendMessage")
    with pytest.raises(NotKept):
        await intake.updates.take(update(text="Bonjour"))
    intake.api.fail("403", method="sendMessage")
    await intake.updates.take(update(text="Bonjour"))  # who wants nothing from us is told nothing


#: Answers of Telegram's that are none of its own, each followed by a message.
POISON: dict[str, Any] = {
    "no list": {"a": 1},
    "nothing": None,
    "an element that is no update": ["x", 5, None, []],
    "no number": [{"message": message(text="sans numéro")}],
    "no chat": [{"update_id": 100_000_000, "message": {"message_id": 1, "date": 0, "text": "x"}}],
    "a huge number": [{"update_id": 10**30, "message": message(text="énorme")}],
    "a number in letters": [{"update_id": "cinq", "message": message(text="x")}],
}


@pytest.mark.parametrize("poison", POISON)
async def test_whatever_polling_is_answered_the_next_update_works(intake: Intake, poison: str) -> None:
    intake.api.fail("answer", method="getUpdates", result=POISON[poison])
    intake.api.act(chat_id=7, text="Bonjour")
    await polled(intake)
    assert [each.text for each in intake.kept] == ["Bonjour"]


@pytest.mark.parametrize("depth", [900, 5_000])
async def test_what_is_nested_too_deep_for_polling_is_told_and_passed(intake: Intake, depth: int) -> None:
    intake.api.act(chat_id=7, text="un")
    intake.api.act(chat_id=7, text="PROFOND")
    intake.api.act(chat_id=7, text="deux")
    intake.api.garble = lambda answer: answer.replace(b'"PROFOND"', b"[" * depth + b"]" * depth)
    await polled(intake)
    assert [(each.text, each.unread) for each in intake.kept] == [("un", None), ("", UNREADABLE), ("deux", None)]


async def polled(intake: Intake) -> None:
    """Poll until Telegram has nothing left."""
    stop = asyncio.Event()
    polling = asyncio.create_task(Polling(intake.bot, intake.updates, Operator()).run(stop))
    async with asyncio.timeout(20):
        while intake.api.bot().updates and not polling.done():
            await asyncio.sleep(0.01)
    stop.set()
    await polling


async def test_no_malformed_number_breaks_the_log(intake: Intake, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for number in ("5", 5.5, None, [5]):
            await intake.updates.take({"update_id": number, "message": message(text="x")})
            await intake.updates.take({"update_id": 5, "message": {**message(text="x"), "message_id": number}})
    assert all(record.getMessage() for record in caplog.records)
