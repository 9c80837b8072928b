"""The reminders that are due: each is sent once, and says what is still to come."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from bot.conversation.reminders.reminders import Due, remind
from bot.conversation.talk.messages import Reply
from bot.conversation.values.deadline_plan import PlannedReminder
from bot.conversation.values.sheet import Document
from bot.jobs.wave_moves import GetLibrary
from bot.services.attachments import read_documents
from bot.services.dossiers import read_dossier
from bot.services.telling import ForPerson, tell_people
from knowledge.library import Library
from storage import dossiers, reminders
from storage.dossiers import KeptDossier
from storage.engine.database import Transaction
from storage.engine.tables import ReminderStatus
from storage.reminders import KeptReminder

#: People reminded in one transaction: on SQLite, everybody else waits for its end.
PEOPLE_AT_ONCE = 100
#: What leaves later than this says so.
LATE = timedelta(hours=3)

_IN_ORDER = ("recipient_id", "wave", "closes_on", "due_at")


def send_due(library: GetLibrary, transaction: Transaction, now: datetime) -> bool:
    """Put what is due in the outbox, of some people. Return whether more is due."""
    found = reminders.take_due(transaction, now, PEOPLE_AT_ONCE)
    known = library()
    told: list[ForPerson] = []
    kept = dossiers.list_of_recipients(transaction, sorted({each.recipient_id for each in found}))
    documents = read_documents(transaction, [each for own in kept.values() for each in own])
    ended: dict[ReminderStatus, list[int]] = {status: [] for status in ReminderStatus}
    # Of several that fell due for one wave while the program was away, the last one says it all.
    of_one_wave = attrgetter("recipient_id", "wave", "closes_on")
    for _, of_wave in groupby(sorted(found, key=attrgetter(*_IN_ORDER)), key=of_one_wave):
        *overtaken, last = of_wave
        ended[ReminderStatus.DROPPED] += [each.id for each in overtaken]
        reply = None if last.is_blocked else _reply(last, kept[last.recipient_id], documents, known, now)
        ended[ReminderStatus.SENT if reply else ReminderStatus.DROPPED].append(last.id)
        if reply:
            told.append(ForPerson(last.channel, last.recipient_id, reply, _key(last)))
    tell_people(transaction, told, now)
    for status, ids in ended.items():
        reminders.finish(transaction, ids, status, now)
    return bool(found)


def _reply(
    kept: KeptReminder,
    own: Sequence[KeptDossier],
    documents: Mapping[int, tuple[Document, ...]],
    library: Library,
    now: datetime,
) -> Reply | None:
    planned = PlannedReminder(kept.wave, kept.closes_on, kept.days_before, kept.due_at)
    due = Due(planned, kept.asked_at, is_first=not kept.is_followed_up)
    read = [
        dossier.model_copy(update={"documents": documents[each.id]})
        for each in own
        if (dossier := read_dossier(each, library)) is not None
    ]
    return remind(due, read, library, now, is_late=now - kept.due_at > LATE)


def _key(kept: KeptReminder) -> str:
    return f"reminder:{kept.recipient_id}:{kept.wave}:{kept.closes_on}:{kept.days_before}"
