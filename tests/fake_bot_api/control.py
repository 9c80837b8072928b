"""The server driven from another process, over HTTP beside the Bot API: deeds in, calls and messages out."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.fake_bot_api import person
from tests.fake_bot_api.bots import Json
from tests.fake_bot_api.errors import ApiError
from tests.fake_bot_api.polling import pending
from tests.fake_bot_api.server import FakeBotApi, as_response

PAGE = Path(__file__).with_name("page.html")


def control_routes(api: FakeBotApi) -> list[Route]:
    async def acts(request: Request) -> Response:
        """{"deeds": [...]}: see `person.act`."""
        try:
            done = [person.act(api.bot(), deed) for deed in (await request.json())["deeds"]]
        except (ApiError, KeyError, ValueError) as error:
            return as_response({"error": str(error)}, 400)
        return as_response({"update_ids": done})

    async def calls(request: Request) -> Response:
        """?method=&after=&times=&seconds=&count: the calls carried out, once there are so many or the time is over."""
        asked = request.query_params
        method, after = asked.get("method"), int(asked.get("after", 0))
        with contextlib.suppress(TimeoutError):
            await api.until_called(method, times=int(asked.get("times", 0)), seconds=float(asked.get("seconds", 0)))
        made = [call for call in api.calls(method, effect=True) if call.number > after]
        return as_response({"count": len(made)} if "count" in asked else [call.as_json() for call in made])

    async def faults(request: Request) -> Response:
        api.fail(**await request.json())
        return as_response({})

    async def state(request: Request) -> Response:
        bot = api.bot()
        return as_response({"pending": len(pending(bot)), "calls": len(bot.calls), "error": bot.webhook_error})

    async def events(request: Request) -> Response:
        bot = api.bot()
        queue: asyncio.Queue[Json] = asyncio.Queue()
        bot.listeners.add(queue)

        async def stream() -> AsyncIterator[bytes]:
            try:
                for message in list(bot.messages.values()):
                    yield _event({"event": "message", "data": message})
                while True:
                    yield _event(await queue.get())
            finally:
                bot.listeners.discard(queue)

        return StreamingResponse(stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def page(_: Request) -> Response:
        return HTMLResponse(PAGE.read_text(encoding="utf-8"))

    return [
        Route("/_control/act", acts, methods=["POST"]),
        Route("/_control/calls", calls),
        Route("/_control/faults", faults, methods=["POST"]),
        Route("/_control/state", state),
        Route("/_control/events", events),
        Route("/", page),
    ]


def _event(content: Any) -> bytes:
    return b"data: " + bytes(as_response(content).body) + b"\n\n"
