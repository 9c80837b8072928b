"""A letter -> Telegram, and what became of it: each of Telegram's refusals means one of the courier's outcomes."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from telegram import Bot, InputFile
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.sending.activity import SLOW_UPLOAD, Activity
from bot.channels.telegram.sending.pace import Pace
from bot.channels.telegram.sending.topics import TooSoon, Topics, TopicUnusable, is_group_out_of_reach, raise_unusable
from bot.channels.telegram.sending.wording import Card, Part, Text, is_markup_refused, messages_of
from bot.channels.telegram.staff_chat import StaffChat
from bot.channels.telegram.transport import asked_wait, call
from bot.conversation.talk.messages import File, Reply
from bot.transport.delivery import PACE, Letter, Outcome, Refused, Retry, Sent

_log = logging.getLogger(__name__)

#: Letters whose first parts left and whose rest is to be tried again: so many are remembered.
UNFINISHED = 1_000
#: If Telegram asked for silence towards so many chats within so many seconds, it means all of them.
CHATS_OF_A_FLOOD, FLOOD_SECONDS = 3, 5.0
#: What a BadRequest says of an edit when the message is so already.
_UNCHANGED = "message is not modified"
#: What a BadRequest says of a message that is deleted already.
_NOT_THERE = "message to delete not found"
#: Why a message that was to be taken back is still with the person.
NOT_DELETED = "not deleted"
_NO_PREVIEW = {"is_disabled": True}


@dataclass(frozen=True, slots=True)
class _Way:
    """Where the messages of one letter go."""

    chat: int
    #: The ids of those that left; it grows as they leave, also when the sending is cancelled.
    left: list[str]
    topic: int | None = None
    #: The message whose place it takes.
    edits: str | None = None
    is_urgent: bool = False


class Sending:
    """The courier's sender for Telegram."""

    def __init__(
        self,
        bot: Bot,
        pace: Pace,
        activity: Activity,
        staff_chat: StaffChat,
        topics: Topics,
        token_refused: Callable[[], None],
        monotonic: Callable[[], float] = time.monotonic,
        others: Mapping[int, Topics] = MappingProxyType({}),
    ) -> None:
        """`topics`: those of the staff's group; `others`: those of the groups beside it, by their numbers."""
        self._bot = bot
        self._others = others
        self._staff_chat = staff_chat
        self._topics = topics
        self._pace = pace
        self._activity = activity
        self._token_refused = token_refused
        self._monotonic = monotonic
        #: Per letter, the ids of the messages that have already left.
        self._left: OrderedDict[str, list[str]] = OrderedDict()
        #: Groups that could not be written to, as the log says already.
        self._told_unreachable: set[int] = set()
        #: Chats that Telegram asked silence towards, and when.
        self._asked_silence: dict[int, float] = {}

    async def send(self, letter: Letter) -> Outcome:
        """Send what has not left yet of `letter`; after a `Retry`, the next attempt goes on from there."""
        left = self._left.setdefault(letter.key, [])
        chat = int(letter.recipient)
        if self._staff_chat.is_it(chat):
            topics = self._others.get(chat, self._topics)
            outcome = await self._send_to_staff(topics, self._staff_chat.place_of(chat), letter, left)
        elif letter.reply.retracts:
            outcome = await self._retract(chat, letter.reply)
        else:
            way = _Way(chat, left, edits=letter.reply.edits, is_urgent=letter.is_urgent)
            outcome = await self._send_rest(way, messages_of(letter.reply))
        if letter.reply.closes is not None and isinstance(outcome, Sent):
            self._activity.take_buttons_away(self._staff_chat.place_of(chat), int(letter.reply.closes))
        if not isinstance(outcome, Retry) or not left:
            del self._left[letter.key]
        elif len(self._left) > UNFINISHED:
            self._left.popitem(last=False)
        return outcome

    async def _retract(self, chat: int, reply: Reply) -> Outcome:
        """Delete the messages; where Telegram does not let us, put the text in their place, or say that they stay."""
        are_gone = True
        for message in (reply.edits or "").split():
            try:
                await self._pace.turn()
                await self._bot.delete_message(chat, int(message))
            except BadRequest as error:
                if _NOT_THERE not in error.message.lower():
                    are_gone = False
                    await self._edit_all(chat, reply, message)
            except TelegramError as error:
                return self.outcome(error, chat)
        return Sent() if are_gone else Refused(NOT_DELETED)

    async def _edit_all(self, chat: int, reply: Reply, message: str) -> None:
        for part in messages_of(reply):
            if isinstance(part, Text):
                await self._edit(chat, part, message)

    async def _send_to_staff(self, topics: Topics, chat: int, letter: Letter, left: list[str]) -> Outcome:
        """Send into the topic of what the letter is about: made first where there is none, or none any more."""
        reply, place = await topics.look_up(letter.reply)
        parts, is_urgent = messages_of(reply), letter.is_urgent
        try:
            topic = await topics.topic_of(chat, place, is_urgent=is_urgent)
            try:
                return await self._send_rest(_Way(chat, left, topic, reply.edits, is_urgent=is_urgent), parts)
            except TopicUnusable as unusable:
                if unusable.is_gone:
                    topic = await topics.make_again(chat, place, is_urgent=is_urgent)
                elif topic is not None:
                    topic = await topics.reopen(chat, topic)
                return await self._send_rest(_Way(chat, left, topic, is_urgent=is_urgent), parts)
        except TopicUnusable:
            return Retry("topic")
        except TooSoon as soon:
            return Retry(PACE, timedelta(seconds=soon.seconds))
        except TelegramError as error:
            return self.outcome(error, chat)

    async def _send_rest(self, way: "_Way", messages: Sequence[Part]) -> Outcome:
        """Send the messages behind those that left already. Errors: TopicUnusable."""
        chat, left = way.chat, way.left
        edits = way.edits if len(messages) == 1 else None  # what takes several cannot take the place of one
        for message in messages[len(left) :]:
            wait = self._pace.wait_for(chat, is_urgent=way.is_urgent)
            if wait:
                return Retry(PACE, timedelta(seconds=wait))
            await self._pace.turn()
            try:
                left.append(await self._send(chat, way.topic, message, edits))
                self._told_unreachable.discard(chat)
            except TelegramError as error:
                if way.topic is not None and isinstance(error, BadRequest):
                    raise_unusable(error)
                return self.outcome(error, chat)
        return Sent(" ".join(left) or None)

    def outcome(self, error: TelegramError, chat: int) -> Outcome:
        """Return what `error` means. Its text is Telegram's own; it never holds ours."""
        match error:
            case Forbidden() | BadRequest() if chat < 0 and is_group_out_of_reach(error):
                return self._out_of_reach(chat, error)
            case RetryAfter():
                self._pace.hold(chat, asked_wait(error).total_seconds())
                return Retry("429", asked_wait(error), whole_channel=self._is_a_flood(chat))
            case InvalidToken():
                self._token_refused()
                return Retry("token refused", whole_channel=True)
            case Forbidden():
                return Refused(error.message, blocked=True)
            case ChatMigrated() if self._staff_chat.move(chat, error.new_chat_id):
                return Retry("moved", timedelta())
            case ChatMigrated() | BadRequest():
                return Refused(error.message)
            case _:
                return Retry(type(error).__name__)

    def _out_of_reach(self, chat: int, error: TelegramError) -> Retry:
        """The staff's group is gone, or closed to the bot: what is for it waits until somebody has mended that."""
        if chat not in self._told_unreachable:
            self._told_unreachable.add(chat)
            _log.error("action=staff_group_unreachable chat=%d reason=%r", chat, error.message)
        return Retry("group out of reach", is_lasting=True)

    async def _send(self, chat: int, topic: int | None, message: Part, edits: str | None) -> str:
        if isinstance(message, File):
            document = InputFile(message.content, filename=message.name)
            with self._activity.shown(chat, ChatAction.UPLOAD_DOCUMENT, SLOW_UPLOAD):
                sent = await self._bot.send_document(
                    chat, document, disable_content_type_detection=True, message_thread_id=topic
                )
            return str(sent.message_id)
        if isinstance(message, Card):
            sent = await self._bot.send_contact(
                chat, message.phone, message.name, vcard=message.vcard or None, message_thread_id=topic
            )
            return str(sent.message_id)
        if edits is not None and edits.isdecimal() and await self._edit(chat, message, edits):
            return edits
        where = {"chat_id": chat} if topic is None else {"chat_id": chat, "message_thread_id": topic}
        sent = await self._write("sendMessage", where, message)
        return str(sent["message_id"])

    async def _edit(self, chat: int, message: Text, edits: str) -> bool:
        """Give the message `edits` this text. Return whether it has it: else a new one is to be sent."""
        try:
            await self._write("editMessageText", {"chat_id": chat, "message_id": int(edits)}, message)
        except BadRequest as error:
            # Gone, too old, of another kind, never ours: Telegram has many words for it, and the reply counts more.
            return _UNCHANGED in error.message.lower()
        return True

    async def _write(self, method: str, where: Mapping[str, Any], message: Text) -> Any:
        """Make the call with the text in HTML, without any markup where Telegram refuses that.

        By hand: the `Bot`'s own methods make objects of all that comes back.
        """
        parameters = {**where, "link_preview_options": _NO_PREVIEW}
        if message.keyboard is not None:
            parameters["reply_markup"] = message.keyboard.to_dict()
        try:
            return await call(self._bot, method, {**parameters, "text": message.html, "parse_mode": ParseMode.HTML})
        except BadRequest as error:
            if not is_markup_refused(error.message):
                raise
            _log.warning("action=markup_refused reason=%r", error.message)
            return await call(self._bot, method, {**parameters, "text": message.plain})

    def _is_a_flood(self, chat: int) -> bool:
        now = self._monotonic()
        recent = {other: at for other, at in self._asked_silence.items() if now - at < FLOOD_SECONDS}
        self._asked_silence = {**recent, chat: now}
        return len(self._asked_silence) >= CHATS_OF_A_FLOOD
