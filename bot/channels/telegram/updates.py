"""One update as Telegram delivered it, taken in: kept, then acknowledged. The same for polling and for the webhook."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from telegram import Bot, Update
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.channels.telegram.activity import SLOW_ANSWER, Activity
from bot.channels.telegram.flood import Flood, Verdict
from bot.channels.telegram.inline import Offer, answer_inline
from bot.channels.telegram.intake import read_staff_update, read_update
from bot.channels.telegram.staff_chat import StaffChat
from bot.clock import Clock
from bot.conversation.messages import FLOOD, Incoming, StaffMessage
from bot.trail import trail
from storage.errors import DatabaseUnavailable

_log = logging.getLogger(__name__)

Receive = Callable[[Incoming], Awaitable[object]]
ReceiveStaff = Callable[[StaffMessage], Awaitable[object]]


class Updates:
    """Takes updates in. What cannot be read is logged and counts as handled: it would only come again for ever."""

    def __init__(
        self,
        bot: Bot,
        receive: Receive,
        receive_staff: ReceiveStaff,
        staff_chat: StaffChat,
        clock: Clock,
        activity: Activity,
        offer: Offer,
    ) -> None:
        self._bot = bot
        self._receive = receive
        self._receive_staff = receive_staff
        self._staff_chat = staff_chat
        self._flood = Flood()
        self._clock = clock
        self._activity = activity
        self._offer = offer
        self._beside: set[asyncio.Task[None]] = set()

    async def take(self, delivered: dict[str, Any]) -> None:
        """Take one update in. Raise DatabaseUnavailable if it could not be kept: it must not be acknowledged."""
        try:
            update = Update.de_json(delivered, self._bot)
            work = self._work(update)
        except Exception as error:  # the edge: whatever Telegram sends, the next update works
            _log.error("action=update_unreadable update=%s error=%s", delivered.get("update_id"), trail(error))
            return
        if work is not None:
            chat = update.effective_chat
            with self._activity.shown(chat.id, ChatAction.TYPING, SLOW_ANSWER) if chat else nullcontext():
                await self._keep(work, update.update_id)
        if update.callback_query:
            self._do_beside(self._answer(update.callback_query.id))
        if update.inline_query:
            self._do_beside(answer_inline(self._bot, update.inline_query, self._offer))

    async def close(self) -> None:
        """Wait for what is done beside."""
        await asyncio.gather(*self._beside)

    def _work(self, update: Update) -> Awaitable[object] | None:
        """Return the taking in of what the update brings, None if it brings nothing."""
        chat = update.effective_chat
        if chat is not None and self._staff_chat.is_it(chat.id):
            if update.message and update.message.migrate_to_chat_id:
                self._staff_chat.move(chat.id, update.message.migrate_to_chat_id)
            user = update.effective_user
            if user is None or not self._staff_chat.may_act(user.id):
                return None
            staff = read_staff_update(update, self._bot.id, self._clock())
            return self._receive_staff(self._staff_chat.settled(staff)) if staff else None
        incoming = read_update(update, self._bot.id, self._clock())
        if incoming is None:
            return None
        match self._flood.judge(incoming.sender):
            case Verdict.TAKE:
                return self._receive(incoming)
            case Verdict.TELL:
                return self._receive(replace(incoming, text="", choice=None, unread=FLOOD))
            case _:
                _log.warning("action=passed_over update=%d", update.update_id)
                return None

    async def _keep(self, work: Awaitable[object], update: int) -> None:
        try:
            await work
        except DatabaseUnavailable:
            raise
        except Exception as error:  # the edge: a message whose failure cannot even be written down
            _log.error("action=receive_failed update=%d error=%s", update, trail(error))

    async def _answer(self, query: str) -> None:
        """End the spinning of the button. One that is too old is of no interest any more."""
        try:
            await self._bot.answer_callback_query(query)
        except TelegramError as error:
            _log.info("action=button_not_answered reason=%s", type(error).__name__)

    def _do_beside(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)
