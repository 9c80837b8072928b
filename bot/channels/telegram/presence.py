"""How the bot presents itself in Telegram: its menus of commands, by who looks at them, and its descriptions."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import yaml
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat, MenuButtonCommands
from telegram.error import InvalidToken, TelegramError

_log = logging.getLogger(__name__)

COMMANDS = Path(__file__).with_name("presence.yaml")
#: Telegram's limits on what is read before a conversation begins, and on a profile.
DESCRIPTION_LIMIT, SHORT_LIMIT = 512, 120
#: The language of those for whom there is no other.
_USUAL = "fr"


@dataclass(frozen=True, slots=True)
class Presence:
    """What the bot says of itself."""

    description: str
    short_description: str
    #: To a person, and in the staff's group, where a message of theirs cannot even be kept.
    unreadable: str
    group_unreadable: str
    #: In the staff's group, when Telegram does not say whether who wrote is a member of it.
    group_unchecked: str = ""


async def present(bot: Bot, presence: Presence, staff_chat: int | None, *others: int) -> None:
    """Tell Telegram. What it does not take is logged: the bot works without. Errors: InvalidToken."""
    listed = yaml.safe_load(COMMANDS.read_text(encoding="utf-8"))
    calls = [
        *(
            partial(bot.set_my_commands, _commands(commands), BotCommandScopeAllPrivateChats(), _code(language))
            for language, commands in listed["people"].items()
        ),
        partial(bot.set_chat_menu_button, menu_button=MenuButtonCommands()),
        partial(bot.set_my_description, presence.description[:DESCRIPTION_LIMIT]),
        partial(bot.set_my_short_description, presence.short_description[:SHORT_LIMIT]),
    ]
    menu = _commands(listed["staff"][_USUAL])
    for chat in (staff_chat, *others):
        if chat is not None:
            calls.append(partial(bot.set_my_commands, menu, BotCommandScopeChat(chat)))
    for call in calls:
        try:
            await call()
        except InvalidToken:
            raise
        except TelegramError as error:
            _log.warning("action=not_presented reason=%s", error.message)


def _commands(listed: Mapping[str, str]) -> list[BotCommand]:
    return [BotCommand(name, description) for name, description in listed.items()]


def _code(language: str) -> str:
    return "" if language == _USUAL else language
