"""Documents that come with a form: passed on in pieces, never whole in memory, and given to who fetches them."""

import secrets
from contextlib import suppress
from dataclasses import dataclass

from starlette.datastructures import UploadFile

from bot.conversation.talk.messages import Attachment
from bot.documents.fetching import Fetched
from bot.services.pages import Pages
from bot.transport.delivery import Refused, Retry
from storage.engine.errors import DatabaseUnavailable
from storage.pages import Page
from storage.uploads import PIECE

#: For a document whose kind the browser does not know.
_UNKNOWN = "application/octet-stream"


async def keep(pages: Pages, page: Page, file: UploadFile, album: str | None) -> Attachment:
    """Keep a document until it is fetched, and return how it is called. Errors: DatabaseUnavailable."""
    reference, rank, size = secrets.token_hex(16), 0, 0
    while piece := await file.read(PIECE):
        await pages.keep_piece(page, reference, rank, piece)
        rank, size = rank + 1, size + len(piece)
    if not size:
        await pages.keep_piece(page, reference, 0, b"")
    return Attachment(reference, file.filename or "", file.content_type or _UNKNOWN, size, album)


@dataclass(frozen=True, slots=True)
class Uploads:
    """The fetcher of the page: what was sent is already here."""

    pages: Pages

    async def fetch(self, reference: str) -> Fetched | Retry | Refused:
        content = await self.pages.read_upload(reference)
        return Refused("gone") if content is None else Fetched(content)

    async def let_go(self, reference: str) -> None:
        with suppress(DatabaseUnavailable):  # a sweep does it, a day later
            await self.pages.forget_upload(reference)
