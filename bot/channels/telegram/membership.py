"""Who is a member of a group now: who left one still finds its buttons, and Telegram itself writes there under numbers
of its own."""

import asyncio
import time
from collections.abc import Callable

from telegram import Bot
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from bot.channels.telegram.transport import call

#: Seconds for which is taken for true what Telegram said of someone who is a member of a group, or is not.
MEMBER_SECONDS, STRANGER_SECONDS = 60.0, 10.0
#: How often Telegram is asked, and the seconds between.
ATTEMPTS, ATTEMPT_SECONDS = 3, 0.5
#: People remembered.
MOST_PEOPLE = 1_000
_MEMBERS = {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER}


class Membership:
    """Asks Telegram, and remembers what it said for a short while."""

    def __init__(self, bot: Bot, clock: Callable[[], float] = time.monotonic) -> None:
        self._bot = bot
        self._clock = clock
        #: Chat and person -> whether they are a member, and until when that is taken for true.
        self._known: dict[tuple[int, int], tuple[bool, float]] = {}

    async def includes(self, chat: int, person: int) -> bool:
        """Whether this person is in the group. Errors: TelegramError, when Telegram does not say."""
        is_member, until = self._known.get((chat, person), (False, 0.0))
        if self._clock() < until:
            return is_member
        is_member = await self._ask(chat, person)
        if len(self._known) >= MOST_PEOPLE:
            self._known.clear()
        self._known[chat, person] = (is_member, self._clock() + (MEMBER_SECONDS if is_member else STRANGER_SECONDS))
        return is_member

    async def _ask(self, chat: int, person: int) -> bool:
        for attempt in range(ATTEMPTS):
            try:
                member = await call(self._bot, "getChatMember", {"chat_id": chat, "user_id": person})
            except (BadRequest, Forbidden):  # it knows nobody of that number there
                return False
            except InvalidToken:
                raise
            except TelegramError:
                if attempt == ATTEMPTS - 1:
                    raise
                await asyncio.sleep(ATTEMPT_SECONDS)
            else:
                return member.get("status") in _MEMBERS or bool(member.get("is_member"))
        raise AssertionError
