"""Telling people and the desks of the staff: a row of the outbox, in the transaction that made it true."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import ValidationError

from bot.conversation.talk.effects import TellDesks, TellOthers
from bot.conversation.talk.messages import Reply
from bot.conversation.talk.state import OfferedChoice, State
from bot.conversation.values.about import about_dossier, about_thread
from bot.services.source import DeskAddress, Source
from bot.transport.outbox_keys import of_desk
from storage import conversations, dossiers, outbox, press_requests, recipients, threads
from storage.engine.database import Transaction
from storage.outbox import Departure


def tell_desks(transaction: Transaction, effect: TellDesks, source: Source) -> None:
    about = about_dossier(effect.reference) if effect.reference else None
    if about is None:
        thread = effect.thread or threads.find_latest(transaction, source.recipient_id)
        about = about_thread(thread) if thread is not None else None
    desks = source.desks
    if effect.thread is not None:
        desks = desks_of_thread(transaction, effect.thread, source.desks, source.press_desks)
    tell_all_desks(transaction, desks, effect.reply, source.key, source.now, about)


def desks_of_thread(
    transaction: Transaction, thread: int, desks: Sequence[DeskAddress], press_desks: Sequence[DeskAddress]
) -> Sequence[DeskAddress]:
    """Return where a thread is told: a journalist's at the press desks, where there are some."""
    if not press_desks:
        return desks
    matter = press_requests.matter_of(transaction, thread)
    told = (*(press_desks if matter.is_press else ()), *(desks if matter.is_team else ()))
    return tuple(dict.fromkeys(told))


def tell_all_desks(
    transaction: Transaction,
    desks: Sequence[DeskAddress],
    reply: Reply,
    key: str,
    now: datetime,
    about: str | None = None,
) -> None:
    """Put the message for each desk in the outbox. One about nothing could not be erased with that: it is not kept."""
    reply = replace(reply, about=about, with_verbs=about is not None, is_fleeting=about is None)
    for rank, desk in enumerate(desks):
        recipient_id = recipients.register(transaction, desk.channel, desk.address, now)
        tell(transaction, desk.channel, recipient_id, reply, of_desk(key, rank), now)


def tell_others(transaction: Transaction, effect: TellOthers, source: Source) -> None:
    kept = dossiers.lock(transaction, effect.reference)
    for member in dossiers.list_members(transaction, kept.id) if kept else ():
        if member.recipient_id != source.recipient_id:
            key = f"{source.key}:to:{member.recipient_id}"
            about = about_dossier(effect.reference)
            told = ForPerson(member.channel, member.recipient_id, effect.reply, key, about)
            tell_people(transaction, [told], source.now)


def tell(transaction: Transaction, channel: str, recipient_id: int, reply: Reply, key: str, now: datetime) -> None:
    outbox.put(transaction, [departure(key, channel, recipient_id, reply, reply.about)], now)


def departure(key: str, channel: str, recipient_id: int, reply: Reply, about: str | None = None) -> Departure:
    """Return what the outbox takes. `about`: what it is erased with, when it is not erased with its recipient."""
    return Departure(key, channel, recipient_id, reply.as_json(), about, reply.is_fleeting, reply.is_urgent)


def tell_person(
    transaction: Transaction, channel: str, recipient_id: int, reply: Reply, key: str, now: datetime
) -> None:
    """Tell someone who converses with the assistant: a number they type next picks among the choices of `reply`."""
    tell_people(transaction, [ForPerson(channel, recipient_id, reply, key)], now)


@dataclass(frozen=True, slots=True)
class ForPerson:
    """What somebody is told without having written just before."""

    channel: str
    recipient_id: int
    reply: Reply
    key: str
    about: str | None = None


def tell_people(transaction: Transaction, told: Sequence[ForPerson], now: datetime) -> None:
    """`tell_person`, for many: each statement is made once for all of them."""
    departures = [departure(each.key, each.channel, each.recipient_id, each.reply, each.about) for each in told]
    outbox.put(transaction, departures, now)
    offered = {each.recipient_id: each.reply.choices for each in told if each.reply.choices}
    changed = {}
    for conversation in conversations.lock_all_of(transaction, sorted(offered)):
        try:
            state = State.model_validate_json(conversation.state) if conversation.state else None
        except ValidationError:
            continue  # set aside when they next write
        if state is not None:
            choices = tuple(OfferedChoice.of(choice) for choice in offered[conversation.recipient_id])
            changed[conversation.recipient_id] = state.model_copy(update={"offered": choices}).model_dump_json()
    conversations.save_all(transaction, changed, now)
