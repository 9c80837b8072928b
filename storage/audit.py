"""The log of what the staff did and looked at: added to, read, never changed. It survives every erasure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, or_, select

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


@dataclass(frozen=True, slots=True)
class Sought:
    """What of the log is wanted; what is left as it is does not narrow it."""

    member_id: int | None = None
    #: Of whoever was at the machine, whom no member is known to be.
    is_nobodys: bool = False
    #: Words of ours, each with what it may be followed by: « role » is also « role:admin ».
    actions: frozenset[str] = frozenset()
    #: About any one of these.
    subjects: frozenset[str] = frozenset()
    #: From the first on, until just before the second.
    since: datetime | None = None
    until: datetime | None = None


#: What may follow the word of an action: what was given, or the words of a command.
_FOLLOWED_BY = (":", " ")


def read(
    transaction: Transaction, sought: Sought | None = None, *, latest: int | None = None, offset: int = 0
) -> Iterator[Entry]:
    """Yield what was written down, the oldest first; with `latest`, that many at most, the latest first."""
    columns = (_LOG.c.id, _LOG.c.happened_at, _LOG.c.member_id, _MEMBERS.c.name, _LOG.c.action, _LOG.c.subject)
    to = (_LOG.c.to_member_id, _TO.c.name)
    wanted = select(*columns, *to).outerjoin(_MEMBERS, _MEMBERS.c.id == _LOG.c.member_id)
    wanted = wanted.outerjoin(_TO, _TO.c.id == _LOG.c.to_member_id)
    newest_first = wanted.order_by(_LOG.c.id.desc()).limit(latest).offset(offset)
    wanted = _narrowed(newest_first if latest is not None else wanted.order_by(_LOG.c.id), sought)
    for row in transaction.connection.execute(wanted.execution_options(yield_per=500)):
        yield Entry(*row)


def count(transaction: Transaction, sought: Sought | None = None) -> int:
    """Return how much of what is wanted was written down."""
    wanted = _narrowed(select(func.count()).select_from(_LOG), sought)
    return int(transaction.connection.execute(wanted).scalar_one())


def _narrowed(wanted: Select[Any], sought: Sought | None) -> Select[Any]:
    if sought is None:
        return wanted
    if sought.member_id is not None:
        wanted = wanted.where(_LOG.c.member_id == sought.member_id)
    if sought.is_nobodys:
        wanted = wanted.where(_LOG.c.member_id.is_(None))
    if sought.actions:
        followed = [
            _LOG.c.action.startswith(f"{action}{sign}", autoescape=True)
            for action in sorted(sought.actions)
            for sign in _FOLLOWED_BY
        ]
        wanted = wanted.where(or_(_LOG.c.action.in_(sorted(sought.actions)), *followed))
    if sought.subjects:
        wanted = wanted.where(_LOG.c.subject.in_(sorted(sought.subjects)))
    if sought.since is not None:
        wanted = wanted.where(_LOG.c.happened_at >= sought.since)
    if sought.until is not None:
        wanted = wanted.where(_LOG.c.happened_at < sought.until)
    return wanted
