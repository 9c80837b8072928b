"""One update as Telegram delivered it, taken in: kept, then acknowledged. The same for polling and for the webhook.

No update is given up in silence. What becomes of one that is not read as usual:

| what comes, or goes wrong                      | what becomes of it                                                |
| ---------------------------------------------- | ----------------------------------------------------------------- |
| the database does not take it                  | not acknowledged: tried again until it does, in its order         |
| the program ends with it in hand, or is killed | not acknowledged: Telegram delivers it to the next start          |
| it was delivered before                        | acknowledged: it was kept once, and is not counted again          |
| one person sent too many (`flood`)             | kept as unread: the conversation says so, then what it was        |
| content that is not read, a changed message    | the conversation says so                                          |
| a change that changes nothing                  | nothing: the message is answered already                          |
| python-telegram-bot cannot read it             | its sender is told if the chat is known; else it is in the log    |
| the staff's group: who wrote is no member      | in the log: nobody else is obeyed there                           |
| Telegram does not say whether they are one     | nothing is done, which is said in the group                       |
| handling it raises                             | kept as failed, with an apology (`Assistant`, `Reception`)        |
| keeping that raises too                        | its sender is told at once; while Telegram is away, tried again   |
| it has no number                               | in the log: nothing tells whether it came before                  |
| a notice of Telegram's, a chat not served      | nothing: nobody waits for an answer                               |
| the button's spinning cannot be ended          | nothing: the press itself is kept                                 |
"""

import asyncio
import logging
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

from telegram import Bot, Update
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.base.clock import Clock
from bot.base.trail import trail
from bot.channels.contract import Receive, ReceiveStaff
from bot.channels.flood import Flood, Sent
from bot.channels.telegram.membership import Membership
from bot.channels.telegram.presence import Presence
from bot.channels.telegram.receiving import raw
from bot.channels.telegram.receiving.inline import Offer, answer_inline
from bot.channels.telegram.receiving.intake import content_of, read_update, unreadable_update
from bot.channels.telegram.receiving.staff_intake import read_staff_update
from bot.channels.telegram.sending.activity import SLOW_ANSWER, Activity
from bot.channels.telegram.staff_chat import StaffChat
from bot.conversation.talk.messages import FLOOD, Incoming, Speaker, StaffMessage
from bot.services.assistant import Received
from storage.engine.errors import DatabaseUnavailable

_log = logging.getLogger(__name__)


class NotKept(Exception):
    """An update could neither be kept nor its sender be told: it must not be acknowledged."""


