"""The way of a call: through the environment's proxy where there is one, with nothing of what is sent in an error."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from telegram import Bot
from telegram.error import NetworkError

from bot.channels.telegram.transport import Transport, call
from tests.fake_bot_api.server import TOKEN, FakeBotApi, running


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[Bot]:
    bot = Bot(TOKEN, base_url=f"{address}/bot", request=Transport(), get_updates_request=Transport())
    await bot.request.initialize()
    yield bot
    await bot.request.shutdown()


@asynccontextmanager
async def proxy(asked: list[str]) -> AsyncIterator[str]:
    """Answer everything with an empty result; note in `asked` what was asked for."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[0])
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{"result": 7}')
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1") as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_call_made_by_hand_returns_what_came() -> None:
    api = FakeBotApi()
    async with running(api), connected(api.address) as bot:
        sent = await call(
            bot, "sendMessage", {"chat_id": 7, "text": "é \ud83d\ude00 {1}", "disable_notification": True}
        )
    assert sent["message_id"] == 1
    (made,) = api.calls("sendMessage", 7, effect=True)
    assert made.parameters == {"chat_id": 7, "text": "é 😀 {1}", "disable_notification": True}


async def test_the_proxy_of_the_environment_is_used_but_not_for_what_is_excepted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    async with proxy(asked) as address:
        monkeypatch.setenv("http_proxy", address)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        async with connected("http://telegram.invalid") as bot:
            assert await call(bot, "getMe", {}) == 7
        assert asked == [f"POST http://telegram.invalid/bot{TOKEN}/getMe HTTP/1.1"]
        api = FakeBotApi()
        async with running(api), connected(api.address) as bot:
            assert (await call(bot, "getMe", {}))["is_bot"]
        assert len(asked) == 1


async def test_an_error_does_not_tell_the_token() -> None:
    async with connected("http://127.0.0.1:9") as bot:
        with pytest.raises(NetworkError) as caught:
            await call(bot, "getMe", {})
    assert "FAKE" not in str(caught.value)
