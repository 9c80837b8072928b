"""The fetcher: takes documents that are wanted, asks their channel for the bytes, writes down what became of each.

An update is acknowledged long before its documents are here: what is wanted is in the database, and outlives a kill and
the channel's outages. Knows no channel.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Protocol

from bot.base.clock import Clock
from bot.base.trail import trail
from bot.conversation.talk.document_types import Objection
from bot.documents.arrival import Arrivals, Objected, Outcome, Sealed
from bot.documents.content import object_to
from bot.transport.delivery import OUTAGE_WAIT, STOP_GRACE, Refused, Retry
from storage import attachments
from storage.attachments import KeptAttachment
from storage.engine.database import Database
from storage.engine.errors import DatabaseUnavailable

_log = logging.getLogger(__name__)

#: How long a document is in hand before another fetcher may take it: what a kill in mid-fetch costs in delay.
LEASE = timedelta(seconds=90)
#: A fetch gets this share of its lease, so that it is never still running when another fetcher takes the document.
FETCH_SHARE_OF_LEASE = 0.8
#: How often it is looked whether something is wanted: a message with a document is rare, and wakes nobody.
POLL = timedelta(seconds=1)
#: Documents in hand at once: each is whole in memory, some nine times over while it is encrypted (180 MB for 20).
IN_HAND = 2


@dataclass(frozen=True, slots=True)
class Fetched:
    """It is here."""

    content: bytes


class Fetcher(Protocol):
    """What a channel gives: the bytes of a document. What it raises counts as `Retry`.

    One that is too large is `Refused` with the reason `Objection.TOO_LARGE`; otherwise `Refused` means that the channel
    has it no more.
    """

    async def fetch(self, reference: str) -> Fetched | Retry | Refused: ...

    async def let_go(self, reference: str) -> None:
        """Forget the document: what became of it is written down, and it is not asked for again."""


class Fetching:
    """Fetches what is wanted from the channels it was given fetchers for."""

    def __init__(
        self,
        database: Database,
        fetchers: Mapping[str, Fetcher],
        arrivals: Arrivals,
        clock: Clock,
        *,
        wake: Callable[[], None] = lambda: None,
        lease: timedelta = LEASE,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`wake`: called when something is to leave that tells of a document."""
        self._database = database
        self._fetchers = fetchers
        self._arrivals = arrivals
        self._clock = clock
        self._wake = wake
        self._lease = lease
        self._jitter = jitter
        self._in_hand: dict[int, asyncio.Task[None]] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Fetch until `stop` is set, then finish what is in hand; what is not done then is done after its lease."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                pause = await self._take_what_is_due()
                await asyncio.wait({stopping}, timeout=pause.total_seconds())
        finally:
            stopping.cancel()
            if self._in_hand:
                _, left = await asyncio.wait(self._in_hand.values(), timeout=STOP_GRACE.total_seconds())
                for task in left:
                    task.cancel()
                await asyncio.gather(*left, return_exceptions=True)

    async def drain(self) -> None:
        """Fetch all that is due now: what is put off for later stays."""
        while True:
            await self._take_what_is_due()
            if not self._in_hand:
                return
            await asyncio.wait(self._in_hand.values(), return_when=asyncio.FIRST_COMPLETED)

    async def _take_what_is_due(self) -> timedelta:
        """Claim documents and start fetching them. Return how long to wait before looking again."""
        free = IN_HAND - len(self._in_hand)
        if free <= 0:
            return POLL
        channels = list(self._fetchers)
        try:
            claimed = await self._database.run(attachments.claim, channels, self._clock(), self._lease, free)
        except DatabaseUnavailable as error:
            _log.error("action=documents_not_claimed %s", error)
            return OUTAGE_WAIT
        for row in claimed:
            # A lease can end under our own hands, when an outage keeps us from writing down what became of the row.
            if row.id not in self._in_hand:
                task = asyncio.create_task(self._take(row))
                self._in_hand[row.id] = task
                task.add_done_callback(partial(self._put_down, row.id))
        return POLL

    def _put_down(self, row_id: int, _: "asyncio.Task[None]") -> None:
        del self._in_hand[row_id]

    async def _take(self, row: KeptAttachment) -> None:
        outcome = await self._fetch(row)
        now = self._clock()
        try:
            await self._database.run(self._arrivals.settle, row.id, row.attempts, outcome, now, self._jitter())
        except DatabaseUnavailable as error:
            _log.error("action=document_not_written_down attachment=%d %s", row.id, error)
            return  # it is fetched again after its lease
        except Exception as error:  # the edge: one document must not stop the others
            _log.error("action=document_failed attachment=%d error=%s", row.id, trail(error))
            return
        _log.info("action=document_fetched attachment=%d attempt=%d outcome=%s", row.id, row.attempts, outcome)
        self._wake()
        if not isinstance(outcome, Retry):
            await self._fetchers[row.channel].let_go(row.reference)

    async def _fetch(self, row: KeptAttachment) -> Outcome:
        try:
            async with asyncio.timeout(self._lease.total_seconds() * FETCH_SHARE_OF_LEASE):
                fetched = await self._fetchers[row.channel].fetch(row.reference)
        except TimeoutError:
            return Retry("timeout")
        except Exception as error:  # the edge: whatever a channel raises, the document stays wanted
            _log.warning("action=fetch_raised attachment=%d error=%s", row.id, trail(error))
            return Retry(type(error).__name__)
        match fetched:
            case Fetched(content):
                # Looking and encrypting take long: they keep neither the loop nor the database waiting.
                return await asyncio.to_thread(self._seal, row.name, content)
            case Refused(Objection.TOO_LARGE):
                return Objected(Objection.TOO_LARGE)
            case _:
                return fetched

    def _seal(self, name: str, content: bytes) -> Outcome:
        objection = object_to(name, content)
        if objection is not None:
            return Objected(objection)
        return Sealed(attachments.seal(self._database.keys, content), len(content))
