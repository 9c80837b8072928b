"""What the staff write or press in their group -> the desk's operations, and what the group is answered."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.conversation.messages import Reply, StaffMessage
from bot.desk import documents, orders, overview
from bot.desk.command import read_command
from bot.desk.corrections import correct, source_of
from bot.desk.desk import Desk
from bot.desk.orders import Order
from bot.desk.subjects import THREAD
from bot.desk.topic_book import PREFIX
from bot.dossier_keeping import DeskAddress, tell
from bot.reloading import ask_to_reload
from bot.staff_keeping import recognise
from knowledge.templates.plain import Plain
from storage import inbox, outbox, press_requests, recipients, staff_orders, topics
from storage.database import Transaction
from storage.staff_orders import KeptOrder

#: What marks a note that the town never sees.
NOTE_MARK = "//"
#: How long a member of the staff has to write the words of what they asked for by a button.
ORDER_LIFE = timedelta(minutes=15)
#: Digits of an exchange's number at the most; databases take no number of any length.
NUMBER_DIGITS = 9

#: What looks over all that there is, by the words of the staff's commands.
_OVERVIEWS: Mapping[str, Callable[[Desk, Transaction, datetime], Reply]] = {
    "dossiers": overview.list_all,
    "ouverts": overview.list_open,
    "stats": overview.tell_figures,
}
_HELP = frozenset({"aide", "help", "start"})
_REMIND, _RELOAD, _CANCEL = "rappel", "recharger", "annuler"


@dataclass(frozen=True, slots=True)
class Group:
    """The staff's group, on whatever channel. Its methods are given a transaction by `Database.run`."""

    desk: Desk

    def handle(self, transaction: Transaction, message: StaffMessage, now: datetime) -> None:
        """Take one message in, once, and do what it asks. What the staff say among themselves is left alone."""
        group = recipients.register(transaction, message.channel, message.group, now)
        # Only that it came: what it says of a town is kept where it belongs, and erased with that.
        kept = inbox.Message(
            *(message.channel, message.update, group, "", None, message.received_at),
            message=message.message if message.choice is None else None,
            content=message.content,
        )
        if (message.is_edit and inbox.is_unchanged(transaction, kept)) or not inbox.record(transaction, kept, now):
            return
        message = replace(message, author=recognise(transaction, message, now))
        reply = self._answer(transaction, message, group, now)
        if reply is not None:
            # A list is about many: it could not be erased with one of them, and is not kept.
            reply = replace(reply, is_fleeting=reply.is_fleeting or reply.about is None, is_urgent=True)
            tell(transaction, message.channel, group, reply, f"{message.channel}:{message.update}:0", now)

    def record_failure(self, transaction: Transaction, message: StaffMessage, where: str, now: datetime) -> None:
        """Keep a message whose handling raised, and say in the group that nothing came of it."""
        group = recipients.register(transaction, message.channel, message.group, now)
        kept = inbox.Message(message.channel, message.update, group, "", None, message.received_at)
        if inbox.record(transaction, kept, now, error=where):
            told = Reply(self._say("group_failed", now), is_urgent=True)
            tell(transaction, message.channel, group, told, f"{message.channel}:{message.update}:0", now)

    def _answer(self, transaction: Transaction, message: StaffMessage, group: int, now: datetime) -> Reply | None:
        if message.choice is not None:
            order = _pressed(message)
            return self._do(transaction, order, message, group, now) if order else None
        about = self._about(transaction, message, group)
        if message.is_edit:
            told = correct(self.desk, transaction, message, about, NOTE_MARK, now)
            if told is not None:
                return Reply(told.text, about=about) if told.text else None
            if not message.text.startswith((NOTE_MARK, "/note ", "/note@")):  # a changed note is noted anew
                return Reply(self._say("group_edit_unsent", now), about=about) if about else None
        waiting = self._take_waiting(transaction, message, group, about, now)
        if message.attachments:
            about = about or (waiting.about if waiting else None)
            return documents.send(self.desk, transaction, message, group, about, now)
        if message.text.startswith(NOTE_MARK):
            text = message.text.removeprefix(NOTE_MARK).strip()
            about = about or (waiting.about if waiting else None)
            return self._do(transaction, _order("note", about, message, text), message, group, now) if about else None
        if message.text.startswith("/"):
            return self._command(transaction, message, about or (waiting.about if waiting else None), group, now)
        if waiting is not None:
            order = replace(_order(waiting.verb, waiting.about, message, message.text), question=waiting.question)
            return self._do(transaction, order, message, group, now)
        if about is None:
            return None
        return self._do(transaction, _order("repondre", about, message, message.text), message, group, now)

    def _about(self, transaction: Transaction, message: StaffMessage, group: int) -> str | None:
        """Return what the message answered to, or its topic, is about: looked up by ids, never read from texts."""
        content = outbox.find_sent(transaction, group, message.answers) if message.answers is not None else None
        about: str | None = json.loads(content).get("about") if content else None
        if about is None and message.topic is not None:
            return topics.find_about(transaction, group, message.topic)
        return about

    def _take_waiting(
        self, transaction: Transaction, message: StaffMessage, group: int, about: str | None, now: datetime
    ) -> KeptOrder | None:
        """Return what this member had asked for by a button and now writes the words of."""
        waiting = staff_orders.take(transaction, group, message.member)
        if waiting is None or abs(now - waiting.asked_at) > ORDER_LIFE:  # a clock that was ahead makes none last longer
            return None
        if about is not None and about != waiting.about:
            staff_orders.keep(transaction, group, message.member, waiting)  # this message is about something else
            return None
        return waiting

    def _command(
        self, transaction: Transaction, message: StaffMessage, about: str | None, group: int, now: datetime
    ) -> Reply | None:
        command = read_command(message.text, is_placed=about is not None)
        verb = command.verb
        if self._is_press_only(message) and verb in (*_OVERVIEWS, _REMIND, _RELOAD):
            return replace(overview.list_press(self.desk, transaction, now), is_fleeting=True)
        if verb in _OVERVIEWS:
            return replace(_OVERVIEWS[verb](self.desk, transaction, now), about=about, is_fleeting=True)
        if verb == _RELOAD:
            ask_to_reload(transaction)
            return Reply(self._say("group_reloading", now), about=about)
        if verb in _HELP or verb == _CANCEL:
            return Reply(self._say("group_help" if verb in _HELP else "group_cancelled", now), about=about)
        if not orders.is_verb(verb):
            return None
        if verb == _REMIND and command.named is None:
            # It writes to a town: its number alone says to which, whatever topic it is written in.
            return overview.list_waiting(self.desk, transaction, now)
        place, about = about, command.named or about
        if about is None:
            return Reply(self._say("group_which", now))
        order = _order(verb, about, message, command.words)
        if order.kind == THREAD and len(order.id) > NUMBER_DIGITS:
            return Reply(self._say("desk_no_such_thread", now, thread=order.id), about=place)
        return self._do(transaction, order, message, group, now)

    def _is_press_only(self, message: StaffMessage) -> bool:
        """Whether this group follows requests to the press and nothing else."""
        desk = DeskAddress(message.channel, message.group)
        return desk in self.desk.press_addresses and desk not in self.desk.addresses

    def _is_out_of_reach(self, transaction: Transaction, order: Order, message: StaffMessage) -> bool:
        """Whether a group of the press asks about what is none of its matter: towns' dossiers, the team's exchanges."""
        if not self._is_press_only(message):
            return False
        return order.kind != THREAD or not press_requests.matter_of(transaction, int(order.id)).is_press

    def _do(
        self, transaction: Transaction, order: Order, message: StaffMessage, group: int, now: datetime
    ) -> Reply | None:
        if order.verb == overview.PAGE:
            listed = "presse" if self._is_press_only(message) else order.kind
            return overview.turn_page(self.desk, transaction, listed, order.id, message.message, now)
        if self._is_out_of_reach(transaction, order, message):
            return Reply(self._say("group_press_only", now))
        operation = orders.operation_of(order)
        if operation is None:
            return Reply(self._say("group_not_here", now), about=order.about)
        asks = order.question is not None and order.verb != orders.HAND
        if not order.text and (order.verb in orders.WITH_WORDS or asks):
            return self._ask_for_words(transaction, order, message, group, now)
        desk = DeskAddress(message.channel, message.group)
        order = replace(order, is_press=desk in self.desk.press_addresses)
        told = operation(self.desk, transaction, order, now)
        if told.is_done and order.verb in orders.ANNOUNCED:
            return None
        if isinstance(told, orders.Done):
            return Reply(told.text, told.choices, about=order.about, files=told.files, enclosed=told.enclosed)
        return orders.reply_to(self.desk, told, order.about, now)

    def _ask_for_words(
        self, transaction: Transaction, order: Order, message: StaffMessage, group: int, now: datetime
    ) -> Reply:
        """Say that the next message of this member is taken as the words of what they asked for."""
        kept = KeptOrder(order.about, order.verb, order.question, now)
        staff_orders.keep(transaction, group, message.member, kept)
        question = self.desk.form.question(order.question) if order.question is not None else None
        text = self._say(
            "group_write", now, verb=order.verb, member=message.staff, label=question.label if question else ""
        )
        return Reply(text, about=order.about)

    def _say(self, message: str, now: datetime, **values: Plain) -> str:
        return self.desk.library.say(message, now, **values)


def _order(verb: str, about: str, message: StaffMessage, text: str) -> Order:
    kind, _, subject = about.partition(":")
    return Order(verb, kind, subject, message.author, text, source=source_of(message))


def _pressed(message: StaffMessage) -> Order | None:
    choice = message.choice or ""
    parts = choice.removeprefix(PREFIX).split(":")
    if not choice.startswith(PREFIX) or len(parts) not in (3, 4):
        return None
    verb, kind, subject = parts[:3]
    if kind == THREAD and not (subject.isdecimal() and len(subject) <= NUMBER_DIGITS):
        return None
    return Order(verb, kind, subject, message.author, question=parts[3] if len(parts) == 4 else None)
