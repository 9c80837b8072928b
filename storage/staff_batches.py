"""Operations asked for on many rows at once, and what became of each row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete, func, insert, select, update

from storage.engine.batches import batches
from storage.engine.database import Transaction
from storage.engine.tables import insert_new_returning_id, table

_BATCHES, _ITEMS = table("staff_batches"), table("staff_batch_items")
_COLUMNS = tuple(_BATCHES.c[name] for name in ("id", "member_id", "verb", "choice", "words", "asked_at", "done_at"))


@dataclass(frozen=True, slots=True)
class Batch:
    id: int
    member_id: int
    verb: str
    choice: str | None
    words: str
    asked_at: datetime
    #: None: some of its rows still wait.
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of its rows there are, wait, and were refused."""

    rows: int
    waiting: int
    refused: int

    @property
    def done(self) -> int:
        return self.rows - self.waiting - self.refused


def add(
    transaction: Transaction,
    member_id: int,
    key: str,
    asked: tuple[str, str | None, str],
    items: Sequence[tuple[str, str]],
    now: datetime,
) -> int | None:
    """Keep a batch and return its number; None: there is one of this key.

    `asked`: verb, choice, words; `items`: what each row is about, and how that stands.
    """
    verb, choice, words = asked
    values = {"member_id": member_id, "key": key, "verb": verb, "choice": choice, "words": words, "asked_at": now}
    statement = insert_new_returning_id("staff_batches", transaction.dialect)
    made = transaction.connection.execute(statement, values).scalar()
    if made is None:
        return None
    rows = [
        {"batch_id": made, "rank": rank, "about": about, "stood": stood, "is_done": None, "why": "", "has_moved": False}
        for rank, (about, stood) in enumerate(items)
    ]
    for some in batches(rows):
        transaction.connection.execute(insert(_ITEMS), list(some))
    return int(made)


def find_by_key(transaction: Transaction, member_id: int, key: str) -> int | None:
    """Return the number of the batch that a form has already brought."""
    wanted = select(_BATCHES.c.id).where(_BATCHES.c.member_id == member_id, _BATCHES.c.key == key)
    found = transaction.connection.execute(wanted).scalar()
    return None if found is None else int(found)


def find(transaction: Transaction, batch_id: int, member_id: int) -> Batch | None:
    """Return one of a member's own batches."""
    wanted = select(*_COLUMNS).where(_BATCHES.c.id == batch_id, _BATCHES.c.member_id == member_id)
    row = transaction.connection.execute(wanted).first()
    return Batch(*row) if row else None


def list_waiting(transaction: Transaction, member_id: int) -> Sequence[int]:
    """Return the numbers of a member's batches that are not done."""
    waits = (_BATCHES.c.member_id == member_id, _BATCHES.c.done_at.is_(None))
    return transaction.connection.execute(select(_BATCHES.c.id).where(*waits).order_by(_BATCHES.c.id)).scalars().all()


def take_waiting(transaction: Transaction) -> Batch | None:
    """Return the oldest batch that is not done and that no other process works at: ours until the end."""
    wanted = select(*_COLUMNS).where(_BATCHES.c.done_at.is_(None)).order_by(_BATCHES.c.id).limit(1)
    row = transaction.connection.execute(wanted.with_for_update(skip_locked=True)).first()
    return Batch(*row) if row else None


def next_items(transaction: Transaction, batch_id: int, at_most: int) -> Sequence[tuple[int, str, str]]:
    """Return some rows of a batch that wait: their ranks, what they are about, and how that stood."""
    columns = (_ITEMS.c.rank, _ITEMS.c.about, func.coalesce(_ITEMS.c.stood, "").label("stood"))
    wanted = select(*columns).where(_ITEMS.c.batch_id == batch_id, _ITEMS.c.is_done.is_(None))
    rows = transaction.connection.execute(wanted.order_by(_ITEMS.c.rank).limit(at_most))
    return [(row.rank, row.about, row.stood) for row in rows]


def settle(transaction: Transaction, batch_id: int, rank: int, why: str | None, *, has_moved: bool = False) -> None:
    """Write down what became of a row; `why` it was refused, None: it was done; `has_moved`: see `StaffBatchItem`."""
    here = (_ITEMS.c.batch_id == batch_id, _ITEMS.c.rank == rank)
    values = {"is_done": why is None, "why": why or "", "has_moved": has_moved}
    transaction.connection.execute(update(_ITEMS).where(*here).values(values))


def finish(transaction: Transaction, batch_id: int, now: datetime) -> None:
    transaction.connection.execute(update(_BATCHES).where(_BATCHES.c.id == batch_id).values(done_at=now))


def progress_of(transaction: Transaction, batch_id: int) -> Progress:
    is_waiting, is_refused = (case((_ITEMS.c.is_done.is_(value), 1), else_=0) for value in (None, False))
    sums = select(func.count(), func.coalesce(func.sum(is_waiting), 0), func.coalesce(func.sum(is_refused), 0))
    row = transaction.connection.execute(sums.where(_ITEMS.c.batch_id == batch_id)).one()
    return Progress(*map(int, row))


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not done."""

    about: str
    why: str
    has_moved: bool


def list_refused(transaction: Transaction, batch_id: int) -> Sequence[Refused]:
    """Return what was refused, in the order in which it was asked for."""
    wanted = select(_ITEMS.c.about, _ITEMS.c.why, _ITEMS.c.has_moved)
    refused = wanted.where(_ITEMS.c.batch_id == batch_id, _ITEMS.c.is_done.is_(False))
    return [Refused(*row) for row in transaction.connection.execute(refused.order_by(_ITEMS.c.rank))]


def forget_before(transaction: Transaction, since: datetime) -> None:
    """Forget what was done before `since`: the log of what the staff did stays."""
    old = select(_BATCHES.c.id).where(_BATCHES.c.done_at < since)
    transaction.connection.execute(delete(_ITEMS).where(_ITEMS.c.batch_id.in_(old)))
    transaction.connection.execute(delete(_BATCHES).where(_BATCHES.c.done_at < since))
