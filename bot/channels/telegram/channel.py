"""The channel put together: a bot on Telegram, which receives by polling or by webhook, and sends."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from starlette.routing import Route
from telegram import Bot
from telegram.error import InvalidToken

from bot.base.clock import Clock
from bot.channels.contract import Abilities, Ends, Way
from bot.channels.telegram import CHANNEL
from bot.channels.telegram.operator import Operator
from bot.channels.telegram.presence import Presence, present
from bot.channels.telegram.receiving import webhook
from bot.channels.telegram.receiving.inline import Offer
from bot.channels.telegram.receiving.intake import ALLOWED_UPDATES
from bot.channels.telegram.receiving.polling import Polling
from bot.channels.telegram.receiving.updates import Updates
from bot.channels.telegram.sending.activity import Activity
from bot.channels.telegram.sending.files import Files
from bot.channels.telegram.sending.pace import Pace
from bot.channels.telegram.sending.sender import Sending
from bot.channels.telegram.sending.topics import Book, Topics
from bot.channels.telegram.settings import TelegramSettings
from bot.channels.telegram.staff_chat import StaffChat
from bot.channels.telegram.start import insist, look_at_staff_chat, until_stopped
from bot.channels.telegram.transport import Transport

_log = logging.getLogger(__name__)


class TokenRefused(Exception):
    """Telegram does not know the token: nothing can work."""


class Telegram:
    """One bot on Telegram."""

    name = CHANNEL
    abilities = Abilities(Way.PUSH, has_buttons=True, can_edit=True, sends_files=True)

    def __init__(
        self,
        settings: TelegramSettings,
        presence: Presence,
        clock: Clock,
        open_book: Callable[[str], Book],
        offer: Offer,
    ) -> None:
        """`open_book` returns what knows the topics of the group of an address, and what stands under what is sent
        there; `offer` answers inline queries."""
        api = settings.api_url.rstrip("/")
        self._settings = settings
        self._presence = presence
        self._clock = clock
        self._bot = Bot(
            settings.token,
            base_url=f"{api}/bot",
            base_file_url=f"{api}/file/bot",
            request=Transport(),
            get_updates_request=Transport(),
        )
        self._staff_chat = StaffChat(
            settings.staff_chat, settings.staff_ids, settings.other_chats, settings.press_chats
        )
        self._operator = Operator()
        self._refused = asyncio.Event()
        self._updates: Updates | None = None
        self.fetcher = Files(self._bot, self._refused.set)
        self._offer = offer
        pace = Pace(settings.per_second)
        self._activity = Activity(self._bot, pace)
        self.sender = Sending(
            self._bot,
            pace,
            self._activity,
            self._staff_chat,
            Topics(self._bot, open_book(str(settings.staff_chat or "")), pace),
            self._refused.set,
            others={each: Topics(self._bot, open_book(str(each)), pace) for each in self._staff_chat.others},
        )

    @asynccontextmanager
    async def open(self, ends: Ends, stop: asyncio.Event) -> AsyncIterator[None]:
        """Be known to Telegram while the block runs. Errors: TokenRefused."""
        try:
            await until_stopped(insist(self._bot.initialize, self._operator), stop)
            self._updates = Updates(
                self._bot,
                ends.receive,
                ends.receive_staff,
                self._staff_chat,
                self._clock,
                self._activity,
                self._offer,
                self._presence,
            )
            yield
            await self._updates.close()
        except InvalidToken:
            raise TokenRefused from None
        finally:
            await self._activity.close()
            await self._bot.shutdown()

    @property
    def routes(self) -> list[Route]:
        """What the web server is to serve for this channel, once it is open."""
        if self._settings.public_url is None or self._updates is None:
            return []
        return [webhook.route_of(self._updates, webhook.secret_of(self._settings.token))]

    async def run(self, stop: asyncio.Event) -> None:
        """Receive until `stop` is set. Errors: TokenRefused, also when it is withdrawn meanwhile."""
        refused = asyncio.create_task(self._refused.wait())
        receiving = asyncio.create_task(self._receive(stop))
        try:
            await asyncio.wait({receiving, refused}, return_when=asyncio.FIRST_COMPLETED)
            if not receiving.done():
                raise TokenRefused
            receiving.result()
        except InvalidToken:
            raise TokenRefused from None
        finally:
            refused.cancel()
            receiving.cancel()

    async def _receive(self, stop: asyncio.Event) -> None:
        assert self._updates is not None
        if not await until_stopped(self._begin(), stop):
            return
        _log.info("action=serving")
        if self._settings.public_url is None:
            await Polling(self._bot, self._updates, self._operator).run(stop)
        else:
            await stop.wait()

    async def _begin(self) -> None:
        """Present the bot, and tell Telegram how updates are fetched. Errors: InvalidToken."""
        await present(self._bot, self._presence, self._staff_chat.now, *self._staff_chat.others)
        if self._settings.public_url is None:
            await insist(self._bot.delete_webhook, self._operator)
        else:
            await insist(partial(self._set_webhook, self._settings.public_url), self._operator)
        if self._staff_chat.now is not None:
            await look_at_staff_chat(self._bot, self._staff_chat.now, self._operator)

    async def _set_webhook(self, public_url: str) -> object:
        return await self._bot.set_webhook(
            public_url.rstrip("/") + webhook.PATH,
            allowed_updates=ALLOWED_UPDATES,
            max_connections=webhook.CONNECTIONS,
            secret_token=webhook.secret_of(self._settings.token),
        )
