"""What is written to a town or a person: in one's own words, or by a template that is shown before it leaves."""

from dataclasses import replace
from datetime import datetime

from bot.conversation.talk.messages import Choice
from bot.conversation.values.about import DOSSIER
from bot.desk import thread_operations
from bot.desk.desk import Desk, Told, no_longer
from bot.desk.orders.order import SEND_TEMPLATE, Done, Order
from bot.desk.outcome import Wording
from bot.desk.replies import find_reply, list_replies
from bot.desk.topic_book import PREFIX
from bot.desk.verbs import Verb
from knowledge.language.text import fold
from storage import threads
from storage.engine.database import Transaction


def answer_dossier(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told:
    """Write to the town; who answers about a dossier that nobody holds takes it."""
    told = desk.answer(transaction, order.id, order.staff, order.text, now, order.source)
    if told.is_done:
        return told
    taken = desk.take(transaction, order.id, order.staff, now)
    if not taken.is_done:
        return told
    return desk.answer(transaction, order.id, order.staff, order.text, now, order.source)


def answer_thread(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told:
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


def tell_template(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Done:
    """Offer the templates of replies; show the one that was chosen as it would leave, with what it lacks."""
    if gone := _not_there(desk, transaction, order):
        return Done(False, desk.say(gone, now))
    ready = list_replies(desk, transaction, order.about, order.staff, now, sees_dossiers=order.sees_dossiers)
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


def send_template(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told | Done:
    """Send a template as it is filled now; what it lacks keeps it here."""
    chosen = order.question or ""
    ready = find_reply(desk, transaction, order.about, chosen, order.staff, now, sees_dossiers=order.sees_dossiers)
    if ready is None or not ready.can_leave:
        return tell_template(desk, transaction, order, now)
    answer = replace(order, verb=Verb.ANSWER, question=None, text=ready.text)
    return (answer_dossier if order.kind == DOSSIER else answer_thread)(desk, transaction, answer, now)


def _not_there(desk: Desk, transaction: Transaction, order: Order) -> Wording | None:
    if order.kind == DOSSIER:
        return None if desk.find(transaction, order.id) else desk.no_dossier(transaction, order.id)
    return None if threads.find(transaction, int(order.id)) else no_longer(None, int(order.id))
