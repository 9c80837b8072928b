"""A document's bytes, or what became of it, by what Telegram answers: a real bot against a Telegram of our own."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from telegram import Bot

from bot.channels.telegram.sending.files import Files
from bot.channels.telegram.transport import Transport
from bot.conversation.talk.document_types import LIMIT, Objection
from bot.documents.fetching import Fetched
from bot.transport.delivery import Refused, Retry
from tests.fake_bot_api.server import TOKEN, FakeBotApi, running


class Telegram:
    """A server with one document, and our way to it."""

    def __init__(self, api: FakeBotApi, bot: Bot) -> None:
        self.api = api
        self.is_token_refused = False
        self.files = Files(bot, self._refuse)
        self.id = self.keep(b"%PDF \x00\xff")

    def _refuse(self) -> None:
        self.is_token_refused = True

    def keep(self, content: bytes) -> str:
        return str(self.api.bot().keep_file({"data": content}, "a.pdf")["file_id"])


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[Telegram]:
    api = FakeBotApi()
    async with running(api):
        addresses = {"base_url": f"{api.address}/bot", "base_file_url": f"{api.address}/file/bot"}
        async with Bot(TOKEN, **addresses, request=Transport(), get_updates_request=Transport()) as bot:
            yield Telegram(api, bot)


async def test_the_bytes_are_those_that_were_sent(telegram: Telegram) -> None:
    assert await telegram.files.fetch(telegram.id) == Fetched(b"%PDF \x00\xff")


async def test_one_beyond_telegrams_limit_is_not_asked_for_again(telegram: Telegram) -> None:
    telegram.api.bot().files[telegram.id]["size"] = LIMIT + 1
    assert await telegram.files.fetch(telegram.id) == Refused(Objection.TOO_LARGE)
    assert telegram.api.calls("file") == []


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"kind": "429", "method": "getFile", "retry_after": 7}, Retry("429", timedelta(seconds=7))),
        ({"kind": "500", "method": "getFile", "description": "Internal Server Error"}, Retry("NetworkError")),
        ({"kind": "drop", "method": "getFile"}, Retry("NetworkError")),
        ({"kind": "502", "method": "file"}, Retry("status 502")),
        ({"kind": "drop", "method": "file"}, Retry("NetworkError")),
        # An address that is lost is no wrong token.
        ({"kind": "404", "method": "file", "description": "Not Found"}, Retry("status 404")),
    ],
)
async def test_what_fails_is_tried_again(telegram: Telegram, fault: dict[str, Any], expected: Retry) -> None:
    telegram.api.fail(**fault)
    assert await telegram.files.fetch(telegram.id) == expected
    assert not telegram.is_token_refused
    assert await telegram.files.fetch(telegram.id) == Fetched(b"%PDF \x00\xff")


async def test_one_that_is_unavailable_for_now_is_tried_again(telegram: Telegram) -> None:
    assert await telegram.files.fetch("unknown") == Retry("BadRequest")  # Telegram says that it may be temporary


async def test_a_withdrawn_token_is_said(telegram: Telegram) -> None:
    telegram.api.fail("401", method="getFile", description="Unauthorized")
    assert await telegram.files.fetch(telegram.id) == Retry("token refused")
    assert telegram.is_token_refused
