"""The two tables: how each operation is done with a dossier, and with a thread."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.conversation.values.about import DOSSIER
from bot.desk import thread_operations
from bot.desk.bans import ban, lift_ban
from bot.desk.desk import Desk, Told
from bot.desk.orders.moving import ask, close_dossier, hand, take_over
from bot.desk.orders.order import SEND_TEMPLATE, Done, Order
from bot.desk.orders.showing import show_dossier, show_thread, tell_entry
from bot.desk.orders.writing import answer_dossier, answer_thread, send_template, tell_template
from bot.desk.verbs import Verb
from storage.engine.database import Transaction

Operation = Callable[[Desk, Transaction, Order, datetime], Told | Done]


def operation_of(order: Order) -> Operation | None:
    """Return what does `order`; None: it cannot be done with what it is about."""
    if order.verb == SEND_TEMPLATE:  # a button alone: nobody types what they have not been shown
        return send_template
    return (_DOSSIER_VERBS if order.kind == DOSSIER else _THREAD_VERBS).get(order.verb)


def is_verb(word: str) -> bool:
    return word in _DOSSIER_VERBS or word in _THREAD_VERBS


def verbs() -> frozenset[str]:
    """Return the words of all that can be done with a dossier or a thread."""
    return frozenset((*_DOSSIER_VERBS, *_THREAD_VERBS))


def _release_thread(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told:
    return thread_operations.release(desk, transaction, int(order.id), order.staff, now, is_press=order.is_press)


def _ban(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told:
    return ban(desk, transaction, order.about, now)


def _lift_ban(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told:
    return lift_ban(desk, transaction, order.about, now)


#: How each is done with a dossier; see `verbs` for what else there is to know of it.
_DOSSIER_VERBS: Mapping[str, Operation] = {
    Verb.TAKE: lambda desk, transaction, order, now: desk.take(transaction, order.id, order.staff, now),
    Verb.RELEASE: lambda desk, transaction, order, now: desk.release(transaction, order.id, order.staff, now),
    Verb.TAKE_OVER: take_over,
    Verb.HAND: hand,
    Verb.ANSWER: answer_dossier,
    Verb.ASK: ask,
    Verb.NOTE: lambda desk, transaction, order, now: desk.note(transaction, order.id, order.staff, order.text, now),
    Verb.CLOSE: close_dossier,
    Verb.TEMPLATE: tell_template,
    Verb.REOPEN: lambda desk, transaction, order, now: desk.reopen(transaction, order.id, order.staff, now),
    Verb.REMIND: lambda desk, transaction, order, now: desk.remind(transaction, order.id, order.staff, now),
    Verb.SHOW: show_dossier,
    Verb.BAN: _ban,
    Verb.LIFT_BAN: _lift_ban,
}
#: And with a thread.
_THREAD_VERBS: Mapping[str, Operation] = {
    Verb.TAKE: lambda desk, transaction, order, now: desk.take_thread(transaction, int(order.id), order.staff, now),
    Verb.RELEASE: _release_thread,
    Verb.TAKE_OVER: take_over,
    Verb.HAND: hand,
    Verb.CLOSE: lambda desk, transaction, order, now: thread_operations.close(
        desk, transaction, int(order.id), order.staff, order.text, now
    ),
    Verb.REOPEN: lambda desk, transaction, order, now: thread_operations.reopen(
        desk, transaction, int(order.id), order.staff, now
    ),
    Verb.ANSWER: answer_thread,
    Verb.NOTE: lambda desk, transaction, order, now: desk.note_in_thread(
        transaction, int(order.id), order.staff, order.text, now
    ),
    Verb.SHOW: show_thread,
    Verb.DRAFT_ENTRY: tell_entry,
    Verb.TEMPLATE: tell_template,
    Verb.BAN: _ban,
    Verb.LIFT_BAN: _lift_ban,
}
