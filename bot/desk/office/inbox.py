"""The list of what lies before the staff, as far as who asks may see it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.base.wording import text
from bot.conversation.values.about import About, about_dossier, about_thread
from bot.conversation.values.member import Member
from bot.desk.desk import Desk, Told
from bot.desk.office.acting import list_colleagues
from bot.desk.office.entry import Signed
from bot.desk.office.reading import mark_all
from bot.desk.office.roles import Right, has
from bot.search.listing import Filter, Page, find_page, list_standing
from bot.services.staff import read_members
from knowledge.language.text import fold
from storage import answer_drafts, dossiers, staff_batches, staff_filters, threads
from storage.engine.database import Transaction
from storage.engine.marks import Mark, read_mark
from storage.press_requests import matter_of
from storage.search_index import Tab
from storage.staff_filters import KeptFilter

#: Characters of the name of a filter, and filters of one member, at most.
NAME_LIMIT, MOST_FILTERS = 60, 20
#: Among how many rows of a list the next is looked for.
NEXT_AMONG = 200


@dataclass(frozen=True, slots=True)
class Inbox:
    page: Page
    #: Among whom one narrows the list to a holder.
    members: list[Member]
    #: By which the page asks later whether something is new.
    mark: str
    #: To whom rows can be handed.
    colleagues: Sequence[Member]
    #: The narrowed lists that who asks comes back to.
    filters: Sequence[KeptFilter]
    #: About what who asks has begun to write.
    drafts: frozenset[str]
    #: The numbers of orders for many rows of theirs that are not done yet.
    batches: Sequence[int]


def read_inbox(
    transaction: Transaction, desk: Desk, signed: Signed, wanted: Filter, tab: Tab, number: int, now: datetime
) -> Inbox:
    """Return a page of the list: of the press's requests alone, for who sees nothing else."""
    wanted, mark = seen_by(signed, wanted), mark_all(transaction)
    page = find_page(desk.library, transaction, wanted, tab, number, now, member=signed.member.id)
    filters = staff_filters.list_of(transaction, signed.member.id)
    members = list(read_members(transaction).values())
    drafts = frozenset(answer_drafts.list_abouts(transaction, signed.member.id))
    waiting = staff_batches.list_waiting(transaction, signed.member.id)
    return Inbox(page, members, mark, list_colleagues(transaction, signed), filters, drafts, waiting)


def keep_filter(transaction: Transaction, signed: Signed, name: str, parameters: str, now: datetime) -> Told:
    """Keep a narrowed list under a name; one of that name gives way. `parameters`: those of its address."""
    name = " ".join(name.split())[:NAME_LIMIT]
    if not name:
        return Told(False, text("desk", "filter-nameless"))
    mine = staff_filters.list_of(transaction, signed.member.id)
    for each in mine:
        if fold(each.name) == fold(name):
            staff_filters.forget(transaction, each.id, signed.member.id)
            break
    else:
        if len(mine) >= MOST_FILTERS:
            return Told(False, text("desk", "filter-many", most=MOST_FILTERS))
    staff_filters.keep(transaction, signed.member.id, name, parameters, now)
    return Told(True, text("desk", "filter-kept", name=name))


def forget_filter(transaction: Transaction, signed: Signed, number: int) -> Told:
    """Forget one of one's own filters."""
    is_gone = staff_filters.forget(transaction, number, signed.member.id)
    return Told(is_gone, text("desk", "filter-gone" if is_gone else "filter-was-gone"))


def seen_by(signed: Signed, wanted: Filter) -> Filter:
    """Return the filter with what its bearer may see: to be asked also for counts and exports."""
    return wanted if has(signed.role, Right.DOSSIERS) else replace(wanted, matter="press")


def find_next(
    transaction: Transaction, signed: Signed, wanted: Filter, tab: Tab, about: About, now: datetime
) -> About | None:
    """Return what follows something in a list, or heads it once that has left it; None: nothing waits there.

    What is over waits for nothing: its lists have no next.
    """
    if tab in (Tab.CLOSED, Tab.ALL) or not has(signed.role, Right.INBOX):
        return None
    member = signed.member.id
    standing = list(list_standing(transaction, seen_by(signed, wanted), tab, now, member=member, at_most=NEXT_AMONG))
    if about in standing:
        return next(iter(standing[standing.index(about) + 1 :]), None)
    return next(iter(standing), None)


@dataclass(frozen=True, slots=True)
class News:
    """What has moved: dossiers, and threads that no dossier has, each once; what the threads of dossiers are called."""

    subjects: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def read_news(transaction: Transaction, signed: Signed, mark: str) -> News:
    """Return about what there is something since `mark`, among what one may open."""
    message, event = (read_mark(each) or Mark(0) for each in mark.partition(".")[::2])
    moved = threads.list_written_after(transaction, message)
    if not has(signed.role, Right.DOSSIERS):
        return News(tuple(about_thread(each) for each in moved if matter_of(transaction, each).is_press))
    subjects = {str(about_dossier(each)): None for each in dossiers.list_moved_after(transaction, event)}
    also = []
    for number in moved:
        thread = threads.find(transaction, number)
        kept = dossiers.find_by_id(transaction, thread.dossier_id) if thread and thread.dossier_id else None
        subjects[about_dossier(kept.reference) if kept else about_thread(number)] = None
        also += [about_thread(number)] if kept else []
    return News(tuple(subjects), tuple(also))
