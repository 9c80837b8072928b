"""What a message encloses and is made or read only when it leaves: the outbox keeps its name, not its bytes."""

import asyncio
import io
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.clock import Clock
from bot.conversation.dossier import DatedEvent, Dossier
from bot.conversation.messages import ATTACHMENT, File
from bot.desk.desk import Desk
from bot.desk.record_sheet import make_sheet
from bot.dossier_keeping import read_dossiers
from storage import attachments, dossiers
from storage.database import Database, Transaction

#: What `Reply.enclosed` says: `sheet:K7R-M3W-X9A` is that dossier as the staff read it, `copy:…` as its town may.
SHEET, COPY = "sheet", "copy"


class Enclosures:
    """Opens what messages enclose."""

    def __init__(self, database: Database, desk: Desk, clock: Clock) -> None:
        self._database = database
        self._desk = desk
        self._clock = clock

    async def open(self, name: str) -> File | None:
        """Return the file; None if what it is made of is no more. Errors: DatabaseUnavailable."""
        kind, _, subject = name.partition(":")
        read = _KINDS.get(kind)
        if read is None:
            return None
        make = await self._database.run(read, self._desk, subject, self._clock())
        # Printing takes long: it keeps neither the loop nor the database waiting.
        return await asyncio.to_thread(make) if make else None


def _read_sheet(transaction: Transaction, desk: Desk, reference: str, now: datetime) -> Callable[[], File] | None:
    found = desk.find(transaction, reference)
    return _print(reference, *found, desk, now) if found else None


def _read_copy(transaction: Transaction, desk: Desk, reference: str, now: datetime) -> Callable[[], File] | None:
    kept = dossiers.find(transaction, reference)
    read = read_dossiers(transaction, [kept]) if kept else []
    return _print(reference, read[0][1], None, desk, now) if read else None


def _read_attachment(transaction: Transaction, _: Desk, number: str, __: datetime) -> Callable[[], File] | None:
    found = attachments.read_sealed(transaction, int(number))
    if found is None:
        return None
    (kept, sealed), keys = found, transaction.keys
    return lambda: File(kept.name, kept.media_type, attachments.unseal(keys, sealed))


def _print(
    reference: str, dossier: Dossier, history: Sequence[DatedEvent] | None, desk: Desk, now: datetime
) -> Callable[[], File]:
    sheet = make_sheet(dossier, history, desk, now)

    def make() -> File:
        from bot.desk.pdf import write_pdf  # here: it takes long to load

        content = io.BytesIO()
        write_pdf(sheet, content)
        return File(f"dossier-{reference}.pdf", "application/pdf", content.getvalue())

    return make


_KINDS = {SHEET: _read_sheet, COPY: _read_copy, ATTACHMENT: _read_attachment}
