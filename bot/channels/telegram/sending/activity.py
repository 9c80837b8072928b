"""What is done beside the messages, for comfort: « typing … » while one takes long, buttons that served taken away.

None of it is worth a delay or a failure: it leaves when nothing else does, and what comes of it is not waited for.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from telegram import Bot
from telegram.error import TelegramError

from bot.channels.telegram.sending.pace import Pace

_log = logging.getLogger(__name__)

#: Seconds after which an answer, or the upload of a document, is slow.
SLOW_ANSWER, SLOW_UPLOAD = 1.0, 0.3
#: How often, and at what interval, is looked whether nothing waits, for what may as well be done a little later.
LOOKS, LOOK_SECONDS = 20, 0.1
#: Things done beside at the same time.
MOST_AT_ONCE = 8
#: Telegram shows an action for 5 seconds.
AGAIN_SECONDS = 4.5


class Activity:
    """What the people of a chat see of the bot at work."""

    def __init__(self, bot: Bot, pace: Pace) -> None:
        self._bot = bot
        self._pace = pace
        self._beside: set[asyncio.Task[None]] = set()

    @contextmanager
    def shown(self, chat: int, action: str, after: float) -> Iterator[None]:
        """Show `action` in the chat while the block runs, from `after` seconds on: a quick one costs a timer."""
        showing: list[asyncio.Task[None]] = []
        timer = asyncio.get_running_loop().call_later(after, self._show, chat, action, showing)
        try:
            yield
        finally:
            timer.cancel()
            for task in showing:
                task.cancel()

    def _show(self, chat: int, action: str, showing: list[asyncio.Task[None]]) -> None:
        # Where many wait, it is work that makes them wait longer.
        if len(self._beside) < MOST_AT_ONCE:
            showing.append(self._do(self._keep_showing(chat, action)))

    def take_buttons_away(self, chat: int, message: int) -> None:
        self._do(self._take_buttons_away(chat, message))

    async def close(self) -> None:
        """End what is done beside."""
        for task in self._beside:
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)

    async def _keep_showing(self, chat: int, action: str) -> None:
        while True:
            if self._pace.spare():
                try:
                    await self._bot.send_chat_action(chat, action)
                except TelegramError as error:
                    _log.info("action=activity_not_shown reason=%s", type(error).__name__)
                    return
            await asyncio.sleep(AGAIN_SECONDS)

    async def _take_buttons_away(self, chat: int, message: int) -> None:
        for _ in range(LOOKS):
            if self._pace.spare():
                break
            await asyncio.sleep(LOOK_SECONDS)
        else:
            return
        try:
            await self._bot.edit_message_reply_markup(chat, message)
        except TelegramError as error:  # it has none any more, or is gone
            _log.info("action=buttons_left reason=%s", type(error).__name__)

    def _do(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)
        return task
