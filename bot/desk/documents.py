"""Documents between the staff and the towns: sent from the staff's group, and written out for an operator."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from bot.attachment_keeping import want
from bot.conversation.attachments import refusal
from bot.conversation.document_types import NotTaken, Taken, judge
from bot.conversation.messages import File, Reply, StaffMessage
from bot.desk import exchanges, orders
from bot.desk.desk import Desk, Told
from storage import attachments
from storage.database import Database, Transaction
from storage.errors import WrongKey


def send(
    desk: Desk, transaction: Transaction, message: StaffMessage, group: int, about: str | None, now: datetime
) -> Reply | None:
    """Have documents that answer a message about a dossier or an exchange fetched, then sent to the town.

    None: there is nothing to say yet, or they are the staff's among themselves.
    """
    if about is None:
        return None
    judged = [judge(attachment) for attachment in message.attachments]
    refused = [refusal(desk.library, each.name, each.why, now) for each in judged if isinstance(each, NotTaken)]
    if message.text.startswith("/"):  # a note, or a command: neither takes a document
        return Reply(desk.library.say("group_document_alone", now), about=about)
    if refused:
        return Reply("\n\n".join(refused), about=about)
    names = ", ".join(each.attachment.name for each in judged if isinstance(each, Taken))
    thread = exchanges.open_to_send(desk, transaction, about, message.author, names, now)
    if isinstance(thread, Told):
        return orders.reply_to(desk, thread, about, now)
    for rank, each in enumerate(judged):
        if isinstance(each, Taken):
            key, sender = f"{message.channel}:{message.update}:{rank}", (message.channel, group)
            text = message.text.strip()
            want(transaction, each.attachment, text, key, sender, now, thread_id=thread, staff=message.author)
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
