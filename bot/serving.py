"""What runs side by side until the program is told to end: intake, fetching, delivery, the clock, the web server."""

import asyncio
import logging
import signal
import socket
from collections.abc import Coroutine
from typing import Any

from bot.base.clock import Clock
from bot.channels import http
from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.receiving.updates import ReceiveStaff
from bot.documents.fetching import Fetching
from bot.jobs.reloading import Reloading
from bot.services.assistant import Assistant
from bot.transport.delivery import Courier
from storage.engine.errors import DatabaseUnavailable, VaultChanged

_log = logging.getLogger(__name__)

#: Seconds between two looks at what time brings.
TICK_SECONDS = 5.0


async def serve(
    assistant: Assistant,
    receive_staff: ReceiveStaff,
    courier: Courier,
    fetching: Fetching,
    telegram: Telegram,
    reloading: Reloading,
    clock: Clock,
    listening: socket.socket | None,
) -> None:
    """Serve until SIGTERM or SIGINT; then take nothing more in, and finish what is in hand. Errors: TokenRefused."""
    stop, delivered = asyncio.Event(), asyncio.Event()
    _stop_on_signals(stop)
    delivering = asyncio.create_task(courier.run(delivered))
    try:
        async with telegram.open(assistant.receive, receive_staff, stop):
            if not stop.is_set():  # or it was ended before Telegram could be reached
                works = [telegram.run(stop), fetching.run(stop), _tick(assistant, reloading, clock, stop)]
                if listening is not None:
                    works.append(http.serve(telegram.routes, listening, stop))
                await _side_by_side(works, stop)
            delivered.set()
            await delivering
    finally:
        delivered.set()
        await delivering
        _log.warning("action=ended")


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))


async def _side_by_side(works: list[Coroutine[Any, Any, None]], stop: asyncio.Event) -> None:
    """Run `works` to their end. If one raises, the others are told to stop, then it is raised."""
    tasks = [asyncio.create_task(work) for work in works]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    stop.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result


async def _tick(assistant: Assistant, reloading: Reloading, clock: Clock, stop: asyncio.Event) -> None:
    stopping = asyncio.create_task(stop.wait())
    while not stop.is_set():
        try:
            await assistant.tick(clock())
            await reloading.look()
        except VaultChanged:
            raise  # nothing that this process does can be kept any more: it ends, and says why
        except DatabaseUnavailable as error:
            _log.error("action=not_ticked %s", error)
        await asyncio.wait({stopping}, timeout=TICK_SECONDS)
