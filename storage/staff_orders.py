"""What a member of the staff asked for and still has to write the words of."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert

from storage.engine.database import Transaction
from storage.engine.tables import table

_ORDERS = table("staff_orders")
#: What a member is hashed with, as addresses are with their channel.
_REALM = "member"


@dataclass(frozen=True, slots=True)
class KeptOrder:
    about: str
    verb: str
    question: str | None
    asked_at: datetime


def keep(transaction: Transaction, group: int, member: str, order: KeptOrder) -> None:
    """Remember what this member is about to write, in the place of what they were."""
    take(transaction, group, member)
    values = {
        "recipient_id": group,
        "member_hash": transaction.hash_address(_REALM, member),
        "about": order.about,
        "verb": order.verb,
        "question": order.question,
        "asked_at": order.asked_at,
    }
    transaction.connection.execute(insert(_ORDERS).values(values))


def take(transaction: Transaction, group: int, member: str) -> KeptOrder | None:
    """Return what this member is about to write, and forget it."""
    columns = _ORDERS.c
    gone = delete(_ORDERS).where(
        columns.recipient_id == group, columns.member_hash == transaction.hash_address(_REALM, member)
    )
    row = transaction.connection.execute(
        gone.returning(columns.about, columns.verb, columns.question, columns.asked_at)
    ).first()
    return KeptOrder(*row) if row else None
