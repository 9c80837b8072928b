"""One-time codes that give a right on a dossier. Only their keyed hash is kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from storage.engine.database import Transaction
from storage.engine.tables import table

_CODES = table("access_codes")
#: What a code is hashed with, as addresses are with their channel.
_REALM = "access-code"


@dataclass(frozen=True, slots=True)
class KeptCode:
    id: int
    dossier_id: int
    kind: str


def offer(transaction: Transaction, dossier_id: int, kind: str, code: str, expires_at: datetime) -> None:
    """Keep a code; it takes the place of the one of the same kind."""
    same = (_CODES.c.dossier_id == dossier_id, _CODES.c.kind == kind)
    transaction.connection.execute(delete(_CODES).where(*same))
    hashed = transaction.hash_address(_REALM, code)
    values = {"dossier_id": dossier_id, "kind": kind, "code_hash": hashed, "expires_at": expires_at}
    transaction.connection.execute(insert(_CODES).values(values))


def find(transaction: Transaction, code: str, now: datetime) -> KeptCode | None:
    """Return what a code gives; None if it was used, has expired or never was."""
    wanted = (_CODES.c.code_hash == transaction.hash_address(_REALM, code), _CODES.c.expires_at > now)
    row = transaction.connection.execute(select(_CODES.c.id, _CODES.c.dossier_id, _CODES.c.kind).where(*wanted)).first()
    return KeptCode(*row) if row else None


def use(transaction: Transaction, dossier_id: int, kind: str) -> bool:
    """Take the code away; False if somebody was faster."""
    gone = delete(_CODES).where(_CODES.c.dossier_id == dossier_id, _CODES.c.kind == kind).returning(_CODES.c.id)
    return transaction.connection.execute(gone).first() is not None
