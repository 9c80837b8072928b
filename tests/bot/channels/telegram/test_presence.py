"""How the bot presents itself: who sees which commands, and that what Telegram refuses keeps nobody from it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
import yaml
from telegram import Bot
from telegram.error import InvalidToken

from bot.channels.telegram.presence import COMMANDS, DESCRIPTION_LIMIT, SHORT_LIMIT, Presence, present
from bot.channels.telegram.transport import Transport
from bot.conversation.reading.commands import read_command
from tests.fake_bot_api.server import TOKEN, FakeBotApi, running
from tests.shipped import shipped

STAFF_CHAT = -100_500
PRESENCE = Presence("Une longue présentation.", "Une courte.", "Illisible.", "Illisible.")
LISTED = yaml.safe_load(COMMANDS.read_text(encoding="utf-8"))


@dataclass
class Connected:
    api: FakeBotApi
    bot: Bot

    def said(self, method: str) -> list[dict[str, Any]]:
        return [call.parameters for call in self.api.calls(method, effect=True)]


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[Connected]:
    api = FakeBotApi()
    async with running(api):
        bot = Bot(TOKEN, base_url=f"{api.address}/bot", request=Transport(), get_updates_request=Transport())
        async with bot:
            yield Connected(api, bot)


async def test_people_and_the_staff_each_see_their_own_commands(telegram: Connected) -> None:
    await present(telegram.bot, PRESENCE, STAFF_CHAT)
    menus = {
        (said["scope"]["type"], said.get("language_code", "")): [each["command"] for each in said["commands"]]
        for said in telegram.said("setMyCommands")
    }
    assert menus == {
        ("all_private_chats", ""): list(LISTED["people"]["fr"]),
        ("all_private_chats", "en"): list(LISTED["people"]["en"]),
        ("chat", ""): list(LISTED["staff"]["fr"]),
    }
    assert telegram.said("setMyDescription")[0]["description"] == PRESENCE.description


async def test_without_a_group_there_is_no_menu_of_the_staff(telegram: Connected) -> None:
    await present(telegram.bot, PRESENCE, None)
    assert {said["scope"]["type"] for said in telegram.said("setMyCommands")} == {"all_private_chats"}


async def test_what_telegram_refuses_keeps_nothing_else_from_being_told(telegram: Connected) -> None:
    telegram.api.fail("400", method="setMyCommands", count=9)
    await present(telegram.bot, PRESENCE, STAFF_CHAT)
    assert telegram.said("setMyShortDescription")


async def test_a_refused_token_is_told(telegram: Connected) -> None:
    telegram.api.fail("401", method="setMyDescription", description="Unauthorized")
    with pytest.raises(InvalidToken):
        await present(telegram.bot, PRESENCE, None)


async def test_the_shipped_presentation_fits() -> None:
    messages = shipped().call.messages
    assert 0 < len(messages["presence_short"]) <= SHORT_LIMIT
    assert 0 < len(messages["presence_long"]) <= DESCRIPTION_LIMIT


@pytest.mark.parametrize("name", [name for menu in LISTED["people"].values() for name in menu])
def test_every_command_offered_to_people_is_known(name: str) -> None:
    assert read_command(f"/{name}", shipped().call.commands) is not None
