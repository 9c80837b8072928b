"""A letter -> Telegram, and what became of it: each of Telegram's refusals means one of the courier's outcomes."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import timedelta

from telegram import Bot, InputFile, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.pace import Pace
from bot.channels.telegram.staff_chat import StaffChat
from bot.channels.telegram.transport import asked_wait
from bot.channels.telegram.wording import Card, Part, messages_of
from bot.conversation.messages import File, Reply
from bot.delivery import Letter, Outcome, Refused, Retry, Sent

_log = logging.getLogger(__name__)

#: Letters whose first parts left and whose rest is to be tried again: so many are remembered.
UNFINISHED = 1_000
#: If Telegram asked for silence towards so many chats within so many seconds, it means all of them.
CHATS_OF_A_FLOOD, FLOOD_SECONDS = 3, 5.0
#: What a BadRequest says when the fault is in the markup.
_MARKUP = ("can't parse entities", "entit")
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Sending:
    """The courier's sender for Telegram."""

    def __init__(
        self,
        bot: Bot,
        pace: Pace,
        staff_chat: StaffChat,
        dress: Callable[[Reply], Reply],
        token_refused: Callable[[], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot = bot
        self._staff_chat = staff_chat
        self._dress = dress
        self._pace = pace
        self._token_refused = token_refused
        self._monotonic = monotonic
        #: Per letter, the ids of the messages that have already left.
        self._left: OrderedDict[str, list[str]] = OrderedDict()
        #: Chats that Telegram asked silence towards, and when.
        self._asked_silence: dict[int, float] = {}

    async def send(self, letter: Letter) -> Outcome:
        """Send what has not left yet of `letter`; after a `Retry`, the next attempt goes on from there."""
        left = self._left.setdefault(letter.key, [])
        chat, reply = int(letter.recipient), letter.reply
        if self._staff_chat.is_it(chat):
            chat, reply = self._staff_chat.now or chat, self._dress(reply)
        outcome = await self._send_rest(chat, messages_of(reply), left)
        if not isinstance(outcome, Retry) or not left:
            del self._left[letter.key]
        elif len(self._left) > UNFINISHED:
            self._left.popitem(last=False)
        return outcome

    async def _send_rest(self, chat: int, messages: Sequence[Part], left: list[str]) -> Outcome:
        """Send the messages behind those in `left`, which grows as they leave: also when this is cancelled."""
        for message in messages[len(left) :]:
            wait = self._pace.wait_for(chat)
            if wait:
                return Retry("pace", timedelta(seconds=wait))
            await self._pace.turn()
            try:
                left.append(await self._send(chat, message))
            except TelegramError as error:
                return self.outcome(error, chat)
        return Sent(" ".join(left) or None)

    def outcome(self, error: TelegramError, chat: int) -> Outcome:
        """Return what `error` means. Its text is Telegram's own; it never holds ours."""
        match error:
            case RetryAfter():
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

    async def _send(self, chat: int, message: Part) -> str:
        if isinstance(message, File):
            document = InputFile(message.content, filename=message.name)
            sent = await self._bot.send_document(chat, document, disable_content_type_detection=True)
            return str(sent.message_id)
        if isinstance(message, Card):
            sent = await self._bot.send_contact(chat, message.phone, message.name, vcard=message.vcard or None)
            return str(sent.message_id)
        try:
            sent = await self._bot.send_message(
                chat,
                message.html,
                parse_mode=ParseMode.HTML,
                reply_markup=message.keyboard,
                link_preview_options=_NO_PREVIEW,
            )
        except BadRequest as error:
            if not any(mark in error.message.lower() for mark in _MARKUP):
                raise
            _log.warning("action=markup_refused reason=%r", error.message)
            sent = await self._bot.send_message(
                chat, message.plain, reply_markup=message.keyboard, link_preview_options=_NO_PREVIEW
            )
        return str(sent.message_id)

    def _is_a_flood(self, chat: int) -> bool:
        now = self._monotonic()
        recent = {other: at for other, at in self._asked_silence.items() if now - at < FLOOD_SECONDS}
        self._asked_silence = {**recent, chat: now}
        return len(self._asked_silence) >= CHATS_OF_A_FLOOD
