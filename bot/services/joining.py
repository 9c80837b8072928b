"""Two members of the staff who are one person, at a desk and on a channel, become one: what either has is theirs."""

from datetime import datetime, timedelta

from pydantic import ValidationError

from bot.base.chance import Chance
from bot.conversation.reading.codes import make_code, read_code
from bot.conversation.values.dossier import Dossier
from storage import audit, dossiers, staff_access, staff_members
from storage.engine.database import Transaction

#: How long a code joins, and what its secret is for.
CODE_LIFE = timedelta(minutes=15)
_JOIN = "join"


def offer_code(transaction: Transaction, member_id: int, now: datetime) -> str:
    """Return a code that a member of the desk writes where they are known otherwise; it serves once."""
    code = make_code(Chance())
    staff_access.offer_link(transaction, member_id, _JOIN, code, now + CODE_LIFE)
    return code


def join(transaction: Transaction, typed: str, other_id: int, now: datetime) -> bool:
    """Let who wrote the code, known as `other_id`, be the member of the desk whose it is; False: it joins nobody.

    Two who both enter the desk are not joined: which role would be theirs, nobody could say.
    """
    code = read_code(typed)
    member_id = staff_access.use_link(transaction, _JOIN, code, now) if code is not None else None
    if member_id is None or member_id == other_id:
        return member_id is not None
    if staff_access.find(transaction, other_id) is not None:
        return False
    staff_members.join(transaction, other_id, member_id)
    for dossier_id in dossiers.list_held(transaction, other_id):
        _pass_on(transaction, dossier_id, other_id, member_id, now)
    audit.record(transaction, member_id, "join", f"member:{other_id}", now)
    return True


def _pass_on(transaction: Transaction, dossier_id: int, before: int, after: int, now: datetime) -> None:
    """Let a dossier be held by the same person under their other number."""
    kept = dossiers.lock_by_id(transaction, dossier_id)
    try:
        dossier = Dossier.model_validate_json(kept.content) if kept is not None else None
    except ValidationError:
        return  # as it lies, nobody can work on it
    if kept is None or dossier is None or dossier.holder is None or dossier.holder.id != before:
        return
    holder = dossier.holder.model_copy(update={"id": after})
    content = dossier.model_copy(update={"holder": holder}).model_dump_json()
    dossiers.save(transaction, kept.reference, kept.revision, dossier.status.value, content, now)
