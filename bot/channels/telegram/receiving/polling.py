"""Long polling. The offset, by which Telegram forgets, moves only once all before it is kept."""

import asyncio
import json
import logging
import time
from collections.abc import Hashable
from typing import Any
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.operator import Operator
from bot.channels.telegram.receiving import raw
from bot.channels.telegram.receiving.intake import ALLOWED_UPDATES
from bot.channels.telegram.receiving.updates import NotKept, Updates
from bot.channels.telegram.transport import Transport, asked_wait
from storage.engine.errors import DatabaseUnavailable

_log = logging.getLogger(__name__)

#: Seconds that Telegram holds a request open while there is nothing.
POLL_SECONDS = 30
#: Seconds beyond, after which the connection is taken for dead.
GRACE_SECONDS = 10
#: Updates of one request.
BATCH = 100
#: Seconds before the next attempt after a failure: the first, doubled each time, and the longest.
FIRST_WAIT, LONGEST_WAIT = 0.2, 10.0
#: Seconds without a conflict after which it is over.
CONFLICT_SECONDS = 90.0
#: Failures in a row, some seconds of them, that the operator is told of.
FAILURES_TOLD = 5
#: Seconds between two looks at a database that is away.
OUTAGE_WAIT = 0.5
#: Seconds that what is in hand is given when the program ends; Telegram still has what is not kept by then.
END_SECONDS = 5.0


class Polling:
    """Fetches updates and takes them in."""

    def __init__(self, bot: Bot, updates: Updates, operator: Operator) -> None:
        self._bot = bot
        self._updates = updates
        self._operator = operator
        self._offset: int | None = None
        self._limit = BATCH
        self._is_outage = False
        self._conflict_at = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Fetch until `stop` is set, then finish what was fetched. Errors: InvalidToken."""
        stopping = asyncio.create_task(stop.wait())
        try:
            failures = 0
            while not stop.is_set():
                fetching = asyncio.create_task(self._fetch())
                await asyncio.wait({fetching, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if not fetching.done():
                    fetching.cancel()
                    return
                try:
                    batch = fetching.result()
                except InvalidToken:
                    raise
                except TelegramError as error:
                    failures += 1
                    await asyncio.wait({stopping}, timeout=self._wait(error, failures))
                else:
                    failures = 0
                    self._settle()
                    await self._take(batch, stopping)
        finally:
            stopping.cancel()

    async def _fetch(self) -> list[Any]:
        """Return what Telegram has, as it sent it: one update that cannot be read must not hide the others.

        Errors: TelegramError, also for an answer from which nothing can be acknowledged: it would come again at once.
        """
        asked: dict[str, Any] = {
            "timeout": POLL_SECONDS,
            "limit": self._limit,
            "allowed_updates": json.dumps(ALLOWED_UPDATES),
        }
        if self._offset is not None:
            asked["offset"] = self._offset
        address = f"{self._bot.base_url}/getUpdates?{urlencode(asked)}"
        answer = await self._bot.request.retrieve(address, read_timeout=POLL_SECONDS + GRACE_SECONDS)
        fetched = self._read(answer)
        if fetched and all(raw.number_of(update) is None for update in fetched):
            raise TelegramError("no update has a number")
        return fetched

    def _read(self, answer: bytes) -> list[Any]:
        is_alone, self._limit = self._limit == 1, BATCH
        try:
            fetched = Transport.parse_json_payload(answer).get("result")
        except TelegramError:
            remains = raw.remains_of(answer) if is_alone else None
            if remains is not None:
                return [remains]
            self._limit = 1  # whichever cannot be read, it is to come alone
            raise
        if not isinstance(fetched, list):
            raise TelegramError("no list of updates")
        return fetched

    async def _take(self, batch: list[Any], stopping: "asyncio.Task[Any]") -> None:
        """Take the batch in, chats side by side, what is of one chat in its order; move the offset if all is kept."""
        lanes: dict[Hashable, list[Any]] = {}
        for update in batch:
            lanes.setdefault(raw.lane_of(update), []).append(update)
        taking = [asyncio.create_task(self._take_lane(lane, stopping)) for lane in lanes.values()]
        if not taking:
            return
        await asyncio.wait({stopping, asyncio.gather(*taking)}, return_when=asyncio.FIRST_COMPLETED)
        _, unfinished = await asyncio.wait(taking, timeout=END_SECONDS)
        for task in unfinished:
            task.cancel()
        if not unfinished and all(task.result() for task in taking):
            self._offset = max(number for update in batch if (number := raw.number_of(update)) is not None) + 1

    async def _take_lane(self, lane: list[Any], stopping: "asyncio.Task[Any]") -> bool:
        """Take updates in, each as often as it needs. Return False if the program ends before all are kept."""
        for update in lane:
            while not await self._is_kept(update):
                await asyncio.wait({stopping}, timeout=OUTAGE_WAIT)
                if stopping.done():
                    return False
        return True

    async def _is_kept(self, update: Any) -> bool:
        try:
            await self._updates.take(update)
        except (DatabaseUnavailable, NotKept) as error:
            if not self._is_outage:  # once: it is tried again twice a second, for each chat
                _log.error("action=not_kept %s", error)
            self._is_outage = True
            return False
        if self._is_outage:
            _log.warning("action=kept_again")
        self._is_outage = False
        return True

    def _settle(self) -> None:
        """Two programs on one token are each answered now and then: their conflict ends when none was met for long."""
        is_over = time.monotonic() - self._conflict_at > CONFLICT_SECONDS
        self._operator.settle("unreachable", *(["conflict"] if is_over else []))

    def _wait(self, error: TelegramError, failures: int) -> float:
        _log.warning("action=poll_failed error=%s failures=%d", type(error).__name__, failures)
        if isinstance(error, Conflict):
            self._conflict_at = time.monotonic()
            self._operator.tell("conflict")
        elif failures >= FAILURES_TOLD:
            self._operator.tell("unreachable", reason=type(error).__name__)
        if isinstance(error, RetryAfter):
            return asked_wait(error).total_seconds()
        return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures - 1, 10)))
