"""The lists of every desk: what the staff look for, as they may write it in an address, and the pages of what is found.

A page is found in the index; only what it shows is then opened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Self

from bot.conversation.values.about import About, about_dossier, about_thread
from bot.search.rows import Row, open_rows
from bot.search.terms import facet, read_query
from knowledge.library import Library
from storage import dossiers, search_index, threads
from storage.engine.changes import Kind, Subject
from storage.engine.database import Transaction
from storage.search_index import Sought, Tab

#: Rows of one page.
PAGE_ROWS = 25


#: Characters of one of its parameters that are read.
_MOST = 200


@dataclass(frozen=True, slots=True)
class InAddress:
    """What a list is narrowed to, each field as an address writes it; empty: not at all."""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """Return the filter of an address's parameters; what is none of ours is passed over."""
        return cls(**{each.name: given[each.name].strip()[:_MOST] for each in fields(cls) if each.name in given})

    @property
    def as_parameters(self) -> dict[str, str]:
        """The same for an address: `read` reads it back."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}


@dataclass(frozen=True, slots=True)
class Filter(InAddress):
    """What a list of subjects is narrowed to."""

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


def list_standing(
    transaction: Transaction, wanted: Filter, tab: Tab, now: datetime, *, member: int, at_most: int
) -> Mapping[About, str]:
    """Return what a list holds, `at_most` so many, and how each stands, what waits longest first: nothing is opened."""
    sought = wanted.sought(now)
    if sought is None:
        return {}
    found = search_index.find(transaction, sought, tab, member=member, limit=at_most)
    numbers = [each.subject.id for each in found if each.subject.kind is Kind.DOSSIER]
    references = dossiers.references_of(transaction, numbers)
    return {
        about_thread(each.subject.id)
        if each.subject.kind is Kind.THREAD
        else about_dossier(references[each.subject.id]): each.stands
        for each in found
        if each.subject.kind is Kind.THREAD or each.subject.id in references
    }


def lock_standing(transaction: Transaction, about: About) -> str | None:
    """Return how something stands, until the transaction ends; None: it is no more."""
    if about.reference is not None:
        kept = dossiers.lock(transaction, about.reference)
        subject = Subject(Kind.DOSSIER, kept.id) if kept else None
    else:
        thread = threads.lock(transaction, about.thread) if about.thread is not None else None
        subject = Subject(Kind.THREAD, thread.id) if thread else None
    found = search_index.find_one(transaction, subject) if subject else None
    return found.stands if found else None


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
