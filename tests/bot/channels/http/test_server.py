"""The server under load: what came in is answered, also where it came at the very end of a connection's time."""

import asyncio
import time

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.http import server

_ASK = b"GET %s HTTP/1.1\r\nHost: test\r\n\r\n"


async def test_a_request_that_comes_while_its_connection_is_about_to_be_closed_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server was too busy to read it before the connection's time was over."""
    monkeypatch.setattr(server, "KEEP_SECONDS", 0.05)
    listening, stop = server.listen("127.0.0.1", 0), asyncio.Event()
    port = listening.getsockname()[1]
    loop = asyncio.get_running_loop()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def answer(_: Request) -> Response:
        return PlainTextResponse("fait")

    serving = asyncio.create_task(server.serve([Route("/", answer)], listening, stop))
    writer.write(_ASK % b"/")
    assert b"fait" in await reader.readuntil(b"fait")

    # In one round of the loop, late as it is: the request comes in, then the connection's time is over.
    loop.call_later(0.01, time.sleep, 0.1)
    loop.call_later(0.03, writer.write, _ASK % b"/")
    async with asyncio.timeout(5):
        assert b"fait" in await reader.readuntil(b"fait")
    writer.close()
    stop.set()
    await serving
