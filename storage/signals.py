"""What all processes are asked to do, each once: a number that grows, which each compares with the last it saw."""

from sqlalchemy import select, update

from storage.engine.database import Transaction
from storage.engine.tables import insert_new, table

_SIGNALS = table("signals")


def count(transaction: Transaction, name: str) -> int:
    """Return how often this was asked for."""
    found = transaction.connection.execute(select(_SIGNALS.c.count).where(_SIGNALS.c.name == name)).scalar()
    return int(found or 0)


def ask(transaction: Transaction, name: str) -> int:
    """Ask all processes once more; return how often this now was asked for."""
    transaction.connection.execute(insert_new("signals", transaction.dialect), {"name": name, "count": 0})
    more = update(_SIGNALS).where(_SIGNALS.c.name == name).values(count=_SIGNALS.c.count + 1)
    return int(transaction.connection.execute(more.returning(_SIGNALS.c.count)).scalar_one())
