"""Parts of the channel, put together as the channel does."""

from telegram import Bot

from bot.channels.telegram.activity import Activity
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.presence import Presence
from bot.channels.telegram.staff_chat import StaffChat
from bot.channels.telegram.updates import Receive, Updates
from bot.clock import system_clock
from bot.conversation.inline import Offered


def updates_of(bot: Bot, receive: Receive) -> Updates:
    """Return what takes the updates in; the staff have no group here, and there is nothing to share."""

    async def receive_staff(_: object) -> None:
        raise AssertionError("there is no group")

    staff_chat, activity = StaffChat(None, frozenset()), Activity(bot, Pace())
    offer, presence = lambda _: Offered((), "Lien", "x"), Presence("", "", "Illisible.", "Illisible.")
    return Updates(bot, receive, receive_staff, staff_chat, system_clock, activity, offer, presence)
