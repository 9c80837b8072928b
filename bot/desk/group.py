"""What the staff write or press in their group -> the desk's operations, and what the group is answered."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.conversation.messages import Choice, Reply, StaffMessage
from bot.conversation.moves import Status
from bot.desk.desk import Desk, Told
from bot.desk.record_sheet import make_sheet
from bot.dossier_keeping import about_dossier, about_thread, tell
from bot.wording import texts
from storage import inbox, outbox, recipients
from storage.database import Transaction

#: What the ids of the staff's buttons begin with: `s:verb:dossier:reference` or `s:verb:thread:number`.
PREFIX = "s:"
#: What marks a note that the town never sees.
NOTE_MARK = "//"
#: Exchanges and dossiers listed at most.
LISTED = 40

_DOSSIER, _THREAD = "dossier", "thread"
#: What is announced to all desks when it is done: no need to say it twice.
_ANNOUNCED = frozenset({"prendre", "rendre", "clore", "rouvrir"})
_OVER = frozenset({Status.CLOSED, Status.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Order:
    """An operation asked for: on what, by whom, with which words."""

    verb: str
    kind: str
    id: str
    staff: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """The staff's group, on whatever channel. Its methods are given a transaction by `Database.run`."""

    desk: Desk

    def handle(self, transaction: Transaction, message: StaffMessage, now: datetime) -> None:
        """Take one message in, once, and do what it asks. What the staff say among themselves is left alone."""
        group = recipients.register(transaction, message.channel, message.group, now)
        kept = inbox.Message(message.channel, message.update, group, message.text, message.choice, message.received_at)
        if not inbox.record(transaction, kept, now):
            return
        reply = self._answer(transaction, message, group, now)
        if reply is not None:
            tell(transaction, message.channel, group, reply, f"{message.channel}:{message.update}:0", now)

    def with_choices(self, reply: Reply, now: datetime) -> Reply:
        """Return what the group is sent, with the buttons of what it is about."""
        kind, _, subject = (reply.about or "").partition(":")
        verbs = _BUTTONS.get(kind, {})
        choices = tuple(
            Choice(f"{PREFIX}{verb}:{kind}:{subject}", self._say(label, now)) for verb, label in verbs.items()
        )
        return replace(reply, choices=(*reply.choices, *choices))

    def _answer(self, transaction: Transaction, message: StaffMessage, group: int, now: datetime) -> Reply | None:
        if message.choice is not None:
            order = _pressed(message)
            return self._do(transaction, order, now) if order else None
        about = self._about(transaction, message, group)
        if message.text.startswith("/") and not message.text.startswith(NOTE_MARK):
            return self._command(transaction, message, about, now)
        if about is None:
            return None
        kind, _, subject = about.partition(":")
        is_note = message.text.startswith(NOTE_MARK)
        text = message.text.removeprefix(NOTE_MARK).strip() if is_note else message.text
        return self._do(transaction, Order("note" if is_note else "repondre", kind, subject, message.staff, text), now)

    def _about(self, transaction: Transaction, message: StaffMessage, group: int) -> str | None:
        """Return what the message answered to is about: looked up by its id, never read from its text."""
        if message.answers is None:
            return None
        content = outbox.find_sent(transaction, group, message.answers)
        about: str | None = json.loads(content).get("about") if content else None
        return about

    def _command(
        self, transaction: Transaction, message: StaffMessage, about: str | None, now: datetime
    ) -> Reply | None:
        word, _, rest = message.text.partition(" ")
        verb = word.removeprefix("/").split("@")[0].lower()
        if verb in ("dossiers", "ouverts"):
            return self._list(transaction, verb == "ouverts", now)
        if verb not in _DOSSIER_VERBS:
            return Reply(self._say("group_help", now)) if verb in ("aide", "help", "start") else None
        if about is None:
            subject, _, rest = rest.strip().partition(" ")
            about = about_thread(int(subject)) if subject.isdecimal() else about_dossier(subject.upper())
            if not subject:
                return Reply(self._say("group_which", now))
        kind, _, subject = about.partition(":")
        return self._do(transaction, Order(verb, kind, subject, message.staff, rest.strip()), now)

    def _do(self, transaction: Transaction, order: Order, now: datetime) -> Reply | None:
        about = f"{order.kind}:{order.id}"
        verbs = _DOSSIER_VERBS if order.kind == _DOSSIER else _THREAD_VERBS
        operation = verbs.get(order.verb)
        if operation is None:
            return Reply(self._say("group_not_here", now), about=about)
        if order.verb in _WITH_WORDS and not order.text:
            return Reply(self._say("group_words", now, verb=order.verb), about=about)
        told = operation(self.desk, transaction, order, now)
        if told.is_done and order.verb in _ANNOUNCED:
            return None
        return Reply(told.text, about=about)

    def _list(self, transaction: Transaction, only_open: bool, now: datetime) -> Reply:
        statuses = texts("statuses")
        dossiers = [each for each in self.desk.list_dossiers(transaction) if not only_open or each.status not in _OVER]
        lines = [
            self._say(
                "group_dossier",
                now,
                reference=dossier.reference,
                name=self.desk.name_of(dossier),
                status=statuses[dossier.status.value],
                holder=dossier.holder,
            )
            for dossier in dossiers[:LISTED]
        ]
        lines += [
            self._say("group_thread", now, thread=thread.id, holder=thread.holder)
            for thread in self.desk.list_threads(transaction)[:LISTED]
        ]
        return Reply("\n".join(lines) or self._say("group_nothing", now))

    def _say(self, message: str, now: datetime, **values: object) -> str:
        return self.desk.library.say(message, now, **values)


