"""A member of the staff changed a message in their group: what the town was sent of it changes too, where it lies."""

from dataclasses import replace
from datetime import datetime

from bot.conversation.talk.messages import Reply, StaffMessage
from bot.conversation.values.about import About
from bot.conversation.values.dossier import Event, EventKind
from bot.desk.desk import Desk, Told
from bot.desk.group.command import read_command
from bot.desk.group.post import Post
from bot.desk.group.written import Kind, holds_mark, read_written
from bot.desk.verbs import Verb
from bot.services.dossiers import read_dossier, write_event
from bot.services.telling import tell
from bot.transport.outbox_keys import of_correction
from storage import dossiers, outbox, threads
from storage.engine.database import Transaction
from storage.engine.encryption import is_unreadable
from storage.engine.tables import OutboxStatus
from storage.outbox import Kept
from storage.threads import SentMessage


def correct(desk: Desk, transaction: Transaction, post: Post) -> Told | None:
    """Give the town the changed text. None: nothing was sent of this message, and nothing is now."""
    now, source = post.now, post.source
    sent = threads.find_by_source(transaction, source) if source else None
    if sent is None:
        return None
    kind = About.of_key(sent.outbox_key).kind
    words = _words_to_town(post.message.text, post.about, sent)
    if words == sent.text:
        return Told(True, "")  # Telegram also tells of changes that nobody sees
    if not words:
        return Told(False, desk.library.say("group_edit_left", now, kind=kind))
    message = replace(post.message, text=words)
    worded = _keep(desk, transaction, message, sent, now)
    labelled = desk.library.say("staff_corrected", now, whole=worded)
    outcomes = [
        _correct_copy(transaction, row, worded, labelled, message.update, now)
        for row in _list_copies(transaction, sent.outbox_key)
    ]
    return Told(any(outcomes), desk.library.say("group_edited", now, is_received=any(outcomes), kind=kind))


def _words_to_town(text: str, about: str | None, sent: SentMessage) -> str | None:
    """Return what of the changed text is for the town: never the command before it, nor what is no answer to it."""
    written = read_written(text)
    if written.is_note:
        return None
    if written.kind is Kind.WORDS:
        return written.text if written.text == sent.text or not holds_mark(text) else None
    command = read_command(text, is_placed=about is not None)
    is_for_another = command.named is not None and not sent.outbox_key.startswith(f"{command.named}:")
    # The one command whose words go to the town as they are.
    is_answer = command.verb == Verb.ANSWER and not is_for_another and not holds_mark(command.words)
    return command.words if is_answer else None


def _keep(desk: Desk, transaction: Transaction, message: StaffMessage, sent: SentMessage, now: datetime) -> str:
    """Write the change down, and return the whole text that the town is to read."""
    threads.rewrite(transaction, sent.id, message.text)
    about = About.of_key(sent.outbox_key)
    words = {"staff": message.author.name, "text": message.text}
    kept = dossiers.lock(transaction, about.reference) if about.reference is not None else None
    dossier = read_dossier(kept, desk.library) if kept else None
    if kept is None or dossier is None:
        return desk.library.say("staff_dialogue_message", now, **words)
    author = message.author
    event = Event(EventKind.MESSAGE, old=sent.text, new=message.text, staff=author.name, staff_id=author.id)
    dossiers.add_events(transaction, kept.id, [write_event(event)], None, now)
    return desk.library.say("staff_message", now, reference=kept.reference, name=desk.name_of(dossier), **words)


def _list_copies(transaction: Transaction, outbox_key: str) -> list[Kept]:
    """Return what was sent, but to those who can no longer reach the dossier that it is about."""
    about = About.of_key(outbox_key)
    copies = outbox.list_by_key(transaction, outbox_key)
    if about.reference is None:
        return list(copies)
    kept = dossiers.find(transaction, about.reference)
    members = {member.recipient_id for member in dossiers.list_members(transaction, kept.id)} if kept else set()
    return [row for row in copies if row.recipient_id in members]


def _correct_copy(transaction: Transaction, row: Kept, worded: str, labelled: str, update: str, now: datetime) -> bool:
    """Correct what one person was sent. Return False if that person never got it."""
    if row.status in (OutboxStatus.REFUSED, OutboxStatus.ABANDONED):
        return False
    is_readable = not is_unreadable(row.content)
    if (
        is_readable
        and row.status is OutboxStatus.PENDING
        and outbox.rewrite(transaction, row.id, {**row.content, "text": worded})
    ):
        return True
    # One that a courier has in hand leaves as it was: the correction follows, as a message of its own.
    sent = Reply.from_json(row.content) if is_readable else Reply("")
    reply = replace(sent, text=labelled, edits=row.external_id)
    # Begun as all that is about it, but nothing that `list_by_key` takes for one more copy of the message.
    key = of_correction(row.key, row.id, update)
    tell(transaction, row.channel, row.recipient_id, reply, key, now)
    return True
