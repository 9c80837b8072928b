"""What whoever watches the program is told, in the format of Prometheus: numbers only, nothing of anybody."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Protocol

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.contract import Receive
from bot.conversation.talk.messages import Incoming
from bot.services.assistant import Received
from bot.transport.delivery import Letter, Outcome, Sender
from storage.engine.errors import DatabaseUnavailable

#: Upper bounds of the time a message takes, in seconds: from a question alone to a database that is slow.
_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
#: Seconds that the database is given to tell what waits.
_PATIENCE = 5.0


class Waiting(Protocol):
    """What waits now."""

    @property
    def numbers(self) -> Mapping[str, int]:
        """By what it is."""

    @property
    def lag(self) -> timedelta:
        """For how long the oldest letter has been due."""


class Watch:
    """Counts what goes through one process; what waits is read from the database when it is asked for."""

    def __init__(self, read_waiting: Callable[[], Awaitable[Waiting]]) -> None:
        """`read_waiting`: errors as the database raises them."""
        self._read_waiting = read_waiting
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._messages = Histogram(
            "guichet_message_seconds",
            "Messages of people, until all that follows from them is kept.",
            ["channel", "outcome"],
            registry=self._registry,
            buckets=_SECONDS,
        )
        self._letters = Counter(
            "guichet_letters", "What the courier tried to send.", ["channel", "outcome"], registry=self._registry
        )
        self._loaded = Gauge(
            "guichet_knowledge_load_seconds", "How long the knowledge took to load.", registry=self._registry
        )
        self._waiting = Gauge(
            "guichet_waiting", "What waits now, in the whole database.", ["what"], registry=self._registry
        )
        self._lag = Gauge(
            "guichet_outbox_lag_seconds", "For how long the oldest letter has been due.", registry=self._registry
        )
        self._is_up = Gauge("guichet_database_up", "Whether the database answers.", registry=self._registry)

    def knowledge_took(self, seconds: float) -> None:
        self._loaded.set(seconds)

    def receiving(self, receive: Receive) -> Receive:
        """Return `receive`, counted."""

        async def counted(incoming: Incoming) -> Received:
            started, outcome = time.perf_counter(), "raised"
            try:
                received = await receive(incoming)
                outcome = received.name.lower()
            except DatabaseUnavailable:
                outcome = "not_kept"
                raise
            finally:
                self._messages.labels(incoming.channel, outcome).observe(time.perf_counter() - started)
            return received

        return counted

    def sending(self, channel: str, sender: Sender) -> Sender:
        """Return `sender`, counted."""
        return _Counted(sender, lambda outcome: self._letters.labels(channel, outcome).inc())

    @property
    def routes(self) -> list[BaseRoute]:
        return [Route("/metrics", self._tell)]

    async def _tell(self, _: Request) -> Response:
        try:
            async with asyncio.timeout(_PATIENCE):
                waiting = await self._read_waiting()
        except (DatabaseUnavailable, TimeoutError):
            self._is_up.set(0)
        else:
            self._is_up.set(1)
            self._lag.set(waiting.lag.total_seconds())
            for what, number in waiting.numbers.items():
                self._waiting.labels(what).set(number)
        return PlainTextResponse(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)


class _Counted:
    """A sender whose outcomes are counted."""

    def __init__(self, sender: Sender, count: Callable[[str], None]) -> None:
        self._sender = sender
        self._count = count

    async def send(self, letter: Letter) -> Outcome:
        outcome = "raised"
        try:
            sent = await self._sender.send(letter)
            outcome = type(sent).__name__.lower()
        finally:
            self._count(outcome)
        return sent
