"""An answer to a town: settled by what its writer had last seen, for a recipient who was fixed when writing began.

It is held some seconds, in which it can be taken back, and leaves when its time comes, whatever the program underwent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.base.wording import text
from bot.conversation.values.about import About
from bot.desk.charge import charge_of
from bot.desk.desk import Desk, Told
from bot.desk.office.acting import Asked, NotAllowed, NothingDone, operate
from bot.desk.office.entry import Signed
from bot.desk.office.roles import Right, Role, has, may_do
from bot.desk.orders.seen import Overtaken, Seen, find_newer, person_of
from bot.desk.verbs import Verb
from bot.services.staff import read_members
from storage import answer_drafts, audit, held_answers, said_once, staff_access, threads
from storage.answer_drafts import AnswerDraft
from storage.engine.database import Transaction
from storage.engine.tables import HeldAnswerStatus
from storage.held_answers import HeldAnswer


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as its form brings it."""

    about: About
    key: str
    words: str
    #: To whom it was begun.
    recipient_id: int
    #: What its writer's page showed.
    seen: Seen
    #: The key of the form that had kept the draft that this was begun with; "": there was none.
    follows: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """It leaves at `due_at`."""

    id: int
    due_at: datetime


def hold(
    transaction: Transaction, desk: Desk, signed: Signed, written: Written, delay: timedelta, now: datetime
) -> Held | Overtaken | Told:
    """Take an answer in. What nobody holds, its writer takes at once. Errors: NotAllowed, NothingDone."""
    if not may_do(transaction, signed.role, Verb.ANSWER, written.about):
        raise NotAllowed
    if not said_once.claim(transaction, f"desk:{signed.member.id}", written.key, now):
        return Told(True, text("desk", "done-already"))
    if not written.words.strip():
        raise NothingDone(Told(False, text("desk", "words-wanted")))
    person = person_of(transaction, written.about)
    if person is None or person[0] != written.recipient_id:
        raise NothingDone(Told(False, text("desk", "recipient-changed")))
    sees_all = has(signed.role, Right.DOSSIERS)
    overtaken = find_newer(transaction, desk, written.about, signed.member, written.seen, now, sees_all=sees_all)
    if overtaken is not None:
        raise NothingDone(Told(False, text("desk", "overtaken")), overtaken)
    _take(transaction, desk, signed, written, now)
    _unless_elsewhere(transaction, desk, signed, written)
    due_at = now + delay
    words = written.words.strip()
    forms = (written.key, written.follows)
    answer_drafts.settle(transaction, signed.member.id, written.about, Verb.ANSWER.value, forms)
    made = held_answers.hold(transaction, signed.member.id, written.about, person[0], words, now, due_at)
    return Held(made, due_at)


def _take(transaction: Transaction, desk: Desk, signed: Signed, written: Written, now: datetime) -> None:
    """Let the writer have what they write about; what a colleague has, nobody writes to. Errors: NothingDone."""
    charge = charge_of(desk, transaction, written.about, signed.member, now)
    if charge.other is not None and not charge.is_over:
        raise NothingDone(Told(False, text("desk", "held-by", holder=charge.other)))
    if not charge.is_free or charge.is_over:
        return
    take = Asked(Verb.TAKE, written.about, written.key)
    told = operate(transaction, desk, signed.member, signed.role, take, now)
    if not told.is_done:
        raise NothingDone(told)
    audit.record(transaction, signed.member.id, Verb.TAKE.value, written.about, now)


def _unless_elsewhere(transaction: Transaction, desk: Desk, signed: Signed, written: Written) -> None:
    """Refuse at once what could not leave: the person of the dossier is with a colleague. Errors: NothingDone."""
    thread = threads.find_open(transaction, written.recipient_id)
    if written.about.reference is None or thread is None or thread.holder_id in (None, signed.member.id):
        return
    holder = desk.holder_of(transaction, thread)
    shown = holder.shown if holder else ""
    raise NothingDone(Told(False, text("desk", "person-elsewhere", holder=shown, number=thread.id)))


def put_away(transaction: Transaction, signed: Signed, answer_id: int, now: datetime) -> HeldAnswer | None:
    """Take back what is held, or put away what could not leave: its author may; None: there is none, or no more.

    Its words are kept as a draft, above what was begun since.
    """
    answer = held_answers.lock(transaction, answer_id)
    if answer is None or answer.member_id != signed.member.id:
        return None
    if answer.status not in (HeldAnswerStatus.HELD, HeldAnswerStatus.REFUSED):
        return None
    held_answers.finish(transaction, answer.id, HeldAnswerStatus.CANCELLED)
    audit.record(transaction, signed.member.id, "cancel", answer.about, now)
    if answer.text:
        _begin_again(transaction, signed.member.id, answer, now)
    return answer


def _begin_again(transaction: Transaction, member_id: int, answer: HeldAnswer, now: datetime) -> None:
    answer_drafts.lock(transaction, member_id)
    since = answer_drafts.list_of(transaction, member_id, answer.about).get(Verb.ANSWER.value)
    words = answer.text
    if since is not None and since.recipient_id == answer.recipient_id and since.text.strip() != words:
        words = f"{words}\n\n{since.text}"
    draft = AnswerDraft(Verb.ANSWER.value, answer.recipient_id, words, now, f"held:{answer.id}")
    answer_drafts.keep(transaction, member_id, answer.about, draft)


def send_due(desk: Desk, transaction: Transaction, now: datetime) -> None:
    """Sweep: let the answers leave whose time has come."""
    for due in held_answers.list_due(transaction, now):
        answer = held_answers.lock(transaction, due.id)
        if answer is None or answer.status != HeldAnswerStatus.HELD:
            continue  # another process was faster, or it was just taken back
        why = _send(desk, transaction, answer, now)
        status = HeldAnswerStatus.SENT if why is None else HeldAnswerStatus.REFUSED
        held_answers.finish(transaction, answer.id, status, why or "")


def _send(desk: Desk, transaction: Transaction, answer: HeldAnswer, now: datetime) -> str | None:
    """Send an answer; return why it cannot leave, as its author is told."""
    about = About(answer.about)
    access = staff_access.find(transaction, answer.member_id)
    if access is None or access.revoked_at is not None:
        return text("desk", "no-longer-yours")
    person = person_of(transaction, about)
    if person is None or person[0] != answer.recipient_id:
        return text("desk", "recipient-changed")
    if not may_do(transaction, Role(access.role), Verb.ANSWER, about):
        return text("desk", "no-longer-yours")
    member, asked = read_members(transaction)[answer.member_id], Asked(Verb.ANSWER, about, "", answer.text)
    told = operate(transaction, desk, member, Role(access.role), asked, now)
    if told.is_done:
        audit.record(transaction, answer.member_id, Verb.ANSWER.value, about, now)
    return None if told.is_done else told.text
