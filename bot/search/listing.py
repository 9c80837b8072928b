"""The lists of every desk: what the staff look for, as they may write it in an address, and the pages of what is found.

A page is found in the index; only what it shows is then opened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Self

from bot.conversation.values.about import About, about_dossier, about_thread
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.member import Member
from bot.search.entries import place_of_dossier, town_code_of
from bot.search.terms import facet, read_query
from bot.services.dossiers import read_dossier, read_dossiers
from bot.services.staff import read_members
from knowledge.library import Library
from knowledge.places.registers import Intercommunality, Town
from storage import dossiers, press_requests, search_index, threads
from storage.dossiers import KeptDossier
from storage.engine.changes import Kind
from storage.engine.database import Transaction
from storage.press_requests import KeptRequest
from storage.search_index import Found, Sought, Tab
from storage.threads import KeptThread

#: Rows of one page.
PAGE_ROWS = 25
#: Characters of a question that a row shows.
SHOWN = 80


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to, each field as an address writes it; empty: not at all."""

    #: What somebody typed: a number, an e-mail address, a telephone, or words that must all be found.
    words: str = ""
    #: "dossier" or "thread".
    kind: str = ""
    #: INSEE code or SIREN; an intercommunalité brings its communes' dossiers too.
    town: str = ""
    #: Code.
    departement: str = ""
    #: Name.
    region: str = ""
    #: Id.
    wave: str = ""
    #: As the row says: "sent", "asked", "held" …
    status: str = ""
    #: Id of the decision.
    decision: str = ""
    #: Id of the member of the staff.
    holder: str = ""
    #: "press" or "team".
    matter: str = ""
    #: Days since when nothing has moved.
    days: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """Return the filter of an address's parameters; what is none of ours is passed over."""
        return cls(**{each.name: given[each.name].strip()[:200] for each in fields(cls) if each.name in given})

    @property
    def as_parameters(self) -> dict[str, str]:
        """The same for an address: `read` reads it back."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}

    def sought(self, now: datetime) -> Sought | None:
        """Return what the index is asked; None where nothing can be found by it."""
        words: set[str] = set()
        if self.words:
            typed = read_query(self.words)
            if typed is None:
                return None
            words |= typed
        named = {"departement": self.departement, "region": self.region, "wave": self.wave, "decision": self.decision}
        words |= {facet(name, value) for name, value in named.items() if value}
        is_number = all(value.isdecimal() and len(value) < 10 for value in (self.holder, self.days) if value)
        if not is_number or self.kind not in ("", *Kind):
            return None
        return Sought(
            words=frozenset(words),
            some=(frozenset({facet("town", self.town), facet("epci", self.town)}),) if self.town else (),
            kind=Kind(self.kind) if self.kind else None,
            statuses=frozenset({self.status} if self.status else ()),
            holder_id=int(self.holder) if self.holder else None,
            is_press=True if self.matter == "press" else None,
            is_team=True if self.matter == "team" else None,
            until=now - timedelta(days=int(self.days)) if self.days else None,
        )


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
    #: None: a thread, or a dossier that cannot be read.
    dossier: Dossier | None = None
    #: The id of the dossier's row; None: a thread.
    dossier_id: int | None = None
    thread: KeptThread | None = None
    #: The latest request to the press in the thread.
    request: KeptRequest | None = None
    #: The number of the dossier that the thread began with; None: with none, or it is a dossier itself.
    of_dossier: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Row]
    number: int
    #: How many pages there are, one at least.
    pages: int
    #: How much of what is sought stands on each tab.
    counts: Mapping[Tab, int]


def find_page(
    library: Library,
    transaction: Transaction,
    wanted: Filter,
    tab: Tab,
    number: int,
    now: datetime,
    *,
    member: int | None = None,
    rows: int = PAGE_ROWS,
) -> Page:
    """Return a page of a list, the nearest there is: what waits longest first, what is over the latest first."""
    sought = wanted.sought(now)
    if sought is None:
        return Page((), 1, 1, dict.fromkeys(Tab, 0))
    counts = search_index.count_tabs(transaction, sought, member)
    pages = max(1, -(-counts[tab] // rows))
    number = min(max(number, 1), pages)
    latest_first = tab in (Tab.CLOSED, Tab.ALL)
    found = search_index.find(
        transaction,
        sought,
        tab,
        member=member,
        latest_first=latest_first,
        limit=rows,
        offset=(number - 1) * rows,
    )
    return Page(open_rows(library, transaction, found, now), number, pages, counts)


def find_all(
    library: Library,
    transaction: Transaction,
    wanted: Filter,
    tab: Tab,
    now: datetime,
    *,
    member: int | None = None,
    at_most: int,
) -> Sequence[Row]:
    """Return all that a list holds, `at_most` so many: for exports, as they are filtered."""
    sought = wanted.sought(now)
    if sought is None:
        return ()
    found = search_index.find(transaction, sought, tab, member=member, latest_first=True, limit=at_most)
    return open_rows(library, transaction, found, now)


def open_rows(library: Library, transaction: Transaction, found: Sequence[Found], now: datetime) -> list[Row]:
    """Return what was found with what it says, in its order."""
    members = read_members(transaction)
    shown = [threads.find(transaction, each.subject.id) for each in found if each.subject.kind is Kind.THREAD]
    by_id = {each.id: each for each in shown if each is not None}
    numbers = [each.subject.id for each in found if each.subject.kind is Kind.DOSSIER]
    kept = dossiers.find_all_by_id(transaction, numbers)
    read = {each.id: dossier for each, dossier in read_dossiers(transaction, list(kept.values()), library)}
    begun_with = _begun_with(transaction, [by_id[each.subject.id] for each in found if _is_of_team(each, by_id)])
    rows: list[Row] = []
    for each in found:
        holder = members.get(each.holder_id) if each.holder_id is not None else None
        if each.subject.kind is Kind.DOSSIER:
            if each.subject.id in kept:
                row = _of_dossier(library, kept[each.subject.id], read.get(each.subject.id), each, now)
                rows.append(replace(row, holder=holder))
            continue
        thread = by_id.get(each.subject.id)
        if thread is not None:
            dossier = begun_with.get(thread.id)
            rows.append(replace(_of_thread(library, transaction, thread, dossier, each, now), holder=holder))
    return rows


def _is_of_team(found: Found, by_id: Mapping[int, KeptThread]) -> bool:
    """Whether it is a thread that is still there, and no matter of the press: that is shown nothing of a dossier."""
    return found.subject.kind is Kind.THREAD and found.subject.id in by_id and not found.is_press


def _begun_with(transaction: Transaction, begun: Sequence[KeptThread]) -> dict[int, Dossier]:
    """Return with which dossier each thread began, as it was kept: its town and number are read, not its words.

    A draft is left out: it is its town's alone.
    """
    numbers = list(dict.fromkeys(each.dossier_id for each in begun if each.dossier_id is not None))
    kept = dossiers.find_all_by_id(transaction, numbers)
    read = {number: read_dossier(each, None) for number, each in kept.items()}
    found = {each.id: read.get(each.dossier_id) for each in begun if each.dossier_id is not None}
    return {number: dossier for number, dossier in found.items() if dossier is not None and dossier.sent_at is not None}


def _of_dossier(library: Library, kept: KeptDossier, dossier: Dossier | None, found: Found, now: datetime) -> Row:
    place = place_of_dossier(library, dossier) if dossier else None
    return Row(
        about=about_dossier(kept.reference),
        status=found.status,
        town=_shown(library, place, now),
        subject=None,
        holder=None,
        is_press=False,
        began_at=found.began_at,
        updated_at=found.updated_at,
        dossier=dossier,
        dossier_id=kept.id,
    )


def _of_thread(
    library: Library, transaction: Transaction, thread: KeptThread, dossier: Dossier | None, found: Found, now: datetime
) -> Row:
    """`dossier`: the one that the thread began with, if the team's, whose town it then is."""
    requests = press_requests.list_of_thread(transaction, thread.id) if found.is_press else ()
    place = place_of_dossier(library, dossier) if dossier is not None else None
    if place is None:
        code = town_code_of(transaction, thread.recipient_id)
        place = library.towns.place(code) if code else None
    return Row(
        about=about_thread(thread.id),
        status=found.status,
        town=_shown(library, place, now),
        subject=cut(threads.first_question(transaction, thread.id) or ""),
        holder=None,
        is_press=found.is_press,
        began_at=found.began_at,
        updated_at=found.updated_at,
        thread=thread,
        request=requests[0] if requests else None,
        of_dossier=dossier.reference if dossier is not None else None,
    )


def _shown(library: Library, place: Town | Intercommunality | None, now: datetime) -> str | None:
    if place is None:
        return None
    return library.say("place_shown", now, name=place.name, departement=place.departement_name)


def cut(text: str, length: int = SHOWN) -> str:
    """Return the first words of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[:length].rsplit(' ', 1)[0]}…"
