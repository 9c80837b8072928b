"""What a thread has done for an event loop, told to it a group at a time: waking a loop costs more than most work."""

import asyncio
from collections import deque
from concurrent.futures import Future
from typing import Any

_Settled = tuple["asyncio.Future[Any]", "Future[Any]"]


class Waiting:
    """Carries results from the threads that settle futures to the loops that await them."""

    def __init__(self) -> None:
        self._settled: deque[_Settled] = deque()

    def begin(self) -> _Settled:
        """Return what the running loop awaits, and what the thread has to settle before it calls `tell`."""
        awaited: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        future: Future[Any] = Future()
        future.add_done_callback(lambda done: self._settled.append((awaited, done)))
        # What nobody waits for any more need not be begun: a program that ends during an outage does not try it all.
        awaited.add_done_callback(lambda done: future.cancel() if done.cancelled() else None)
        return awaited, future

    def tell(self) -> None:
        """Let every loop know of what was settled for it since the last time."""
        of_loop: dict[asyncio.AbstractEventLoop, list[_Settled]] = {}
        while True:
            try:
                settled = self._settled.popleft()
            except IndexError:  # also where another thread has just taken the last
                break
            of_loop.setdefault(settled[0].get_loop(), []).append(settled)
        for loop, group in of_loop.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(_hand_over, group)


def _hand_over(group: list[_Settled]) -> None:
    for awaited, done in group:
        if awaited.done() or done.cancelled():  # nobody waits for it any more
            continue
        error = done.exception()
        if error is None:
            awaited.set_result(done.result())
        else:
            awaited.set_exception(error)
