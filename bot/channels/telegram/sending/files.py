"""A document of Telegram's, by its id -> its bytes, and what a refusal of Telegram's means."""

from collections.abc import Callable
from http import HTTPStatus

from telegram import Bot, File
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.transport import asked_wait
from bot.conversation.talk.document_types import LIMIT, Objection
from bot.documents.fetching import Fetched
from bot.transport.delivery import Refused, Retry

#: What a BadRequest says of a document beyond what a bot may fetch, and of an id that is none of this bot's.
_TOO_LARGE, _UNKNOWN = "too big", ("invalid file_id", "wrong file identifier", "wrong remote file identifier")


class Files:
    """The fetcher for Telegram."""

    def __init__(self, bot: Bot, token_refused: Callable[[], None]) -> None:
        self._bot = bot
        self._token_refused = token_refused

    async def fetch(self, reference: str) -> Fetched | Retry | Refused:
        """Return the bytes. The address of a document is asked for each time: it holds for an hour only."""
        try:
            file = await self._bot.get_file(reference)
        except InvalidToken:
            self._token_refused()
            return Retry("token refused")
        except TelegramError as error:
            return _outcome(error)
        if file.file_size is not None and file.file_size > LIMIT:  # from a server of one's own, which has no limit
            return Refused(Objection.TOO_LARGE)
        try:
            return await self._download(file)
        except TelegramError as error:
            return Retry(type(error).__name__)  # whatever it is: Telegram has just said that it is there

    async def let_go(self, reference: str) -> None:
        """Nothing to do: Telegram keeps it."""

    async def _download(self, file: File) -> Fetched | Retry:
        if not (file.file_path or "").startswith(("http://", "https://")):
            return Fetched(bytes(await file.download_as_bytearray()))  # a server of one's own gives a path on its disk
        # Not the library's way: it reads the page of an outage as JSON, and writes it into the log.
        status, content = await self._bot.request.do_request(str(file.file_path), "GET")
        return Fetched(content) if status == HTTPStatus.OK else Retry(f"status {status}")


def _outcome(error: TelegramError) -> Retry | Refused:
    match error:
        case RetryAfter():
            return Retry("429", asked_wait(error))
        case BadRequest() if _TOO_LARGE in error.message.lower():
            return Refused(Objection.TOO_LARGE)
        case BadRequest() if any(said in error.message.lower() for said in _UNKNOWN):
            return Refused(error.message)
        case Forbidden():
            return Refused(error.message)
        case _:  # « wrong file_id or the file is temporarily unavailable » among them
            return Retry(type(error).__name__)
