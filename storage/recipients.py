"""Who is at the other end of a channel: found again by a keyed hash, known by an encrypted address, blocked or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, bindparam, delete, exists, select, update

from storage.engine.database import Transaction
from storage.engine.tables import Kept, insert_new_returning_id, table

_RECIPIENTS = table("recipients")
_FIND = select(_RECIPIENTS.c.id).where(
    _RECIPIENTS.c.channel == bindparam("of_channel"), _RECIPIENTS.c.address_hash == bindparam("hash")
)
_MARK = update(_RECIPIENTS).where(_RECIPIENTS.c.id == bindparam("recipient"))


@dataclass(frozen=True, slots=True)
class BlockedRecipient:
    """A recipient that no longer takes our messages."""

    channel: str
    address: str
    since: datetime
    reason: str | None


def register(transaction: Transaction, channel: str, address: str, now: datetime) -> int:
    """Return the recipient's id, made if it is new. Two processes that register the same one get the same id."""
    sought = {"of_channel": channel, "hash": transaction.hash_address(channel, address)}
    known = transaction.connection.execute(_FIND, sought).scalar()
    if known is None:
        known = transaction.connection.execute(
            insert_new_returning_id("recipients", transaction.dialect),
            {"channel": channel, "address_hash": sought["hash"], "address": address, "created_at": now},
        ).scalar()
    if known is None:  # another process was faster, between the two
        known = transaction.connection.execute(_FIND, sought).scalar_one()
    return int(known)


def find(transaction: Transaction, channel: str, address: str) -> int | None:
    """Return the recipient's id; None for one who is not known."""
    sought = {"of_channel": channel, "hash": transaction.hash_address(channel, address)}
    found = transaction.connection.execute(_FIND, sought).scalar()
    return None if found is None else int(found)


@cache
def _references() -> tuple[Column[Any], ...]:
    """Return the columns of all tables that refer to a recipient."""
    return tuple(
        column
        for kept in Kept.metadata.sorted_tables
        for column in kept.c
        if any(key.column.table is _RECIPIENTS for key in column.foreign_keys)
    )


def forget_if_unused(transaction: Transaction, recipient_id: int) -> None:
    """Erase an address that nothing refers to any more. Of who is banned, the hash stays, which recognises them."""
    execute, banned_at = transaction.connection.execute, _RECIPIENTS.c.banned_at
    unused = [_RECIPIENTS.c.id == recipient_id, *(~exists().where(column == recipient_id) for column in _references())]
    execute(delete(_RECIPIENTS).where(banned_at.is_(None), *unused))
    emptied = {"address": "", "blocked_at": None, "blocked_reason": None}
    execute(update(_RECIPIENTS).where(banned_at.is_not(None), *unused).values(emptied))


def remember(transaction: Transaction, recipient_id: int, address: str) -> None:
    """Know the address again of someone who was forgotten but for a ban."""
    transaction.connection.execute(_MARK.values(address=address), {"recipient": recipient_id})


def mark_blocked(transaction: Transaction, recipient_id: int, reason: str, now: datetime) -> None:
    values = {"blocked_at": now, "blocked_reason": reason}
    transaction.connection.execute(_MARK.values(values), {"recipient": recipient_id})


def mark_reachable(transaction: Transaction, recipient_id: int) -> None:
    """Take the block away: the recipient has written again."""
    transaction.connection.execute(_MARK.values(blocked_at=None, blocked_reason=None), {"recipient": recipient_id})


def ban(transaction: Transaction, recipient_id: int, now: datetime) -> None:
    """Let this recipient write no more."""
    transaction.connection.execute(_MARK.values(banned_at=now), {"recipient": recipient_id})


def lift_ban(transaction: Transaction, recipient_id: int) -> None:
    transaction.connection.execute(_MARK.values(banned_at=None), {"recipient": recipient_id})


def list_blocked(transaction: Transaction) -> Sequence[BlockedRecipient]:
    """Return who blocked us, the latest first."""
    columns = _RECIPIENTS.c
    rows = transaction.connection.execute(
        select(columns.channel, columns.address, columns.blocked_at, columns.blocked_reason)
        .where(columns.blocked_at.is_not(None))
        .order_by(columns.blocked_at.desc())
    )
    return [BlockedRecipient(*row) for row in rows]
