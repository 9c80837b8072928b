"""What the page is measured beside: a bare Starlette with server-sent events that sends back what it is sent, and keeps
nothing.

python -m tests.benchmarks.web_echo PORT
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator

import uvicorn
from sse_starlette.event import ServerSentEvent
from sse_starlette.sse import EventSourceResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_queues: dict[str, "asyncio.Queue[str]"] = {}


async def stream(request: Request) -> Response:
    """Send what is said to this person."""
    queue = _queues.setdefault(request.path_params["person"], asyncio.Queue())

    async def events() -> AsyncIterator[ServerSentEvent]:
        while True:
            yield ServerSentEvent(event="ligne", data=json.dumps({"own": False, "plain": await queue.get()}))

    return EventSourceResponse(events(), ping=15)


async def send(request: Request) -> Response:
    """Say it again, to who said it."""
    form = await request.form()
    _queues.setdefault(request.path_params["person"], asyncio.Queue()).put_nowait(str(form["texte"]))
    return JSONResponse({"kept": True})


app = Starlette(routes=[Route("/{person}/flux", stream), Route("/{person}/message", send, methods=["POST"])])

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", http="h11")
