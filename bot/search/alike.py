"""Other dossiers of the same town or the same person: two colleagues of a town may not know of each other's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from bot.conversation.values.dossier import Dossier
from bot.conversation.values.sheet import answer_of
from bot.search.entries import place_of_dossier
from bot.search.rows import Row, open_rows
from bot.search.terms import email_terms, facet, phone_terms
from knowledge.call.form import FieldType
from knowledge.library import Library
from knowledge.places.registers import Town
from storage import search_index
from storage.engine.changes import Kind
from storage.engine.database import Transaction
from storage.search_index import Sought, Tab

#: Dossiers that are named, at most.
NAMED = 5


class Likeness(StrEnum):
    TOWN = auto()
    #: The same e-mail address or telephone number.
    PERSON = auto()


@dataclass(frozen=True, slots=True)
class Alike:
    row: Row
    by: Likeness


def find_alike(library: Library, transaction: Transaction, dossier: Dossier, now: datetime) -> Sequence[Alike]:
    """Return the other dossiers, sent and not erased, of the town or of the person of this one, the latest first."""
    own = frozenset(_terms_of(library, dossier))
    if not own:
        return ()
    sought = Sought(some=(own,), kind=Kind.DOSSIER)
    found = search_index.find(transaction, sought, Tab.ALL, latest_first=True, limit=NAMED + 1)
    rows = [row for row in open_rows(library, transaction, found, now) if row.about.reference != dossier.reference]
    town = frozenset(each for each in own if each.startswith(facet("town", "")))
    return [
        Alike(row, Likeness.TOWN if row.dossier and town & set(_terms_of(library, row.dossier)) else Likeness.PERSON)
        for row in rows[:NAMED]
    ]


def _terms_of(library: Library, dossier: Dossier) -> Iterator[str]:
    place, form = place_of_dossier(library, dossier), library.call.form
    if place is not None:
        yield facet("town", place.insee if isinstance(place, Town) else place.siren)
    if form is None:
        return
    email, phone = (answer_of(form, dossier, kind) for kind in (FieldType.EMAIL, FieldType.PHONE))
    if email is not None:
        yield from email_terms(email.shown)
    if phone is not None:
        yield from phone_terms(str(phone.value))
