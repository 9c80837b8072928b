"""The web server, one for all that is served over HTTP. What is served comes from the channels."""

import asyncio
import resource
import select
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import uvicorn
from h11 import DONE
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.channels.http import errors
from bot.channels.http.headers import SecurityHeaders

#: Connections that wait to be taken up.
BACKLOG = 1024
#: Connections at once; those beyond are closed. Telegram makes some forty, each open page one.
CONNECTIONS = 2_000
#: Descriptors that a process needs beside its connections.
_OTHER_DESCRIPTORS = 200
#: Seconds within which a request has to be there as a whole, and bytes of its headers.
REQUEST_SECONDS, HEADER_BYTES = 20.0, 16_384
#: Bytes a second: what a body brings gains it the time it takes at this pace, so that a document may come slowly.
SLOWEST = 8_192
#: Bytes of a body, unless its route says less: a message with all its documents.
LARGEST_BODY = 64 * 1024 * 1024
#: Seconds that a connection without a request is kept: longer than proxies keep theirs (60 s), which then close it.
KEEP_SECONDS = 65
#: The same while more than half of the connections are taken.
KEEP_SECONDS_WHEN_FULL = 5
#: Seconds that requests in hand are given when the program ends.
GRACE_SECONDS = 10


class CannotListen(Exception):
    """The address is taken, or is none of this machine's. The message is the system's reason."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(reason)
        self.address = f"{host}:{port}"


class _Bounded(H11Protocol):
    """uvicorn's own, which waits for a request for as long as the other side pleases, on as many connections."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS:
            transport.abort()
        else:
            self._deadline = self.loop.call_later(REQUEST_SECONDS, transport.abort)

    def data_received(self, data: bytes) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)
        elif len(data) >= SLOWEST:
            self._put_off_deadline(len(data) / SLOWEST)
        super().data_received(data)
        if self.conn.their_state is DONE:  # the request is there: from now on, the answer takes the time it takes
            self._forget_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_deadline()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        is_full = len(self.connections) > CONNECTIONS // 2
        self.timeout_keep_alive = KEEP_SECONDS_WHEN_FULL if is_full else KEEP_SECONDS
        super().on_response_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Close it, unless a request has come meanwhile that is not read yet: it would be lost, with its connection."""
        if _has_unread(self.transport):
            self.timeout_keep_alive_task = self.loop.call_later(1, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()

    def _put_off_deadline(self, seconds: float) -> None:
        assert self._deadline is not None
        when = self._deadline.when() + seconds
        self._deadline.cancel()
        self._deadline = self.loop.call_at(when, self.transport.abort)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def _has_unread(transport: asyncio.Transport) -> bool:
    """Whether the other side has sent what was not read yet, or has hung up."""
    if transport.is_closing():
        return False
    looking = select.poll()
    looking.register(transport.get_extra_info("socket").fileno(), select.POLLIN)
    return bool(looking.poll(0))


class _Server(uvicorn.Server):
    """Leaves the signals to the program around it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Several processes may share the port. Errors: CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named: asyncio sends at once, instead of waiting 40 ms, only on sockets that say they are TCP.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "SO_REUSEPORT"):
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise CannotListen(host, port, error.strerror or str(error)) from error
    listening.listen(BACKLOG)
    return listening


def allow_connections() -> None:
    """Let this process have as many descriptors as its connections take, as far as the system lets it."""
    wanted = CONNECTIONS + _OTHER_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


async def serve(
    routes: Sequence[BaseRoute], listening: socket.socket, stop: asyncio.Event, proxies: Sequence[str] = ()
) -> None:
    """Serve until `stop` is set, then finish the requests in hand.

    `proxies`: addresses whose word is taken for where a request comes from, and by which scheme.
    """
    allow_connections()
    app: Any = SecurityHeaders(Starlette(routes=routes, max_body_size=LARGEST_BODY, exception_handlers=errors.HANDLERS))
    if proxies:
        app = ProxyHeadersMiddleware(app, trusted_hosts=list(proxies))
    config = uvicorn.Config(
        app,
        http=_Bounded,
        ws="none",
        h11_max_incomplete_event_size=HEADER_BYTES,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        proxy_headers=False,
        lifespan="off",
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        server.should_exit = True
        await serving
