"""Documents on their way from a page: encrypted pieces, as they come in, until they are kept as attachments."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from storage.engine.database import Transaction
from storage.engine.tables import table

_UPLOADS = table("uploads")

#: Bytes of a piece: what is in memory of an upload at once.
PIECE = 256 * 1024
#: How long a piece that nobody asked for is kept: the message it came with was never taken in.
KEPT_FOR = timedelta(days=1)


def add(transaction: Transaction, recipient_id: int, reference: str, rank: int, piece: bytes, now: datetime) -> None:
    """Keep a piece of the document that is called `reference` until it is here."""
    values = {"recipient_id": recipient_id, "reference": reference, "rank": rank, "content": piece, "received_at": now}
    transaction.connection.execute(insert(_UPLOADS), values)


def read(transaction: Transaction, reference: str) -> bytes | None:
    """Return the whole document; None if nothing of it is here."""
    wanted = select(_UPLOADS.c.content).where(_UPLOADS.c.reference == reference).order_by(_UPLOADS.c.rank)
    pieces = list(transaction.connection.execute(wanted).scalars())
    return b"".join(pieces) if pieces else None


def forget(transaction: Transaction, reference: str) -> None:
    """Erase the pieces of a document."""
    transaction.leave_no_trace()
    transaction.connection.execute(delete(_UPLOADS).where(_UPLOADS.c.reference == reference))


def forget_old(transaction: Transaction, now: datetime) -> None:
    """Erase what was never asked for."""
    gone = delete(_UPLOADS).where(_UPLOADS.c.received_at < now - KEPT_FOR).returning(_UPLOADS.c.id)
    if transaction.connection.execute(gone).first() is not None:
        transaction.leave_no_trace()
