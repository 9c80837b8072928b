"""« Typing … » is shown for what is slow, leaves only where nothing waits, and never fails what it is shown for."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest_asyncio
from telegram import Bot

from bot.channels.telegram.sending.activity import Activity
from bot.channels.telegram.sending.pace import Pace
from bot.channels.telegram.transport import Transport
from tests.fake_bot_api.server import TOKEN, FakeBotApi, running


@dataclass
class Connected:
    api: FakeBotApi
    bot: Bot
    pace: Pace
    activity: Activity

    @property
    def shown(self) -> int:
        return len(self.api.calls("sendChatAction"))


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[Connected]:
    api = FakeBotApi()
    async with running(api):
        bot = Bot(TOKEN, base_url=f"{api.address}/bot", request=Transport(), get_updates_request=Transport())
        async with bot:
            pace = Pace()
            activity = Activity(bot, pace)
            yield Connected(api, bot, pace, activity)
            await activity.close()


async def test_what_is_slow_shows_it(telegram: Connected) -> None:
    with telegram.activity.shown(7, "typing", after=0.01):
        (call,) = await telegram.api.until_called("sendChatAction", 7)
    assert call.parameters["action"] == "typing"


async def test_what_is_quick_shows_nothing(telegram: Connected) -> None:
    with telegram.activity.shown(7, "typing", after=30):
        await telegram.bot.get_me()
    with telegram.activity.shown(8, "typing", after=0):
        await telegram.api.until_called("sendChatAction", 8)
    assert [call.parameters["chat_id"] for call in telegram.api.calls("sendChatAction")] == [8]


async def test_nothing_is_shown_while_messages_wait_for_their_turn(telegram: Connected) -> None:
    pace = Pace(monotonic=lambda: 0.0)  # a clock that stands still: no machine is so slow that the turn has passed
    activity = Activity(telegram.bot, pace)
    await pace.turn()
    turn = asyncio.create_task(pace.turn())
    with activity.shown(7, "typing", after=0):
        await turn
    await activity.close()
    assert telegram.shown == 0


async def test_what_telegram_refuses_fails_nothing(telegram: Connected) -> None:
    telegram.api.fail("429", method="sendChatAction", retry_after=9)
    with telegram.activity.shown(7, "typing", after=0):
        async with asyncio.timeout(5), telegram.api.called:
            await telegram.api.called.wait_for(lambda: telegram.shown == 1)
    telegram.api.fail("403", method="editMessageReplyMarkup")
    telegram.activity.take_buttons_away(7, 1)
    async with asyncio.timeout(5), telegram.api.called:
        await telegram.api.called.wait_for(lambda: len(telegram.api.calls("editMessageReplyMarkup")) == 1)
