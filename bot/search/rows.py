"""The rows of a list opened: what was found in the index, with what it says. All of a page is read together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.values.about import About, about_dossier, about_thread
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.member import Member
from bot.search.entries import place_of_dossier, places_sent_by, town_codes_of
from bot.services.dossiers import read_dossier, read_dossiers
from bot.services.staff import read_members
from knowledge.library import Library
from knowledge.places.registers import Intercommunality, Town
from storage import dossiers, press_requests, threads
from storage.dossiers import KeptDossier
from storage.engine.changes import Kind
from storage.engine.database import Transaction
from storage.press_requests import KeptRequest
from storage.search_index import Found
from storage.threads import KeptThread

#: Characters of a question that a row shows.
SHOWN = 80


@dataclass(frozen=True, slots=True)
class Row:
    """A dossier or a thread of a list, opened."""

    about: About
    status: str
    #: The town, as people are shown it; None: not known.
    town: str | None
    #: What a thread is about, in the person's words and cut; of a dossier, None.
    subject: str | None
    holder: Member | None
    is_press: bool
    began_at: datetime
    updated_at: datetime
    #: As `storage.search_index.Found.stands`.
    stands: str
    #: The next word is the town's.
    awaits_town: bool
    #: None: a thread, or a dossier that cannot be read.
    dossier: Dossier | None = None
    #: The id of the dossier's row; None: a thread.
    dossier_id: int | None = None
    thread: KeptThread | None = None
    #: The latest request to the press in the thread.
    request: KeptRequest | None = None
    #: The number of the dossier that the thread began with; None: with none, or it is a dossier itself.
    of_dossier: str | None = None


def open_rows(library: Library, transaction: Transaction, found: Sequence[Found], now: datetime) -> list[Row]:
    """Return what was found with what it says, in its order; what is no more is left out."""
    opened = _Opened(library, transaction, found, now)
    rows = (opened.dossier(each) if each.subject.kind is Kind.DOSSIER else opened.thread(each) for each in found)
    return [row for row in rows if row is not None]


class _Opened:
    """What the rows of one list say, each kind of it read at once."""

    def __init__(self, library: Library, transaction: Transaction, found: Sequence[Found], now: datetime) -> None:
        self._library, self._now = library, now
        self._members = read_members(transaction)
        #: Names of towns as people are shown them: many rows are of one town.
        self._shown: dict[str, str] = {}
        numbers = [each.subject.id for each in found if each.subject.kind is Kind.DOSSIER]
        self._kept = dossiers.find_all_by_id(transaction, numbers)
        self._read = {
            each.id: dossier for each, dossier in read_dossiers(transaction, list(self._kept.values()), library)
        }
        wanted = [each for each in found if each.subject.kind is Kind.THREAD]
        self._threads = threads.find_all(transaction, [each.subject.id for each in wanted])
        here = [each for each in wanted if each.subject.id in self._threads]
        # A matter of the press is shown nothing of a dossier.
        of_team = [self._threads[each.subject.id] for each in here if not each.is_press]
        self._begun_with = _begun_with(transaction, of_team)
        of_press = [each.subject.id for each in here if each.is_press]
        self._requests = press_requests.latest_of_threads(transaction, of_press)
        self._questions = threads.first_questions(transaction, list(self._threads))
        places = {number: place_of_dossier(library, dossier) for number, dossier in self._begun_with.items()}
        without = [each.recipient_id for each in self._threads.values() if places.get(each.id) is None]
        codes = town_codes_of(transaction, without)
        nameless = [each.recipient_id for each in of_team if not places.get(each.id) and each.recipient_id not in codes]
        sent = places_sent_by(library, transaction, nameless)
        #: The town of the dossier that each thread began with; else the one that its person speaks for, or sent it for.
        self._places = {
            each.id: places.get(each.id) or library.towns.place(codes.get(each.recipient_id) or "")
            for each in self._threads.values()
        }
        self._places |= {each.id: sent[each.recipient_id] for each in of_team if each.recipient_id in sent}

    def dossier(self, found: Found) -> Row | None:
        kept: KeptDossier | None = self._kept.get(found.subject.id)
        if kept is None:
            return None
        dossier = self._read.get(kept.id)
        return Row(
            about=about_dossier(kept.reference),
            status=found.status,
            town=self._name(place_of_dossier(self._library, dossier) if dossier else None),
            subject=None,
            holder=self._holder(found),
            is_press=False,
            began_at=found.began_at,
            updated_at=found.updated_at,
            stands=found.stands,
            awaits_town=found.awaits_town,
            dossier=dossier,
            dossier_id=kept.id,
        )

    def thread(self, found: Found) -> Row | None:
        thread = self._threads.get(found.subject.id)
        if thread is None:
            return None
        dossier = self._begun_with.get(thread.id)
        return Row(
            about=about_thread(thread.id),
            status=found.status,
            town=self._name(self._places[thread.id]),
            subject=cut(self._questions.get(thread.id) or ""),
            holder=self._holder(found),
            is_press=found.is_press,
            began_at=found.began_at,
            updated_at=found.updated_at,
            stands=found.stands,
            awaits_town=found.awaits_town,
            thread=thread,
            request=self._requests.get(thread.id),
            of_dossier=dossier.reference if dossier is not None else None,
        )

    def _holder(self, found: Found) -> Member | None:
        return self._members.get(found.holder_id) if found.holder_id is not None else None

    def _name(self, place: Town | Intercommunality | None) -> str | None:
        if place is None:
            return None
        code = place.insee if isinstance(place, Town) else place.siren
        if code not in self._shown:
            named = {"name": place.name, "departement": place.departement_name}
            self._shown[code] = self._library.say("place_shown", self._now, **named)
        return self._shown[code]


def _begun_with(transaction: Transaction, begun: Sequence[KeptThread]) -> Mapping[int, Dossier]:
    """Return with which dossier each thread began, as it was kept: its town and number are read, not its words.

    A draft is left out: it is its town's alone.
    """
    numbers = list(dict.fromkeys(each.dossier_id for each in begun if each.dossier_id is not None))
    kept = dossiers.find_all_by_id(transaction, numbers)
    read = {number: read_dossier(each, None) for number, each in kept.items()}
    found = {each.id: read.get(each.dossier_id) for each in begun if each.dossier_id is not None}
    return {number: dossier for number, dossier in found.items() if dossier is not None and dossier.sent_at is not None}


def cut(text: str, length: int = SHOWN) -> str:
    """Return the first words of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[:length].rsplit(' ', 1)[0]}…"
