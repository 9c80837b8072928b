"""What will never leave is said: what the staff wrote and a town never got, in the group; the rest where it was due."""

from datetime import datetime, timedelta
from json import loads

from bot.conversation.talk.messages import Reply
from bot.conversation.values.about import DOSSIER, THREAD, About
from bot.desk.desk import Desk
from bot.services.source import DeskAddress
from bot.services.telling import tell_all_desks
from bot.transport.outbox_keys import is_of_desk, is_of_loss, is_of_withdrawal, of_loss
from storage import outbox
from storage.engine.database import Transaction
from storage.outbox import Claimed, Lost

#: How far back is looked: what is older has been said.
LOOKED_BACK = timedelta(days=2)


def report_undelivered(desk: Desk, transaction: Transaction, now: datetime) -> None:
    """Tell the desks of each message of theirs that was refused or given up."""
    for kind in (DOSSIER, THREAD):
        for lost in outbox.list_lost(transaction, f"{kind}:", now - LOOKED_BACK):
            if not is_of_desk(lost.key) and not is_of_loss(lost.key):
                _report(desk, transaction, lost, now)


def _report(desk: Desk, transaction: Transaction, lost: Lost, now: datetime) -> None:
    about, say, key = About.of_key(lost.key), desk.library.say, of_loss(lost.key)
    text = lost.content["text"] if lost.content else say("data_unreadable", now)
    text = say("group_undelivered", now, blocked=lost.is_blocked, text=text)
    if is_of_withdrawal(lost.key):  # what was to be taken back could not be
        text = say("group_not_retracted", now, kind=about.kind)
    if about.thread is not None:
        desk.tell_of_thread(transaction, about.thread, Reply(text), key, now)
    else:
        tell_all_desks(transaction, desk.addresses, Reply(text), key, now, about)


def replace_lost(desk: Desk, row: Claimed, now: datetime) -> Reply:
    """Return what the recipient of a message that will never leave is told in its place, with what they can do."""
    is_desk = DeskAddress(row.channel, row.address or "") in (*desk.addresses, *desk.press_addresses)
    if not is_desk:
        return Reply(desk.library.say("lost", now))
    try:
        about: str | None = loads(row.content or "{}").get("about")
    except (ValueError, AttributeError):
        about = None
    return Reply(desk.library.say("group_lost", now, see=About(about).name if about else None), about=about)
