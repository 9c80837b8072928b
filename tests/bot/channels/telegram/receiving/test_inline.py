"""What can be shared in another chat: shown as Telegram takes it, and nothing more than shown."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio
from telegram import Bot, InlineQuery, User

from bot.channels.telegram.receiving.inline import answer_inline
from bot.channels.telegram.transport import Transport
from bot.conversation.answers import inline
from bot.conversation.answers.inline import Article, Offered
from tests.fake_bot_api.server import TOKEN, FakeBotApi, running
from tests.shipped import shipped

NOW = datetime(2020, 10, 15, 10, tzinfo=UTC)


@dataclass
class Connected:
    api: FakeBotApi
    bot: Bot

    async def asks(self, query: str, offer: inline.Offered | None = None) -> list[dict[str, Any]]:
        """Return the results that Telegram took."""
        self.api.act(chat_id=7, query=query)
        number = next(reversed(self.api.bot().queried))
        made = InlineQuery(number, User(7, "Anne", is_bot=False), query, "")
        await answer_inline(self.bot, made, lambda words: offer or inline.offer(words, shipped(), NOW))
        calls = self.api.calls("answerInlineQuery", effect=True)
        return calls[-1].parameters["results"] if calls else []


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[Connected]:
    shipped()  # takes longer than Telegram waits
    api = FakeBotApi()
    async with running(api):
        bot = Bot(TOKEN, base_url=f"{api.address}/bot", request=Transport(), get_updates_request=Transport())
        async with bot:
            yield Connected(api, bot)


async def test_an_answer_is_shared_with_its_sources(telegram: Connected) -> None:
    first, *_ = await telegram.asks("date limite vague 2")
    content = first["input_message_content"]
    assert "12 février 2021" in content["message_text"].replace("\N{NO-BREAK SPACE}", " ")
    assert "Source officielle" in content["message_text"]
    assert "**" not in content["message_text"]
    assert "12 février" in first["description"].replace("\N{NO-BREAK SPACE}", " ")
    (call,) = telegram.api.calls("answerInlineQuery", effect=True)
    assert call.parameters["button"]["start_parameter"] == "date-limite-vague-2"
    assert 0 < int(call.parameters["cache_time"]) <= 600


async def test_every_answer_is_taken_by_telegram(telegram: Connected) -> None:
    library = shipped()
    for entry in library.call.entries:
        article = inline._article(entry, library, datetime(2026, 11, 23, tzinfo=UTC))
        assert await telegram.asks("x", Offered((article,), "Lien", "aide"))


async def test_without_markup_where_telegram_refuses_it(telegram: Connected) -> None:
    telegram.api.fail("400", method="answerInlineQuery", description="Bad Request: can't parse entities: x")
    (result,) = await telegram.asks("x", Offered((Article("a", "Q", "**r**", "**r**", None),), "Lien", "aide"))
    assert result["input_message_content"]["message_text"] == "r"
    assert "parse_mode" not in result["input_message_content"]


async def test_what_is_too_long_for_one_message_is_cut(telegram: Connected) -> None:
    article = Article("a", "Q", "r", "mot " * 2_000, None)
    (result,) = await telegram.asks("x", Offered((article,), "Lien", "aide"))
    assert 2_000 < len(result["input_message_content"]["message_text"]) <= 4_096


async def test_a_query_that_is_too_old_is_of_no_interest(telegram: Connected) -> None:
    telegram.api.act(chat_id=7, query="vague 2")
    made = InlineQuery("an older one", User(7, "Anne", is_bot=False), "vague 2", "")
    await answer_inline(telegram.bot, made, lambda words: inline.offer(words, shipped(), NOW))
    assert telegram.api.calls("answerInlineQuery")[0].error
