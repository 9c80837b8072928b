"""What runs side by side until the program is told to end: intake, fetching, delivery, the clock, the web server."""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from bot.base.clock import Clock
from bot.channels.contract import Channel, Ends, OpenRoom, Routes
from bot.channels.http import health, server
from bot.channels.http.health import Health
from bot.channels.http.settings import WebSettings
from bot.documents.fetching import Fetching
from bot.jobs.reloading import Reloading
from bot.services.assistant import Assistant
from bot.transport.delivery import Courier
from storage.engine.errors import DatabaseUnavailable, VaultChanged

_log = logging.getLogger(__name__)

#: Seconds between two looks at what time brings.
TICK_SECONDS = 5.0
#: Seconds after which a thread that computes lets another go on. A turn computes, and whoever sends and receives gives
#: the interpreter away with each piece: at Python's five milliseconds, the pages of a busy hour wait for each turn
#: several times over.
SWITCH_SECONDS = 0.0005


@dataclass(frozen=True, slots=True)
class Works:
    """What serves, whatever the channels."""

    assistant: Assistant
    courier: Courier
    fetching: Fetching
    reloading: Reloading
    clock: Clock
    #: Returns how all is, given the seconds since the last look at what time brings.
    look: Callable[[float | None], Awaitable[Health]]
    #: Passes on what other processes tell until it is stopped.
    hear: Callable[[asyncio.Event], Coroutine[Any, Any, None]]
    #: Loads what would make somebody's first message slow: in a thread, while it is served already.
    rehearse: Callable[[], None] = lambda: None
    #: Whoever watches is told by it until it is stopped; None: nobody is told.
    watch: Callable[[asyncio.Event], Coroutine[Any, Any, None]] | None = None
    #: When the last look at what time brings was had, by the loop's own clock.
    ticks: list[float] = field(default_factory=list)


async def serve(
    works: Works,
    channels: Sequence[Channel],
    ends: Ends,
    web: tuple[WebSettings, socket.socket] | None,
    rooms: Sequence[OpenRoom] = (),
) -> None:
    """Serve the channels until SIGTERM or SIGINT; then take nothing more in, and finish what is in hand.

    `web`: how and where it is served over HTTP, `rooms` with it; None: it is not. Errors: those of a channel that
    cannot work.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    stop, delivered = asyncio.Event(), asyncio.Event()
    _stop_on_signals(stop)
    delivering = asyncio.create_task(works.courier.run(delivered))
    try:
        async with AsyncExitStack() as opened:
            for channel in channels:
                await opened.enter_async_context(channel.open(ends, stop))
            _log.info("action=serving channels=%s", ",".join(channel.name for channel in channels))
            if not stop.is_set():  # or it was ended before a channel could be reached
                beside = [route for open_room in rooms for route in await open_room()]
                await _side_by_side(_all(works, channels, web, beside, stop), stop)
            delivered.set()
            await delivering
    finally:
        delivered.set()
        await delivering
        _log.info("action=ended")


def _all(
    works: Works,
    channels: Sequence[Channel],
    web: tuple[WebSettings, socket.socket] | None,
    beside: Routes,
    stop: asyncio.Event,
) -> list[Coroutine[Any, Any, None]]:
    side = [channel.run(stop) for channel in channels]
    side += [works.fetching.run(stop), works.hear(stop), _tick(works, stop), asyncio.to_thread(works.rehearse)]
    if works.watch is not None:
        side.append(works.watch(stop))
    if web is not None:
        settings, listening = web
        # First what is beside: the static files of all lie below one path.
        routes = [*beside, *(route for channel in channels for route in channel.routes)]
        routes.append(health.route_of(lambda: works.look(_since(works))))
        side.append(server.serve(routes, listening, stop, settings.proxies))
    return side


def _since(works: Works) -> float | None:
    return asyncio.get_running_loop().time() - works.ticks[-1] if works.ticks else None


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


async def _tick(works: Works, stop: asyncio.Event) -> None:
    stopping = asyncio.create_task(stop.wait())
    while not stop.is_set():
        try:
            await works.assistant.tick(works.clock())
            await works.reloading.look()
            works.ticks[:] = [asyncio.get_running_loop().time()]
        except VaultChanged:
            raise  # nothing that this process does can be kept any more: it ends, and says why
        except DatabaseUnavailable as error:
            _log.error("action=not_ticked %s", error)
        await asyncio.wait({stopping}, timeout=TICK_SECONDS)
