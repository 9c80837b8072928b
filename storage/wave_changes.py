"""Changes of the closing days, each with how far those concerned were told of it. What is told is not known here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update

from storage.engine.database import Transaction
from storage.engine.tables import table

_CHANGES = table("wave_changes")

#: The same change noticed so often within this time is told no more: processes with other knowledge undo each other.
REPEATED, REPEATED_WITHIN = 3, timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """A change that is being told."""

    id: int
    wave: str
    #: None: the wave had been taken back.
    before: date | None
    #: None: it is taken back.
    after: date | None
    is_quiet: bool
    people_until: int
    dossiers_until: int
    #: Numbers of the dossiers in the staff's hands that aim at the wave.
    dossiers: tuple[str, ...]


_COLUMNS = (
    _CHANGES.c.id,
    _CHANGES.c.wave,
    _CHANGES.c.before,
    _CHANGES.c.after,
    _CHANGES.c.is_quiet,
    _CHANGES.c.people_until,
    _CHANGES.c.dossiers_until,
    _CHANGES.c.dossiers,
)
_OPEN = select(*_COLUMNS).where(_CHANGES.c.told_at.is_(None)).order_by(_CHANGES.c.id)


def note(
    transaction: Transaction,
    wave: str,
    before: date | None,
    after: date | None,
    moves: int,
    now: datetime,
    *,
    is_quiet: bool,
) -> None:
    """Keep a change to be told; it takes the place of an earlier one of the same wave that is still being told."""
    execute = transaction.connection.execute
    execute(update(_CHANGES).where(_CHANGES.c.wave == wave, _CHANGES.c.told_at.is_(None)).values(told_at=now))
    same = (
        _CHANGES.c.wave == wave,
        _CHANGES.c.before.is_(None) if before is None else _CHANGES.c.before == before,
        _CHANGES.c.after.is_(None) if after is None else _CHANGES.c.after == after,
        _CHANGES.c.moves == moves,
        _CHANGES.c.noticed_at > now - REPEATED_WITHIN,
    )
    repeated = execute(select(func.count()).select_from(_CHANGES).where(*same)).scalar_one() >= REPEATED
    execute(
        insert(_CHANGES).values(
            wave=wave,
            before=before,
            after=after,
            moves=moves,
            noticed_at=now,
            is_quiet=is_quiet or repeated,
            people_until=0,
            dossiers_until=0,
            dossiers="",
        )
    )


def list_open(transaction: Transaction) -> Sequence[Change]:
    """Return the changes that are still being told, the oldest first."""
    return [_change(row) for row in transaction.connection.execute(_OPEN)]


def lock_open(transaction: Transaction, change_id: int) -> Change | None:
    """Return the change as it stands; other processes wait until the transaction ends. None: it is told."""
    row = transaction.connection.execute(_OPEN.where(_CHANGES.c.id == change_id).with_for_update()).first()
    return _change(row) if row else None


def is_taken_back(transaction: Transaction, wave: str) -> bool:
    """Whether the last that was noticed of the wave is that it was taken back."""
    last = select(_CHANGES.c.after).where(_CHANGES.c.wave == wave).order_by(_CHANGES.c.id.desc()).limit(1)
    row = transaction.connection.execute(last).first()
    return row is not None and row.after is None


def people_told(transaction: Transaction, change: Change, until: int) -> None:
    """Remember the last recipient that was looked at."""
    _change_to(transaction, change, people_until=until)


def dossiers_told(transaction: Transaction, change: Change, until: int, references: Sequence[str]) -> None:
    """Remember the last dossier that was looked at, and the numbers of those in the staff's hands that aim at it."""
    _change_to(transaction, change, dossiers_until=until, dossiers=",".join((*change.dossiers, *references)))


def all_told(transaction: Transaction, change: Change, now: datetime) -> None:
    _change_to(transaction, change, told_at=now, dossiers="")


def _change_to(transaction: Transaction, change: Change, **values: object) -> None:
    transaction.connection.execute(update(_CHANGES).where(_CHANGES.c.id == change.id).values(**values))


def _change(row: Any) -> Change:
    references = tuple(each for each in row.dossiers.split(",") if each)
    return Change(
        row.id, row.wave, row.before, row.after, row.is_quiet, row.people_until, row.dossiers_until, references
    )
