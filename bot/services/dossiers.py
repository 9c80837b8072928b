"""Dossiers between rows and values, and what a turn does to them."""

import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from bot.conversation.form.answer_words import in_words_of_now
from bot.conversation.talk.context import AccessKind
from bot.conversation.talk.effects import DeleteDossier, OfferAccess, SaveDossier, UseAccess
from bot.conversation.values.about import about_dossier
from bot.conversation.values.dossier import DatedEvent, Dossier, Event, EventKind
from bot.services.attachments import read_documents
from bot.services.source import Source
from bot.services.staff import with_holders
from knowledge.library import Library
from storage import access_codes, dossiers, erasure
from storage.dossiers import KeptDossier, KeptEvent
from storage.engine.database import Transaction
from storage.engine.encryption import is_unreadable
from storage.engine.errors import worded

_log = logging.getLogger(__name__)

#: How long a one-time code can be used.
CODE_LIFE = timedelta(days=7)


def read_dossier(kept: KeptDossier, library: Library | None) -> Dossier | None:
    """Return the dossier, in the words of `library`; without one, as it was kept: the turn words what it is given.

    None for one that this version cannot read: it stays as it lies, and blocks nobody.
    """
    try:
        dossier = Dossier.model_validate_json(kept.content)
    except ValidationError:
        _log.error("action=dossier_unreadable dossier=%d", kept.id)
        return None
    dossier = dossier.model_copy(update={"revision": kept.revision})
    return in_words_of_now(dossier, library) if library else dossier


def read_dossiers(
    transaction: Transaction, kept: Sequence[KeptDossier], library: Library | None
) -> list[tuple[KeptDossier, Dossier]]:
    """Return those that can be read, worded as by `read_dossier`, with their documents and holders as called now."""
    documents = read_documents(transaction, kept)
    read = [(each, dossier) for each in kept if (dossier := read_dossier(each, library)) is not None]
    named = with_holders(transaction, [dossier for _, dossier in read])
    return [
        (each, dossier.model_copy(update={"documents": documents[each.id]}))
        for (each, _), dossier in zip(read, named, strict=True)
    ]


def read_events(kept: Sequence[KeptEvent]) -> tuple[DatedEvent, ...]:
    return tuple(DatedEvent(_read_event(each.content), each.happened_at) for each in kept)


def _read_event(content: Any) -> Event:
    if is_unreadable(content):  # as a note: only the staff are shown that there was something
        return Event(EventKind.NOTE, new=worded("unreadable-value"))
    return Event(**{**content, "kind": EventKind(content["kind"])})


def write_event(event: Event) -> dict[str, Any]:
    """Return an event as JSON, without what it does not say."""
    return {name: value for name, value in asdict(event).items() if value is not None}


def save_dossier(transaction: Transaction, effect: SaveDossier, source: Source) -> None:
    keep_dossier(transaction, effect.dossier, effect.events, source.recipient_id, source.now)


def keep_dossier(
    transaction: Transaction, dossier: Dossier, events: Sequence[Event], recipient_id: int | None, now: datetime
) -> None:
    """Save a dossier and what happened to it. A new one is owned by the recipient. Errors: SavedMeanwhile."""
    status, content = dossier.status.value, dossier.model_dump_json()
    if dossier.revision:
        kept = dossiers.save(transaction, dossier.reference, dossier.revision, status, content, now)
    else:
        kept = dossiers.add(transaction, dossier.reference, status, content, recipient_id, now)
    dossiers.add_events(transaction, kept.id, [write_event(event) for event in events], recipient_id, now)
    if dossier.sent_at is not None:  # the staff know its people's threads by its town
        dossiers.change_threads(transaction, kept.id)


def delete_dossier(transaction: Transaction, effect: DeleteDossier, _: Source) -> None:
    kept = dossiers.lock(transaction, effect.reference)
    if kept is not None:
        erasure.erase_dossier(transaction, kept.id, about_dossier(kept.reference))


def offer_access(transaction: Transaction, effect: OfferAccess, source: Source) -> None:
    kept = dossiers.lock(transaction, effect.reference)
    if kept is not None:
        access_codes.offer(transaction, kept.id, effect.kind.value, effect.code, source.now + CODE_LIFE)


def use_access(transaction: Transaction, effect: UseAccess, source: Source) -> None:
    kept = dossiers.lock(transaction, effect.reference)
    if kept is None or not access_codes.use(transaction, kept.id, effect.kind.value):
        return
    if effect.kind is AccessKind.TRANSFER:
        dossiers.replace_owner(transaction, kept.id, source.recipient_id, source.now)
    else:
        dossiers.add_member(transaction, kept.id, source.recipient_id, source.now)
    dossiers.add_events(transaction, kept.id, [write_event(effect.event)], source.recipient_id, source.now)
