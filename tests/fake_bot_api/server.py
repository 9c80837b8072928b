"""The server: one call of a bot with what may go wrong with it, and its way over HTTP."""

import asyncio
import itertools
import json
import re
import socket
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.fake_bot_api import person
from tests.fake_bot_api.bots import Bot, Call, Json
from tests.fake_bot_api.errors import ApiError, bad_request
from tests.fake_bot_api.faults import Answered, ConnectionDropped, Fault, Garbled
from tests.fake_bot_api.methods import ACKNOWLEDGED, METHODS
from tests.fake_bot_api.polling import get_updates
from tests.fake_bot_api.webhooks import delete_webhook, get_webhook_info, set_webhook

TOKEN = "1000001:FAKE-TOKEN-FOR-LOCAL-TESTS"
#: With `limits`: so many messages in so many seconds, of a whole bot, to one person, to one group.
LIMITS = {"bot": (30, 1.0), "person": (3, 3.0), "group": (20, 60.0)}
_WAITING_METHODS = {
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
}


class FakeBotApi:
    """`limits`: refuse with 429 what goes beyond Telegram's limits; `record`: keep the calls."""

    def __init__(self, *, limits: bool = False, record: bool = True) -> None:
        self.bots: dict[str, Bot] = {}
        self.faults: list[Fault] = []
        self.limits = limits
        self.record = record
        #: Where it is served.
        self.address = ""
        self.called = asyncio.Condition()
        #: Changes the bytes of each answer.
        self.garble: Callable[[bytes], bytes] | None = None
        self._numbers = itertools.count(1)
        self._recent: dict[str, deque[float]] = {}

    def bot(self, token: str = TOKEN) -> Bot:
        if not re.fullmatch(r"\d+:[\w-]+", token):
            raise ApiError(401, "Unauthorized")
        return self.bots.setdefault(token, Bot(token))

    def act(self, **deed: Any) -> int:
        """Let a person do something; see `person.act`."""
        return person.act(self.bot(), deed)

    def fail(self, kind: str, **details: Any) -> Fault:
        fault = Fault(kind, **details)
        self.faults.append(fault)
        return fault

    def calls(self, method: str | None = None, chat_id: int | None = None, *, effect: bool = False) -> list[Call]:
        """Return the calls made so far, in order; with `effect`, those that were carried out."""
        return [
            call
            for call in self.bot().calls
            if (method is None or call.method.lower() == method.lower())
            and (chat_id is None or str(call.parameters.get("chat_id")) == str(chat_id))
            and (call.effect or not effect)
        ]

    async def until_called(
        self, method: str | None = None, chat_id: int | None = None, *, times: int = 1, seconds: float = 60
    ) -> list[Call]:
        """Return the calls carried out once there are `times` of them. Errors: TimeoutError after `seconds`."""
        async with asyncio.timeout(seconds), self.called:
            await self.called.wait_for(lambda: len(self.calls(method, chat_id, effect=True)) >= times)
        return self.calls(method, chat_id, effect=True)

    async def until_taken(self, *, seconds: float = 60) -> None:
        """Return once the program has acknowledged all that was done so far. Errors: TimeoutError after `seconds`."""
        end = self.bot().next_update_id
        async with asyncio.timeout(seconds):
            while any(update_id < end for update_id in self.bot().updates):
                await asyncio.sleep(0.01)  # there is nothing to wait on: it asks when it asks

    async def call(self, bot: Bot, method: str, parameters: Json) -> Any:
        """Carry out a call, with the faults asked for. Errors: ApiError, ConnectionDropped, Garbled."""
        name = method.lower()
        call = Call(next(self._numbers), time.time(), method, parameters)
        fault = next((fault for fault in self.faults if fault.strikes(name, parameters)), None)
        try:
            if fault:
                fault.count -= 1
                if fault.when == "before":
                    await fault.strike()
            self._refuse(bot, name, parameters)
            call.result = await self._carry_out(bot, name, parameters)
            call.effect = True
            if fault and fault.when == "after":
                await fault.strike()
        except ApiError as error:
            call.error = (error.code, error.description)
            raise
        except (KeyError, ValueError, TypeError) as error:
            raise bad_request(f"{type(error).__name__} {error}") from error
        else:
            return call.result
        finally:
            if self.record and name != "getupdates":
                bot.calls.append(call)
                async with self.called:
                    self.called.notify_all()

    async def download(self, bot: Bot, path: str) -> Json | None:
        """Return a file by its path, None for an unknown one. A fault strikes it whose method is "file"."""
        call = Call(next(self._numbers), time.time(), "file", {"path": path})
        bot.calls.append(call)
        fault = next((fault for fault in self.faults if fault.method == "file" and fault.count > 0), None)
        if fault:
            fault.count -= 1
            await fault.strike()
        call.effect = True
        async with self.called:
            self.called.notify_all()
        return bot.files.get(path.rsplit("/", 1)[-1])

    async def _carry_out(self, bot: Bot, name: str, parameters: Json) -> Any:
        if name in _WAITING_METHODS:
            return await _WAITING_METHODS[name](bot, parameters)
        if name in METHODS:
            return METHODS[name](bot, parameters)
        if name in ACKNOWLEDGED:
            return True
        raise ApiError(404, "Not Found: method not found")

    def _refuse(self, bot: Bot, name: str, parameters: Json) -> None:
        """Refuse what goes to someone who left, to a group that moved, or beyond the limits."""
        if "chat_id" not in parameters or not name.startswith(("send", "copy", "edit", "createforumtopic")):
            return
        chat_id = int(parameters["chat_id"])
        if chat_id in bot.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if chat_id in bot.migrated:
            moved_to = bot.migrated[chat_id]
            raise ApiError(
                400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=moved_to
            )
        if self.limits and name != "sendchataction":
            self._refuse_flood(bot, chat_id)

    def _refuse_flood(self, bot: Bot, chat_id: int) -> None:
        now = time.monotonic()
        counted = []
        for key, kind in ((bot.token, "bot"), (f"{bot.token}/{chat_id}", "group" if chat_id < 0 else "person")):
            at_most, seconds = LIMITS[kind]
            recent = self._recent.setdefault(key, deque())
            while recent and recent[0] < now - seconds:
                recent.popleft()
            if len(recent) >= at_most:
                wait = int(seconds - (now - recent[0])) + 1
                raise ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
            counted.append(recent)
        for recent in counted:
            recent.append(now)