class Updates:
    """Takes updates in."""

    def __init__(
        self,
        bot: Bot,
        receive: Receive,
        receive_staff: ReceiveStaff,
        staff_chat: StaffChat,
        clock: Clock,
        activity: Activity,
        offer: Offer,
        presence: Presence,
    ) -> None:
        self._bot = bot
        self._receive = receive
        self._receive_staff = receive_staff
        self._staff_chat = staff_chat
        self._membership = Membership(bot)
        self._flood = Flood()
        self._clock = clock
        self._activity = activity
        self._offer = offer
        self._presence = presence
        self._beside: set[asyncio.Task[None]] = set()

    async def take(self, delivered: Any) -> None:
        """Take one update in. Raise DatabaseUnavailable or NotKept if it must not be acknowledged."""
        number, chat = raw.number_of(delivered), raw.chat_of(delivered)
        if number is None:
            _log.error("action=update_without_number")
            return
        with self._shown(chat):
            try:
                update = await self._take(delivered)
            except (DatabaseUnavailable, NotKept):
                raise
            except Exception as error:  # the edge: whatever Telegram sends or the handling raises, the next one works
                _log.error("action=receive_failed update=%s error=%s", number, trail(error))
                await self._tell_at_once(delivered)
                return
        if update and update.callback_query:
            self._do_beside(self._answer(update.callback_query.id))
        if update and update.inline_query:
            self._do_beside(answer_inline(self._bot, update.inline_query, self._offer))

    async def close(self) -> None:
        """Wait for what is done beside."""
        await asyncio.gather(*self._beside, return_exceptions=True)

    async def _take(self, delivered: Any) -> Update | None:
        """Keep what the update brings, and return it; None for one that cannot be read."""
        try:
            update = Update.de_json(delivered, self._bot)
            coming, sent = self._read(update)
        except Exception as error:  # the edge: the types of what was sent are nobody's promise
            _log.error("action=update_unreadable update=%s error=%s", raw.number_of(delivered), trail(error))
            update, sent = None, None
            coming = unreadable_update(delivered, self._bot.id, self._clock())
            if coming is None and self._is_staffs(delivered):
                await self._tell_at_once(delivered)
        match coming:
            case Incoming():
                await self._receive_counted(coming, sent)
            case StaffMessage():
                await self._receive_from_staff(coming, delivered)
        return update

    async def _receive_from_staff(self, message: StaffMessage, delivered: Any) -> None:
        """Keep what a member of the staff wrote or pressed. Who is none is not obeyed; where Telegram cannot be asked,
        nobody is, which is said in the group."""
        try:
            # Who hides who they are is told so, and obeyed in nothing.
            is_hidden = message.speaker is not Speaker.MEMBER
            is_member = is_hidden or await self._is_member(int(message.group), int(message.member))
        except TelegramError as error:
            _log.error("action=member_not_known update=%s reason=%s", message.update, type(error).__name__)
            await self._tell_at_once(delivered, self._presence.group_unchecked)
            return
        if is_member:
            await self._receive_staff(self._staff_chat.settled(message))
        else:
            _log.warning("action=stranger_not_obeyed update=%s", message.update)

    def _read(self, update: Update) -> tuple[Incoming | StaffMessage | None, Sent | None]:
        """Return what the update brings, None if it brings nothing, and how it counts."""
        chat = update.effective_chat
        if chat is not None and self._staff_chat.is_it(chat.id):
            if update.message and update.message.migrate_to_chat_id:
                self._staff_chat.move(chat.id, update.message.migrate_to_chat_id)
            staff = self._read_staff(update)
            return replace(staff, content=content_of(update)) if staff else None, None
        incoming = read_update(update, self._bot.id, self._clock())
        if incoming is None:
            return None, None
        return replace(incoming, content=content_of(update)), self._counted(update, incoming.sender)

    def _read_staff(self, update: Update) -> StaffMessage | None:
        """Return what the staff's group brings. Who may not act in it is not answered."""
        staff = read_staff_update(update, self._bot.id, self._clock(), self._bot_name())
        if staff is not None and staff.speaker is Speaker.MEMBER and not self._may_act(staff):
            _log.info("action=not_obeyed update=%d", update.update_id)
            return None
        return staff

    def _may_act(self, staff: StaffMessage) -> bool:
        return self._staff_chat.may_act(int(staff.member), int(staff.group))

    def _bot_name(self) -> str | None:
        try:
            return self._bot.username
        except RuntimeError:  # Telegram has not told it yet
            return None

    async def _receive_counted(self, incoming: Incoming, sent: Sent | None) -> None:
        """Keep a message of a person, unread if they sent too many; it counts once it is kept and read."""
        if sent is not None and self._flood.is_too_much(sent):
            await self._receive(replace(incoming, text="", choice=None, unread=FLOOD))
            return
        received = await self._receive(incoming)
        if sent is not None and received not in (Received.SEEN_BEFORE, Received.UNCHANGED):
            self._flood.count(sent)

    def _counted(self, update: Update, sender: str) -> Sent:
        """Return how the update counts. Presses have a count of their own: Telegram does not date them."""
        message = update.message or update.edited_message
        if message is None:
            return self._flood.sent_now(f"{sender}:presses")
        at = message.edit_date or message.date
        return Sent(sender, at.timestamp(), message.media_group_id)

    def _is_staffs(self, delivered: Any) -> bool:
        """Whether an update that cannot be read is of the staff, in their group."""
        chat, sender = raw.chat_of(delivered), raw.sender_of(delivered)
        is_there = chat is not None and self._staff_chat.is_it(chat)
        return is_there and sender is not None and self._staff_chat.may_act(sender, chat)

    async def _is_member(self, group: int, person: int) -> bool:
        """Whether someone who may act in the group, if they are of it, is. Errors: TelegramError."""
        if not self._staff_chat.is_open_to_members(group):
            return True
        return await self._membership.includes(self._staff_chat.place_of(group), person)

    async def _tell_at_once(self, delivered: Any, words: str | None = None) -> None:
        """Tell where it comes from that an update is not kept. Errors: NotKept while Telegram cannot be told."""
        chat = raw.chat_of(delivered)
        if chat is None or not (raw.is_private(delivered) or self._staff_chat.is_it(chat)):
            return
        unreadable = self._presence.unreadable if raw.is_private(delivered) else self._presence.group_unreadable
        try:
            await self._bot.send_message(chat, words or unreadable, message_thread_id=raw.topic_of(delivered))
        except (BadRequest, Forbidden) as error:
            _log.error("action=not_told update=%s reason=%s", raw.number_of(delivered), type(error).__name__)
        except TelegramError as error:
            raise NotKept(type(error).__name__) from error

    def _shown(self, chat: int | None) -> AbstractContextManager[None]:
        return self._activity.shown(chat, ChatAction.TYPING, SLOW_ANSWER) if chat is not None else nullcontext()

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
