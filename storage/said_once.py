"""What is done once for a subject and a period, whichever process comes first: the one primitive for it.

To be asked in the transaction that says or does the thing, before it, with no other condition behind it:

    if said_once.claim(transaction, "digest:12", "2020-10-15", now):
        tell(...)  # once a day for the desk whose recipient is 12

`subject` names what is said and to whom, `period` the day, the week or the number for which it is said once: words and
ids of ours, never what people wrote nor their address. If the transaction is rolled back, nothing was claimed. It is
remembered for `KEPT_FOR`, whatever becomes of the message: for periods that are longer it does not serve.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from storage.engine.database import Transaction
from storage.engine.tables import insert_new, table

_SAID_ONCE = table("said_once")

#: How long it is remembered what was said.
KEPT_FOR = timedelta(days=400)


def claim(transaction: Transaction, subject: str, period: str, now: datetime) -> bool:
    """Return True to one transaction for each subject and period; another that asks meanwhile waits for its end."""
    values = {"subject": subject, "period": period, "said_at": now}
    insert = insert_new("said_once", transaction.dialect).returning(_SAID_ONCE.c.subject)
    return transaction.connection.execute(insert, values).first() is not None


def is_claimed(transaction: Transaction, subject: str, period: str) -> bool:
    """Whether it was claimed, in what is committed or in this transaction; nothing is claimed by it."""
    here = (_SAID_ONCE.c.subject == subject, _SAID_ONCE.c.period == period)
    return transaction.connection.execute(select(_SAID_ONCE.c.subject).where(*here)).first() is not None


def forget_old(transaction: Transaction, now: datetime) -> None:
    """Forget what was said so long ago that nobody asks about it any more."""
    transaction.connection.execute(delete(_SAID_ONCE).where(_SAID_ONCE.c.said_at < now - KEPT_FOR))
