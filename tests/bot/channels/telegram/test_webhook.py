"""Telegram's secret is checked, and 200 is answered only once the update is kept: over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
import pytest_asyncio
from telegram import Bot

from bot.channels import http
from bot.channels.telegram.transport import Transport
from bot.channels.telegram.webhook import LARGEST_UPDATE, PATH, SECRET_HEADER, route_of, secret_of
from bot.conversation.messages import Incoming
from storage.errors import DatabaseUnavailable
from tests.bot.channels.telegram.parts import updates_of
from tests.fake_bot_api.server import TOKEN, FakeBotApi, running

SECRET = secret_of(TOKEN)
UPDATE = {
    "update_id": 5,
    "message": {
        "message_id": 1,
        "date": 0,
        "chat": {"id": 7, "type": "private"},
        "from": {"id": 7, "is_bot": False, "first_name": "A"},
        "text": "Bonjour",
    },
}


@dataclass
class Webhook:
    """The webhook served on loopback, and what came through it."""

    address: str
    client: aiohttp.ClientSession
    is_away: bool = False
    kept: list[Incoming] = field(default_factory=list)

    async def receive(self, incoming: Incoming) -> None:
        if self.is_away:
            raise DatabaseUnavailable("sqlite-full")
        self.kept.append(incoming)

    async def call(self, body: bytes, secret: str | None = SECRET) -> aiohttp.ClientResponse:
        headers = {} if secret is None else {SECRET_HEADER: secret}
        async with self.client.post(self.address, data=body, headers=headers) as response:
            await response.read()
            return response


@pytest_asyncio.fixture
async def webhook() -> AsyncIterator[Webhook]:
    listening = http.listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}{PATH}"
    stop, api = asyncio.Event(), FakeBotApi()
    async with running(api), aiohttp.ClientSession() as client:
        bot = Bot(TOKEN, base_url=f"{api.address}/bot", request=Transport(), get_updates_request=Transport())
        async with bot:
            served = Webhook(address, client)
            updates = updates_of(bot, served.receive)
            serving = asyncio.create_task(http.serve([route_of(updates, SECRET)], listening, stop))
            yield served
            stop.set()
            await serving
            await updates.close()


async def test_an_update_is_kept_then_acknowledged(webhook: Webhook) -> None:
    response = await webhook.call(json.dumps(UPDATE).encode())
    assert response.status == 200
    assert [incoming.text for incoming in webhook.kept] == ["Bonjour"]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1]])
async def test_without_telegrams_secret_nothing_is_taken(webhook: Webhook, secret: str | None) -> None:
    response = await webhook.call(json.dumps(UPDATE).encode(), secret)
    assert response.status == 403
    assert webhook.kept == []


async def test_while_the_database_is_away_telegram_is_asked_to_come_again(webhook: Webhook) -> None:
    webhook.is_away = True
    response = await webhook.call(json.dumps(UPDATE).encode())
    assert response.status == 503
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"[]", 400), (b"x" * (LARGEST_UPDATE + 1), 413), (b'{"update_id": 6}', 200)]
)
async def test_what_is_no_message_is_refused_or_passed_over(webhook: Webhook, body: bytes, status: int) -> None:
    assert (await webhook.call(body)).status == status
    assert webhook.kept == []


def test_the_secret_is_the_bots_own_and_does_not_tell_the_token() -> None:
    assert secret_of(TOKEN) == SECRET
    assert secret_of(TOKEN + "x") != SECRET
    assert TOKEN.split(":")[1] not in SECRET
