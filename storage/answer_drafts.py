"""What members of the staff have begun to write at the desk and not sent: of each, their own alone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from storage.engine.database import Transaction
from storage.engine.tables import insert_new, table

_DRAFTS, _ACCESSES = table("answer_drafts"), table("staff_accesses")


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    verb: str
    #: To whom it was begun; None: to nobody, it is a note.
    recipient_id: int | None
    text: str
    written_at: datetime
    #: The key of the form that last kept it, by which a page says that it goes on with it.
    form_key: str | None = None

    def is_of(self, forms: Collection[str]) -> bool:
        """Whether one of these forms kept it last: another draft is newer than what they show."""
        return (self.form_key or "") in forms


def lock(transaction: Transaction, member_id: int) -> None:
    """Keep what else writes or drops drafts of a member waiting: what was just sent is not kept again as a draft."""
    transaction.connection.execute(
        select(_ACCESSES.c.member_id).where(_ACCESSES.c.member_id == member_id).with_for_update(key_share=True)
    )


def settle(transaction: Transaction, member_id: int, about: str, verb: str, forms: Collection[str]) -> None:
    """Forget a draft of these forms, in the transaction that does what it was begun for. A newer one stays."""
    lock(transaction, member_id)
    kept = list_of(transaction, member_id, about).get(verb)
    if kept is not None and kept.is_of(forms):
        drop(transaction, member_id, about, verb)


def keep(transaction: Transaction, member_id: int, about: str, draft: AnswerDraft) -> bool:
    """Keep a draft, in the place of the one that was; return whether there was none."""
    names = ("recipient_id", "text", "written_at", "form_key")
    words = {name: getattr(draft, name) for name in names}
    place = {"member_id": member_id, "about": about, "verb": draft.verb}
    changed = update(_DRAFTS).where(*(_DRAFTS.c[name] == value for name, value in place.items())).values(words)
    if transaction.connection.execute(changed.returning(_DRAFTS.c.member_id)).first() is not None:
        return False
    transaction.connection.execute(insert_new("answer_drafts", transaction.dialect), {**place, **words})
    return True


def list_of(transaction: Transaction, member_id: int, about: str) -> dict[str, AnswerDraft]:
    """Return what a member has begun about something, by its verb."""
    columns = tuple(_DRAFTS.c[name] for name in ("verb", "recipient_id", "text", "written_at", "form_key"))
    wanted = select(*columns).where(_DRAFTS.c.member_id == member_id, _DRAFTS.c.about == about)
    return {row.verb: AnswerDraft(*row) for row in transaction.connection.execute(wanted)}


def list_abouts(transaction: Transaction, member_id: int) -> list[str]:
    """Return about what a member has begun to write, the latest first."""
    wanted = select(_DRAFTS.c.about).where(_DRAFTS.c.member_id == member_id).order_by(_DRAFTS.c.written_at.desc())
    return list(dict.fromkeys(transaction.connection.execute(wanted).scalars()))


def drop(transaction: Transaction, member_id: int, about: str, verb: str) -> bool:
    """Forget a draft; False: there was none."""
    mine = (_DRAFTS.c.member_id == member_id, _DRAFTS.c.about == about, _DRAFTS.c.verb == verb)
    gone = delete(_DRAFTS).where(*mine).returning(_DRAFTS.c.member_id)
    return transaction.connection.execute(gone).first() is not None


def drop_all(transaction: Transaction, member_id: int) -> None:
    """Forget all that a member has begun."""
    transaction.connection.execute(delete(_DRAFTS).where(_DRAFTS.c.member_id == member_id))


def forget_before(transaction: Transaction, since: datetime) -> None:
    transaction.connection.execute(delete(_DRAFTS).where(_DRAFTS.c.written_at < since))
