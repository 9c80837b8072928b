"""The offset moves only once all before it is kept; what Telegram answers wrongly is asked again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from telegram import Bot
from telegram.error import InvalidToken

from bot.channels.telegram.operator import Operator
from bot.channels.telegram.receiving.polling import Polling
from bot.channels.telegram.transport import Transport
from bot.conversation.talk.messages import Incoming
from storage.engine.errors import DatabaseUnavailable
from tests.bot.channels.telegram.parts import updates_of
from tests.fake_bot_api.polling import pending
from tests.fake_bot_api.server import TOKEN, FakeBotApi, running

Receive = Callable[[Incoming], Awaitable[object]]


@asynccontextmanager
async def built(api: FakeBotApi, receive: Receive) -> AsyncIterator[Polling]:
    async with Bot(TOKEN, base_url=f"{api.address}/bot", request=Transport(), get_updates_request=Transport()) as bot:
        updates = updates_of(bot, receive)
        yield Polling(bot, updates, Operator())
        await updates.close()


@asynccontextmanager
async def polling(api: FakeBotApi, receive: Receive) -> AsyncIterator[asyncio.Event]:
    """Poll the running `api` until the block ends, or the event it is given is set."""
    stop = asyncio.Event()
    async with built(api, receive) as poller:
        task = asyncio.create_task(poller.run(stop))
        try:
            yield stop
        finally:
            stop.set()
            await task


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not reached():
            await asyncio.sleep(0.01)


async def test_what_is_kept_is_forgotten_by_telegram_and_nothing_before() -> None:
    api, kept, may_keep = FakeBotApi(), [], asyncio.Event()

    async def receive(incoming: Incoming) -> None:
        await may_keep.wait()
        kept.append(incoming.text)

    async with running(api), polling(api, receive):
        for text in ("un", "deux"):
            api.act(chat_id=7, text=text)
        await until(lambda: len(pending(api.bot())) == 2)
        assert kept == []
        may_keep.set()
        await until(lambda: not pending(api.bot()))
    assert sorted(kept) == ["deux", "un"]


async def test_what_the_database_did_not_keep_is_tried_again_and_the_rest_is_not() -> None:
    api, tried = FakeBotApi(), []

    async def receive(incoming: Incoming) -> None:
        tried.append(incoming.text)
        if incoming.text == "deux" and tried.count("deux") < 2:
            assert len(pending(api.bot())) == 2, "acknowledged before it was kept"
            raise DatabaseUnavailable("sqlite-full")

    async with running(api):
        for text in ("un", "deux"):
            api.act(chat_id=7, text=text)
        async with polling(api, receive):
            await until(lambda: not pending(api.bot()))
    assert sorted(tried) == ["deux", "deux", "un"]


async def test_a_stop_during_an_outage_leaves_the_updates_with_telegram() -> None:
    api, asked = FakeBotApi(), asyncio.Event()

    async def receive(_: Incoming) -> None:
        asked.set()
        raise DatabaseUnavailable("sqlite-full")

    async with running(api):
        api.act(chat_id=7, text="un")
        async with polling(api, receive) as stop:
            await asked.wait()
            stop.set()
        assert len(pending(api.bot())) == 1


@pytest.mark.parametrize("kind", ["500", "502", "drop", "garbled", "429"])
async def test_a_wrong_answer_is_asked_again(kind: str) -> None:
    api, kept = FakeBotApi(), []

    async def receive(incoming: Incoming) -> None:
        kept.append(incoming.text)

    async with running(api):
        api.fail(kind, method="getUpdates", retry_after=0)
        api.act(chat_id=7, text="un")
        async with polling(api, receive):
            await until(lambda: kept == ["un"])


async def test_an_update_that_cannot_be_read_does_not_hide_the_others() -> None:
    api, kept = FakeBotApi(), []

    async def receive(incoming: Incoming) -> None:
        kept.append(incoming.text)

    async with running(api):
        api.act(chat_id=7, text="un")
        first = next(iter(api.bot().updates.values()))
        first.body["chat"] = "not a chat"
        api.act(chat_id=7, text="deux")
        async with polling(api, receive):
            await until(lambda: not pending(api.bot()))
    assert kept == ["deux"]


async def test_a_refused_token_ends_the_polling() -> None:
    api = FakeBotApi()

    async def receive(_: Incoming) -> None:
        raise AssertionError

    async with running(api):
        api.fail("401", method="getUpdates", description="Unauthorized")
        async with built(api, receive) as poller:
            with pytest.raises(InvalidToken):
                await poller.run(asyncio.Event())
