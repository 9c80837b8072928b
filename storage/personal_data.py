"""What is kept about a person, table by table: the one list of it, which a copy and an erasure both go by."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from sqlalchemy import Column, ColumnElement, LargeBinary, Select, Table, select

from storage.engine.database import Transaction
from storage.engine.encryption import ENCRYPTED, EncryptedBytes, EncryptedJson, KeyRing, as_token
from storage.engine.errors import WrongKey
from storage.engine.tables import Kept, table, without_encryption

_MEMBERS = table("dossier_members")
_THREADS = table("threads")


class Belonging(Enum):
    """By what a row is found to concern a person."""

    #: It bears the person's `recipient_id`.
    PERSON = auto()
    #: It bears the `thread_id` of one of the person's threads.
    THREAD = auto()
    #: It bears the `dossier_id` of a dossier that the person fills. It goes with the dossier, not with the person.
    DOSSIER = auto()
    #: It is a document: the person sent it, or it belongs to their dossier or thread, and goes with that.
    DOCUMENT = auto()
    #: The bytes of a document: they go with it, and are given as the document that they are.
    CONTENT = auto()
    #: It is the staff's own, and says in `about` which thread or dossier: erased with that, not told.
    STAFF = auto()
    #: It bears the person's `recipient_id`, and only repeats what the rows above tell: erased with them, not told.
    REPEATED = auto()
    #: It says `of_dossier` or `of_thread` what it serves to find: erased with that, not told.
    INDEX = auto()
    #: The words of such a row, as keyed hashes: they go with it.
    INDEXED = auto()


#: Every table that says something of a person. A new table with a way to a recipient must be here: a test walks them.
BELONGS: Mapping[str, Belonging] = {
    "recipients": Belonging.PERSON,
    "conversations": Belonging.PERSON,
    "inbox": Belonging.PERSON,
    "outbox": Belonging.PERSON,
    "team_questions": Belonging.PERSON,
    "reminders": Belonging.PERSON,
    "threads": Belonging.PERSON,
    "thread_messages": Belonging.THREAD,
    "dossiers": Belonging.DOSSIER,
    "dossier_members": Belonging.DOSSIER,
    "dossier_events": Belonging.DOSSIER,
    "access_codes": Belonging.DOSSIER,
    "question_log": Belonging.PERSON,
    "press_requests": Belonging.PERSON,
    "attachments": Belonging.DOCUMENT,
    "attachment_contents": Belonging.CONTENT,
    "topics": Belonging.STAFF,
    "staff_orders": Belonging.STAFF,
    # Of who works for the organisers and also writes as a person: the account goes, the member's name stays.
    "staff_identities": Belonging.PERSON,
    "staff_drafts": Belonging.STAFF,
    "held_answers": Belonging.STAFF,
    "answer_drafts": Belonging.STAFF,
    "pages": Belonging.PERSON,
    "page_keys": Belonging.PERSON,
    "page_codes": Belonging.REPEATED,
    "page_lines": Belonging.REPEATED,
    "uploads": Belonging.REPEATED,
    "search_subjects": Belonging.INDEX,
    "search_words": Belonging.INDEXED,
}

#: What is told as rows.
_TOLD = frozenset(Belonging) - {
    *(Belonging.STAFF, Belonging.CONTENT, Belonging.REPEATED),
    *(Belonging.INDEX, Belonging.INDEXED),
}
#: How the table of each belonging itself calls what the others bear.
_ROOTS = {"recipients": "recipient_id", "threads": "thread_id", "dossiers": "dossier_id"}

#: A row as plain values: what JSON can carry, and dates.
Row = Mapping[str, Any]


def listed(belonging: Belonging) -> list[Table]:
    """Return the tables that belong so, those that others refer to last."""
    return [kept for kept in reversed(Kept.metadata.sorted_tables) if BELONGS.get(kept.name) is belonging]


def key_of(kept: Table, name: str) -> Column[Any]:
    """Return the column by which rows of a table are told apart by `name`, such as `recipient_id`."""
    return kept.c.id if _ROOTS.get(kept.name) == name else kept.c[name]


def threads_of(recipient_id: int) -> Select[Any]:
    return select(_THREADS.c.id).where(_THREADS.c.recipient_id == recipient_id)


def list_threads(transaction: Transaction, recipient_id: int) -> list[int]:
    return list(transaction.connection.execute(threads_of(recipient_id)).scalars())


def dossiers_of(recipient_id: int) -> Select[Any]:
    return select(_MEMBERS.c.dossier_id).where(_MEMBERS.c.recipient_id == recipient_id)


@dataclass(frozen=True, slots=True)
class SealedData:
    """All that is kept about someone, as it lies: to be opened outside of the transaction, for it may be much."""

    #: A table's name -> its rows, the oldest first; what is encrypted still is.
    rows: Mapping[str, Sequence[Row]]
    keys: KeyRing

    def open(self) -> dict[str, list[Row]]:
        """Return the rows as they were written. It takes long."""
        return {
            name: [
                {column: _opened(self.keys, table(name).c[column], value) for column, value in row.items()}
                for row in rows
            ]
            for name, rows in self.rows.items()
        }


def read_sealed(transaction: Transaction, recipient_id: int) -> SealedData:
    """Return all that is kept about someone. What other people are called or where they are written to is not in it."""
    rows = {kept.name: _read(transaction, kept, _concerns(kept, recipient_id)) for kept in _told_tables()}
    return SealedData(rows, transaction.keys)


def read_all(transaction: Transaction, recipient_id: int) -> dict[str, list[Row]]:
    """Return all that `read_sealed` does, opened at once: where nobody waits for the transaction."""
    return read_sealed(transaction, recipient_id).open()


def outline(transaction: Transaction, recipient_id: int) -> dict[str, list[Row]]:
    """Return the same rows without what is encrypted: how many there are, and in what state."""
    return {
        kept.name: _read(transaction, kept, _concerns(kept, recipient_id), with_encrypted=False)
        for kept in _told_tables()
    }


def _told_tables() -> list[Table]:
    return [kept for kept in Kept.metadata.sorted_tables if BELONGS.get(kept.name) in _TOLD]


def _concerns(kept: Table, recipient_id: int) -> ColumnElement[bool]:
    match BELONGS[kept.name]:
        case Belonging.PERSON:
            return key_of(kept, "recipient_id") == recipient_id
        case Belonging.THREAD:
            return key_of(kept, "thread_id").in_(threads_of(recipient_id))
        case Belonging.DOCUMENT:
            by_person = kept.c.recipient_id == recipient_id
            in_thread = kept.c.thread_id.in_(threads_of(recipient_id))
            return by_person | in_thread | kept.c.dossier_id.in_(dossiers_of(recipient_id))
        case _:
            of_dossier: ColumnElement[bool] = key_of(kept, "dossier_id").in_(dossiers_of(recipient_id))
            # Who else fills the dossier is theirs to tell.
            return of_dossier & (kept.c.recipient_id == recipient_id) if kept is _MEMBERS else of_dossier


def _read(
    transaction: Transaction, kept: Table, concerns: ColumnElement[bool], *, with_encrypted: bool = True
) -> list[Row]:
    plain = without_encryption(kept)
    columns = [each.name for each in kept.c if not _is_hash(each) and (with_encrypted or not _is_encrypted(each))]
    rows = transaction.connection.execute(
        select(*(plain.c[name] for name in columns))
        .select_from(plain)
        .where(plain.c[_key_name(kept)].in_(select(kept.c[_key_name(kept)]).where(concerns)))
        .order_by(plain.c[_key_name(kept)])
    )
    return [dict(row._mapping) for row in rows]


def _key_name(kept: Table) -> str:
    (key,) = kept.primary_key.columns
    return key.name


def _is_hash(column: Column[Any]) -> bool:
    """Whether it only serves to find something again: it tells nothing."""
    return isinstance(column.type, LargeBinary)


def _is_encrypted(column: Column[Any]) -> bool:
    return isinstance(column.type, ENCRYPTED)


def _opened(keys: KeyRing, column: Column[Any], value: Any) -> Any:
    """Return a value as it was written; None for one that no key opens: it must not keep the rest from being told."""
    if value is None or not _is_encrypted(column):
        return value
    try:
        if isinstance(column.type, EncryptedBytes):
            return b64encode(keys.decrypt(as_token(value))).decode("ascii")
        opened = keys.decrypt_text(value)
    except WrongKey:
        return None
    return json.loads(opened) if isinstance(column.type, EncryptedJson) else opened
