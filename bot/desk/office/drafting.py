"""What a member has begun to write at the desk, kept for them alone until it is sent, thrown away, or too old."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.base.wording import text
from bot.conversation.values.about import About
from bot.desk.office.acting import NotAllowed
from bot.desk.office.entry import Signed
from bot.desk.office.roles import may_do
from bot.desk.orders.seen import person_of
from bot.desk.verbs import VERBS, Verb
from storage import answer_drafts, audit, said_once
from storage.answer_drafts import AnswerDraft
from storage.engine.database import Transaction

#: How long a draft is kept after its writer last touched it.
LIFE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Begun:
    """What is being written, as its form brings it."""

    about: About
    verb: Verb
    #: The key of the form: what was sent with it is no draft any more.
    key: str
    words: str
    #: To whom; None: to nobody, it is a note.
    recipient_id: int | None
    #: The key of the form that had kept what its page began with; "": it began with nothing.
    follows: str = ""


def keep_draft(transaction: Transaction, signed: Signed, begun: Begun, now: datetime) -> str | None:
    """Keep what is being written, in the place of what was; without words, nothing. Errors: NotAllowed.

    Return why it is not kept: another page keeps a newer one, or the person is no longer who is written to.
    """
    if not VERBS[begun.verb].is_drafted or not may_do(transaction, signed.role, begun.verb, begun.about):
        raise NotAllowed
    member = signed.member.id
    answer_drafts.lock(transaction, member)
    if said_once.is_claimed(transaction, f"desk:{member}", begun.key):
        return None  # it left while its page still kept it
    kept = answer_drafts.list_of(transaction, member, begun.about).get(begun.verb.value)
    if kept is not None and not kept.is_of((begun.key, begun.follows)):
        return text("desk", "draft-newer")
    if not begun.words.strip():
        answer_drafts.drop(transaction, member, begun.about, begun.verb.value)
        return None
    if begun.recipient_id is not None and begun.recipient_id != _recipient_of(transaction, begun.about):
        return text("desk", "draft-astray")
    draft = AnswerDraft(begun.verb.value, begun.recipient_id, begun.words, now, begun.key)
    if answer_drafts.keep(transaction, member, begun.about, draft):
        audit.record(transaction, member, "draft", begun.about, now)
    return None


def _recipient_of(transaction: Transaction, about: About) -> int | None:
    person = person_of(transaction, about)
    return person[0] if person is not None else None


def drop_draft(transaction: Transaction, signed: Signed, about: About, verb: Verb, now: datetime) -> bool:
    """Throw one of one's own drafts away; False: there was none."""
    is_gone = answer_drafts.drop(transaction, signed.member.id, about, verb.value)
    if is_gone:
        audit.record(transaction, signed.member.id, "drop-draft", about, now)
    return is_gone


def drafts_of(transaction: Transaction, signed: Signed, about: About) -> Mapping[str, AnswerDraft]:
    """Return what who asks has begun about something, by its verb."""
    return answer_drafts.list_of(transaction, signed.member.id, about)


def forget_old(transaction: Transaction, now: datetime) -> None:
    """Sweep: forget what was begun long ago."""
    answer_drafts.forget_before(transaction, now - LIFE)
