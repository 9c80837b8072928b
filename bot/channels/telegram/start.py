"""What is asked of Telegram before anything is received: as often as it takes, failures told to the operator."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from telegram import Bot
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.operator import Operator
from bot.channels.telegram.transport import asked_wait, call

#: Seconds between two attempts.
START_WAIT = 2.0


async def until_stopped(work: Coroutine[Any, Any, object], stop: asyncio.Event) -> bool:
    """Do `work` until it ends or `stop` is set. Return whether it ended. Errors: those of `work`."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            return False
        working.result()
        return True
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)


async def insist(ask: Callable[[], Awaitable[object]], operator: Operator) -> None:
    """Make a call of the Bot API until Telegram takes it. Errors: InvalidToken."""
    while True:
        try:
            await ask()
        except InvalidToken:
            raise
        except TelegramError as error:
            operator.tell("webhook" if isinstance(error, BadRequest) else "unreachable", reason=_reason(error))
            await asyncio.sleep(asked_wait(error).total_seconds() if isinstance(error, RetryAfter) else START_WAIT)
        else:
            operator.settle("webhook", "unreachable")
            return


def _reason(error: TelegramError) -> str:
    """Return why, in few words: a page that a proxy answers is none of them."""
    return error.message if isinstance(error, BadRequest) else type(error).__name__


async def look_at_staff_chat(bot: Bot, chat: int, operator: Operator) -> None:
    """Tell the operator what keeps the bot from working in the staff's group. Telegram away: told elsewhere."""
    try:
        group = await call(bot, "getChat", {"chat_id": chat})
        own = await call(bot, "getChatMember", {"chat_id": chat, "user_id": bot.id})
    except (BadRequest, Forbidden):
        operator.tell("staff-unknown", chat=chat)
        return
    except TelegramError:
        return
    if own.get("status") in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED):
        operator.tell("staff-unknown", chat=chat)
    elif group.get("is_forum") and not own.get("can_manage_topics"):
        operator.tell("staff-topics", chat=chat)
    elif own.get("status") == ChatMemberStatus.MEMBER and not bot.bot.can_read_all_group_messages:
        operator.tell("staff-deaf", chat=chat)
