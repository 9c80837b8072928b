"""Questions that no entry answers, for the organisers' staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage import threads
from storage.engine.database import Transaction
from storage.engine.tables import insert_new, table

_QUESTIONS = table("team_questions")
_RECIPIENTS = table("recipients")
_THREADS = table("threads")


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as the staff see it."""

    id: int
    channel: str
    sender: str
    question: str
    #: Entry ids the assistant would have guessed, best first.
    guesses: tuple[str, ...]
    asked_at: datetime


def ask(
    transaction: Transaction, key: str, recipient_id: int, question: str, guesses: Sequence[str], now: datetime
) -> None:
    """Keep a question. The same `key` again changes nothing."""
    transaction.connection.execute(
        insert_new("team_questions", transaction.dialect),
        {
            "key": key,
            "recipient_id": recipient_id,
            "question": question,
            "guesses": list(guesses),
            "asked_at": now,
        },
    )
    for thread_id in threads.list_ids(transaction, of_recipient=recipient_id):  # they are the team's matter now
        transaction.changes_thread(thread_id)


def latest_guesses(transaction: Transaction, thread_id: int) -> tuple[str, ...]:
    """Return what the assistant would have guessed for the latest question of the person of a thread."""
    wanted = (
        select(_QUESTIONS.c.guesses)
        .join(_THREADS, _THREADS.c.recipient_id == _QUESTIONS.c.recipient_id)
        .where(_THREADS.c.id == thread_id)
        .order_by(_QUESTIONS.c.id.desc())
    )
    return tuple(transaction.connection.execute(wanted.limit(1)).scalar() or ())


def list_questions(transaction: Transaction, limit: int = 100) -> Sequence[AskedQuestion]:
    """Return the latest questions, the latest first."""
    rows = transaction.connection.execute(
        select(
            _QUESTIONS.c.id,
            _RECIPIENTS.c.channel,
            _RECIPIENTS.c.address,
            _QUESTIONS.c.question,
            _QUESTIONS.c.guesses,
            _QUESTIONS.c.asked_at,
        )
        .join(_RECIPIENTS, _RECIPIENTS.c.id == _QUESTIONS.c.recipient_id)
        .order_by(_QUESTIONS.c.id.desc())
        .limit(limit)
    )
    return [
        AskedQuestion(row.id, row.channel, row.address, row.question, tuple(row.guesses), row.asked_at) for row in rows
    ]
