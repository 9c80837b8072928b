"""What a message encloses and is made or read only when it leaves: the outbox keeps its name, not its bytes."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.base.clock import Clock
from bot.conversation.privacy import own_data
from bot.conversation.talk.messages import ATTACHMENT, File
from bot.conversation.values.dossier import DatedEvent, Dossier
from bot.desk.desk import Desk
from bot.desk.paper.record_sheet import make_sheet
from bot.printing.own_data import print_own_sheet
from bot.printing.pdf import MEDIA_TYPE as PDF
from bot.printing.pdf import make_pdf
from bot.services.dossiers import read_dossiers
from bot.services.personal_data import read_own_data
from storage import attachments, dossiers
from storage.engine.database import Database, Transaction
from storage.engine.errors import WrongKey

_log = logging.getLogger(__name__)

#: What `Reply.enclosed` says: `sheet:K7R-M3W-X9A` is that dossier as the staff read it, `copy:…` as its town may.
SHEET, COPY = "sheet", "copy"


class Enclosures:
    """Opens what messages enclose."""

    def __init__(self, database: Database, desk: Desk, clock: Clock) -> None:
        self._database = database
        self._desk = desk
        self._clock = clock
        #: One at a time: what one person asks for must not take the whole machine.
        self._printing = asyncio.Semaphore(1)

    async def open(self, name: str) -> File | None:
        """Return the file; None if what it is made of is no more. Errors: DatabaseUnavailable."""
        kind, _, subject = name.partition(":")
        read = _KINDS.get(kind)
        if read is None:
            return None
        make = await self._database.run(read, self._desk, subject, self._clock())
        # Printing takes long: it keeps neither the loop nor the database waiting.
        if make is None:
            return None
        async with self._printing:
            try:
                return await asyncio.to_thread(make)
            except WrongKey:
                _log.error("action=enclosed_unreadable enclosed=%s", name)
                return None


def _read_sheet(transaction: Transaction, desk: Desk, reference: str, now: datetime) -> Callable[[], File] | None:
    found = desk.find(transaction, reference)
    return _print(reference, *found, desk, now) if found else None


def _read_copy(transaction: Transaction, desk: Desk, reference: str, now: datetime) -> Callable[[], File] | None:
    kept = dossiers.find(transaction, reference)
    read = read_dossiers(transaction, [kept], desk.library) if kept else []
    return _print(reference, read[0][1], None, desk, now) if read else None


def _read_attachment(transaction: Transaction, _: Desk, number: str, __: datetime) -> Callable[[], File] | None:
    found = attachments.read_sealed(transaction, int(number))
    if found is None:
        return None
    (kept, sealed), keys = found, transaction.keys
    return lambda: File(kept.name, kept.media_type, attachments.unseal(keys, sealed))


def _read_own_sheet(transaction: Transaction, desk: Desk, recipient: str, now: datetime) -> Callable[[], File] | None:
    return _of_person(transaction, desk, recipient, now, print_own_sheet)


def _read_own_data(transaction: Transaction, desk: Desk, recipient: str, now: datetime) -> Callable[[], File] | None:
    return _of_person(transaction, desk, recipient, now, own_data.data_file)


def _of_person(
    transaction: Transaction, desk: Desk, recipient: str, now: datetime, make: Callable[..., File]
) -> Callable[[], File] | None:
    read = read_own_data(transaction, int(recipient))
    return (lambda: make(read(), desk.library, now)) if read else None


def _print(
    reference: str, dossier: Dossier, history: Sequence[DatedEvent] | None, desk: Desk, now: datetime
) -> Callable[[], File]:
    sheet = make_sheet(dossier, history, desk, now)

    return lambda: File(f"dossier-{reference}.pdf", PDF, make_pdf(sheet))


_KINDS = {
    SHEET: _read_sheet,
    COPY: _read_copy,
    ATTACHMENT: _read_attachment,
    own_data.SHEET: _read_own_sheet,
    own_data.DATA: _read_own_data,
}
