"""Documents between the staff and the towns: sent from the staff's group, and written out for an operator."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from bot.conversation.talk.messages import Attachment, File
from bot.conversation.values.member import Member
from bot.desk import thread_operations
from bot.desk.desk import Desk, Told
from bot.services.attachments import want
from storage import attachments
from storage.engine.database import Database, Transaction
from storage.engine.errors import WrongKey


def send(
    desk: Desk,
    transaction: Transaction,
    about: str,
    staff: Member,
    items: Sequence[Mapping[str, Any]],
    sender: tuple[str, int],
    now: datetime,
) -> Told | None:
    """Have documents fetched, then sent to the town of a dossier or the person of a thread. Return why not.

    `items`: as `bot.desk.drafts` keeps them; `sender`: the channel, and the group as a recipient.
    """
    names = ", ".join(each["name"] for each in items)
    thread = thread_operations.open_to_send(desk, transaction, about, staff, names, now)
    if isinstance(thread, Told):
        return thread
    for each in items:
        attachment = Attachment(*(each[name] for name in ("reference", "name", "media_type", "size", "album")))
        caption, key, source = each["caption"], each["key"], each["source"]
        want(transaction, attachment, caption, key, sender, now, thread_id=thread, staff=staff, source=source)
    return None


def read_out(database: Database, desk: Desk, reference: str) -> Iterator[File] | None:
    """Return the documents of a dossier that are here, one in memory at a time; None for a dossier never sent."""
    found = database.run_now(desk.find, reference)
    if found is None:
        return None
    numbers = [document.id for document in found[0].documents if document.is_here]
    return _read(database, numbers)


def _read(database: Database, numbers: list[int]) -> Iterator[File]:
    for number in numbers:
        read = database.run_now(attachments.read_sealed, number)
        if read is not None:  # not taken away meanwhile
            kept, sealed = read
            with suppress(WrongKey):  # counted, and told when the database is let go of
                yield File(kept.name, kept.media_type, attachments.unseal(database.keys, sealed))
