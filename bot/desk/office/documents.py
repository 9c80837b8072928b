"""A document of a dossier or a thread, for who may open that; each is written down."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.values.about import about_dossier, about_thread
from bot.desk.office.acting import NotAllowed, look
from bot.desk.office.entry import Signed
from storage import attachments, dossiers
from storage.engine.database import Transaction

#: Above what can be a number, in every database.
_MOST = 2**53


@dataclass(frozen=True, slots=True)
class Document:
    name: str
    media_type: str
    #: Returns the bytes. It takes long: not to be called in a transaction. Errors: WrongKey.
    open: Callable[[], bytes]


def read_document(transaction: Transaction, signed: Signed, number: int, now: datetime) -> Document:
    """Return a document that is here. Errors: NotAllowed."""
    found = attachments.read_sealed(transaction, number) if number < _MOST else None
    if found is None:
        raise NotAllowed
    kept, sealed = found
    if kept.dossier_id is not None:
        dossier = dossiers.find_by_id(transaction, kept.dossier_id)
        about = about_dossier(dossier.reference) if dossier is not None else None
    else:
        about = about_thread(kept.thread_id) if kept.thread_id is not None else None
    if about is None:
        raise NotAllowed
    look(transaction, signed, about, now, f"document:{number}")
    keys = transaction.keys
    return Document(kept.name, kept.media_type, lambda: attachments.unseal(keys, sealed))
