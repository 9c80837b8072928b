"""What changes who has a dossier or a thread, or what is waited for: with what is still to be chosen for it."""

from datetime import datetime

from bot.conversation.talk.messages import Choice
from bot.conversation.values.about import DOSSIER
from bot.conversation.values.sheet import visible_questions
from bot.desk import passing, thread_operations
from bot.desk.desk import Desk, Told, no_longer
from bot.desk.orders.order import MOST_ASKED, Done, Order
from bot.desk.outcome import Wording
from bot.desk.topic_book import PREFIX
from bot.desk.verbs import Verb
from bot.services.staff import find_members, guess_members, read_members
from knowledge.language.text import fold
from storage import threads
from storage.engine.database import Transaction
from storage.engine.tables import ThreadStatus


def ask(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told | Done:
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
    return Done(False, desk.library.say("group_ask_what", now), choices)


def close_dossier(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told | Done:
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


def take_over(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told:
    if order.kind == DOSSIER:
        return passing.take_over(desk, transaction, order.id, order.staff, order.text, now)
    return thread_operations.take_over(desk, transaction, int(order.id), order.staff, order.text, now)


def hand(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told | Done:
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
