"""The list of what lies before the staff, as far as who asks may see it."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.conversation.values.about import about_dossier, about_thread
from bot.conversation.values.member import Member
from bot.desk.desk import Desk
from bot.desk.office.entry import Signed
from bot.desk.office.reading import mark_of
from bot.desk.office.roles import Right, has
from bot.search.listing import Filter, Page, find_page
from bot.services.staff import read_members
from storage import dossiers, threads
from storage.engine.database import Transaction
from storage.press_requests import matter_of
from storage.search_index import Tab


@dataclass(frozen=True, slots=True)
class Inbox:
    page: Page
    #: Among whom one narrows the list to a holder.
    members: list[Member]
    #: By which the page asks later whether something is new.
    mark: str


def read_inbox(
    transaction: Transaction, desk: Desk, signed: Signed, wanted: Filter, tab: Tab, number: int, now: datetime
) -> Inbox:
    """Return a page of the list: of the press's requests alone, for who sees nothing else."""
    wanted = seen_by(signed, wanted)
    page = find_page(desk.library, transaction, wanted, tab, number, now, member=signed.member.id)
    return Inbox(page, list(read_members(transaction).values()), mark_of(transaction))


def seen_by(signed: Signed, wanted: Filter) -> Filter:
    """Return the filter with what its bearer may see: to be asked also for counts and exports."""
    return wanted if has(signed.role, Right.DOSSIERS) else replace(wanted, matter="press")


@dataclass(frozen=True, slots=True)
class News:
    """What has moved: dossiers, and threads that no dossier has, each once; what the threads of dossiers are called."""

    subjects: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def read_news(transaction: Transaction, signed: Signed, mark: str) -> News:
    """Return about what there is something since `mark`, among what one may open."""
    message, _, event = mark.partition(".")
    numbers = [int(each) if each.isdecimal() and len(each) < 12 else 0 for each in (message, event)]
    moved = threads.list_written_after(transaction, numbers[0])
    if not has(signed.role, Right.DOSSIERS):
        return News(tuple(about_thread(each) for each in moved if matter_of(transaction, each).is_press))
    subjects = {str(about_dossier(each)): None for each in dossiers.list_moved_after(transaction, numbers[1])}
    also = []
    for number in moved:
        thread = threads.find(transaction, number)
        kept = dossiers.find_by_id(transaction, thread.dossier_id) if thread and thread.dossier_id else None
        subjects[about_dossier(kept.reference) if kept else about_thread(number)] = None
        also += [about_thread(number)] if kept else []
    return News(tuple(subjects), tuple(also))
