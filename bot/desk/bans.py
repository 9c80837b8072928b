"""Whom the staff let write no more, and again: the person is told each time, whatever the staff want to hear."""

from datetime import datetime

from bot.conversation.messages import Reply
from bot.desk.desk import Desk, Told
from bot.desk.subjects import DOSSIER
from bot.dossier_keeping import tell_person
from storage import dossiers, recipients, threads
from storage.database import Transaction


def ban(desk: Desk, transaction: Transaction, about: str, now: datetime) -> Told:
    """Let the person of a dossier or an exchange write no more."""
    return _change(desk, transaction, about, now, is_banned=True)


def lift_ban(desk: Desk, transaction: Transaction, about: str, now: datetime) -> Told:
    return _change(desk, transaction, about, now, is_banned=False)


def _change(desk: Desk, transaction: Transaction, about: str, now: datetime, *, is_banned: bool) -> Told:
    say = desk.library.say
    found = _person_of(transaction, about)
    if found is None:
        return Told(False, say("desk_nobody", now))
    channel, recipient_id = found
    if is_banned:
        recipients.ban(transaction, recipient_id, now)
    else:
        recipients.lift_ban(transaction, recipient_id)
    told = Reply(say("staff_banned" if is_banned else "staff_unbanned", now))
    key = f"ban:{recipient_id}:{now.isoformat()}:{is_banned}"
    tell_person(transaction, channel, recipient_id, told, key, now)
    return Told(True, say("group_banned" if is_banned else "group_unbanned", now))


def _person_of(transaction: Transaction, about: str) -> tuple[str, int] | None:
    """Return (channel, recipient) of who is at the other end: of a dossier, its owner."""
    kind, _, subject = about.partition(":")
    if kind == DOSSIER:
        kept = dossiers.find(transaction, subject)
        owner = next(iter(dossiers.list_members(transaction, kept.id)), None) if kept else None
        return (owner.channel, owner.recipient_id) if owner else None
    thread = threads.find(transaction, int(subject)) if subject.isdecimal() else None
    return (thread.channel, thread.recipient_id) if thread else None
