"""The narrowed lists that each member of the staff comes back to; what a filter says is not known here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from storage.engine.database import Transaction
from storage.engine.tables import table

_FILTERS = table("staff_filters")


@dataclass(frozen=True, slots=True)
class KeptFilter:
    id: int
    name: str
    #: As the address of the list has them.
    parameters: str


def keep(transaction: Transaction, member_id: int, name: str, parameters: str, now: datetime) -> None:
    values = {"member_id": member_id, "name": name, "parameters": parameters, "made_at": now}
    transaction.connection.execute(insert(_FILTERS).values(values))


def list_of(transaction: Transaction, member_id: int) -> Sequence[KeptFilter]:
    """Return a member's filters, the oldest first."""
    wanted = select(_FILTERS.c.id, _FILTERS.c.name, _FILTERS.c.parameters).where(_FILTERS.c.member_id == member_id)
    return [KeptFilter(*row) for row in transaction.connection.execute(wanted.order_by(_FILTERS.c.id))]


def forget(transaction: Transaction, filter_id: int, member_id: int) -> bool:
    """Forget one of a member's filters; False: it is none of theirs."""
    mine = (_FILTERS.c.id == filter_id, _FILTERS.c.member_id == member_id)
    return transaction.connection.execute(delete(_FILTERS).where(*mine).returning(_FILTERS.c.id)).first() is not None
