"""What is shown of a dossier or a thread in a chat, found by its number or by the name of its town."""

from dataclasses import replace
from datetime import datetime

from bot.conversation.reading.codes import read_reference
from bot.conversation.talk.messages import Choice
from bot.conversation.values.about import DOSSIER, about_dossier
from bot.desk.alike import tell_alike
from bot.desk.desk import Desk, Told
from bot.desk.entry_draft import draft_entry
from bot.desk.orders.order import MOST_ASKED, Done, Order
from bot.desk.paper.record_sheet import make_sheet
from bot.desk.topic_book import PREFIX
from bot.desk.verbs import Verb
from knowledge.language.text import words as word_list
from knowledge.language.written import as_written
from storage.engine.database import Transaction


def show_dossier(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Done:
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


def show_thread(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Told | Done:
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


def tell_entry(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Done:
    file = draft_entry(desk, transaction, int(order.id), now)
    if file is None:
        return Done(False, desk.library.say("group_no_entry", now))
    return Done(True, desk.library.say("group_entry", now), files=(file,))


def _search(desk: Desk, transaction: Transaction, order: Order, now: datetime) -> Done:
    """Show the dossier of the town that the words name; where there are several, ask which."""
    is_number = read_reference(order.id) is not None
    words = order.text if is_number or order.kind != DOSSIER else f"{order.id} {order.text}".strip()
    if not words:
        return Done(False, desk.say(desk.no_dossier(transaction, order.id), now))
    found = [each for each in desk.list_dossiers(transaction) if _is_named(desk.name_of(each), words)]
    if len(found) == 1:
        return show_dossier(desk, transaction, replace(order, kind=DOSSIER, id=found[0].reference, text=""), now)
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
