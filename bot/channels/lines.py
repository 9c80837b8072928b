"""A channel for machines: JSON lines in and out, for bridges to other services and for tests.

In: `{"update": "17", "from": "alice", "text": "…", "choice": null}`. Then, once the message is kept, `{"ack": "17"}`;
what is not acknowledged is to be sent again, as often as needed. Faults are answered with `{"error": code, …}`.
Out: `{"to": "alice", "key": "…", "text": "…", "choices": [{"id": "…", "label": "…"}], "contact": null}`, with
`"beside": true` in a choice that may be shown in one row with the one before, and with
`"files": [{"name": "…", "media_type": "…", "content": "base64"}]` where documents go with it; the same
`key` twice is the same message, sent again because nobody could tell whether it had left.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore, Thread
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.base.clock import Clock
from bot.base.trail import trail
from bot.channels.names import LINES
from bot.conversation.reading.legible import as_json
from bot.conversation.talk.folds import unfolded
from bot.conversation.talk.messages import Incoming
from bot.transport.delivery import Courier, Letter, Retry, Sent
from storage.engine.errors import DatabaseUnavailable

_log = logging.getLogger(__name__)

CHANNEL = LINES
#: Bytes of a line; one that is longer is refused.
LINE_LIMIT = 1_000_000
#: Messages in hand at once.
IN_HAND = 64

Receive = Callable[[Incoming], Awaitable[object]]


class _Line(BaseModel):
    """One message as a bridge writes it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    update: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")]
    sender: Annotated[str, Field(alias="from"), StringConstraints(min_length=1, max_length=500)]
    text: str = ""
    choice: str | None = None


class Lines:
    """The channel on two file descriptors. It is also the courier's sender."""

    def __init__(self, clock: Clock, read_from: int = 0, write_to: int = 1) -> None:
        self._clock = clock
        self._read_from = read_from
        self._write_to = write_to
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="lines-out")
        self._closed = asyncio.Event()
        #: One piece of the input is read ahead of what is in hand.
        self._room = Semaphore(1)

    async def send(self, letter: Letter) -> Sent | Retry:
        """Write the message out: sent once the system has taken it."""
        reply = letter.reply.as_json() | {"text": unfolded(letter.reply.text)}
        try:
            await self._write({"to": letter.recipient, "key": letter.key, **reply})
        except OSError as error:
            return Retry(reason=f"output: {error.strerror}", whole_channel=True)
        return Sent(letter.key)

    async def run(self, receive: Receive, stop: asyncio.Event) -> None:
        """Take lines in until the input ends, the output closes or `stop` is set; then finish those in hand."""
        loop = asyncio.get_running_loop()
        chunks: asyncio.Queue[list[bytes]] = asyncio.Queue()

        def hand_on(lines: list[bytes]) -> None:
            loop.call_soon_threadsafe(chunks.put_nowait, lines)

        # A thread of our own: a file as input cannot be waited for, and one of the loop's would hold up the end.
        Thread(target=self._read, args=(hand_on,), daemon=True, name="lines-in").start()
        ending = [asyncio.create_task(event.wait()) for event in (stop, self._closed)]
        free = asyncio.Semaphore(IN_HAND)
        try:
            async with asyncio.TaskGroup() as in_hand:
                while lines := await _first(chunks, ending):
                    self._room.release()
                    for line in lines:
                        await free.acquire()
                        in_hand.create_task(self._take(line, receive)).add_done_callback(lambda _: free.release())
        finally:
            for task in ending:
                task.cancel()

    def _read(self, hand_on: Callable[[list[bytes]], object]) -> None:
        """Hand the lines on as they come, an empty list at the end. Wait while the program has enough in hand."""
        rest = b""
        try:
            while chunk := os.read(self._read_from, 65_536):
                *lines, rest = (rest + chunk).split(b"\n")
                rest = rest[: LINE_LIMIT + 1]
                if lines:
                    self._room.acquire()
                    hand_on(lines)
            for last in ([rest], []) if rest else ([],):
                self._room.acquire()
                hand_on(last)
        except RuntimeError:
            pass  # the loop is closed: the program has ended

    async def _take(self, line: bytes, receive: Receive) -> None:
        if not line.strip():
            return
        try:
            await self._write(await self._answer(line, receive))
        except OSError:
            self._closed.set()  # nobody listens any more; what is kept stays kept

    async def _answer(self, line: bytes, receive: Receive) -> dict[str, Any]:
        if len(line) > LINE_LIMIT:
            return {"error": "too-long", "limit": LINE_LIMIT}
        try:
            read = _Line.model_validate_json(line)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_context=False, include_input=False)
            if faults[0]["type"] == "json_invalid":
                return {"error": "not-json"}
            return {"error": "bad-fields", "fields": sorted({str(fault["loc"][0]) for fault in faults if fault["loc"]})}
        incoming = Incoming(CHANNEL, read.update, read.sender, read.text, self._clock(), read.choice)
        try:
            await receive(incoming)
        except DatabaseUnavailable as error:
            _log.warning("action=not_taken channel=%s update=%s %s", CHANNEL, read.update, error)
            return {"error": "unavailable", "update": read.update}
        except Exception as error:  # the edge: the bridge is told, and the other lines go on
            _log.error("action=receive_failed channel=%s update=%s error=%s", CHANNEL, read.update, trail(error))
            return {"error": "failed", "update": read.update}
        return {"ack": read.update}

    async def _write(self, content: dict[str, Any]) -> None:
        line = as_json(content, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        await asyncio.get_running_loop().run_in_executor(self._writer, _write_all, self._write_to, line)


def _write_all(descriptor: int, line: bytes) -> None:
    while line:
        line = line[os.write(descriptor, line) :]


async def _first(chunks: "asyncio.Queue[list[bytes]]", ending: "list[asyncio.Task[Any]]") -> list[bytes]:
    """Return the next lines, or none at the end or when one of `ending` is done."""
    getting = asyncio.create_task(chunks.get())
    await asyncio.wait({getting, *ending}, return_when=asyncio.FIRST_COMPLETED)
    if any(task.done() for task in ending):
        getting.cancel()
        return []  # lines that came meanwhile are not acknowledged, and will come again
    return getting.result()


async def serve(lines: Lines, receive: Receive, courier: Courier, stop: asyncio.Event) -> None:
    """Take lines in and deliver until the input ends or `stop` is set; at the input's end, deliver all that is due."""
    no_more = asyncio.Event()
    delivering = asyncio.create_task(courier.run(no_more))
    try:
        await lines.run(receive, stop)
        if not stop.is_set():
            await courier.drain()
    finally:
        no_more.set()
        await delivering