class _DroppedConnection(Response):
    """Announces more than it sends: the server closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000000")]})


def as_response(content: Any, status: int = 200) -> Response:
    written = json.dumps(content, ensure_ascii=False, default=lambda other: f"<{len(other)} bytes>")
    return Response(written, status, media_type="application/json")


async def read_parameters(request: Request) -> Json:
    """Return the parameters of a call, sent as JSON, as a form or with files."""
    content_type = request.headers.get("content-type", "")
    parameters: Json = dict(request.query_params)
    if content_type.startswith("application/json"):
        parameters |= json.loads(await request.body() or b"{}")
    elif content_type.startswith("application/x-www-form-urlencoded"):
        parameters |= _decoded(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    elif content_type.startswith("multipart/"):
        async with request.form(max_part_size=50 * 1024 * 1024) as form:
            parameters |= _decoded([(name, await _part(value)) for name, value in form.multi_items()])
        for name, value in list(parameters.items()):
            if isinstance(value, str) and value.startswith("attach://"):
                parameters[name] = parameters.pop(value.removeprefix("attach://"))
    return parameters


async def _part(value: UploadFile | str) -> Any:
    if isinstance(value, str):
        return value
    return {"data": await value.read(), "filename": value.filename, "content_type": value.content_type}


def _decoded(pairs: list[tuple[str, Any]]) -> Json:
    """Return the fields of a form: what looks like JSON is read as such, but for what people read."""
    fields = {}
    for name, value in pairs:
        if isinstance(value, str) and name not in ("text", "caption") and value[:1] in ("{", "["):
            try:
                fields[name] = json.loads(value)
                continue
            except ValueError:
                pass
        fields[name] = value
    return fields


def bot_routes(api: FakeBotApi) -> list[Route]:
    async def method(request: Request) -> Response:
        try:
            bot = api.bot(request.path_params["token"])
            result = await api.call(bot, request.path_params["method"], await read_parameters(request))
        except ApiError as error:
            if error.description.startswith("<html"):
                return HTMLResponse(error.description, error.code)
            body = {"ok": False, "error_code": error.code, "description": error.description}
            return as_response({**body, "parameters": error.parameters} if error.parameters else body, error.code)
        except ConnectionDropped:
            return _DroppedConnection()
        except Garbled:
            return Response("{'ok': tru", media_type="application/json")
        except Answered as answered:
            result = answered.result
        answer = as_response({"ok": True, "result": result})
        if api.garble is None:
            return answer
        return Response(api.garble(bytes(answer.body)), media_type="application/json")

    async def file(request: Request) -> Response:
        bot, path = api.bot(request.path_params["token"]), request.path_params["path"]
        try:
            kept = await api.download(bot, path)
        except ApiError as error:
            return Response(error.description, error.code)
        except (ConnectionDropped, Garbled):
            return _DroppedConnection()
        return Response(kept["data"], media_type=kept["mime_type"]) if kept else Response(status_code=404)

    return [
        Route("/bot{token}/{method}", method, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", file),
    ]


@asynccontextmanager
async def serving(app: Starlette, port: int = 0) -> AsyncIterator[str]:
    """Serve `app` on loopback, by default on a free port, and yield its address."""
    # The protocol is named: asyncio sends at once, instead of waiting 40 ms, only on sockets that say they are TCP.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(512)
    config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    server = _QuietServer(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        await task
        listening.close()


class _QuietServer(uvicorn.Server):
    """Leaves the signals to the program around it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def running(api: FakeBotApi) -> AsyncIterator[str]:
    """Serve `api` on a free port and yield its address."""
    async with serving(Starlette(routes=bot_routes(api))) as address:
        api.address = address
        try:
            yield address
        finally:
            for bot in api.bots.values():
                bot.wake("conflict")
                if bot.delivering:
                    bot.delivering.cancel()
