"""The log of what the staff did and looked at: added to, read, never changed. It survives every erasure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from storage.engine.database import Transaction
from storage.engine.tables import table

_LOG = table("audit_log")
_MEMBERS = table("staff_members")
_TO = _MEMBERS.alias("to_members")


@dataclass(frozen=True, slots=True)
class Entry:
    id: int
    happened_at: datetime
    #: None: whoever is at the machine.
    member_id: int | None
    #: As they are called now; None: nobody is of that number.
    member: str | None
    action: str
    #: "dossier:K7R-M3W-X9A", "thread:12" or the like; None: nothing in particular.
    subject: str | None
    #: To whom it was handed, as `member`; None: to nobody.
    to_member_id: int | None
    to_member: str | None


def record(
    transaction: Transaction,
    member_id: int | None,
    action: str,
    subject: str | None,
    now: datetime,
    *,
    to: int | None = None,
) -> None:
    """Write down, in the transaction that does it, what a member did; `action` is a word of ours, `to` a member."""
    values = {"happened_at": now, "member_id": member_id, "action": action, "subject": subject, "to_member_id": to}
    transaction.connection.execute(insert(_LOG).values(values))


def read(transaction: Transaction, since: datetime | None = None, *, latest: int | None = None) -> Iterator[Entry]:
    """Yield what was written down, the oldest first; with `latest`, that many at most, the latest first."""
    columns = (_LOG.c.id, _LOG.c.happened_at, _LOG.c.member_id, _MEMBERS.c.name, _LOG.c.action, _LOG.c.subject)
    to = (_LOG.c.to_member_id, _TO.c.name)
    wanted = select(*columns, *to).outerjoin(_MEMBERS, _MEMBERS.c.id == _LOG.c.member_id)
    wanted = wanted.outerjoin(_TO, _TO.c.id == _LOG.c.to_member_id)
    wanted = wanted.order_by(_LOG.c.id.desc()).limit(latest) if latest is not None else wanted.order_by(_LOG.c.id)
    if since is not None:
        wanted = wanted.where(_LOG.c.happened_at >= since)
    for row in transaction.connection.execute(wanted.execution_options(yield_per=500)):
        yield Entry(*row)
