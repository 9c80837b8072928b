"""What will never leave is said: what the staff wrote and a town never got, in the group; the rest where it was due."""

from datetime import datetime, timedelta
from json import loads

from bot.conversation.talk.messages import Reply
from bot.conversation.values.about import about_dossier, about_thread
from bot.desk.desk import Desk
from bot.desk.withdrawal import WITHDRAWN
from bot.services.source import DeskAddress
from bot.services.telling import tell_all_desks
from storage import outbox
from storage.engine.database import Transaction
from storage.outbox import Claimed

#: How far back is looked: what is older has been said.
LOOKED_BACK = timedelta(days=2)


def report_undelivered(desk: Desk, transaction: Transaction, now: datetime) -> None:
    """Tell the desks of each message of theirs that was refused or given up."""
    for start, about in (("dossier:", about_dossier), ("thread:", about_thread)):
        for lost in outbox.list_lost(transaction, start, now - LOOKED_BACK):
            if ":desk:" in lost.key or lost.key.endswith(":lost"):
                continue
            is_kept = WITHDRAWN in lost.key  # what was to be taken back could not be
            subject = lost.key.split(":")[1]
            text = lost.content["text"] if lost.content else desk.library.say("data_unreadable", now)
            text = desk.library.say("group_undelivered", now, blocked=lost.is_blocked, text=text)
            text = desk.library.say("group_not_retracted", now, kind=start.rstrip(":")) if is_kept else text
            key = f"{lost.key}:lost"
            if about is about_thread:
                desk.tell_of_thread(transaction, int(subject), Reply(text), key, now)
            else:
                tell_all_desks(transaction, desk.addresses, Reply(text), key, now, about(subject))


def replace_lost(desk: Desk, row: Claimed, now: datetime) -> Reply:
    """Return what the recipient of a message that will never leave is told in its place, with what they can do."""
    is_desk = DeskAddress(row.channel, row.address or "") in (*desk.addresses, *desk.press_addresses)
    if not is_desk:
        return Reply(desk.library.say("lost", now))
    try:
        about: str | None = loads(row.content or "{}").get("about")
    except (ValueError, AttributeError):
        about = None
    return Reply(desk.library.say("group_lost", now, see=about.partition(":")[2] if about else None), about=about)
