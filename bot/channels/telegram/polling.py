"""Long polling. The offset, by which Telegram forgets, moves only once all before it is kept."""

import asyncio
import json
import logging
from typing import Any
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.intake import ALLOWED_UPDATES
from bot.channels.telegram.transport import asked_wait
from bot.channels.telegram.updates import Updates
from storage.errors import DatabaseUnavailable

_log = logging.getLogger(__name__)

#: Seconds that Telegram holds a request open while there is nothing.
POLL_SECONDS = 30
#: Seconds beyond, after which the connection is taken for dead.
GRACE_SECONDS = 10
#: Updates of one request.
BATCH = 100
#: Seconds before the next attempt after a failure: the first, doubled each time, and the longest.
FIRST_WAIT, LONGEST_WAIT = 0.2, 10.0
#: Seconds between two looks at a database that is away.
OUTAGE_WAIT = 0.5


class Polling:
    """Fetches updates and takes them in."""

    def __init__(self, bot: Bot, updates: Updates) -> None:
        self._bot = bot
        self._updates = updates
        self._offset: int | None = None

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
                    await self._take(batch, stop)
        finally:
            stopping.cancel()

    async def _fetch(self) -> list[dict[str, Any]]:
        """Return what Telegram has, as it sent it: one update that cannot be read must not hide the others."""
        asked: dict[str, Any] = {
            "timeout": POLL_SECONDS,
            "limit": BATCH,
            "allowed_updates": json.dumps(ALLOWED_UPDATES),
        }
        if self._offset is not None:
            asked["offset"] = self._offset
        address = f"{self._bot.base_url}/getUpdates?{urlencode(asked)}"
        fetched = await self._bot.request.post(address, read_timeout=POLL_SECONDS + GRACE_SECONDS)
        return fetched if isinstance(fetched, list) else []

    async def _take(self, batch: list[dict[str, Any]], stop: asyncio.Event) -> None:
        """Take the batch in, side by side; what the database did not keep again, until it does."""
        waiting = batch
        while waiting:
            results = await asyncio.gather(*(self._updates.take(update) for update in waiting), return_exceptions=True)
            lost = [(update, result) for update, result in zip(waiting, results, strict=True) if result is not None]
            for _, error in lost:
                if not isinstance(error, DatabaseUnavailable):
                    raise error
            waiting = [update for update, _ in lost]
            if waiting:
                _log.error("action=not_kept updates=%d %s", len(waiting), lost[0][1])
                if stop.is_set():
                    return  # Telegram still has them
                await asyncio.sleep(OUTAGE_WAIT)
        if batch:
            self._offset = max(int(update["update_id"]) for update in batch) + 1

    def _wait(self, error: TelegramError, failures: int) -> float:
        if isinstance(error, Conflict):
            _log.warning("action=poll_conflict another program polls with the same token, or a webhook is set")
        else:
            _log.warning("action=poll_failed error=%s failures=%d", type(error).__name__, failures)
        if isinstance(error, RetryAfter):
            return asked_wait(error).total_seconds()
        return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures - 1, 10)))
