"""The web server, one for all that is served over HTTP. What is served comes from the channels."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from h11 import DONE
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from uvicorn.protocols.http.h11_impl import H11Protocol

#: Connections that wait to be taken up.
BACKLOG = 1024
#: Connections at once; those beyond are closed. Telegram makes some forty, and a process has a thousand descriptors.
CONNECTIONS = 256
#: Seconds within which a request has to be there as a whole, and bytes of its headers.
REQUEST_SECONDS, HEADER_BYTES = 20.0, 16_384
#: Seconds that requests in hand are given when the program ends.
GRACE_SECONDS = 10


class CannotListen(Exception):
    """The address is taken, or is none of this machine's. The message is the system's reason."""


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
        super().data_received(data)
        if self.conn.their_state is DONE:  # the request is there: from now on, the answer takes the time it takes
            self._forget_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_deadline()
        super().connection_lost(exc)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


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
        raise CannotListen(error.strerror) from error
    listening.listen(BACKLOG)
    return listening


async def serve(routes: Sequence[BaseRoute], listening: socket.socket, stop: asyncio.Event) -> None:
    """Serve until `stop` is set, then finish the requests in hand."""
    config = uvicorn.Config(
        Starlette(routes=routes),
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