def _pressed(message: StaffMessage) -> Order | None:
    parts = (message.choice or "").removeprefix(PREFIX).split(":")
    if not (message.choice or "").startswith(PREFIX) or len(parts) != 3:
        return None
    verb, kind, subject = parts
    return Order(verb, kind, subject, message.staff, "")


def _show(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told:
    found = desk.find(transaction, order.id)
    if found is None:
        return desk.note(transaction, order.id, order.staff, order.text, now)  # says that there is none
    sheet = make_sheet(*found, desk, now)
    parts = [f"**{sheet.title}**", "\n".join(sheet.lines)]
    for section in sheet.sections:
        rows = [f"- {label} : {value}" if label else f"- {value}" for label, value in section.rows]
        parts.append("\n".join([f"**{section.title}**", *rows]))
    return Told(True, "\n\n".join(parts))


def _ask(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told:
    question, _, reason = order.text.partition(" ")
    return desk.ask(transaction, order.id, order.staff, question, reason or question, now)


def _answer_thread(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told:
    """Write to the person; who answers an exchange that nobody holds takes it."""
    told = desk.write_in_thread(transaction, int(order.id), order.staff, order.text, now)
    if told.is_done:
        return told
    taken = desk.take_thread(transaction, int(order.id), order.staff, now)
    return desk.write_in_thread(transaction, int(order.id), order.staff, order.text, now) if taken.is_done else told


def _show_thread(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told:
    lines = [
        desk.library.say("group_line", now, staff=message.staff, text=message.text)
        for message in desk.list_messages(transaction, int(order.id))
    ]
    return Told(True, "\n".join(lines) or desk.library.say("group_nothing", now))


_Operation = Callable[[Desk, Transaction, Order, datetime], Told]

#: What can be done with a dossier, by the words of the staff's commands.
_DOSSIER_VERBS: Mapping[str, _Operation] = {
    "prendre": lambda desk, transaction, order, now: desk.take(transaction, order.id, order.staff, now),
    "rendre": lambda desk, transaction, order, now: desk.release(transaction, order.id, order.staff, now),
    "repondre": lambda desk, transaction, order, now: desk.answer(transaction, order.id, order.staff, order.text, now),
    "demander": _ask,
    "note": lambda desk, transaction, order, now: desk.note(transaction, order.id, order.staff, order.text, now),
    "clore": lambda desk, transaction, order, now: desk.close(transaction, order.id, order.staff, order.text, now),
    "rouvrir": lambda desk, transaction, order, now: desk.reopen(transaction, order.id, order.staff, now),
    "voir": _show,
}
#: What can be done with an exchange.
_THREAD_VERBS: Mapping[str, _Operation] = {
    "prendre": lambda desk, transaction, order, now: desk.take_thread(transaction, int(order.id), order.staff, now),
    "rendre": lambda desk, transaction, order, now: desk.release_thread(transaction, int(order.id), order.staff, now),
    "repondre": _answer_thread,
    "voir": _show_thread,
}
#: What needs words behind it.
_WITH_WORDS = frozenset({"repondre", "demander", "note", "clore"})
#: The buttons under what is about a dossier or an exchange: verb -> its wording.
_BUTTONS: Mapping[str, Mapping[str, Any]] = {
    _DOSSIER: {"prendre": "group_take", "voir": "group_show"},
    _THREAD: {"prendre": "group_take", "voir": "group_show", "rendre": "group_release"},
}
