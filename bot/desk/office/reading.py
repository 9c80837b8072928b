"""What the page of a dossier and of a thread shows, opened for who may see it; each look is written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.form.summary import decision_label, events_since_sent
from bot.conversation.values.about import About, about_dossier, about_thread
from bot.conversation.values.dossier import DatedEvent, Dossier, EventKind, answers_sent
from bot.conversation.values.member import Member
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import answer_of, missing_questions, visible_questions
from bot.desk.desk import Desk
from bot.desk.office.acting import NotAllowed, colleagues, look
from bot.desk.office.drafting import drafts_of
from bot.desk.office.entry import Signed
from bot.desk.office.roles import VERBS, Right, has
from bot.desk.office.viewing import Other, look_around
from bot.desk.orders.seen import person_of
from bot.desk.replies import ReadyReply, list_replies
from bot.desk.subjects import town_of
from bot.desk.verbs import Verb, offered_for_dossier, offered_for_thread
from bot.search.alike import Alike, find_alike
from bot.services.dossiers import read_dossiers
from bot.services.staff import read_members
from knowledge.call.form import FieldType
from storage import attachments, dossiers, held_answers, press_requests, threads
from storage.answer_drafts import AnswerDraft
from storage.attachments import KeptAttachment
from storage.engine.database import Transaction
from storage.engine.tables import ThreadStatus
from storage.held_answers import HeldAnswer
from storage.press_requests import KeptRequest
from storage.threads import KeptMessage, KeptThread


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A question of the form, with what the town answered."""

    id: str
    label: str
    #: None: nothing yet.
    shown: str | None
    is_missing: bool
    #: Why the staff asked for a complement; None: they do not wait for one.
    asked: str | None


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: Sequence[AnswerRow]


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said with the person of a dossier or of a thread, and what its reader may do there."""

    about: About
    #: The recipient, by whom what is written is fixed; None: nobody is there to be written to.
    person: int | None
    channel: str
    messages: Sequence[KeptMessage]
    #: How far all messages had come, for what is written on it.
    seen: str
    #: What is about to leave, or could not, with who wrote it.
    held: Sequence[tuple[Member, HeldAnswer]]
    documents: Sequence[KeptAttachment]
    holder: Member | None
    verbs: frozenset[Verb]
    colleagues: Sequence[Member]
    #: The templates of replies, filled for this.
    replies: Sequence[ReadyReply]
    #: By which the page asks whether something is new.
    mark: str
    #: Colleagues who have it before them too.
    others: Sequence[Other]
    #: What its reader has begun to write here, by its verb.
    drafts: Mapping[str, AnswerDraft]
    #: Of a dossier: the thread that is open with its person, and who has that.
    open_thread: tuple[KeptThread, Member | None] | None

    @property
    def astray(self) -> AnswerDraft | None:
        """An answer begun for somebody who is not the one to be written to now, or who cannot be."""
        draft = self.drafts.get(Verb.ANSWER.value)
        is_meant = draft is None or (draft.recipient_id == self.person and Verb.ANSWER in self.verbs)
        return None if is_meant else draft


@dataclass(frozen=True, slots=True)
class Ending:
    """How a dossier came to be over, as far as its history tells."""

    #: What the staff decided, as it is called now; None: it was withdrawn, or closed before decisions were.
    decision: str | None
    at: datetime | None
    #: The member of the staff who closed it, as they were called then; None: the town withdrew it.
    by: str | None
    #: What the town was told.
    reason: str | None


@dataclass(frozen=True, slots=True)
class DossierPage:
    dossier: Dossier
    #: None: it is not over.
    ending: Ending | None
    name: str
    contact: str | None
    wave: str | None
    sections: Sequence[Section]
    #: Labels of the required questions without an answer.
    missing: Sequence[str]
    notes: Sequence[tuple[str, datetime, str]]
    history: Sequence[str]
    #: Other dossiers of the same town or person.
    alike: Sequence[Alike]
    talk: Talk


@dataclass(frozen=True, slots=True)
class ThreadPage:
    thread: KeptThread
    town: str | None
    subject: str
    requests: Sequence[KeptRequest]
    #: The number of the dossier it began with, if its reader may open that.
    reference: str | None
    #: What its person has handed over beside, if its reader may open that.
    sent: Sequence[Dossier]
    talk: Talk


def read_dossier_page(
    transaction: Transaction, desk: Desk, signed: Signed, reference: str, now: datetime
) -> DossierPage:
    """Return a dossier with all that hangs on it. Errors: NotAllowed."""
    about, mark = about_dossier(reference), mark_all(transaction)
    found = desk.find(transaction, reference)
    kept = dossiers.find(transaction, reference)
    if found is None or kept is None:
        raise NotAllowed
    look(transaction, signed, about, now)
    dossier, events = found
    form = desk.form
    wave, contact = (answer_of(form, dossier, kind) for kind in (FieldType.WAVE, FieldType.PERSON))
    since = events_since_sent(events, dossier)
    notes = [
        (each.event.staff or "", each.at, each.event.new or "") for each in since if each.event.kind is EventKind.NOTE
    ]
    replies = list_replies(desk, transaction, about, signed.member, now)
    verbs = _dossier_verbs(dossier, signed)
    talk = _talk(transaction, signed, about, mark, kept.id, verbs, dossier.holder, replies, now)
    return DossierPage(
        dossier,
        _ending(desk, dossier, events),
        desk.name_of(dossier),
        contact.shown if contact else None,
        wave.shown if wave else None,
        _sections(desk, dossier),
        [question.label for question in missing_questions(form, dossier)],
        notes,
        [desk.history_line(each, now) for each in reversed(since) if each.event.kind is not EventKind.NOTE],
        find_alike(desk.library, transaction, dossier, now),
        talk,
    )


#: By which event a dossier that is over came to be so.
_ENDED_BY = {Status.CLOSED: EventKind.CLOSED, Status.WITHDRAWN: EventKind.WITHDRAWN}


def _ending(desk: Desk, dossier: Dossier, events: Sequence[DatedEvent]) -> Ending | None:
    kind = _ENDED_BY.get(dossier.status)
    if kind is None:
        return None
    decision = decision_label(desk.library, dossier.decision)
    last = next((each for each in reversed(events) if each.event.kind is kind), None)
    if last is None:
        return Ending(decision, None, None, None)
    return Ending(decision, last.at, last.event.staff, last.event.new)


def read_thread_page(transaction: Transaction, desk: Desk, signed: Signed, number: int, now: datetime) -> ThreadPage:
    """Return a thread with what was said. Errors: NotAllowed."""
    about, mark = about_thread(number), mark_all(transaction)
    look(transaction, signed, about, now)
    thread = threads.find(transaction, number)
    assert thread is not None  # or nobody may look
    kept = dossiers.find_by_id(transaction, thread.dossier_id) if thread.dossier_id is not None else None
    may_know = kept is not None and signed.role in _OF_DOSSIERS
    found = desk.find(transaction, kept.reference) if kept is not None and may_know else None
    sees_dossiers = has(signed.role, Right.DOSSIERS)
    replies = list_replies(desk, transaction, about, signed.member, now, sees_dossiers=sees_dossiers)
    holder = desk.holder_of(transaction, thread)
    talk = _talk(transaction, signed, about, mark, None, _thread_verbs(thread, signed), holder, replies, now)
    reference = found[0].reference if found is not None else None
    sent = _sent_by(transaction, desk, thread.recipient_id, reference) if sees_dossiers else []
    names = {desk.name_of(each) for each in sent}
    town = desk.name_of(found[0]) if found is not None else town_of(desk, transaction, thread.recipient_id, now)
    return ThreadPage(
        thread,
        names.pop() if town is None and len(names) == 1 else town,
        threads.first_question(transaction, number) or "",
        press_requests.list_of_thread(transaction, number),
        reference,
        sent,
        talk,
    )


def _sent_by(transaction: Transaction, desk: Desk, recipient_id: int, besides: str | None) -> list[Dossier]:
    """Return the dossiers that somebody has handed over, but the one of the number `besides`."""
    kept = dossiers.list_of_recipients(transaction, [recipient_id])[recipient_id]
    read = [dossier for _, dossier in read_dossiers(transaction, kept, desk.library)]
    return [each for each in read if each.status is not Status.DRAFT and each.reference != besides]


def _talk(
    transaction: Transaction,
    signed: Signed,
    about: About,
    mark: str,
    dossier_id: int | None,
    verbs: frozenset[Verb],
    holder: Member | None,
    replies: Sequence[ReadyReply],
    now: datetime,
) -> Talk:
    person = person_of(transaction, about)
    recipient, channel = person or (None, "")
    members, open_one = read_members(transaction), None
    if about.thread is not None:
        numbers = [about.thread]
    else:
        numbers = list(threads.list_ids(transaction, of_dossier=dossier_id))
        open_one = threads.find_open(transaction, recipient) if recipient is not None else None
        numbers += [open_one.id] if open_one is not None and open_one.id not in numbers else []
    messages = [each for number in sorted(numbers) for each in threads.list_messages(transaction, number)]
    messages.sort(key=lambda each: each.id)
    documents = [each for number in numbers for each in attachments.list_of_thread(transaction, number)]
    if dossier_id is not None:
        documents = [*attachments.list_of_dossiers(transaction, [dossier_id])[dossier_id], *documents]
    held = [(members[each.member_id], each) for each in held_answers.list_shown(transaction, about)]
    return Talk(
        about,
        recipient,
        channel,
        messages,
        mark.partition(".")[0],
        held,
        documents,
        holder,
        verbs,
        colleagues(transaction, about, signed) if Verb.HAND in verbs else (),
        replies,
        mark,
        look_around(transaction, signed, about, now, is_writing=False),  # a page just opened
        drafts_of(transaction, signed, about),
        (open_one, members.get(open_one.holder_id or 0)) if open_one is not None else None,
    )


def mark_all(transaction: Transaction) -> str:
    """Return how far everything has come, for a page to ask later what is new.

    To be taken before what it covers is read: what comes in between is then shown, or news.
    """
    return f"{threads.mark_messages(transaction)}.{dossiers.mark_events(transaction)}"


def _sections(desk: Desk, dossier: Dossier) -> list[Section]:
    answers, visible = answers_sent(desk.form, dossier), visible_questions(desk.form, dossier)
    missing = {question.id for question in missing_questions(desk.form, dossier)}
    asked = {request.question: request.reason for request in dossier.requests}
    found = []
    for section in desk.form.sections:
        rows = [
            AnswerRow(
                question.id,
                question.label,
                answers[question.id].shown if question.id in answers else None,
                question.id in missing,
                asked.get(question.id),
            )
            for question in section.questions
            if question in visible
        ]
        if rows:
            found.append(Section(section.title, rows))
    return found


_OF_DOSSIERS = frozenset(role for role, verbs in VERBS.items() if Verb.ASK in verbs)


def _dossier_verbs(dossier: Dossier, signed: Signed) -> frozenset[Verb]:
    """Return what its reader may do with a dossier now."""
    offered = set(offered_for_dossier(dossier.status, is_held=dossier.holder is not None))
    if dossier.holder is not None and not signed.member.is_same(dossier.holder):
        offered = (offered & {Verb.SHOW, Verb.REOPEN}) | {Verb.NOTE}
        if Verb.REOPEN not in offered:
            offered.add(Verb.TAKE_OVER)
    elif Verb.TAKE in offered:
        offered |= {Verb.ANSWER, Verb.HAND}
    if dossier.requests:
        offered.add(Verb.REMIND)
    offered.add(Verb.NOTE)
    return frozenset(offered) & VERBS[signed.role]


def _thread_verbs(thread: KeptThread, signed: Signed) -> frozenset[Verb]:
    offered = {*offered_for_thread(thread.status), Verb.NOTE}
    if thread.status == ThreadStatus.HELD and thread.holder_id != signed.member.id:
        offered = {Verb.SHOW, Verb.NOTE, Verb.TAKE_OVER}
    elif thread.status == ThreadStatus.WAITING:
        offered |= {Verb.ANSWER, Verb.HAND}
    return frozenset(offered) & VERBS[signed.role]
