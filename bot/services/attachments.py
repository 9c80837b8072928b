"""Between the turn and the storage: the documents that a dossier has, and how those that are sent are noted."""

from collections.abc import Sequence
from datetime import datetime

from bot.conversation.talk.effects import EraseDocument, FetchAttachment
from bot.conversation.talk.messages import Attachment
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.member import Member
from bot.conversation.values.sheet import Document
from bot.services.source import Source
from storage import attachments, dossiers
from storage.attachments import KeptAttachment, Wanted
from storage.dossiers import KeptDossier
from storage.engine.database import Transaction


def read_documents(transaction: Transaction, kept: Sequence[KeptDossier]) -> dict[int, tuple[Document, ...]]:
    """Return the documents of each dossier, by its id: those here and those on their way."""
    found = attachments.list_of_dossiers(transaction, [each.id for each in kept])
    return {dossier_id: tuple(map(as_document, rows)) for dossier_id, rows in found.items()}


def with_documents(transaction: Transaction, kept: KeptDossier, dossier: Dossier) -> Dossier:
    return dossier.model_copy(update={"documents": read_documents(transaction, [kept])[kept.id]})


def as_document(row: KeptAttachment) -> Document:
    return Document(
        id=row.id, name=row.name, size=row.size, caption=row.caption, sent_at=row.created_at, is_here=row.is_here
    )


def want(
    transaction: Transaction,
    attachment: Attachment,
    caption: str,
    key: str,
    sender: tuple[str, int],
    now: datetime,
    *,
    dossier_id: int | None = None,
    thread_id: int | None = None,
    staff: Member | None = None,
    source: str | None = None,
) -> None:
    """Note a document that is to be fetched; `sender`: the channel and the recipient."""
    channel, recipient_id = sender
    wanted = Wanted(
        key=key,
        recipient_id=recipient_id,
        channel=channel,
        reference=attachment.reference,
        name=attachment.name,
        media_type=attachment.media_type,
        size=attachment.size,
        caption=caption,
        album=attachment.album,
        dossier_id=dossier_id,
        thread_id=thread_id,
        staff=staff.name if staff else None,
        staff_id=staff.id if staff else None,
        source=source,
    )
    attachments.want(transaction, wanted, now)


def fetch_attachment(transaction: Transaction, effect: FetchAttachment, source: Source) -> None:
    kept = dossiers.lock(transaction, effect.reference) if effect.reference else None
    if kept is None and effect.thread is None:
        return  # erased in this very turn
    sender = (source.channel, source.recipient_id)
    dossier_id = kept.id if kept else None
    attachment, caption = effect.attachment, effect.caption
    want(
        transaction, attachment, caption, source.key, sender, source.now, dossier_id=dossier_id, thread_id=effect.thread
    )


def erase_document(transaction: Transaction, effect: EraseDocument, _: Source) -> None:
    attachments.erase(transaction, effect.document)
