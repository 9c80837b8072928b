"""Who is to be told that something changed: pages that are open wait here, and read it from the database themselves."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

#: Calls back with each topic that another process told of, None when some may have been missed, until it is stopped.
Listen = Callable[[Callable[[str | None], None], asyncio.Event], Coroutine[Any, Any, None]]


class Hub:
    """Wakes those who wait for a topic. It carries no news: who is woken looks for what is new, if anything."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._stop: asyncio.Event | None = None

    @property
    def is_closing(self) -> bool:
        return self._stop is not None and self._stop.is_set()

    @property
    def count(self) -> int:
        """How many wait."""
        return sum(map(len, self._waiting.values()))

    @contextmanager
    def waiting(self, topic: str) -> Iterator[asyncio.Event]:
        """Yield an event that is set whenever the topic is told of; who waits clears it before looking."""
        event = asyncio.Event()
        self._waiting.setdefault(topic, set()).add(event)
        try:
            yield event
        finally:
            waiting = self._waiting[topic]
            waiting.discard(event)
            if not waiting:
                del self._waiting[topic]

    def tell(self, topic: str | None) -> None:
        """Wake who waits for `topic`; None: everybody. To be called in the event loop."""
        told = self._waiting.get(topic, ()) if topic is not None else set().union(*self._waiting.values())
        for event in told:
            event.set()

    async def run(self, listen: Listen, stop: asyncio.Event) -> None:
        """Pass on what other processes tell until `stop` is set; then wake everybody, to end."""
        self._stop = stop
        await listen(self.tell, stop)
        self.tell(None)


async def woken(event: asyncio.Event, seconds: float) -> bool:
    """Return whether the event was set within so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
