"""Telegram's secret is checked, and 200 is answered only once the update is kept: over real HTTP."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio
from telegram import Bot

from bot.channels.http import server as http
from bot.channels.telegram.receiving.webhook import LARGEST_UPDATE, PATH, SECRET_HEADER, route_of, secret_of
from bot.channels.telegram.transport import Transport
from bot.conversation.talk.messages import Incoming
from storage.engine.errors import DatabaseUnavailable
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


async def test_what_is_nested_too_deep_is_refused(webhook: Webhook) -> None:
    assert (await webhook.call(b'{"update_id": 5, "message": ' + b"[" * 5_000 + b"]" * 5_000 + b"}")).status == 400


async def test_a_body_without_end_is_refused_before_it_is_in_memory(webhook: Webhook) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 * LARGEST_UPDATE:
            sent += 65_536
            yield b"x" * 65_536

    with contextlib.suppress(aiohttp.ClientError):  # the connection is closed under what is still being sent
        async with webhook.client.post(webhook.address, data=endless(), headers={SECRET_HEADER: SECRET}) as response:
            assert response.status == 413
    assert sent < 20 * LARGEST_UPDATE


async def test_a_request_that_never_ends_is_not_waited_for(webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "REQUEST_SECONDS", 0.2)
    address = urlsplit(webhook.address)
    for begun in (
        b"",
        b"POST /telegram HTTP/1.1\r\nHost: x\r\n",
        b"POST /telegram HTTP/1.1\r\nContent-Length: 9\r\n\r\n{",
    ):
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(begun)
        async with asyncio.timeout(10):
            with contextlib.suppress(ConnectionResetError):
                await reader.read()
        writer.close()
    assert (await webhook.call(json.dumps(UPDATE).encode())).status == 200


async def test_there_are_only_so_many_connections(webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "CONNECTIONS", 3)
    address = urlsplit(webhook.address)
    held = [await asyncio.open_connection(address.hostname, address.port) for _ in range(3)]
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    async with asyncio.timeout(10):
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
    for _, each in [*held, (reader, writer)]:
        each.close()
