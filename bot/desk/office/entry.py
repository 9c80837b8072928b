"""Signing in at the desk: links that are used once, sessions that end, and who is at the other end of one."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.base.wording import text
from bot.conversation.values.member import Member
from bot.desk.office.roles import Role
from bot.services.staff import make_member, read_members
from storage import answer_drafts, audit, staff_access
from storage.engine.database import Transaction
from storage.staff_access import ListedSession

#: How long a link can be used, a session lasts, and lasts without being used.
LINK_LIFE, SESSION_LIFE, IDLE = timedelta(days=3), timedelta(days=30), timedelta(days=7)
#: How often it is noted that a session is in use.
_NOTED = timedelta(minutes=5)
#: What a secret that is used once is for.
ENTER = "enter"
#: Characters of what a browser calls itself that are kept.
_DEVICE = 200


@dataclass(frozen=True, slots=True)
class Signed:
    """Somebody who has signed in."""

    session: int
    member: Member
    role: Role


@dataclass(frozen=True, slots=True)
class Expired:
    """The session has ended by itself: who was in it may sign in again."""


def make_link(transaction: Transaction, member_id: int, by: int | None, now: datetime) -> str:
    """Return a new secret by which a member signs in, once; an earlier one is worth nothing any more."""
    token = secrets.token_urlsafe(32)
    staff_access.offer_link(transaction, member_id, ENTER, token, now + LINK_LIFE)
    audit.record(transaction, by, "link", f"member:{member_id}", now)
    return token


def link_to(base: str, token: str) -> str:
    """Return what is given to a member; `base`: with what the addresses of the web server begin."""
    return f"{base}/bureau/entrer?lien={token}"


def make_first_link(transaction: Transaction, now: datetime) -> str | None:
    """Return a link for a first administrator, made where nobody may enter the desk; else None."""
    if staff_access.is_anyone_active(transaction):
        return None
    first = make_member(transaction, text("staff", "first-name"), now)
    grant(transaction, first.id, Role.ADMIN, None, now)
    return make_link(transaction, first.id, None, now)


def grant(transaction: Transaction, member_id: int, role: Role, by: int | None, now: datetime) -> None:
    staff_access.grant(transaction, member_id, role.value, now)
    audit.record(transaction, by, f"role:{role.value}", f"member:{member_id}", now)


def revoke(transaction: Transaction, member_id: int, by: int | None, now: datetime) -> None:
    """Let a member enter no more; what they hold is theirs until a colleague takes it over."""
    staff_access.revoke(transaction, member_id, now)
    answer_drafts.drop_all(transaction, member_id)
    audit.record(transaction, by, "revoke", f"member:{member_id}", now)


def enter(transaction: Transaction, token: str, key: str, device: str, now: datetime) -> bool:
    """Begin a session that `key` opens, if `token` is a link that may still be used."""
    member_id = staff_access.use_link(transaction, ENTER, token, now)
    access = staff_access.find(transaction, member_id) if member_id is not None else None
    if access is None or access.revoked_at is not None:
        return False
    staff_access.begin_session(transaction, access.member_id, key, device[:_DEVICE], now, now + SESSION_LIFE)
    audit.record(transaction, access.member_id, "enter", None, now)
    return True


def recognise(transaction: Transaction, key: str, now: datetime) -> Signed | Expired | None:
    """Return who has signed in by `key`; None: nobody, or somebody who may not enter any more."""
    session = staff_access.find_session(transaction, key)
    if session is None:
        return None
    if session.expires_at <= now or session.seen_at <= now - IDLE:
        return Expired()
    if session.seen_at <= now - _NOTED:
        staff_access.mark_seen(transaction, session.id, now)
    member = read_members(transaction).get(session.member_id)
    return Signed(session.id, member, Role(session.role)) if member is not None else None


def leave(transaction: Transaction, signed: Signed, now: datetime) -> None:
    staff_access.end_session(transaction, signed.session, signed.member.id)
    audit.record(transaction, signed.member.id, "leave", None, now)


def end_session(transaction: Transaction, signed: Signed, session_id: int, now: datetime) -> bool:
    """End one of one's own sessions; False: it is none of theirs."""
    is_ended = staff_access.end_session(transaction, session_id, signed.member.id)
    if is_ended:
        audit.record(transaction, signed.member.id, "end-session", f"session:{session_id}", now)
    return is_ended


def list_sessions(transaction: Transaction, signed: Signed) -> list[ListedSession]:
    return list(staff_access.list_sessions(transaction, signed.member.id))
