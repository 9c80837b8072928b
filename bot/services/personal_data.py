"""Between the rules about personal data and the storage: all that is kept of a person is gathered, and erased."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.conversation.privacy.erasure import Parting, farewells, parting
from bot.conversation.talk.context import OwnData
from bot.conversation.talk.effects import ErasePerson, TellDesks, TellOthers
from bot.conversation.values.about import about_dossier, about_thread
from bot.conversation.values.dossier import Event, EventKind
from bot.conversation.values.fate import Fate
from bot.services.dossiers import read_dossier, write_event
from bot.services.source import DeskAddress, Source
from bot.services.telling import tell_desks, tell_others
from knowledge.library import Library
from storage import dossiers, erasure, personal_data, recipients
from storage.dossiers import KeptDossier
from storage.engine.database import Transaction

#: Fates by which a dossier is gone.
_GONE = frozenset({Fate.ERASED, Fate.WITHDRAWN})


def gather_own_data(transaction: Transaction, recipient_id: int) -> OwnData:
    """Return what is kept about someone, without what they wrote: what there is, and in what state."""
    rows = personal_data.outline(transaction, recipient_id)
    return OwnData(rows, recipient_id, _shared(transaction, rows))


def read_own_data(transaction: Transaction, recipient_id: int) -> Callable[[], OwnData] | None:
    """Return what gives all that is kept about someone, outside of the transaction; None: nothing is any more."""
    sealed = personal_data.read_sealed(transaction, recipient_id)
    if not sealed.rows["recipients"]:
        return None
    shared = _shared(transaction, sealed.rows)
    return lambda: OwnData(sealed.open(), recipient_id, shared)


def _shared(transaction: Transaction, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> frozenset[str]:
    """Return the numbers of the dossiers that others fill too."""
    return frozenset(
        row["reference"] for row in rows["dossiers"] if len(dossiers.list_members(transaction, row["id"])) > 1
    )


def part_with(transaction: Transaction, recipient_id: int, library: Library) -> tuple[OwnData, Parting]:
    """Return what someone has, and what their erasure would do; their dossiers are locked."""
    own = gather_own_data(transaction, recipient_id)
    kept = dossiers.lock_of_recipient(transaction, recipient_id)
    read = [dossier for each in kept if (dossier := read_dossier(each, library)) is not None]
    owned = frozenset(each.reference for each in kept if each.is_owner)
    return own, parting(own, read, owned, library)


def erase_person(transaction: Transaction, effect: ErasePerson, source: Source) -> None:
    """Erase all that is kept of the person, and the dossiers that nobody else fills unless they are to be kept."""
    fates: Mapping[str, Fate] = dict(effect.fates)
    for kept in dossiers.lock_of_recipient(transaction, source.recipient_id):
        fate = fates.get(kept.reference)
        others = len(dossiers.list_members(transaction, kept.id)) > 1
        if fate in _GONE or (fate is None and not others):
            erasure.erase_dossier(transaction, kept.id, about_dossier(kept.reference))
        else:
            _leave(transaction, kept, source)
    abouts = [about_thread(each) for each in personal_data.list_threads(transaction, source.recipient_id)]
    erasure.erase_person(transaction, source.recipient_id, abouts, source.now)


def _leave(transaction: Transaction, kept: KeptDossier, source: Source) -> None:
    """Take a dossier away from the person; its history says that someone left it, not who."""
    left = erasure.leave_dossier(transaction, kept.id, source.recipient_id)
    event = Event(EventKind.HANDED_OVER if left.is_passed_on else EventKind.LEFT)
    dossiers.add_events(transaction, kept.id, [write_event(event)], source.recipient_id, source.now)


def erase_for(
    transaction: Transaction, recipient_id: int, library: Library, desks: Sequence[DeskAddress], now: datetime
) -> None:
    """Erase someone who asked the organisation, not the assistant: here they are told nothing."""
    _, leaving = part_with(transaction, recipient_id, library)
    for rank, effect in enumerate(farewells(leaving, library, now)):
        source = Source(recipient_id, f"erased:{recipient_id}:{now.isoformat()}:{rank}", now, desks)
        match effect:
            case ErasePerson():
                erase_person(transaction, effect, source)
            case TellDesks():
                tell_desks(transaction, effect, source)
            case TellOthers():
                tell_others(transaction, effect, source)
    recipients.forget_if_unused(transaction, recipient_id)
