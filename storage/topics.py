"""Which topic of the staff's group each dossier and each thread has there, and how it was last called."""

from dataclasses import dataclass

from sqlalchemy import delete, select, update

from storage.engine.database import Transaction
from storage.engine.tables import insert_new, table

_TOPICS = table("topics")


@dataclass(frozen=True, slots=True)
class KeptTopic:
    #: The channel's own id of it.
    topic: str
    title: str


def find(transaction: Transaction, group: int, about: str) -> KeptTopic | None:
    """Return the topic of a dossier or a thread in this group."""
    here = (_TOPICS.c.recipient_id == group, _TOPICS.c.about == about)
    row = transaction.connection.execute(select(_TOPICS.c.topic, _TOPICS.c.title).where(*here)).first()
    return KeptTopic(*row) if row else None


def find_about(transaction: Transaction, group: int, topic: str) -> str | None:
    """Return what a topic of this group is about: "dossier:K7R-M3W-X9A" or "thread:12"."""
    here = (_TOPICS.c.recipient_id == group, _TOPICS.c.topic == topic)
    found: str | None = transaction.connection.execute(select(_TOPICS.c.about).where(*here)).scalar()
    return found


def keep(transaction: Transaction, group: int, about: str, kept: KeptTopic) -> None:
    """Remember the topic, in the place of the one there was."""
    values = {"topic": kept.topic, "title": kept.title}
    here = (_TOPICS.c.recipient_id == group, _TOPICS.c.about == about)
    known = update(_TOPICS).where(*here).values(values).returning(_TOPICS.c.id)
    if transaction.connection.execute(known).first() is None:
        new = {"recipient_id": group, "about": about, **values}
        transaction.connection.execute(insert_new("topics", transaction.dialect), new)


def forget(transaction: Transaction, group: int, about: str) -> None:
    """Forget a topic: it is no more, or what it was about is erased."""
    here = (_TOPICS.c.recipient_id == group, _TOPICS.c.about == about)
    transaction.connection.execute(delete(_TOPICS).where(*here))
