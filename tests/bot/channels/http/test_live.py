"""Who waits for a topic is woken by it, and by what may have been missed; nobody else is, and nothing stays."""

import asyncio
from collections.abc import Callable

from bot.channels.http.live import Hub, woken


async def test_a_topic_wakes_who_waits_for_it_and_none_wakes_all() -> None:
    hub = Hub()
    with hub.waiting("page:1") as one, hub.waiting("page:2") as two:
        hub.tell("page:1")
        assert (one.is_set(), two.is_set()) == (True, False)
        one.clear()
        hub.tell(None)
        assert (one.is_set(), two.is_set()) == (True, True)
    assert hub.count == 0
    hub.tell("page:1")


async def test_what_is_told_while_somebody_looks_is_not_missed() -> None:
    hub = Hub()
    with hub.waiting("page:1") as news:
        news.clear()
        hub.tell("page:1")  # between the look and the wait
        assert await woken(news, 5)
        news.clear()
        assert not await woken(news, 0.01)


async def test_all_are_woken_when_the_program_ends() -> None:
    hub, stop = Hub(), asyncio.Event()

    async def listen(hear: Callable[[str | None], None], end: asyncio.Event) -> None:
        hear("page:7")
        await end.wait()

    with hub.waiting("page:7") as news:
        running = asyncio.create_task(hub.run(listen, stop))
        assert await woken(news, 5)
        news.clear()
        assert not hub.is_closing
        stop.set()
        assert await woken(news, 5)
        assert hub.is_closing
        await running
