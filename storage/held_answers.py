"""Answers of the staff that leave in some seconds, unless their author takes them back; they survive a kill."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update

from storage.engine.database import Transaction
from storage.engine.tables import HeldAnswerStatus, table

_ANSWERS = table("held_answers")
_COLUMNS = (
    *(_ANSWERS.c.id, _ANSWERS.c.member_id, _ANSWERS.c.about, _ANSWERS.c.recipient_id, _ANSWERS.c.text),
    *(_ANSWERS.c.status, _ANSWERS.c.written_at, _ANSWERS.c.due_at, _ANSWERS.c.reason),
)


@dataclass(frozen=True, slots=True)
class HeldAnswer:
    id: int
    member_id: int
    #: The dossier or thread that it was written about.
    about: str
    #: To whom.
    recipient_id: int
    text: str
    status: str
    written_at: datetime
    due_at: datetime
    #: Why it did not leave.
    reason: str


def hold(
    transaction: Transaction, member_id: int, about: str, recipient_id: int, text: str, now: datetime, due_at: datetime
) -> int:
    values = {
        "member_id": member_id,
        "about": about,
        "recipient_id": recipient_id,
        "text": text,
        "status": HeldAnswerStatus.HELD.value,
        "written_at": now,
        "due_at": due_at,
        "reason": "",
    }
    made = insert(_ANSWERS).values(values).returning(_ANSWERS.c.id)
    return int(transaction.connection.execute(made).scalar_one())


def list_due(transaction: Transaction, now: datetime) -> Sequence[HeldAnswer]:
    """Return what is to leave now, the oldest first; who sends it locks each."""
    due = (_ANSWERS.c.status == HeldAnswerStatus.HELD.value, _ANSWERS.c.due_at <= now)
    return _list(transaction, *due)


def lock(transaction: Transaction, answer_id: int) -> HeldAnswer | None:
    """Return an answer; others wait until the transaction ends."""
    wanted = select(*_COLUMNS).where(_ANSWERS.c.id == answer_id).with_for_update()
    row = transaction.connection.execute(wanted).first()
    return HeldAnswer(*row) if row else None


def list_shown(transaction: Transaction, about: str) -> Sequence[HeldAnswer]:
    """Return what is held about a dossier or a thread, and what could not leave and was not put away."""
    shown = [HeldAnswerStatus.HELD.value, HeldAnswerStatus.REFUSED.value]
    return _list(transaction, _ANSWERS.c.about == about, _ANSWERS.c.status.in_(shown))


def list_to(transaction: Transaction, recipient_id: int) -> Sequence[HeldAnswer]:
    """Return what is about to leave for somebody."""
    return _list(transaction, _ANSWERS.c.recipient_id == recipient_id, _ANSWERS.c.status == HeldAnswerStatus.HELD.value)


def finish(transaction: Transaction, answer_id: int, status: HeldAnswerStatus, reason: str = "") -> None:
    """Write down what became of an answer; only one that could not leave keeps its words."""
    values: dict[str, str] = {"status": status.value, "reason": reason}
    if status is not HeldAnswerStatus.REFUSED:
        values["text"] = ""
    transaction.connection.execute(update(_ANSWERS).where(_ANSWERS.c.id == answer_id).values(values))


def _list(transaction: Transaction, *which: ColumnElement[bool]) -> list[HeldAnswer]:
    wanted = select(*_COLUMNS).where(*which).order_by(_ANSWERS.c.id)
    return [HeldAnswer(*row) for row in transaction.connection.execute(wanted)]
