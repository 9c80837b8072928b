"""The members of the staff, each one person, and by which accounts they are recognised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, insert, or_, select, update

from storage import recipients
from storage.engine.database import Transaction
from storage.engine.tables import insert_new, table

_MEMBERS = table("staff_members")
_IDENTITIES = table("staff_identities")
_RECIPIENTS = table("recipients")
_ACCESSES = table("staff_accesses")


@dataclass(frozen=True, slots=True)
class KeptMember:
    id: int
    name: str
    #: What the channel calls them beside their name, "@marie"; None: nothing.
    username: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody as a channel tells of them."""

    channel: str
    address: str
    name: str
    username: str | None = None


def recognise(transaction: Transaction, account: Account, now: datetime) -> KeptMember:
    """Return the member who writes from this account, by the name they bear now; made if they are new.

    Who is known by a name alone, from the command line or from before accounts were kept, is recognised by that name
    the first time that somebody writes from an account of that name, if only one member is known so.
    """
    recipient = recipients.register(transaction, account.channel, account.address, now)
    found = _of_account(transaction, recipient)
    if found is None:
        unclaimed = [each for each in list_unclaimed(transaction) if each.name == account.name]
        member_id = unclaimed[0].id if len(unclaimed) == 1 else add(transaction, account.name, now).id
        link = {"recipient_id": recipient, "member_id": member_id, "linked_at": now}
        transaction.connection.execute(insert_new("staff_identities", transaction.dialect), link)
        found = _of_account(transaction, recipient)  # another process may have been faster
        assert found is not None
    # Who enters the desk is called there as who let them in has said.
    enters = select(exists().where(_ACCESSES.c.member_id == found.id))
    name = found.name if transaction.connection.execute(enters).scalar() else account.name
    if (found.name, found.username) != (name, account.username):
        values = {"name": name, "username": account.username}
        transaction.connection.execute(update(_MEMBERS).where(_MEMBERS.c.id == found.id).values(values))
    return KeptMember(found.id, name, account.username)


def join(transaction: Transaction, gone: int, stays: int) -> None:
    """Let two members be one: the accounts of the first, what it holds and what it wrote are the second's."""
    execute = transaction.connection.execute
    for kept, column in (
        (_IDENTITIES, "member_id"),
        (table("threads"), "holder_id"),
        (table("thread_messages"), "staff_id"),
        (table("attachments"), "staff_id"),
    ):
        execute(update(kept).where(kept.c[column] == gone).values({column: stays}))
    threads = table("threads")
    for thread_id in execute(select(threads.c.id).where(threads.c.holder_id == stays)).scalars().all():
        transaction.changes_thread(thread_id)
    execute(delete(_MEMBERS).where(_MEMBERS.c.id == gone))


def find_by_account(transaction: Transaction, channel: str, address: str) -> KeptMember | None:
    recipient = recipients.find(transaction, channel, address)
    return _of_account(transaction, recipient) if recipient is not None else None


def find(transaction: Transaction, member_id: int) -> KeptMember | None:
    wanted = select(_MEMBERS.c.id, _MEMBERS.c.name, _MEMBERS.c.username).where(_MEMBERS.c.id == member_id)
    row = transaction.connection.execute(wanted).first()
    return KeptMember(*row) if row else None


def add(transaction: Transaction, name: str, now: datetime) -> KeptMember:
    """Make a member who is known by name alone."""
    made = insert(_MEMBERS).values(name=name, created_at=now).returning(_MEMBERS.c.id)
    return KeptMember(int(transaction.connection.execute(made).scalar_one()), name, None)


def list_all(transaction: Transaction) -> Sequence[KeptMember]:
    """Return every member, those known first before the others."""
    wanted = select(_MEMBERS.c.id, _MEMBERS.c.name, _MEMBERS.c.username).order_by(_MEMBERS.c.id)
    return [KeptMember(*row) for row in transaction.connection.execute(wanted)]


def list_unclaimed(transaction: Transaction) -> Sequence[KeptMember]:
    """Return the members who are known by name alone: who enters the desk is known by more than that."""
    claimed = or_(*(exists().where(kept.c.member_id == _MEMBERS.c.id) for kept in (_IDENTITIES, _ACCESSES)))
    wanted = select(_MEMBERS.c.id, _MEMBERS.c.name, _MEMBERS.c.username).where(~claimed).order_by(_MEMBERS.c.id)
    return [KeptMember(*row) for row in transaction.connection.execute(wanted)]


def address_of(transaction: Transaction, member_id: int, channel: str) -> str | None:
    """Return by which account a channel reaches the member; None if it does not."""
    wanted = (
        select(_RECIPIENTS.c.address)
        .join(_IDENTITIES, _IDENTITIES.c.recipient_id == _RECIPIENTS.c.id)
        .where(_IDENTITIES.c.member_id == member_id, _RECIPIENTS.c.channel == channel)
        .order_by(_IDENTITIES.c.recipient_id.desc())
    )
    found: str | None = transaction.connection.execute(wanted.limit(1)).scalar()
    return found


def _of_account(transaction: Transaction, recipient_id: int) -> KeptMember | None:
    wanted = (
        select(_MEMBERS.c.id, _MEMBERS.c.name, _MEMBERS.c.username)
        .join(_IDENTITIES, _IDENTITIES.c.member_id == _MEMBERS.c.id)
        .where(_IDENTITIES.c.recipient_id == recipient_id)
    )
    row = transaction.connection.execute(wanted).first()
    return KeptMember(*row) if row else None
