"""Parts of the channel, put together as the channel does."""

from telegram import Bot

from bot.base.clock import Clock, system_clock
from bot.channels.contract import Receive, ReceiveStaff
from bot.channels.telegram.presence import Presence
from bot.channels.telegram.receiving.updates import Updates
from bot.channels.telegram.sending.activity import Activity
from bot.channels.telegram.sending.pace import Pace
from bot.channels.telegram.staff_chat import StaffChat
from bot.conversation.answers.inline import Offered
from bot.services.assistant import Received


def updates_of(bot: Bot, receive: Receive) -> Updates:
    """Return what takes the updates in; the staff have no group here, and there is nothing to share."""

    async def receive_staff(_: object) -> None:
        raise AssertionError("there is no group")

    return _updates(bot, receive, receive_staff, StaffChat(None, frozenset()), system_clock)


def staff_updates_of(bot: Bot, receive_staff: ReceiveStaff, staff_chat: StaffChat, clock: Clock) -> Updates:
    """Return what takes the updates of the staff's group in."""

    async def receive(_: object) -> Received:
        raise AssertionError("nobody writes to the bot alone")

    return _updates(bot, receive, receive_staff, staff_chat, clock)


def _updates(bot: Bot, receive: Receive, receive_staff: ReceiveStaff, staff_chat: StaffChat, clock: Clock) -> Updates:
    offer, presence = lambda _: Offered((), "Lien", "x"), Presence("", "", "Illisible.", "Illisible.")
    return Updates(bot, receive, receive_staff, staff_chat, clock, Activity(bot, Pace()), offer, presence)
