"""What the staff ask for in their group -> the desk's operations, in two tables: for a dossier, for a thread."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.conversation.form.summary import decision_label
from bot.conversation.reading.codes import read_reference
from bot.conversation.talk.messages import Choice, File, Reply
from bot.conversation.values.about import DOSSIER, About, about_dossier
from bot.conversation.values.member import Member
from bot.conversation.values.sheet import visible_questions
from bot.desk import passing, thread_operations
from bot.desk.alike import tell_alike
from bot.desk.bans import ban, lift_ban
from bot.desk.desk import Desk, Told, no_longer
from bot.desk.entry_draft import draft_entry
from bot.desk.outcome import Wording
from bot.desk.paper.record_sheet import make_sheet
from bot.desk.replies import find_reply, list_replies
from bot.desk.topic_book import PREFIX
from bot.desk.verbs import WITH_WORDS, Verb
from bot.services.staff import find_members, guess_members, read_members
from knowledge.language.text import fold
from knowledge.language.text import words as word_list
from knowledge.language.written import as_written
from knowledge.library import Library
from storage import threads
from storage.engine.database import Transaction
from storage.engine.tables import ThreadStatus


@dataclass(frozen=True, slots=True)
class Order:
    """An operation asked for: on what, by whom, with which words."""

    verb: str
    kind: str
    id: str
    staff: Member
    text: str = ""
    #: The question of the form that it is about.
    question: str | None = None
    #: The message it was written in; see `bot.desk.corrections`.
    source: str | None = None
    #: Whether it was asked for at a desk of the press.
    is_press: bool = False

    @property
    def about(self) -> About:
        return About(f"{self.kind}:{self.id}")


@dataclass(frozen=True, slots=True)
class Done:
    """What the member of the staff is told, with what there is to choose or to take away."""

    is_done: bool
    text: str
    choices: tuple[Choice, ...] = ()
    files: tuple[File, ...] = ()
    enclosed: tuple[str, ...] = ()


#: What the button below a template does: it leaves as it is shown.
SEND_TEMPLATE = "partir"

_Operation = Callable[[Desk, Transaction, Order, datetime], Told | Done]


def operation_of(order: Order) -> _Operation | None:
    """Return what does `order`; None: it cannot be done with what it is about."""
    if order.verb == SEND_TEMPLATE:  # a button alone: nobody types what they have not been shown
        return _send_template
    return (_DOSSIER_VERBS if order.kind == DOSSIER else _THREAD_VERBS).get(order.verb)


def needs_words(order: Order, library: Library) -> bool:
    """Whether the order cannot be done before its author has written the words of it."""
    if order.verb == Verb.CLOSE and order.kind == DOSSIER:
        return order.question is not None or not library.call.decisions
    if order.verb in WITH_WORDS:
        return True
    return order.question is not None and order.verb == Verb.ASK


def label_of(order: Order, desk: Desk) -> str:
    """Return how what the order was narrowed to is called: a question of the form, a decision; empty for neither."""
    if order.question is None:
        return ""
    if order.verb == Verb.CLOSE:
        return decision_label(desk.library, order.question) or ""
    question = desk.form.question(order.question)
    return question.label if question else ""


def is_verb(word: str) -> bool:
    return word in _DOSSIER_VERBS or word in _THREAD_VERBS


def verbs() -> frozenset[str]:
    """Return the words of all that can be done with a dossier or a thread."""
    return frozenset((*_DOSSIER_VERBS, *_THREAD_VERBS))


def _show(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Done:
    found = desk.find(transaction, order.id)
    if found is None or order.text:
        return _search(desk, transaction, order, now)
    sheet = make_sheet(*found, desk, now)
    alike = tell_alike(desk, transaction, found[0], now)
    parts = [f"**{sheet.title}**", "\n".join(map(as_written, sheet.lines))]
    for section in sheet.sections:
        rows = [f"- {label} : {as_written(value)}" if label else f"- {value}" for label, value in section.rows]
        parts.append("\n".join([f"**{section.title}**", *rows]))
    parts += [alike] if alike else []
    return Done(True, "\n\n".join(parts), enclosed=(f"sheet:{order.id}",))


def _ask(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told | Done:
    """Ask for a complement; without a question of the form, ask first which one it is about."""
    if order.question is not None:
        return desk.ask(transaction, order.id, order.staff, order.question, order.text, now)
    found = desk.find(transaction, order.id)
    if found is None:
        return Done(False, desk.say(desk.no_dossier(transaction, order.id), now))
    question, _, reason = order.text.partition(" ")
    visible = visible_questions(desk.form, found[0])
    if reason and any(each.id == question for each in visible):
        return desk.ask(transaction, order.id, order.staff, question, reason, now)
    choices = tuple(Choice(f"{PREFIX}{Verb.ASK}:{order.about}:{each.id}", each.label) for each in visible)
    return Done(True, desk.library.say("group_ask_what", now), choices)


def _answer_dossier(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told:
    """Write to the town; who answers about a dossier that nobody holds takes it."""
    told = desk.answer(transaction, order.id, order.staff, order.text, now, order.source)
    if told.is_done:
        return told
    taken = desk.take(transaction, order.id, order.staff, now)
    if not taken.is_done:
        return told
    return desk.answer(transaction, order.id, order.staff, order.text, now, order.source)


def _answer_thread(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told:
    """Write to the person; who answers a thread that nobody holds takes it."""
    told = _write_in_thread(desk, transaction, order, now)
    if told.is_done or told.held is not None:
        return told
    taken = desk.take_thread(transaction, int(order.id), order.staff, now)
    if not taken.is_done:
        return told
    return _write_in_thread(desk, transaction, order, now)


def _write_in_thread(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told:
    words = (order.staff, order.text)
    return thread_operations.write(desk, transaction, int(order.id), *words, now, order.source, is_press=order.is_press)


def _release_thread(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told:
    return thread_operations.release(desk, transaction, int(order.id), order.staff, now, is_press=order.is_press)


def _close_dossier(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told | Done:
    """Close with the decision that was chosen, or that the words begin with; without one, ask for it first."""
    decisions = desk.library.call.decisions
    decision, reason = order.question, order.text
    if decision is None:
        named = next((each for each in decisions if _begins(reason, each.label) or _begins(reason, each.id)), None)
        if named is not None:
            length = len(named.label) if _begins(reason, named.label) else len(named.id)
            decision, reason = named.id, reason[length:].lstrip(" :,.;–-\n")
    if decisions and decision is None and desk.find(transaction, order.id) is not None:
        choices = tuple(Choice(f"{PREFIX}{Verb.CLOSE}:{order.about}:{each.id}", each.label) for each in decisions)
        return Done(False, desk.library.say("group_close_how", now), choices)
    if not reason.strip():
        return Done(False, desk.library.say("group_close_why", now))
    return desk.close(transaction, order.id, order.staff, reason, now, decision)


def _begins(text: str, name: str) -> bool:
    """Whether a text begins with these words, and no longer ones."""
    start, behind = text[: len(name)], text[len(name) : len(name) + 1]
    return fold(start) == fold(name) and not behind.isalnum()


def _template(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Done:
    """Offer the templates of replies; show the one that was chosen as it would leave, with what it lacks."""
    if gone := _not_there(desk, transaction, order):
        return Done(False, desk.say(gone, now))
    ready = list_replies(desk, transaction, order.about, order.staff, now)
    chosen = next((each for each in ready if each.id == (order.question or fold(order.text))), None)
    if chosen is None:
        choices = tuple(Choice(f"{PREFIX}{Verb.TEMPLATE}:{order.about}:{each.id}", each.label) for each in ready)
        return Done(True, desk.library.say("group_templates", now, count=len(ready)), choices)
    text = desk.library.say(
        "group_template", now, label=chosen.label, text=chosen.text, missing=list(chosen.missing), kind=order.kind
    )
    send = Choice(
        f"{PREFIX}{SEND_TEMPLATE}:{order.about}:{chosen.id}",
        desk.library.say("group_verb", now, verb="envoyer", kind=order.kind),
    )
    return Done(True, text, (send,) if chosen.can_leave else ())


def _send_template(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told | Done:
    """Send a template as it is filled now; what it lacks keeps it here."""
    ready = find_reply(desk, transaction, order.about, order.question or "", order.staff, now)
    if ready is None or not ready.can_leave:
        return _template(desk, transaction, order, now)
    answer = replace(order, verb=Verb.ANSWER, question=None, text=ready.text)
    return (_answer_dossier if order.kind == DOSSIER else _answer_thread)(desk, transaction, answer, now)


def _not_there(desk: Desk, transaction: Transaction, order: Order) -> Wording | None:
    if order.kind == DOSSIER:
        return None if desk.find(transaction, order.id) else desk.no_dossier(transaction, order.id)
    return None if threads.find(transaction, int(order.id)) else no_longer(None, int(order.id))


def _search(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Done:
    """Show the dossier of the town that the words name; where there are several, ask which."""
    is_number = read_reference(order.id) is not None
    words = order.text if is_number or order.kind != DOSSIER else f"{order.id} {order.text}".strip()
    if not words:
        return Done(False, desk.say(desk.no_dossier(transaction, order.id), now))
    found = [each for each in desk.list_dossiers(transaction) if _is_named(desk.name_of(each), words)]
    if len(found) == 1:
        return _show(desk, transaction, replace(order, kind=DOSSIER, id=found[0].reference, text=""), now)
    if not found:
        return Done(False, desk.library.say("group_not_found", now, words=words))
    labels = {
        each.reference: desk.library.say("group_found_line", now, name=desk.name_of(each), reference=each.reference)
        for each in found[:MOST_ASKED]
    }
    choices = tuple(
        Choice(f"{PREFIX}{Verb.SHOW}:{about_dossier(reference)}", label) for reference, label in labels.items()
    )
    return Done(True, desk.library.say("group_found", now, words=words), choices)


def _is_named(name: str, words: str) -> bool:
    """Whether a town shown as « Dole (Jura) » is meant by « dole »."""
    return f" {' '.join(word_list(words))}" in f" {' '.join(word_list(name))}"


def _show_thread(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told | Done:
    if order.text:
        return _search(desk, transaction, order, now)
    lines = [
        desk.library.say(
            "group_line",
            now,
            staff=message.staff,
            text=message.text,
            is_note=message.is_note,
            is_withdrawn=message.withdrawn_at is not None,
            is_unseen=message.is_seen is False,
        )
        for message in desk.list_messages(transaction, int(order.id))
    ]
    return Told(True, "\n".join(lines) or desk.library.say("group_nothing", now))


def _draft_entry(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Done:
    file = draft_entry(desk, transaction, int(order.id), now)
    if file is None:
        return Done(False, desk.library.say("group_no_entry", now))
    return Done(True, desk.library.say("group_entry", now), files=(file,))


def _take_over(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told:
    if order.kind == DOSSIER:
        return passing.take_over(desk, transaction, order.id, order.staff, order.text, now)
    return thread_operations.take_over(desk, transaction, int(order.id), order.staff, order.text, now)


def _hand(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told | Done:
    """Give it to the colleague whom the words name; where these name nobody, or several, they are asked."""
    if gone := _gone(desk, transaction, order):
        return desk.told(False, gone, now)
    named = order.question or order.text
    found = find_members(transaction, named) or guess_members(transaction, named)
    is_self = len(found) == 1 and found[0].is_same(order.staff)
    if len(found) == 1 and not is_self:
        if order.kind == DOSSIER:
            return passing.hand(desk, transaction, order.id, order.staff, found[0], now)
        return thread_operations.hand(desk, transaction, int(order.id), order.staff, found[0], now)
    asked = read_members(transaction).values() if is_self or not found else found
    others = [each for each in asked if not each.is_same(order.staff)]
    choices = tuple(Choice(f"{PREFIX}{Verb.HAND}:{order.about}:{each.id}", each.shown) for each in others[:MOST_ASKED])
    text = desk.library.say(
        "group_hand_whom",
        now,
        name=named.strip(),
        is_known=bool(found) or not named.strip(),
        is_anyone=bool(choices),
        is_self=is_self,
        is_shared=len(found) > 1,
    )
    return Done(False, text, choices)


def _gone(desk: Desk, transaction: Transaction, order: Order) -> Wording | None:
    """Return why nothing can be done with what the order is about: there is none of this number, or it is over."""
    if order.kind == DOSSIER:
        is_here = desk.find(transaction, order.id) is not None
        return None if is_here else desk.no_dossier(transaction, order.id)
    thread = threads.find(transaction, int(order.id))
    is_open = thread is not None and thread.status != ThreadStatus.CLOSED
    return None if is_open else no_longer(thread, int(order.id))


def reply_to(desk: Desk, told: Told, about: str | None, now: datetime) -> Reply:
    """Return what the group is told of an operation; where a colleague holds it, with the way to take it over."""
    if told.held is None:
        return Reply(told.text, about=about)
    text = "\n\n".join([told.text, desk.library.say("group_take_over", now, is_elsewhere=told.held != about)])
    kind = About(told.held).kind
    label = desk.library.say("group_verb", now, verb=Verb.TAKE_OVER, kind=kind)
    return Reply(text, (Choice(f"{PREFIX}{Verb.TAKE_OVER}:{told.held}", label),), about=about)


def _ban(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told:
    return ban(desk, transaction, order.about, now)


def _lift_ban(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told:
    return lift_ban(desk, transaction, order.about, now)


#: How each is done with a dossier; see `verbs` for what else there is to know of it.
_DOSSIER_VERBS: Mapping[str, _Operation] = {
    Verb.TAKE: lambda desk, transaction, order, now: desk.take(transaction, order.id, order.staff, now),
    Verb.RELEASE: lambda desk, transaction, order, now: desk.release(transaction, order.id, order.staff, now),
    Verb.TAKE_OVER: _take_over,
    Verb.HAND: _hand,
    Verb.ANSWER: _answer_dossier,
    Verb.ASK: _ask,
    Verb.NOTE: lambda desk, transaction, order, now: desk.note(transaction, order.id, order.staff, order.text, now),
    Verb.CLOSE: _close_dossier,
    Verb.TEMPLATE: _template,
    Verb.REOPEN: lambda desk, transaction, order, now: desk.reopen(transaction, order.id, order.staff, now),
    Verb.REMIND: lambda desk, transaction, order, now: desk.remind(transaction, order.id, order.staff, now),
    Verb.SHOW: _show,
    Verb.BAN: _ban,
    Verb.LIFT_BAN: _lift_ban,
}
#: And with a thread.
_THREAD_VERBS: Mapping[str, _Operation] = {
    Verb.TAKE: lambda desk, transaction, order, now: desk.take_thread(transaction, int(order.id), order.staff, now),
    Verb.RELEASE: _release_thread,
    Verb.TAKE_OVER: _take_over,
    Verb.HAND: _hand,
    Verb.CLOSE: lambda desk, transaction, order, now: thread_operations.close(
        desk, transaction, int(order.id), order.staff, order.text, now
    ),
    Verb.REOPEN: lambda desk, transaction, order, now: thread_operations.reopen(
        desk, transaction, int(order.id), order.staff, now
    ),
    Verb.ANSWER: _answer_thread,
    Verb.NOTE: lambda desk, transaction, order, now: desk.note_in_thread(
        transaction, int(order.id), order.staff, order.text, now
    ),
    Verb.SHOW: _show_thread,
    Verb.DRAFT_ENTRY: _draft_entry,
    Verb.TEMPLATE: _template,
    Verb.BAN: _ban,
    Verb.LIFT_BAN: _lift_ban,
}
#: Colleagues among whom one is asked to choose, at most.
MOST_ASKED = 20
