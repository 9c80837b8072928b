"""What the staff wrote and the town never got: said in the group, once for each message, never passed over."""

from datetime import datetime, timedelta

from bot.conversation.messages import Reply
from bot.desk.desk import Desk
from bot.dossier_keeping import about_dossier, about_thread, tell_all_desks
from storage import outbox
from storage.database import Transaction

#: How far back is looked: what is older has been said.
LOOKED_BACK = timedelta(days=2)


def report_undelivered(desk: Desk, transaction: Transaction, now: datetime) -> None:
    """Tell the desks of each message of theirs that was refused or given up."""
    for start, about in (("dossier:", about_dossier), ("thread:", about_thread)):
        for lost in outbox.list_lost(transaction, start, now - LOOKED_BACK):
            if ":desk:" in lost.key or lost.key.endswith(":lost"):
                continue
            subject = lost.key.split(":")[1]
            blocked = "blocked" in (lost.reason or "") or "deactivated" in (lost.reason or "")
            text = desk.library.say("group_undelivered", now, blocked=blocked, text=lost.content["text"])
            key = f"{lost.key}:lost"
            if about is about_thread:
                desk.tell_of_thread(transaction, int(subject), Reply(text), key, now)
            else:
                tell_all_desks(transaction, desk.addresses, Reply(text), key, now, about(subject))
