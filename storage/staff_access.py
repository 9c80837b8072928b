"""Who of the staff may enter the desk on the web: their role, the links by which they sign in, their sessions.

Of links and session keys only a keyed hash is kept. What a role allows is not known here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, exists, insert, select, update

from storage.engine.database import Transaction
from storage.engine.tables import insert_new, table

_ACCESSES, _LINKS, _SESSIONS = map(table, ("staff_accesses", "staff_links", "staff_sessions"))
_MEMBERS = table("staff_members")

#: With what each secret is hashed, as addresses are with their channel.
_LINK, _KEY = "staff_link", "staff_session"


@dataclass(frozen=True, slots=True)
class Access:
    member_id: int
    name: str
    role: str
    granted_at: datetime
    #: None: they may enter.
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    id: int
    member_id: int
    role: str
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ListedSession:
    id: int
    device: str
    begun_at: datetime
    seen_at: datetime


# --- who may enter


def grant(transaction: Transaction, member_id: int, role: str, now: datetime) -> None:
    """Let a member enter with this role, also one who was revoked."""
    values = {"member_id": member_id, "role": role, "granted_at": now, "revoked_at": None}
    transaction.connection.execute(insert_new("staff_accesses", transaction.dialect), values)
    changed = {"role": role, "revoked_at": None}
    transaction.connection.execute(update(_ACCESSES).where(_ACCESSES.c.member_id == member_id).values(changed))


def revoke(transaction: Transaction, member_id: int, now: datetime) -> None:
    """Let a member enter no more: their links and sessions end at once. What they hold stays theirs."""
    execute = transaction.connection.execute
    execute(update(_ACCESSES).where(_ACCESSES.c.member_id == member_id).values(revoked_at=now))
    for kept in (_LINKS, _SESSIONS):
        execute(delete(kept).where(kept.c.member_id == member_id))


def find(transaction: Transaction, member_id: int) -> Access | None:
    row = transaction.connection.execute(_select().where(_ACCESSES.c.member_id == member_id)).first()
    return Access(*row) if row else None


def list_all(transaction: Transaction) -> Sequence[Access]:
    """Return who may enter or might once, those known first before the others."""
    return [Access(*row) for row in transaction.connection.execute(_select().order_by(_ACCESSES.c.member_id))]


def is_anyone_active(transaction: Transaction) -> bool:
    active = select(exists().where(_ACCESSES.c.revoked_at.is_(None)))
    return bool(transaction.connection.execute(active).scalar())


def _select() -> Select[Any]:
    columns = (_ACCESSES.c.role, _ACCESSES.c.granted_at, _ACCESSES.c.revoked_at)
    return select(_ACCESSES.c.member_id, _MEMBERS.c.name, *columns).join(
        _MEMBERS, _MEMBERS.c.id == _ACCESSES.c.member_id
    )


# --- secrets that are used once


def offer_link(transaction: Transaction, member_id: int, kind: str, token: str, expires_at: datetime) -> None:
    """Keep a secret; it takes the place of the member's earlier one of its kind."""
    same = (_LINKS.c.member_id == member_id, _LINKS.c.kind == kind)
    transaction.connection.execute(delete(_LINKS).where(*same))
    hashed = transaction.hash_address(_LINK, f"{kind}:{token}")
    values = {"member_id": member_id, "kind": kind, "token_hash": hashed, "expires_at": expires_at}
    transaction.connection.execute(insert(_LINKS).values(values))


def use_link(transaction: Transaction, kind: str, token: str, now: datetime) -> int | None:
    """Return whose secret it is, and take it away; None: it was used, has expired or never was."""
    hashed = transaction.hash_address(_LINK, f"{kind}:{token}")
    gone = delete(_LINKS).where(_LINKS.c.token_hash == hashed).returning(_LINKS.c.member_id, _LINKS.c.expires_at)
    row = transaction.connection.execute(gone).first()
    return int(row.member_id) if row is not None and row.expires_at > now else None


# --- sessions


def begin_session(
    transaction: Transaction, member_id: int, key: str, device: str, now: datetime, expires_at: datetime
) -> None:
    values = {
        "member_id": member_id,
        "key_hash": transaction.hash_address(_KEY, key),
        "device": device,
        "begun_at": now,
        "seen_at": now,
        "expires_at": expires_at,
    }
    transaction.connection.execute(insert(_SESSIONS).values(values))


def find_session(transaction: Transaction, key: str) -> Session | None:
    """Return the session that `key` opens, of a member who may enter; whether it has expired is for who asks."""
    columns = (_SESSIONS.c.seen_at, _SESSIONS.c.expires_at)
    wanted = (
        select(_SESSIONS.c.id, _SESSIONS.c.member_id, _ACCESSES.c.role, *columns)
        .join(_ACCESSES, _ACCESSES.c.member_id == _SESSIONS.c.member_id)
        .where(_SESSIONS.c.key_hash == transaction.hash_address(_KEY, key), _ACCESSES.c.revoked_at.is_(None))
    )
    row = transaction.connection.execute(wanted).first()
    return Session(*row) if row else None


def mark_seen(transaction: Transaction, session_id: int, now: datetime) -> None:
    transaction.connection.execute(update(_SESSIONS).where(_SESSIONS.c.id == session_id).values(seen_at=now))


def list_sessions(transaction: Transaction, member_id: int) -> Sequence[ListedSession]:
    """Return a member's sessions, the last seen first."""
    columns = (_SESSIONS.c.id, _SESSIONS.c.device, _SESSIONS.c.begun_at, _SESSIONS.c.seen_at)
    wanted = select(*columns).where(_SESSIONS.c.member_id == member_id)
    rows = transaction.connection.execute(wanted.order_by(_SESSIONS.c.seen_at.desc(), _SESSIONS.c.id.desc()))
    return [ListedSession(*row) for row in rows]


def end_session(transaction: Transaction, session_id: int, member_id: int) -> bool:
    """End one of a member's sessions; False: it is none of theirs."""
    mine = (_SESSIONS.c.id == session_id, _SESSIONS.c.member_id == member_id)
    return transaction.connection.execute(delete(_SESSIONS).where(*mine).returning(_SESSIONS.c.id)).first() is not None


def forget_expired(transaction: Transaction, now: datetime) -> None:
    """Sweep: forget the secrets and sessions whose time is over."""
    for kept in (_LINKS, _SESSIONS):
        transaction.connection.execute(delete(kept).where(kept.c.expires_at <= now))
