"""The topics of the staff's group: made before something is sent there, called by their state, made again when gone."""

import logging
import time
from collections.abc import Callable
from typing import Protocol

from telegram import Bot
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.channels.telegram.sending.pace import Pace
from bot.conversation.talk.messages import Place, Reply

_log = logging.getLogger(__name__)

#: Seconds after which a group that had no topics, or did not let us make any, is asked again.
ASKED_AGAIN_AFTER = 600.0
#: What Telegram says of a topic that was deleted, and of one that was closed.
_GONE = ("thread not found", "topic_deleted", "topic_id_invalid")
_CLOSED = ("topic_closed",)
#: What it says where nothing can be written: the group is gone, or the bot may not write there.
_OUT_OF_REACH = (
    *("chat not found", "chat_id_invalid", "peer_id_invalid", "channel_private", "group chat was deactivated"),
    *("chat_write_forbidden", "no rights to send", "not enough rights to send", "chat_restricted"),
)
#: What it says where topics cannot be made: it is no forum, or the bot may not.
_IMPOSSIBLE = ("not a forum", "not enough rights", "chat_admin_required", "need administrator rights")


class Book(Protocol):
    """What is remembered of the topics; see `bot.desk.topic_book`."""

    async def look_up(self, reply: Reply) -> tuple[Reply, Place]: ...
    async def keep(self, about: str, topic: str, title: str) -> None: ...
    async def forget(self, about: str) -> None: ...


class Topics:
    """Finds the topic for what is sent to the group."""

    def __init__(self, bot: Bot, book: Book, pace: Pace, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._bot = bot
        self._book = book
        self._pace = pace
        self._monotonic = monotonic
        self._without_until = 0.0

    async def look_up(self, reply: Reply) -> tuple[Reply, Place]:
        """Return the message as it is to be sent, and where it belongs."""
        return await self._book.look_up(reply)

    async def topic_of(self, chat: int, place: Place, *, is_urgent: bool = False) -> int | None:
        """Return the topic of `place`, made or called anew where needed; None: the group has none.

        Errors: TooSoon; TelegramError, for what is worth another attempt.
        """
        if place.about is None or self._monotonic() < self._without_until:
            return None
        if place.topic is None:
            return await self._make(chat, place.about, place.title, is_urgent=is_urgent)
        topic = int(place.topic)
        if place.called != place.title and not self._pace.wait_for(chat, is_urgent=is_urgent):
            await self._call(chat, place.about, topic, place.title)
        return topic

    async def make_again(self, chat: int, place: Place, *, is_urgent: bool = False) -> int | None:
        """Return a new topic in the place of one that somebody deleted. Errors: as `topic_of`."""
        assert place.about is not None
        await self._book.forget(place.about)
        return await self._make(chat, place.about, place.title, is_urgent=is_urgent)

    async def reopen(self, chat: int, topic: int) -> int | None:
        """Return the topic that somebody closed, open again; None: we may not open it."""
        try:
            await self._bot.reopen_forum_topic(chat, topic)
        except BadRequest as error:
            _log.warning("action=topic_not_reopened reason=%r", error.message)
            return None
        return topic

    async def _make(self, chat: int, about: str, title: str, *, is_urgent: bool) -> int | None:
        if wait := self._pace.wait_for(chat, is_urgent=is_urgent):
            raise TooSoon(wait)
        try:
            made = await self._bot.create_forum_topic(chat, title)
        except BadRequest as error:
            # One stream then, and answers by Telegram's « reply »: as in a group that has no topics.
            _log.warning("action=no_topics reason=%r", error.message)
            if says(error, _IMPOSSIBLE):
                self._without_until = self._monotonic() + ASKED_AGAIN_AFTER
            return None
        await self._book.keep(about, str(made.message_thread_id), title)
        return made.message_thread_id

    async def _call(self, chat: int, about: str, topic: int, title: str) -> None:
        """Call the topic by its new state. A title that stays behind is no reason to hold the message back."""
        try:
            await self._bot.edit_forum_topic(chat, topic, name=title)
        except TelegramError as error:
            _log.info("action=topic_not_called reason=%s", type(error).__name__)
            if not (isinstance(error, BadRequest) and "not_modified" in error.message.lower()):
                return
        await self._book.keep(about, str(topic), title)


class TooSoon(Exception):
    """Telegram would refuse a call now; not in so many `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class TopicUnusable(Exception):
    """The topic that was sent to was deleted (`is_gone`), or closed."""

    def __init__(self, *, is_gone: bool) -> None:
        super().__init__()
        self.is_gone = is_gone


def raise_unusable(error: BadRequest) -> None:
    """Raise TopicUnusable if that is what `error` says."""
    if says(error, (*_GONE, *_CLOSED)):
        raise TopicUnusable(is_gone=not says(error, _CLOSED)) from None


def is_group_out_of_reach(error: TelegramError) -> bool:
    """Whether nothing at all can be written to a group: it is no message's fault."""
    return isinstance(error, Forbidden) or says(error, _OUT_OF_REACH)


def says(error: TelegramError, marks: tuple[str, ...]) -> bool:
    return any(mark in error.message.lower() for mark in marks)
