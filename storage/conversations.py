"""The state of each conversation, its row locked while it is worked on. What the state means is not known here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Text, bindparam, delete, select, type_coerce, update

from storage import recipients
from storage.engine.batches import batches
from storage.engine.database import Transaction
from storage.engine.errors import WrongKey
from storage.engine.tables import insert_new, table

_RECIPIENTS = table("recipients")
_CONVERSATIONS = table("conversations")

# The state is read as it lies and decrypted below, so that one that cannot be is not an error of the whole read.
# The lock is the one that foreign keys to the row do not wait for; SQLite, which has one writer, has no such clause.
_LOAD = (
    select(
        _RECIPIENTS.c.id,
        _RECIPIENTS.c.blocked_at,
        _RECIPIENTS.c.banned_at,
        type_coerce(_CONVERSATIONS.c.state, Text).label("token"),
    )
    .join(_CONVERSATIONS, _CONVERSATIONS.c.recipient_id == _RECIPIENTS.c.id)
    .where(_RECIPIENTS.c.channel == bindparam("of_channel"), _RECIPIENTS.c.address_hash == bindparam("hash"))
    .with_for_update(of=_CONVERSATIONS, key_share=True)
)
_LOAD_ALL_OF = (
    select(_CONVERSATIONS.c.recipient_id, type_coerce(_CONVERSATIONS.c.state, Text).label("token"))
    .where(_CONVERSATIONS.c.recipient_id.in_(bindparam("recipients", expanding=True)))
    .order_by(_CONVERSATIONS.c.recipient_id)  # always in this order, or two who lock several could wait for each other
    .with_for_update(key_share=True)
)
_SAVE = (
    update(_CONVERSATIONS)
    .where(_CONVERSATIONS.c.recipient_id == bindparam("recipient"))
    .values(state=bindparam("new_state"), updated_at=bindparam("now"))
)
_SAVE_TURN = _SAVE.values(active_at=bindparam("now"), refused_at=bindparam("refused"))
#: When a new conversation is first looked at to see how long it has to be kept: the sweep then says when next.
FIRST_LOOK = timedelta(days=28)
_SET_ASIDE = (
    update(_CONVERSATIONS)
    .where(_CONVERSATIONS.c.recipient_id == bindparam("recipient"))
    .values(unreadable_state=type_coerce(_CONVERSATIONS.c.state, Text))
)


@dataclass(frozen=True, slots=True)
class LockedConversation:
    """A conversation whose row is ours until the end of the transaction."""

    recipient_id: int
    #: The state as it was saved; empty for a new conversation; None if no key opens it.
    state: str | None
    #: The staff do not let this person write any more.
    is_banned: bool = False


def lock(transaction: Transaction, channel: str, sender: str, now: datetime) -> LockedConversation:
    """Load the conversation of `sender`, made if it is new, and keep others out of it until the transaction ends."""
    sought = {"of_channel": channel, "hash": transaction.hash_address(channel, sender)}
    row = transaction.connection.execute(_LOAD, sought).first()
    if row is None:
        recipient_id = recipients.register(transaction, channel, sender, now)
        transaction.connection.execute(
            insert_new("conversations", transaction.dialect),
            {
                "recipient_id": recipient_id,
                "state": "",
                "updated_at": now,
                "active_at": now,
                "review_at": now + FIRST_LOOK,
            },
        )
        row = transaction.connection.execute(_LOAD, sought).one()
        if row.banned_at is not None:
            recipients.remember(transaction, row.id, sender)
    if row.blocked_at is not None:
        recipients.mark_reachable(transaction, row.id)
    return LockedConversation(row.id, _opened(transaction, row.token), is_banned=row.banned_at is not None)


def read(transaction: Transaction, recipient_id: int) -> str | None:
    """Return the state of someone's conversation as it was last saved; None: there is none, or no key opens it."""
    return read_all(transaction, [recipient_id]).get(recipient_id)


def read_all(transaction: Transaction, recipient_ids: Sequence[int]) -> dict[int, str]:
    """`read`, for several: of whom there is none that a key opens is missing."""
    columns = (_CONVERSATIONS.c.recipient_id, type_coerce(_CONVERSATIONS.c.state, Text))
    found: dict[int, str | None] = {}
    for some in batches(recipient_ids):
        rows = transaction.connection.execute(select(*columns).where(_CONVERSATIONS.c.recipient_id.in_(some)))
        found |= {recipient: _opened(transaction, token) for recipient, token in rows}
    return {recipient: state for recipient, state in found.items() if state is not None}


def lock_all_of(transaction: Transaction, recipient_ids: Sequence[int]) -> Sequence[LockedConversation]:
    """Load the conversations of recipients, as `lock` does; those who never wrote are left out."""
    if not recipient_ids:
        return []
    rows = transaction.connection.execute(_LOAD_ALL_OF, {"recipients": recipient_ids})
    return [LockedConversation(row.recipient_id, _opened(transaction, row.token)) for row in rows]


def save_all(transaction: Transaction, states: Mapping[int, str], now: datetime) -> None:
    """Save the states of several recipients."""
    rows = [{"recipient": recipient, "new_state": state, "now": now} for recipient, state in states.items()]
    if rows:
        transaction.connection.execute(_SAVE, rows)


def _opened(transaction: Transaction, token: str) -> str | None:
    try:
        return transaction.keys.decrypt_text(token)
    except WrongKey:
        return None


def save(
    transaction: Transaction, recipient_id: int, state: str, now: datetime, refused_at: datetime | None = None
) -> None:
    """Save the state that comes of what the person has just written; `refused_at`: see `tables.Conversation`."""
    saved = {"recipient": recipient_id, "new_state": state, "now": now, "refused": refused_at}
    transaction.connection.execute(_SAVE_TURN, saved)


def list_refused(transaction: Transaction, until: datetime, at_most: int) -> Mapping[int, str]:
    """Return to whom is to be told what of theirs was left unread, last before `until`: recipient -> channel."""
    wanted = (
        select(_CONVERSATIONS.c.recipient_id, _RECIPIENTS.c.channel)
        .join(_RECIPIENTS, _RECIPIENTS.c.id == _CONVERSATIONS.c.recipient_id)
        .where(_CONVERSATIONS.c.refused_at <= until)
        .order_by(_CONVERSATIONS.c.refused_at)
        .limit(at_most)
    )
    return {row.recipient_id: row.channel for row in transaction.connection.execute(wanted)}


def settle_refused(transaction: Transaction, recipient_ids: Sequence[int]) -> None:
    """Note that they were told."""
    told = update(_CONVERSATIONS).where(_CONVERSATIONS.c.recipient_id.in_(recipient_ids)).values(refused_at=None)
    transaction.connection.execute(told)


def forget(transaction: Transaction, recipient_id: int) -> None:
    """Forget a conversation that has not begun, and whose it was if nothing else is kept of them."""
    transaction.connection.execute(delete(_CONVERSATIONS).where(_CONVERSATIONS.c.recipient_id == recipient_id))
    recipients.forget_if_unused(transaction, recipient_id)


def set_aside(transaction: Transaction, recipient_id: int) -> None:
    """Keep the present state, which could not be read, beside the next one, for whoever mends it."""
    transaction.connection.execute(_SET_ASIDE, {"recipient": recipient_id})
