"""What whoever writes at a page had before them, against what has come since; nothing is changed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.values.about import About
from bot.conversation.values.dossier import EventKind
from bot.conversation.values.member import Member
from bot.desk.desk import Desk
from bot.services.dossiers import read_events
from bot.services.staff import read_members
from storage import dossiers, held_answers, threads
from storage.engine.database import Transaction
from storage.engine.marks import LONGEST, Mark, read_mark
from storage.held_answers import HeldAnswer
from storage.threads import KeptMessage

#: Characters of what a page says that it showed: how far all messages had come, a point, how far all events.
SEEN_LIMIT = 2 * LONGEST + 1


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page showed when writing on it began."""

    #: How far all messages had come, and the events of all dossiers; None: events do not count.
    message: Mark
    event: Mark | None = None
    #: The member who had it; None: nobody.
    holder: int | None = None


def read_seen(written: str, holder: int | None = None) -> Seen | None:
    """Return what a form says that its page showed, as `bot.desk.office.reading.mark_all` wrote it; None: nothing.

    Where only the first part is written, events do not count.
    """
    of_messages, is_more, of_events = written.partition(".")
    message, event = read_mark(of_messages), read_mark(of_events)
    return None if message is None or (is_more and event is None) else Seen(message, event, holder)


@dataclass(frozen=True, slots=True)
class Overtaken:
    """What others did meanwhile and whoever writes has not seen: nothing is sent, and this is shown first."""

    messages: Sequence[KeptMessage]
    #: What colleagues have just written, and is still held, with who wrote it.
    held: Sequence[tuple[Member, HeldAnswer]]
    #: Lines of the dossier's history.
    moves: Sequence[str] = ()


def person_of(transaction: Transaction, about: About) -> tuple[int, str] | None:
    """Return who reads what is written about something, and on which channel; None: nobody."""
    if about.reference is not None:
        kept = dossiers.find(transaction, about.reference)
        owner = next(iter(dossiers.list_members(transaction, kept.id)), None) if kept else None
        return (owner.recipient_id, owner.channel) if owner else None
    thread = threads.find(transaction, about.thread) if about.thread is not None else None
    return (thread.recipient_id, thread.channel) if thread else None


def find_newer(
    transaction: Transaction, desk: Desk, about: About, member: Member, seen: Seen, now: datetime, *, sees_all: bool
) -> Overtaken | None:
    """Return what others said to and by the person, or did to the dossier, after what was seen; None: nothing.

    `sees_all`: who writes may be shown the person's other threads too.
    """
    person, members = person_of(transaction, about), read_members(transaction)
    said: Sequence[KeptMessage] = ()
    held = []
    if person is not None:
        only = None if sees_all else about.thread
        said = threads.list_said_after(transaction, person[0], seen.message, but_by=member.id, thread_id=only)
        held = [
            (members[each.member_id], each)
            for each in held_answers.list_to(transaction, person[0])
            if each.member_id != member.id and (sees_all or each.about == about)
        ]
    moves = _moves_after(transaction, desk, about, member, seen.event, now)
    return Overtaken(said, held, moves) if said or held or moves else None


def _moves_after(
    transaction: Transaction, desk: Desk, about: About, member: Member, event: Mark | None, now: datetime
) -> list[str]:
    kept = dossiers.find(transaction, about.reference) if about.reference is not None else None
    if kept is None or event is None:
        return []
    since = read_events(dossiers.list_events_after(transaction, kept.id, event))
    # What was written is among the messages.
    return [
        desk.history_line(each, now)
        for each in since
        if each.event.kind is not EventKind.MESSAGE and each.event.staff_id != member.id
    ]


def holder_of(transaction: Transaction, desk: Desk, about: About) -> Member | None:
    """Return who has something now."""
    if about.reference is not None:
        found = desk.find(transaction, about.reference)
        return found[0].holder if found else None
    thread = threads.find(transaction, about.thread) if about.thread is not None else None
    return desk.holder_of(transaction, thread) if thread else None
