"""Those who are members of a group now are told from those who left it, and from Telegram's own accounts."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from telegram import Bot
from telegram.error import TelegramError

from bot.channels.telegram.membership import ATTEMPTS, MEMBER_SECONDS, Membership
from bot.channels.telegram.transport import Transport
from tests.fake_bot_api.server import TOKEN, FakeBotApi, running

CHAT, ANNE, LEFT, TELEGRAM = -100_500, 501, 502, 777_000


@pytest.fixture
def api() -> FakeBotApi:
    made = FakeBotApi()
    made.bot().members |= {(CHAT, ANNE): "member", (CHAT, LEFT): "left"}
    return made


@pytest_asyncio.fixture
async def bot(api: FakeBotApi) -> AsyncIterator[Bot]:
    async with running(api):
        made = Bot(TOKEN, base_url=f"{api.address}/bot", request=Transport(), get_updates_request=Transport())
        async with made:
            yield made


async def test_only_members_are_included(bot: Bot) -> None:
    membership = Membership(bot)
    assert [await membership.includes(CHAT, each) for each in (ANNE, LEFT, TELEGRAM)] == [True, False, False]


async def test_a_member_who_leaves_is_soon_none(bot: Bot, api: FakeBotApi) -> None:
    now = 0.0
    membership = Membership(bot, lambda: now)
    for _ in range(5):
        assert await membership.includes(CHAT, ANNE)
    assert len(api.calls("getChatMember")) == 1
    api.bot().members[CHAT, ANNE] = "kicked"
    now = MEMBER_SECONDS + 1
    assert not await membership.includes(CHAT, ANNE)


async def test_where_telegram_does_not_say_nobody_is_taken_for_a_member(bot: Bot, api: FakeBotApi) -> None:
    api.fail("502", method="getChatMember", count=ATTEMPTS)
    membership = Membership(bot)
    with pytest.raises(TelegramError):
        await membership.includes(CHAT, ANNE)
    assert await membership.includes(CHAT, ANNE)
