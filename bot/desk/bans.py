"""Whom the staff let write no more, and again: the person is told each time, whatever the staff want to hear."""

from datetime import datetime

from bot.conversation.talk.messages import Reply
from bot.conversation.values.about import About, about_dossier, about_thread
from bot.desk.desk import Desk, Told
from bot.services.telling import tell_person
from storage import backlog, dossiers, personal_data, recipients, threads
from storage.engine.database import Transaction


def ban(desk: Desk, transaction: Transaction, about: str, now: datetime) -> Told:
    """Let the person of a dossier or a thread write no more."""
    return _change(desk, transaction, about, now, is_banned=True)


def lift_ban(desk: Desk, transaction: Transaction, about: str, now: datetime) -> Told:
    return _change(desk, transaction, about, now, is_banned=False)


def _change(desk: Desk, transaction: Transaction, about: str, now: datetime, *, is_banned: bool) -> Told:
    say = desk.library.say
    found = _person_of(transaction, about)
    if found is None:
        return Told(False, say("desk_nobody", now))
    channel, recipient_id = found
    withdrawn = 0
    if is_banned:
        recipients.ban(transaction, recipient_id, now)
        withdrawn = _withdraw(desk, transaction, recipient_id, now)
    else:
        recipients.lift_ban(transaction, recipient_id)
    told = Reply(say("staff_banned" if is_banned else "staff_unbanned", now))
    key = f"ban:{recipient_id}:{now.isoformat()}:{is_banned}"
    tell_person(transaction, channel, recipient_id, told, key, now)
    return Told(True, say("group_banned", now, withdrawn=withdrawn) if is_banned else say("group_unbanned", now))


def _withdraw(desk: Desk, transaction: Transaction, recipient_id: int, now: datetime) -> int:
    """Let nothing more arrive at the desks of what someone wrote; return how many messages still waited."""
    own = dossiers.list_of_recipients(transaction, [recipient_id])[recipient_id]
    abouts = [about_thread(each) for each in personal_data.list_threads(transaction, recipient_id)]
    abouts += [about_dossier(each.reference) for each in own if each.is_owner]
    addresses = dict.fromkeys((*desk.addresses, *desk.press_addresses))
    found = [recipients.find(transaction, each.channel, each.address) for each in addresses]
    groups = [each for each in found if each is not None]
    return backlog.withdraw_about(transaction, groups, abouts, "banned", now)


def _person_of(transaction: Transaction, about: str) -> tuple[str, int] | None:
    """Return (channel, recipient) of who is at the other end: of a dossier, its owner."""
    named = About(about)
    if named.reference is not None:
        kept = dossiers.find(transaction, named.reference)
        owner = next(iter(dossiers.list_members(transaction, kept.id)), None) if kept else None
        return (owner.channel, owner.recipient_id) if owner else None
    thread = threads.find(transaction, named.thread) if named.thread is not None else None
    return (thread.channel, thread.recipient_id) if thread else None
