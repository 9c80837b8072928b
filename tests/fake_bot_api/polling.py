"""`getUpdates`: the updates that wait, forgotten once a higher offset is asked for."""

import asyncio
import itertools
import time
from typing import Any

from tests.fake_bot_api.bots import Bot, Json, Update
from tests.fake_bot_api.errors import ApiError

LONGEST_POLL, LARGEST_BATCH = 50, 100


def pending(bot: Bot, at_most: int | None = None) -> list[Update]:
    now = time.time()
    for update_id in [update.update_id for update in bot.updates.values() if update.expires < now]:
        del bot.updates[update_id]
    return list(itertools.islice(bot.updates.values(), at_most))


async def get_updates(bot: Bot, parameters: Json) -> Any:
    """Return the updates from the offset on, at once or when there is one. A second request ends the first with 409."""
    if bot.webhook:
        raise ApiError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    offset = int(parameters.get("offset") or 0)
    at_most = max(1, min(LARGEST_BATCH, int(parameters.get("limit") or LARGEST_BATCH)))
    seconds = max(0, min(LONGEST_POLL, int(float(parameters.get("timeout") or 0))))
    if parameters.get("allowed_updates") is not None:
        bot.allowed_updates = parameters["allowed_updates"] or None
    bot.wake("conflict")
    for update_id in list(itertools.takewhile(lambda known: known < offset, bot.updates)):
        del bot.updates[update_id]
    end = time.monotonic() + seconds
    while True:
        found = pending(bot, at_most)
        left = end - time.monotonic()
        if found or left <= 0:
            return [update.as_json() for update in found]
        bot.waiting = asyncio.get_running_loop().create_future()
        try:
            if await asyncio.wait_for(bot.waiting, left) == "conflict":
                raise ApiError(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )
        except TimeoutError:
            pass
